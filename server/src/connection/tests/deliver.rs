//! What reaches a client, in which order, and how much of it at once.

use std::sync::Arc;

use salon_protocol::RoomName;

use super::super::Client;
use super::super::output::PENDING_BYTES_MAX;
use super::{client, join, say, sent};
use crate::event::{Body, Speech, Spread};
use crate::hub::Hub;
use crate::identity::SessionId;
use crate::inbox::{Closing, Inbox};
use crate::log::MemoryLog;
use crate::room::{Asker, Request, Room};
use crate::tests::{FickleLog, hub, inbox, person};
use crate::user::Link;

/// A room with its operator Ann, and Bob in it as a client who has read all.
async fn room_of_two() -> (Arc<Hub>, Arc<Room>, Asker, Client, Asker) {
    let hub = hub(FickleLog::new());
    let name: RoomName = "#room".parse().expect("a room's name");
    let room = hub.room_or_make(&name).expect("a free name");
    let ann = person(1, "ann");
    room.ask_one(&ann, join()).await.expect("the room lives");
    let (mut bob, as_asker) = client(&hub, 2, "bob");
    bob.join(&name, None).await.expect("the room is open");
    sent(&mut bob);
    (hub, room, ann, bob, as_asker)
}

fn kick(nick: &str) -> Request {
    Request::Kick {
        nick: nick.parse().expect("a nick"),
        reason: "out".to_owned(),
    }
}

#[tokio::test]
async fn one_who_is_kicked_is_shown_nothing_of_what_follows_in_the_same_run() {
    let (_hub, room, ann, mut bob, _) = room_of_two().await;
    let requests = vec![say("before"), kick("bob"), say("after")];
    room.ask(&ann, requests).await.expect("the room lives");
    bob.collect().await;
    assert_eq!(
        sent(&mut bob),
        [
            ":ann!~ann@host PRIVMSG #room :before",
            ":ann!~ann@host KICK #room bob :out"
        ]
    );
}

#[tokio::test]
async fn one_who_is_kicked_and_comes_back_at_once_sees_both() {
    let (_hub, room, ann, mut bob, _) = room_of_two().await;
    let requests = vec![say("before"), kick("bob"), say("between")];
    // Both are in the queue before the room's task runs: one group.
    let name = room.name();
    let (kicked, joined) = tokio::join!(room.ask(&ann, requests), bob.join(&name, None));
    kicked.expect("the room lives");
    joined.expect("the room is open");
    room.ask_one(&ann, say("after"))
        .await
        .expect("the room lives");
    bob.collect().await;
    assert_eq!(
        sent(&mut bob),
        [
            ":ann!~ann@host PRIVMSG #room :before",
            ":ann!~ann@host KICK #room bob :out",
            ":bob!~bob@host JOIN #room",
            ":salon.local 353 bob = #room :@ann bob",
            ":salon.local 366 bob #room :End of /NAMES list",
            ":ann!~ann@host PRIVMSG #room :after",
        ]
    );
    assert!(bob.user.is_some_and(|user| user.is_member_of(room.id)));
}

#[tokio::test]
async fn a_reader_far_behind_takes_no_more_of_a_room_than_its_peer_reads() {
    let (_hub, room, ann, mut bob, _) = room_of_two().await;
    let text = "x".repeat(400);
    for index in 0..2_000 {
        let asked = room.ask_one(&ann, say(&format!("{index} {text}"))).await;
        asked.expect("the room lives");
    }
    let mut seen = Vec::new();
    for _ in 0..100 {
        bob.collect().await;
        let lines = sent(&mut bob);
        let bytes: usize = lines.iter().map(|line| line.len() + 2).sum();
        assert!(bytes < PENDING_BYTES_MAX + 512, "{bytes} bytes at once");
        seen.extend(lines);
    }
    let expected: Vec<String> = (0..2_000)
        .map(|index| format!(":ann!~ann@host PRIVMSG #room :{index} {text}"))
        .collect();
    assert_eq!(seen, expected);
}

/// Bob shares `#a` and `#b` with Ann; she speaks in `#b` and leaves, and `#a` alone has the news at first.
#[tokio::test]
async fn who_leaves_has_said_before_what_they_said_in_other_rooms() {
    for said in [3_u32, 2_000] {
        let hub = hub(FickleLog::new());
        let (mut ann, as_ann) = client(&hub, 1, "ann");
        let (mut bob, _) = client(&hub, 2, "bob");
        for name in ["#a", "#b"] {
            let name: RoomName = name.parse().expect("a room's name");
            ann.join(&name, None).await.expect("the room is open");
            bob.join(&name, None).await.expect("the room is open");
        }
        sent(&mut bob);
        let room = ann.room("#b").expect("the room lives");
        for index in 0..said {
            let asked = room.ask_one(&as_ann, say(&index.to_string())).await;
            asked.expect("the room lives");
        }
        ann.depart("bye").await;
        let mut seen = Vec::new();
        for _ in 0..100 {
            bob.collect().await;
            seen.extend(sent(&mut bob));
        }
        let mut expected: Vec<String> = (0..said)
            .map(|index| format!(":ann!~ann@host PRIVMSG #b :{index}"))
            .collect();
        expected.push(":ann!~ann@host QUIT :bye".to_owned());
        assert_eq!(seen, expected);
    }
}

/// Ann and Cid leave at once, and Bob's two rooms have that in opposite orders.
#[tokio::test]
async fn rooms_that_wait_for_each_other_do_not_stand_still() {
    let (_hub, room, ann, mut bob, _) = room_of_two().await;
    let other: RoomName = "#other".parse().expect("a room's name");
    bob.join(&other, None).await.expect("the room is open");
    let other = bob.room("#other").expect("the room lives");
    let cid = person(3, "cid");
    other.ask_one(&ann, join()).await.expect("the room lives");
    other.ask_one(&cid, join()).await.expect("the room lives");
    room.ask_one(&cid, join()).await.expect("the room lives");
    bob.collect().await;
    sent(&mut bob);
    let quit = |asker: &Asker, id| Request::Change {
        identity: Arc::clone(&asker.identity),
        body: Some(Body::Quit {
            reason: "bye".into(),
        }),
        spread: Arc::new(Spread {
            id,
            rooms: Box::new([room.id, other.id]),
        }),
    };
    for (room, asker, id) in [
        (&room, &ann, 71),
        (&other, &cid, 72),
        (&room, &cid, 72),
        (&other, &ann, 71),
    ] {
        let asked = room.ask_one(asker, quit(asker, id)).await;
        asked.expect("the room lives");
    }
    bob.collect().await;
    let mut seen = sent(&mut bob);
    seen.sort();
    assert_eq!(
        seen,
        [":ann!~ann@host QUIT :bye", ":cid!~cid@host QUIT :bye"]
    );
}

/// Bob's further connection reads of Ann's end in `#a`, and listens in `#b`, where Bob came in before, only after it.
#[tokio::test]
async fn what_went_through_a_room_that_is_not_listened_in_yet_is_shown_once() {
    let hub = hub(FickleLog::new());
    let (mut ann, as_ann) = client(&hub, 1, "ann");
    let (mut bob, as_bob) = client(&hub, 2, "bob");
    let names = ["#a", "#b"].map(|name| name.parse::<RoomName>().expect("a room's name"));
    let [a, b] = &names;
    for name in &names {
        ann.join(name, None).await.expect("the room is open");
    }
    bob.join(a, None).await.expect("the room is open");
    let mut further = further(&hub, &as_bob);
    further.attach_to_rooms().await;
    sent(&mut further);
    bob.join(b, None).await.expect("the room is open");
    let stream = ann.room("#a").expect("the room lives").id;
    hub.depart(&as_ann.user, as_ann.session, "bye").await;
    further.read_feed(stream, None).await;
    further.collect().await;
    let quits = sent(&mut further);
    let quits = quits.iter().filter(|line| line.contains(" QUIT "));
    assert_eq!(quits.count(), 1);
}

/// One more connection of somebody.
fn further(hub: &Arc<Hub>, of: &Asker) -> Client {
    let session = SessionId(20);
    let news: Arc<Inbox> = Arc::default();
    let link = Link {
        session,
        inbox: Arc::clone(&news),
        host: "host".into(),
        is_secure: false,
        fingerprint: None,
    };
    of.user.attach(link, 2).expect("there is room");
    let mut further = Client::new(Arc::clone(hub), session, news, "host".to_owned());
    further.direct = of.user.direct();
    further.user = Some(Arc::clone(&of.user));
    further
}

async fn write_to(hub: &Hub, from: &Asker, to: &Asker, texts: impl Iterator<Item = String>) {
    for text in texts {
        let body = Body::Said {
            speech: Speech::Privmsg,
            text: text.into(),
            client_tags: "".into(),
        };
        let nick = to.identity.nick.clone();
        let sent = hub
            .post
            .send(from, &to.user, nick.as_str(), vec![body])
            .await;
        assert!(sent.iter().all(Result::is_ok));
    }
}

#[tokio::test]
async fn a_reader_far_behind_takes_no_more_direct_messages_than_its_peer_reads() {
    let (hub, _room, ann, mut bob, as_asker) = room_of_two().await;
    let text = "x".repeat(400);
    let texts = |range: std::ops::Range<u32>| range.map(|index| format!("{index} {text}"));
    let mut seen = Vec::new();
    write_to(&hub, &ann, &as_asker, texts(0..1_000)).await;
    for round in 0..100 {
        bob.collect().await;
        // The peer reads nothing, and more comes.
        write_to(&hub, &ann, &as_asker, texts(1_000 + round..1_001 + round)).await;
        bob.collect().await;
        let lines = sent(&mut bob);
        let bytes: usize = lines.iter().map(|line| line.len() + 2).sum();
        assert!(bytes < 2 * PENDING_BYTES_MAX, "{bytes} bytes at once");
        seen.extend(lines);
    }
    bob.collect().await;
    seen.extend(sent(&mut bob));
    let expected: Vec<String> = texts(0..1_100)
        .map(|text| format!(":ann!~ann@host PRIVMSG bob :{text}"))
        .collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn an_end_is_noticed_however_much_waits_for_the_peer() {
    let (_hub, room, ann, mut bob, as_asker) = room_of_two().await;
    let flood = (0..300).map(|_| say(&"x".repeat(400))).collect();
    room.ask(&ann, flood).await.expect("the room lives");
    bob.collect().await;
    assert!(bob.output.is_full());
    inbox(&as_asker).close(Closing {
        line: None,
        reason: "enough".to_owned(),
    });
    bob.collect().await;
    assert_eq!(bob.ending.as_deref(), Some("enough"));
}

#[tokio::test]
async fn what_was_left_for_want_of_room_is_looked_at_again() {
    let (hub, room, ann, mut bob, as_asker) = room_of_two().await;
    let flood = (0..300).map(|_| say(&"x".repeat(400))).collect();
    room.ask(&ann, flood).await.expect("the room lives");
    bob.collect().await;
    write_to(&hub, &ann, &as_asker, ["late".to_owned()].into_iter()).await;
    // The signal is used up while there is no room.
    inbox(&as_asker).woken().await;
    bob.collect().await;
    sent(&mut bob);
    inbox(&as_asker).woken().await;
    bob.collect().await;
    assert_eq!(sent(&mut bob), [":ann!~ann@host PRIVMSG bob :late"]);
}

#[tokio::test]
async fn direct_messages_that_are_no_longer_kept_are_counted() {
    let hub = hub(Arc::new(MemoryLog::new(7, 100)));
    let (mut bob, as_asker) = client(&hub, 2, "bob");
    write_to(
        &hub,
        &person(1, "ann"),
        &as_asker,
        (0..300).map(|index| index.to_string()),
    )
    .await;
    bob.collect().await;
    let mut expected = vec![
        ":salon.local NOTE * HISTORY_EXPIRED bob :200 events are missing here: they were no longer kept when you \
         read on"
            .to_owned(),
    ];
    expected.extend((200..300).map(|index| format!(":ann!~ann@host PRIVMSG bob :{index}")));
    assert_eq!(sent(&mut bob), expected);
}
