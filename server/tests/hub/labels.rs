//! Labels: one response a labelled command, of no line, one or several.

use crate::client::{Client, NOTHING};
use crate::fixture::Hub;

const CAPS: &str = "labeled-response batch echo-message message-tags";

async fn ann_and_bob(hub: &Hub) -> [Client; 2] {
    hub.room_with([("ann", CAPS), ("bob", "")]).await
}

#[tokio::test]
async fn no_line_is_acknowledged() {
    let hub = Hub::start().await;
    let mut ann = hub.client_with("ann", "labeled-response batch").await;
    let ack = ["@label=1 :hub.test ACK"];
    assert_eq!(ann.does("@label=1 PONG x").await, ack);
    ann.does("JOIN #room").await;
    assert_eq!(ann.does("@label=1 JOIN #room").await, ack);
    // Without echo-message there is nothing to say of a message that was stored.
    assert_eq!(ann.does("@label=1 PRIVMSG #room :hi").await, ack);
    assert_eq!(ann.does("@label=1 NOTICE #room :hi").await, ack);
}

#[tokio::test]
async fn one_line_carries_the_label() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = ann_and_bob(&hub).await;
    assert_eq!(
        ann.does("@label=a\\sb PING x").await,
        ["@label=a\\sb :hub.test PONG hub.test x"]
    );
    assert_eq!(
        ann.does("@label=2;+x PRIVMSG #room :hi").await,
        ["@label=2;msgid=M;+x :ann!~u@127.0.0.1 PRIVMSG #room :hi"]
    );
    assert_eq!(
        bob.sees().await,
        [":ann!~u@127.0.0.1 PRIVMSG #room :hi"],
        "others don't see the label"
    );
    assert_eq!(
        ann.does("@label=3 FOO").await,
        ["@label=3 :hub.test 421 ann FOO :Unknown command"]
    );
    assert_eq!(
        ann.does("@label=4 JOIN").await,
        ["@label=4 :hub.test 461 ann JOIN :Not enough parameters"]
    );
    assert_eq!(
        ann.does("@label=5 CAP LIST").await,
        ["@label=5 :hub.test CAP ann LIST :batch echo-message labeled-response message-tags"]
    );
}

#[tokio::test]
async fn several_lines_make_a_batch() {
    let hub = Hub::start().await;
    let mut ann = hub.client_with("ann", "labeled-response batch").await;
    assert_eq!(
        ann.does("@label=1 JOIN #room").await,
        [
            "@label=1 :hub.test BATCH +B labeled-response",
            "@batch=B :ann!~u@127.0.0.1 JOIN #room",
            "@batch=B :hub.test 353 ann = #room @ann",
            "@batch=B :hub.test 366 ann #room :End of /NAMES list",
            ":hub.test BATCH -B",
        ]
    );
}

#[tokio::test]
async fn a_message_to_several_targets_has_one_response() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = ann_and_bob(&hub).await;
    assert_eq!(
        ann.does("@label=1 PRIVMSG #room,nobody,bob :hi").await,
        [
            "@label=1 :hub.test BATCH +B labeled-response",
            "@batch=B;msgid=M :ann!~u@127.0.0.1 PRIVMSG #room :hi",
            "@batch=B :hub.test 401 ann nobody :No such nick/channel",
            "@batch=B;msgid=M :ann!~u@127.0.0.1 PRIVMSG bob :hi",
            ":hub.test BATCH -B",
        ]
    );
    let mut seen = bob.sees().await;
    seen.sort();
    assert_eq!(
        seen,
        [
            ":ann!~u@127.0.0.1 PRIVMSG #room :hi",
            ":ann!~u@127.0.0.1 PRIVMSG bob :hi"
        ]
    );
    assert_eq!(
        ann.does("@label=2 PRIVMSG a,b,c,d,e :hi").await,
        ["@label=2 :hub.test 407 ann a,b,c,d,e :Too many targets"]
    );
}

#[tokio::test]
async fn a_refused_message_is_answered_under_its_label() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = ann_and_bob(&hub).await;
    assert_eq!(
        ann.does("@label=1 PRIVMSG #nowhere :hi").await,
        ["@label=1 :hub.test 403 ann #nowhere :No such channel"]
    );
    assert_eq!(
        ann.does("@label=2 PRIVMSG nobody :hi").await,
        ["@label=2 :hub.test 401 ann nobody :No such nick/channel"]
    );
    assert_eq!(
        ann.does("@label=3 PRIVMSG #room :").await,
        ["@label=3 :hub.test 412 ann :No text to send"]
    );
    assert_eq!(
        ann.does("@label=4 PRIVMSG").await,
        ["@label=4 :hub.test 411 ann :No recipient given (PRIVMSG)"]
    );
    bob.does("JOIN #locked").await;
    assert_eq!(
        ann.does("@label=5 PRIVMSG #locked :hi").await,
        ["@label=5 :hub.test 404 ann #locked :Cannot send to channel (+n)"]
    );
}

#[tokio::test]
async fn a_notice_is_answered_only_under_a_label() {
    let hub = Hub::start().await;
    let mut ann = hub.client_with("ann", CAPS).await;
    for line in [
        "NOTICE #nowhere :hi",
        "NOTICE nobody :hi",
        "NOTICE nobody :",
        "NOTICE a,b,c,d,e :x",
    ] {
        assert_eq!(ann.does(line).await, NOTHING, "{line}");
    }
    assert_eq!(
        ann.does("@label=1 NOTICE nobody :hi").await,
        ["@label=1 :hub.test 401 ann nobody :No such nick/channel"]
    );
}

#[tokio::test]
async fn pipelined_messages_are_answered_each_and_in_order() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = ann_and_bob(&hub).await;
    ann.send(
        "@label=1 PRIVMSG #room :one\r\n@label=2 PRIVMSG #room :two\r\n@label=3 PRIVMSG nobody :x\r\n\
         @label=4 PRIVMSG #room :three\r\n@label=5 FOO\r\n@label=6 PRIVMSG bob :four",
    )
    .await;
    let own = ":ann!~u@127.0.0.1 PRIVMSG";
    assert_eq!(
        ann.sees().await,
        [
            format!("@label=1;msgid=M {own} #room :one"),
            format!("@label=2;msgid=M {own} #room :two"),
            "@label=3 :hub.test 401 ann nobody :No such nick/channel".to_owned(),
            format!("@label=4;msgid=M {own} #room :three"),
            "@label=5 :hub.test 421 ann FOO :Unknown command".to_owned(),
            format!("@label=6;msgid=M {own} bob :four"),
        ]
    );
    let seen = bob.sees().await;
    let in_room: Vec<&String> = seen.iter().filter(|line| line.contains("#room")).collect();
    let expected = ["one", "two", "three"].map(|text| format!("{own} #room :{text}"));
    assert_eq!(in_room, expected.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn without_the_capability_a_label_means_nothing() {
    let hub = Hub::start().await;
    let mut ann = hub.client_with("ann", "batch message-tags").await;
    assert_eq!(
        ann.does("@label=1 PING x").await,
        [":hub.test PONG hub.test x"]
    );
    assert_eq!(ann.does("@label=1 PONG").await, NOTHING);
}

#[tokio::test]
async fn what_happens_meanwhile_is_no_part_of_a_response() {
    let hub = Hub::start().await;
    let [mut ann, mut bob] = ann_and_bob(&hub).await;
    ann.does("MONITOR + anna").await;
    bob.does("PRIVMSG #room :hi").await;
    // The news of the own nick is there when the second line is handled.
    assert_eq!(
        ann.does("NICK anna\r\n@label=1 PING x").await,
        [
            "@msgid=M :bob!~u@127.0.0.1 PRIVMSG #room :hi",
            "@msgid=M :ann!~u@127.0.0.1 NICK anna",
            ":hub.test 730 anna anna!~u@127.0.0.1",
            "@label=1 :hub.test PONG hub.test x",
        ]
    );
}
