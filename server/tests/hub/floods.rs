//! Those who do too much of what others see.

use std::time::Duration;

use tokio::time::Instant;

use crate::client::NOTHING;
use crate::fixture::Hub;

/// Limits for everybody, with time for what waits.
const FLOODS: &str = "[limits]\nexempt = []\njoins_per_second = 2\njoin_burst = 6\nnicks_per_minute = 6\nnick_burst = 3\n";

#[tokio::test(start_paused = true)]
async fn rooms_are_entered_at_a_rate_however_they_are_named() {
    let hub = Hub::with(FLOODS).await;
    let mut ann = hub.client("ann").await;
    let start = Instant::now();
    ann.does("JOIN #a,#b,#c,#d\r\nJOIN #e\r\nJOIN #f").await;
    assert!(start.elapsed() < Duration::from_secs(1));
    let joined = ann.does("JOIN #g,#h\r\nJOIN #i").await;
    assert_eq!(joined.len(), 9, "JOIN, 353 and 366 of each: {joined:?}");
    let waited = start.elapsed();
    // What is over is waited for before the next line: 6 at once, and 3 at two a second.
    assert!(
        waited >= Duration::from_millis(1_400) && waited < Duration::from_secs(3),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn nicks_are_changed_at_a_rate_and_nobody_is_ended_for_waiting() {
    let hub = Hub::with(&format!(
        "{FLOODS}ping_interval = \"20s\"\nping_timeout = \"10s\"\n"
    ))
    .await;
    let mut ann = hub.client("n0").await;
    let start = Instant::now();
    let nicks: Vec<String> = (1..=13).map(|number| format!("NICK n{number}")).collect();
    ann.send(&format!("{}\r\nPING end", nicks.join("\r\n")))
        .await;
    let mut changes = 0;
    loop {
        let line = ann.line().await;
        changes += usize::from(line.contains(" NICK "));
        if line.ends_with("PONG hub.test end") {
            break;
        }
    }
    assert_eq!(changes, 13);
    // 3 at once, 10 at one in ten seconds, and as long until the line behind them.
    let waited = start.elapsed();
    assert!(
        waited >= Duration::from_secs(99) && waited < Duration::from_secs(125),
        "{waited:?}"
    );
    assert_eq!(ann.sees().await, NOTHING);
}

#[tokio::test]
async fn lines_of_a_thousand_tags_are_handed_on_or_refused_and_the_connection_lives() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub
        .room_with([("ann", "message-tags"), ("bob", "message-tags")])
        .await;
    // As many as fit the 4,094 bytes that clients have; one more does not.
    let fits = format!("@{}+ TAGMSG #room", "+a;".repeat(1_364));
    let more = format!("@{}+ TAGMSG #room", "+a;".repeat(1_365));
    let start = Instant::now();
    for _ in 0..100 {
        assert_eq!(ann.does(&fits).await, NOTHING);
        assert_eq!(
            ann.does(&more).await,
            [":hub.test 417 ann :Input line was too long"]
        );
    }
    // Also those that nobody is handed on, and what is longer than any line.
    for count in [2_040, 30_000] {
        let refused = format!("@{}x TAGMSG #room", "a=b;".repeat(count));
        assert_eq!(
            ann.does(&refused).await,
            [":hub.test 417 ann :Input line was too long"]
        );
    }
    let seen = bob.sees().await;
    assert_eq!(seen.len(), 100);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    println!("202 lines of many tags in {took:?}");
}
