//! Half-closed, silent, slow and flooding peers, full hubs, and the end of the hub.

use std::time::Duration;

use tokio::time::Instant;

use crate::client::NOTHING;
use crate::fixture::Hub;

#[tokio::test]
async fn one_who_sends_and_closes_the_writing_side_gets_all_answers() {
    let hub = Hub::start().await;
    let [mut bob] = hub.room(["bob"]).await;
    let mut ann = hub.client_with("ann", "echo-message").await;
    ann.does("JOIN #room").await;
    bob.sees().await;
    let said: Vec<String> = (0..5_000)
        .map(|index| format!("PRIVMSG #room :{index}"))
        .collect();
    ann.send(&said.join("\r\n")).await;
    ann.send("PING last").await;
    ann.finish_sending().await;
    let (own, others) = tokio::join!(ann.rest(), bob.until(":4999"));
    let mut expected: Vec<String> = said
        .iter()
        .map(|line| format!(":ann!~u@127.0.0.1 {line}"))
        .collect();
    assert_eq!(others, expected[..4_999]);
    expected.push(":hub.test PONG hub.test last".to_owned());
    expected.push("ERROR :Connection closed".to_owned());
    assert_eq!(own, expected);
    assert_eq!(
        bob.line().await,
        ":ann!~u@127.0.0.1 QUIT :Connection closed"
    );
}

#[tokio::test(start_paused = true)]
async fn one_who_is_held_back_and_closes_the_writing_side_gets_all_answers() {
    let hub = Hub::with("[limits]\nexempt = []\nlines_per_second = 5\nline_burst = 10\n").await;
    let mut ann = hub.client("ann").await;
    let lines: Vec<String> = (0..60).map(|index| format!("PING {index}")).collect();
    ann.send(&lines.join("\r\n")).await;
    ann.finish_sending().await;
    let mut expected: Vec<String> = (0..60)
        .map(|index| format!(":hub.test PONG hub.test {index}"))
        .collect();
    expected.push("ERROR :Connection closed".to_owned());
    assert_eq!(ann.rest().await, expected);
}

#[tokio::test(start_paused = true)]
async fn one_who_is_far_behind_and_closes_the_writing_side_gets_everything() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    let lines: Vec<String> = (0..20_000)
        .map(|index| format!("PRIVMSG #room :{index:0400}"))
        .collect();
    for batch in lines.chunks(100) {
        ann.does(&batch.join("\r\n")).await;
    }
    bob.finish_sending().await;
    // As long as the peer takes nothing; less than the ping timeout.
    tokio::time::advance(Duration::from_secs(30)).await;
    for line in &lines {
        assert_eq!(bob.line().await, format!(":ann!~u@127.0.0.1 {line}"));
    }
    assert_eq!(bob.rest().await, ["ERROR :Connection closed"]);
}

#[tokio::test]
async fn quit_comes_after_all_that_was_sent_before() {
    let hub = Hub::start().await;
    let mut ann = hub.client_with("ann", "echo-message").await;
    ann.does("JOIN #room").await;
    let said: Vec<String> = (0..2_000)
        .map(|index| format!("PRIVMSG #room :{index}"))
        .collect();
    ann.send(&format!(
        "{}\r\nQUIT :done\r\nPING never",
        said.join("\r\n")
    ))
    .await;
    let mut expected: Vec<String> = said
        .iter()
        .map(|line| format!(":ann!~u@127.0.0.1 {line}"))
        .collect();
    expected.push("ERROR :Quit: done".to_owned());
    assert_eq!(ann.rest().await, expected);
}

#[tokio::test]
async fn a_pong_comes_after_all_that_happened_before_its_ping() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    for round in 0..50 {
        // The own side: whatever the answer to each line takes.
        let lines = ann
            .does(&format!("PRIVMSG bob :{round}\r\nTOPIC #room :{round}"))
            .await;
        assert_eq!(lines, [format!(":ann!~u@127.0.0.1 TOPIC #room :{round}")]);
        // The other side: Ann's fence has passed, so Bob's shows all of it.
        let seen = bob.sees().await;
        assert_eq!(
            seen,
            [
                format!(":ann!~u@127.0.0.1 PRIVMSG bob :{round}"),
                format!(":ann!~u@127.0.0.1 TOPIC #room :{round}")
            ]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn one_who_does_not_register_is_ended_however_much_is_sent() {
    let hub = Hub::with("[limits]\nregistration_timeout = \"30s\"\n").await;
    let mut slow = hub.connect().await;
    let start = Instant::now();
    for _ in 0..29 {
        tokio::time::advance(Duration::from_secs(1)).await;
        slow.send_bytes(b"N").await;
    }
    assert_eq!(slow.rest().await, ["ERROR :Registration timeout"]);
    let waited = start.elapsed();
    assert!(
        waited >= Duration::from_secs(30) && waited < Duration::from_secs(32),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_silent_are_pinged_and_those_who_do_not_answer_ended() {
    let hub = Hub::with("[limits]\nping_interval = \"90s\"\nping_timeout = \"60s\"\n").await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    let start = Instant::now();
    let silence = async {
        assert_eq!(ann.line().await, "PING :hub.test");
        let waited = start.elapsed();
        assert_eq!(ann.rest().await, ["ERROR :Ping timeout"]);
        (waited, start.elapsed())
    };
    let ((pinged, ended), mut bob) = tokio::join!(silence, async {
        assert_eq!(bob.line().await, "PING :hub.test");
        bob.send("PONG :hub.test").await;
        bob
    });
    let near = |time: Duration, seconds| {
        time >= Duration::from_secs(seconds) && time < Duration::from_secs(seconds + 2)
    };
    assert!(near(pinged, 90) && near(ended, 150), "{pinged:?} {ended:?}");
    assert_eq!(bob.line().await, ":ann!~u@127.0.0.1 QUIT :Ping timeout");
    assert_eq!(bob.sees().await, NOTHING);
}

#[tokio::test(start_paused = true)]
async fn a_flood_waits_and_loses_nothing() {
    let hub = Hub::with(
        "[limits]\nexempt = []\nlines_per_second = 10\nline_burst = 20\nmessages_per_second = 5\nmessage_burst = 10\n\
         ping_interval = \"10m\"\n",
    )
    .await;
    let mut bob = hub.client("bob").await;
    let mut ann = hub.client("ann").await;
    let start = Instant::now();
    let lines: Vec<String> = (0..60)
        .map(|index| format!("PRIVMSG bob :{index}"))
        .collect();
    ann.send(&lines.join("\r\n")).await;
    for line in &lines {
        assert_eq!(bob.line().await, format!(":ann!~u@127.0.0.1 {line}"));
    }
    // Ten or eleven at once, the rest at five a second.
    let waited = start.elapsed();
    assert!(
        waited >= Duration::from_millis(9_800) && waited < Duration::from_secs(12),
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn lines_that_are_too_long_count_as_lines() {
    let hub = Hub::with("[limits]\nexempt = []\nlines_per_second = 1\nline_burst = 5\n").await;
    let mut ann = hub.client("ann").await;
    let start = Instant::now();
    ann.send(&vec!["x".repeat(600); 40].join("\r\n")).await;
    for _ in 0..40 {
        ann.line().await;
    }
    assert!(
        start.elapsed() >= Duration::from_secs(35),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn those_who_are_exempt_flood_freely() {
    let hub = Hub::with("[limits]\nlines_per_second = 1\nline_burst = 1\n").await;
    let mut ann = hub.client("ann").await;
    let lines: Vec<String> = (0..1_000).map(|index| format!("PING {index}")).collect();
    assert_eq!(ann.does(&lines.join("\r\n")).await.len(), 1_000);
}

#[tokio::test]
async fn a_full_hub_says_so_and_has_room_again() {
    let hub = Hub::with("[limits]\nexempt = []\nconnections = 2\n").await;
    let mut ann = hub.client("ann").await;
    let _bob = hub.client("bob").await;
    let mut third = hub.connect().await;
    assert_eq!(third.rest().await, ["ERROR :too many connections"]);
    ann.send("QUIT").await;
    ann.rest().await;
    let mut third = hub.client("third").await;
    assert_eq!(third.does("PING x").await.len(), 1);
}

#[tokio::test]
async fn one_who_is_turned_away_hears_why_even_after_having_said_something() {
    let hub = Hub::with("[limits]\nexempt = []\nconnections_per_address = 1\n").await;
    let _ann = hub.client("ann").await;
    for _ in 0..50 {
        let mut other = hub.connect().await;
        other.send("CAP LS 302\r\nNICK x\r\nUSER x 0 * :X").await;
        assert_eq!(
            other.rest().await,
            ["ERROR :too many connections from your address"]
        );
    }
}

#[tokio::test]
async fn a_hub_that_stops_tells_everyone() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    let mut nobody = hub.connect().await;
    nobody.does("NICK x").await;
    let address = hub.address;
    hub.stop().await;
    let farewell = "ERROR :Server is shutting down";
    for client in [&mut ann, &mut bob] {
        let lines = client.rest().await;
        assert_eq!(
            lines.last().map(String::as_str),
            Some(farewell),
            "{lines:?}"
        );
    }
    assert_eq!(nobody.rest().await, [farewell]);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_hub_that_stops_first_sends_what_was_acknowledged() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = hub.room(["ann", "bob"]).await;
    let lines: Vec<String> = (0..500)
        .map(|index| format!("PRIVMSG #room :{index}"))
        .collect();
    ann.does(&lines.join("\r\n")).await;
    hub.stop().await;
    let seen = bob.rest().await;
    let said = seen
        .iter()
        .filter(|line| line.contains(" PRIVMSG "))
        .count();
    assert_eq!(said, 500);
}

#[tokio::test]
async fn a_hub_with_nobody_in_it_stops_at_once() {
    let hub = Hub::with("auto_join = [\"#lobby\"]\n").await;
    let start = std::time::Instant::now();
    hub.stop().await;
    assert!(start.elapsed() < Duration::from_millis(500));
}

#[tokio::test]
async fn one_who_does_not_read_can_be_killed() {
    let hash = salond::password::hash("swordfish").expect("a hash");
    let hub = Hub::with(&format!(
        "[[operators]]\nname = \"root\"\npassword_hash = \"{hash}\"\n"
    ))
    .await;
    let mut root = hub.client("root").await;
    root.does("OPER root swordfish\r\nJOIN #room").await;
    let mut stuck = hub.client("stuck").await;
    stuck.does("JOIN #room").await;
    let text = "x".repeat(400);
    let flood = vec![format!("PRIVMSG #room :{text}"); 2_000].join("\r\n");
    for _ in 0..10 {
        root.does(&flood).await;
    }
    root.does("KILL stuck :asleep").await;
    let quit = tokio::time::timeout(Duration::from_secs(5), root.line()).await;
    assert_eq!(
        quit.expect("long before any timeout"),
        ":stuck!~u@127.0.0.1 QUIT :Killed (root (asleep))"
    );
}
