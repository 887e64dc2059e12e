//! Several connections of one account that share a nick.

use crate::client::{Client, NOTHING};
use crate::fixture::Hub;

/// NUL, ann, NUL, sesame.
const ANN: &str = "AGFubgBzZXNhbWU=";

/// A connection that has logged in as `ann`, and what it was sent behind the message of the day.
async fn ann_with(hub: &Hub, caps: &str, before: &str) -> (Client, Vec<String>) {
    let mut ann = hub.connect().await;
    ann.does(&format!("CAP REQ :sasl {caps}")).await;
    ann.does(&format!("AUTHENTICATE PLAIN\r\nAUTHENTICATE {ANN}"))
        .await;
    if !before.is_empty() {
        ann.does(before).await;
    }
    ann.send("NICK ann\r\nUSER other 0 * :Other Ann\r\nCAP END")
        .await;
    let lines = ann.sees().await;
    let end = lines
        .iter()
        .position(|line| line.contains(" 422 ann "))
        .expect("a welcome");
    let behind = lines.into_iter().skip(end + 1).collect();
    (ann, behind)
}

/// Ann on two connections and Bob, in `#room`; all have read everything.
async fn three(hub: &Hub, first: &str, second: &str) -> (Client, Client, Client) {
    let mut one = hub.client_with("ann", first).await;
    one.does("REGISTER * * sesame").await;
    one.does("JOIN #room").await;
    let mut bob = hub.client("bob").await;
    bob.does("JOIN #room").await;
    one.sees().await;
    let (two, _) = ann_with(hub, second, "").await;
    assert_eq!(
        bob.sees().await,
        NOTHING,
        "nobody sees a further connection"
    );
    assert_eq!(one.sees().await, NOTHING);
    (one, two, bob)
}

#[tokio::test]
async fn a_further_connection_finds_itself_in_the_rooms_of_its_user() {
    let hub = Hub::start().await;
    let mut one = hub.client("ann").await;
    one.does("REGISTER * * sesame").await;
    one.does("JOIN #a\r\nJOIN #b\r\nTOPIC #a :hello").await;
    let (mut two, lines) = ann_with(&hub, "extended-join draft/read-marker", "").await;
    let ann = "ann!~u@127.0.0.1";
    let topic_time = lines.get(2).expect("a time of the topic").clone();
    assert_eq!(
        lines,
        [
            format!(":{ann} JOIN #a ann :Real ann"),
            ":hub.test 332 ann #a hello".to_owned(),
            topic_time,
            ":hub.test MARKREAD #a *".to_owned(),
            ":hub.test 353 ann = #a @ann".to_owned(),
            ":hub.test 366 ann #a :End of /NAMES list".to_owned(),
            format!(":{ann} JOIN #b ann :Real ann"),
            ":hub.test MARKREAD #b *".to_owned(),
            ":hub.test 353 ann = #b @ann".to_owned(),
            ":hub.test 366 ann #b :End of /NAMES list".to_owned(),
        ]
    );
    assert_eq!(
        two.does("ISON ann").await,
        [":hub.test 303 ann ann"],
        "one user, two connections"
    );
    assert_eq!(two.does("MODE #b +m").await, [format!(":{ann} MODE #b +m")]);
}

#[tokio::test]
async fn what_one_connection_says_the_others_see_once_and_as_said_by_themselves() {
    let hub = Hub::start().await;
    let (mut one, mut two, mut bob) = three(&hub, "", "echo-message").await;
    let ann = ":ann!~u@127.0.0.1";
    assert_eq!(one.does("PRIVMSG #room :from one").await, NOTHING);
    let line = [format!("{ann} PRIVMSG #room :from one")];
    assert_eq!(two.sees().await, line);
    assert_eq!(bob.sees().await, line);
    let echo = [format!("{ann} PRIVMSG #room :from two")];
    assert_eq!(two.does("PRIVMSG #room :from two").await, echo);
    assert_eq!(one.sees().await, echo);
    assert_eq!(bob.sees().await, echo);
    let hi = [":bob!~u@127.0.0.1 PRIVMSG #room :hi"];
    bob.does("PRIVMSG #room :hi").await;
    assert_eq!(one.sees().await, hi);
    assert_eq!(two.sees().await, hi);
}

#[tokio::test]
async fn direct_messages_reach_all_connections_in_both_directions() {
    let hub = Hub::start().await;
    let (mut one, mut two, mut bob) = three(&hub, "", "echo-message").await;
    let ann = ":ann!~u@127.0.0.1";
    assert_eq!(one.does("PRIVMSG bob :from one").await, NOTHING);
    let line = [format!("{ann} PRIVMSG bob :from one")];
    assert_eq!(bob.sees().await, line);
    assert_eq!(two.sees().await, line);
    bob.does("PRIVMSG ann :hi").await;
    let hi = [":bob!~u@127.0.0.1 PRIVMSG ann :hi"];
    assert_eq!(one.sees().await, hi);
    assert_eq!(two.sees().await, hi);
    let echo = format!("{ann} PRIVMSG ann :note to self");
    assert_eq!(
        two.does("PRIVMSG ann :note to self").await,
        [echo.clone(), echo.clone()],
        "the echo and the message, as for one who is alone"
    );
    assert_eq!(one.sees().await, [echo]);
}

#[tokio::test]
async fn a_label_is_for_the_connection_that_gave_it() {
    let hub = Hub::start().await;
    let caps = "labeled-response batch echo-message";
    let (mut one, mut two, _bob) = three(&hub, caps, caps).await;
    let line = ":ann!~u@127.0.0.1 PRIVMSG #room :hi";
    assert_eq!(
        one.does("@label=x PRIVMSG #room :hi").await,
        [format!("@label=x {line}")]
    );
    assert_eq!(two.sees().await, [line]);
}

#[tokio::test]
async fn the_other_connections_follow_into_rooms_and_out_of_them() {
    let hub = Hub::start().await;
    let (mut one, mut two, mut bob) = three(&hub, "", "").await;
    let ann = ":ann!~u@127.0.0.1";
    let joined = [
        format!("{ann} JOIN #new"),
        ":hub.test 353 ann = #new @ann".to_owned(),
        ":hub.test 366 ann #new :End of /NAMES list".to_owned(),
    ];
    assert_eq!(one.does("JOIN #new").await, joined);
    assert_eq!(two.sees().await, joined);
    bob.does("JOIN #new\r\nPRIVMSG #new :hi").await;
    let seen = [
        ":bob!~u@127.0.0.1 JOIN #new",
        ":bob!~u@127.0.0.1 PRIVMSG #new :hi",
    ];
    assert_eq!(one.sees().await, seen);
    assert_eq!(two.sees().await, seen);
    let left = [format!("{ann} PART #new :bye")];
    assert_eq!(two.does("PART #new :bye").await, left);
    assert_eq!(one.sees().await, left);
    bob.does("PRIVMSG #new :anybody?").await;
    assert_eq!(one.sees().await, NOTHING);
    assert_eq!(two.sees().await, NOTHING);
    one.does("MODE #room +o bob").await;
    bob.does("KICK #room ann :out").await;
    let kick = ":bob!~u@127.0.0.1 KICK #room ann :out";
    assert_eq!(one.sees().await, [kick]);
    assert_eq!(
        two.sees().await,
        [&format!("{ann} MODE #room +o bob"), kick]
    );
}

#[tokio::test]
async fn a_new_nick_and_modes_are_everybodys_with_rooms_and_without() {
    let hub = Hub::start().await;
    let (mut one, mut two, mut bob) = three(&hub, "", "").await;
    let renamed = [":ann!~u@127.0.0.1 NICK anna"];
    assert_eq!(one.does("NICK anna").await, renamed);
    assert_eq!(two.sees().await, renamed);
    assert_eq!(bob.sees().await, renamed);
    assert_eq!(
        one.does("MODE anna +i").await,
        [":anna!~u@127.0.0.1 MODE anna +i"]
    );
    assert_eq!(two.sees().await, [":anna!~u@127.0.0.1 MODE anna +i"]);
    one.does("PART #room").await;
    two.sees().await;
    let renamed = [":anna!~u@127.0.0.1 NICK ann"];
    assert_eq!(two.does("NICK ann").await, renamed);
    assert_eq!(one.sees().await, renamed);
}

#[tokio::test]
async fn one_is_away_when_all_connections_are() {
    let hub = Hub::start().await;
    let (mut one, mut two, _) = three(&hub, "", "draft/pre-away").await;
    let mut bob = hub.client_with("eve", "away-notify").await;
    bob.does("JOIN #room").await;
    let away = [":hub.test 306 ann :You have been marked as being away"];
    one.sees().await;
    two.sees().await;
    assert_eq!(one.does("AWAY :lunch").await, away);
    assert_eq!(bob.sees().await, NOTHING, "somebody is at the other one");
    assert_eq!(two.does("AWAY *").await, away);
    assert_eq!(bob.sees().await, [":ann!~u@127.0.0.1 AWAY :lunch"]);
    two.send("QUIT").await;
    two.rest().await;
    let (mut three, _) = ann_with(&hub, "draft/pre-away", "AWAY *").await;
    assert_eq!(bob.sees().await, NOTHING, "nobody is at that one");
    three.does("AWAY").await;
    assert_eq!(bob.sees().await, [":ann!~u@127.0.0.1 AWAY"]);
    three.send("QUIT").await;
    three.rest().await;
    assert_eq!(bob.sees().await, [":ann!~u@127.0.0.1 AWAY :lunch"]);
}

#[tokio::test]
async fn nobody_sees_a_connection_end_but_the_last() {
    let hub = Hub::start().await;
    let (mut one, mut two, mut bob) = three(&hub, "", "").await;
    one.send("QUIT :one").await;
    assert_eq!(one.rest().await, ["ERROR :Quit: one"]);
    assert_eq!(bob.sees().await, NOTHING);
    bob.does("PRIVMSG #room :still here?").await;
    assert_eq!(
        two.sees().await,
        [":bob!~u@127.0.0.1 PRIVMSG #room :still here?"]
    );
    two.send("QUIT :two").await;
    two.rest().await;
    assert_eq!(bob.sees().await, [":ann!~u@127.0.0.1 QUIT :Quit: two"]);
    assert_eq!(bob.does("ISON ann").await, [":hub.test 303 bob :"]);
}

#[tokio::test]
async fn what_was_read_on_one_connection_is_read_on_all() {
    let hub = Hub::start().await;
    let (mut one, mut two, _bob) = three(&hub, "draft/read-marker", "draft/read-marker").await;
    let line = [":hub.test MARKREAD #room timestamp=2026-01-01T00:00:00.000Z"];
    let set = "MARKREAD #room timestamp=2026-01-01T00:00:00.000Z";
    assert_eq!(one.does(set).await, line);
    assert_eq!(two.sees().await, line);
}

#[tokio::test]
async fn a_nick_is_shared_with_ones_own_account_alone_and_so_many_times() {
    let hub = Hub::with("[limits]\nexempt = []\nconnections_per_account = 2\n").await;
    let (_one, mut two, _bob) = three(&hub, "", "").await;
    let mut stranger = hub.connect().await;
    assert_eq!(
        stranger.does("NICK ann\r\nUSER u 0 * :x").await,
        [":hub.test 433 * ann :Nickname is already in use"]
    );
    let mut third = hub.connect().await;
    third
        .does(&format!(
            "CAP REQ sasl\r\nAUTHENTICATE PLAIN\r\nAUTHENTICATE {ANN}\r\nNICK ann\r\nUSER u 0 * :x"
        ))
        .await;
    let full = ":hub.test 433 * ann :There are 2 connections of the account already; end one of them first";
    assert_eq!(third.does("CAP END").await, [full]);
    two.send("QUIT").await;
    two.rest().await;
    third.send("NICK ann").await;
    assert!(third.line().await.contains(" 001 ann "));
}

#[tokio::test]
async fn where_nicks_are_not_shared_the_second_is_refused() {
    let hub = Hub::with("[accounts]\nmulticlient = false\n").await;
    let mut one = hub.client("ann").await;
    one.does("REGISTER * * sesame").await;
    let mut two = hub.connect().await;
    two.does(&format!(
        "CAP REQ sasl\r\nAUTHENTICATE PLAIN\r\nAUTHENTICATE {ANN}\r\nNICK ann\r\nUSER u 0 * :x"
    ))
    .await;
    assert_eq!(
        two.does("CAP END").await,
        [":hub.test 433 * ann :Nickname is already in use"]
    );
}
