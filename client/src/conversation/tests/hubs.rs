//! Going from hub to hub: the one that there is, is not lost for one that can't be had.

use salon_config::{Secret, ServerUrl, Transport};
use tokio::net::TcpListener;

use super::*;
use crate::conversation::local_tests::{heard, until_told};
use crate::session::RoomToJoin;

/// A person in `#lobby`.
async fn person() -> (Conversation, Hub) {
    let (mut talk, mut hub) = started().await;
    talk.lines = Lines::Typed;
    talk.closed_room = ClosedRoom::Tell;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    (talk, hub)
}

fn url(text: &str) -> ServerUrl {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_hub_is_not_left_for_one_that_is_not_there() {
    let (mut talk, mut hub) = person().await;
    // Nobody listens there, and no program of ours may.
    talk.submit(Ticket(1), ":connect irc://127.0.0.1:1");
    assert!(!talk.is_accepting(), "nothing goes to the wrong hub");
    assert_eq!(
        until_told(&mut talk, "could not").await,
        "could not connect to 127.0.0.1:1: connection refused; you are still on hub:6000"
    );
    assert!(talk.is_accepting());
    talk.submit(Ticket(2), "hello");
    let line = heard(&mut talk, &mut hub).await;
    assert!(line.ends_with(" PRIVMSG #lobby :hello"), "{line}");
    assert_eq!(talk.next_plan().host, "localhost");
}

#[tokio::test]
async fn a_hub_is_left_for_one_that_is_there() {
    let (mut talk, mut hub) = person().await;
    let there = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = there.local_addr().unwrap().port();
    talk.submit(Ticket(1), &format!(":connect irc://127.0.0.1:{port}/dev"));
    assert_eq!(heard(&mut talk, &mut hub).await, "QUIT");
    drop(hub);
    let (stream, _) = there.accept().await.unwrap();
    let mut lines = BufReader::new(stream).lines();
    let going = async {
        loop {
            talk.turn().await;
        }
    };
    tokio::select! {
        line = lines.next_line() => assert_eq!(line.unwrap().as_deref(), Some("CAP LS 302")),
        () = going => unreachable!("turns have no end"),
    }
    assert_eq!(talk.plan.port, port);
    assert_eq!(talk.plan.identity.rooms, [RoomToJoin::open("#dev")]);
}

#[tokio::test]
async fn a_hub_that_goes_away_meanwhile_is_left() {
    let (mut talk, hub) = person().await;
    talk.submit(Ticket(1), ":connect irc://127.0.0.1:1");
    drop(hub);
    talk.end("the hub closed it");
    let told = until_told(&mut talk, "could not").await;
    assert_eq!(
        told,
        "could not connect to 127.0.0.1:1: connection refused; ':reconnect' goes back to localhost:6000, ':quit' leaves"
    );
    assert_eq!(talk.next_plan().host, "localhost");
}

#[tokio::test]
async fn who_quits_meanwhile_goes_nowhere() {
    let (mut talk, mut hub) = person().await;
    talk.submit(Ticket(1), ":connect irc://127.0.0.1:1");
    talk.quit(None);
    assert_eq!(heard(&mut talk, &mut hub).await, "QUIT");
    drop(hub);
    assert!(matches!(end(&mut talk).await, Ended::Quit));
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_lets_nobody_in_is_come_back_from() {
    let (mut talk, mut hub) = person().await;
    let there = talk.plan_to_another(&url("irc://hub.example"));
    talk.leave_for(there.clone(), None);
    talk.carry_out();
    assert_eq!(heard(&mut talk, &mut hub).await, "QUIT");
    let (mut other, link) = Hub::with_link();
    talk.moving_to = Moving::default();
    talk.begin_session(link, there);
    other.say(&[":hub 465 * :You are banned"]).await;
    let told = until_told(&mut talk, "").await;
    assert!(
        told.contains("':reconnect' goes back to localhost:6000"),
        "{told}"
    );
    let back = talk.next_plan();
    assert_eq!((&*back.host, back.port), ("localhost", 6000));
    assert_eq!(back.identity.rooms, [RoomToJoin::open("#lobby")]);
}

#[tokio::test(start_paused = true)]
async fn the_own_hub_is_gone_back_to_as_one_is_known_there() {
    let (mut talk, _hub) = person().await;
    talk.plan.transport = Transport::Tls;
    talk.plan.tls.fingerprint = "0a".repeat(32).parse().ok();
    talk.plan.identity.password = Some(Secret::new("hunter2"));
    *talk.own_hub = talk.plan.clone();
    let there = talk.plan_to_another(&url("irc://hub.example"));
    assert_eq!(there.identity.password, None);
    talk.leave_for(there.clone(), None);
    talk.plan = there;
    let back = talk.plan_to_another(&url("ircs://localhost:6000"));
    assert_eq!(back.tls, talk.own_hub.tls);
    assert_eq!(back.identity.password, Some(Secret::new("hunter2")));
    assert_eq!(back.identity.rooms, [RoomToJoin::open("#lobby")]);
    let named = talk.plan_to_another(&url("ircs://localhost:6000/dev"));
    assert_eq!(named.identity.rooms, [RoomToJoin::open("#dev")]);
    let in_clear = talk.plan_to_another(&url("irc://localhost:6000"));
    assert_eq!(in_clear.identity.password, None);
}
