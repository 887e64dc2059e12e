//! A room's task with a log that refuses: the senders are told, nobody is shown anything, and the room goes on.

use std::sync::Arc;

use futures_util::FutureExt as _;

use super::super::{Origin, Room, spawn};
use super::{Asker, join, line, mode, part, say, shown, topic};
use crate::event::{Body, Event, Spread, StreamId};
use crate::hub::Hub;
use crate::room::Request;
use crate::tests::{FickleLog, hub, inbox, person};

const REFUSED: &str = "not stored: the hub's log refuses events at the moment; try again later";

struct Scene {
    hub: Arc<Hub>,
    log: Arc<FickleLog>,
    room: Arc<Room>,
}

impl Scene {
    fn new() -> Self {
        Self::with(FickleLog::new())
    }

    fn with(log: Arc<FickleLog>) -> Self {
        let hub = hub(Arc::<FickleLog>::clone(&log));
        let name = "#room".parse().expect("a room's name");
        let room = hub
            .directory
            .room_or_make(&name, || {
                spawn(&hub, Origin::New(StreamId(99), name.clone()), false)
            })
            .expect("a free name");
        Self { hub, log, room }
    }

    async fn asks(&self, who: &Asker, request: Request) -> Vec<String> {
        shown(
            &self
                .room
                .ask_one(who, request)
                .await
                .expect("the room lives"),
        )
    }

    fn stored(&self) -> Vec<String> {
        let events: Vec<Arc<Event>> = self.log.stored(self.room.id);
        events.iter().map(|event| line(event)).collect()
    }
}

#[tokio::test]
async fn what_the_log_refuses_is_refused_and_shown_to_nobody() {
    let scene = Scene::new();
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    scene.asks(&ann, join()).await;
    let mut joined = scene
        .room
        .ask_one(&bob, join())
        .await
        .expect("the room lives");
    let mut ring = joined
        .joined
        .take()
        .and_then(|joined| joined.ring)
        .expect("a ring");
    ring.try_recv().expect("the join itself");

    scene.log.refuse(true);
    let said = scene.asks(&ann, say("lost?")).await;
    assert_eq!(said, [format!("404 #room|{REFUSED}"), "refused".to_owned()]);
    let set = scene.asks(&ann, topic(Some("lost?"))).await;
    assert_eq!(set, [format!("400 #room|{REFUSED}"), "refused".to_owned()]);
    assert!(ring.try_recv().is_err(), "nothing was shown");
    assert_eq!(
        scene.asks(&bob, topic(None)).await,
        ["331 #room|No topic is set"]
    );

    scene.log.refuse(false);
    let said = scene.asks(&ann, say("kept")).await;
    assert_eq!(said, [":ann!~ann@host PRIVMSG #room :kept"]);
    let run = ring.try_recv().expect("a run");
    let lines: Vec<String> = run.events.iter().map(|event| line(event)).collect();
    assert_eq!(lines, said);
    assert_eq!(
        scene.stored(),
        [
            ":ann!~ann@host JOIN #room",
            ":bob!~bob@host JOIN #room",
            ":ann!~ann@host PRIVMSG #room :kept",
        ]
    );
    assert_eq!(
        scene.room.published(),
        scene.log.stored(scene.room.id)[2].id.seq
    );
}

#[tokio::test]
async fn a_group_is_refused_whole_and_each_of_its_senders_told() {
    let scene = Scene::new();
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    scene.asks(&ann, join()).await;
    scene.log.refuse(true);
    // Both are in the queue before the room's task runs: one group.
    let (first, second) = tokio::join!(
        scene
            .room
            .ask(&ann, vec![say("one"), topic(None), say("two")]),
        scene.asks(&bob, join()),
    );
    let first: Vec<Vec<String>> = first.expect("the room lives").iter().map(shown).collect();
    let refused = |numeric| vec![format!("{numeric} #room|{REFUSED}"), "refused".to_owned()];
    assert_eq!(
        first,
        [
            refused("404"),
            vec!["331 #room|No topic is set".to_owned()],
            refused("404"),
        ]
    );
    assert_eq!(second, refused("400"));
    scene.log.refuse(false);
    assert_eq!(
        scene.asks(&bob, join()).await,
        [":bob!~bob@host JOIN #room"]
    );
}

#[tokio::test]
async fn a_room_that_was_never_stored_is_gone() {
    let scene = Scene::new();
    let ann = person(1, "ann");
    scene.log.refuse(true);
    let refused = [format!("400 #room|{REFUSED}"), "refused".to_owned()];
    assert_eq!(scene.asks(&ann, join()).await, refused);
    scene.room.requests.closed().await;
    assert!(scene.hub.directory.room(&scene.room.name()).is_none());
}

#[tokio::test]
async fn one_group_is_one_run_in_the_order_of_asking() {
    let scene = Scene::new();
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    let joined = scene
        .room
        .ask_one(&ann, join())
        .await
        .expect("the room lives");
    let mut ring = joined
        .joined
        .and_then(|joined| joined.ring)
        .expect("a ring");
    ring.try_recv().expect("the join itself");
    let (one, two) = tokio::join!(
        scene.room.ask(&ann, vec![say("one"), say("two")]),
        scene.room.ask(&bob, vec![join(), say("three")]),
    );
    one.expect("the room lives");
    two.expect("the room lives");
    let run = ring.try_recv().expect("a run");
    let lines: Vec<String> = run.events.iter().map(|event| line(event)).collect();
    assert_eq!(
        lines,
        [
            ":ann!~ann@host PRIVMSG #room :one",
            ":ann!~ann@host PRIVMSG #room :two",
            ":bob!~bob@host JOIN #room",
            ":bob!~bob@host PRIVMSG #room :three",
        ]
    );
}

#[tokio::test]
async fn members_are_woken_and_one_who_leaves_once_more() {
    let scene = Scene::new();
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    let woken = |who: &Asker| inbox(who).woken().now_or_never().is_some();
    scene.asks(&ann, join()).await;
    scene.asks(&bob, join()).await;
    assert!(woken(&ann) && woken(&bob));
    scene.asks(&ann, say("hi")).await;
    assert!(woken(&bob));
    scene.asks(&bob, part()).await;
    assert!(woken(&bob), "with the run that holds the part");
    scene.asks(&ann, say("hi")).await;
    assert!(!woken(&bob) && woken(&ann));
}

#[tokio::test]
async fn a_change_without_a_line_survives_a_refusal_that_follows() {
    let scene = Scene::new();
    let ann = person(1, "ann");
    scene.asks(&ann, join()).await;
    let hidden = ann
        .identity
        .with_modes(crate::identity::UserModes::INVISIBLE);
    let change = Request::Change {
        identity: Arc::new(hidden),
        body: None::<Body>,
        spread: Arc::new(Spread {
            id: 1,
            rooms: [].into(),
        }),
    };
    scene.asks(&ann, change).await;
    scene.log.refuse(true);
    scene.asks(&ann, say("lost?")).await;
    let outsider = person(2, "bob");
    let seen = scene.room.ask_one(&outsider, Request::Members).await;
    let seen = seen.expect("the room lives").members;
    assert_eq!(seen.map(|members| members.len()), Some(0));
}

#[tokio::test]
async fn who_leaves_while_the_log_refuses_is_gone_once_it_does_not() {
    let scene = Scene::new();
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    scene.asks(&ann, join()).await;
    scene.asks(&bob, join()).await;
    scene.log.refuse(true);
    let quit = Request::Change {
        identity: Arc::clone(&bob.identity),
        body: Some(Body::Quit {
            reason: "Quit".into(),
        }),
        spread: Arc::new(Spread {
            id: 1,
            rooms: [].into(),
        }),
    };
    scene.asks(&bob, quit).await;
    scene.asks(&ann, say("lost")).await;
    scene.log.refuse(false);
    scene.asks(&ann, say("kept")).await;
    assert_eq!(
        scene.stored().split_off(2),
        [
            ":bob!~bob@host QUIT :Quit",
            ":ann!~ann@host PRIVMSG #room :kept"
        ]
    );
    let members = scene.room.ask_one(&ann, Request::Members).await;
    let members = members.expect("the room lives").members;
    assert_eq!(members.map(|members| members.len()), Some(1));
}

#[tokio::test]
async fn the_summary_follows_what_is_committed() {
    let scene = Scene::new();
    let ann = person(1, "ann");
    scene.asks(&ann, join()).await;
    scene.asks(&ann, mode(&["+s"])).await;
    scene.log.refuse(true);
    scene.asks(&ann, topic(Some("lost?"))).await;
    let summary = scene.room.summary();
    assert_eq!(
        (summary.members, summary.topic, summary.secret),
        (1, None, true)
    );
}

#[tokio::test]
async fn who_comes_and_goes_is_stored_with_the_first_that_is_said() {
    let log = FickleLog::new();
    log.note_streams(true);
    let scene = Scene::with(log);
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    scene.asks(&ann, join()).await;
    scene.asks(&bob, join()).await;
    scene.asks(&bob, part()).await;
    assert_eq!(scene.stored(), [""; 0]);
    scene.log.refuse(true);
    let said = scene.asks(&ann, say("lost?")).await;
    assert_eq!(said, [format!("404 #room|{REFUSED}"), "refused".to_owned()]);
    scene.log.refuse(false);
    scene.asks(&ann, say("kept")).await;
    let expected = [
        ":ann!~ann@host JOIN #room",
        ":bob!~bob@host JOIN #room",
        ":bob!~bob@host PART #room",
        ":ann!~ann@host PRIVMSG #room :kept",
    ];
    assert_eq!(scene.stored(), expected);
    scene.asks(&bob, join()).await;
    assert_eq!(
        scene.stored().len(),
        expected.len() + 1,
        "from now on at once"
    );
}

#[tokio::test]
async fn a_room_is_stored_when_it_is_set_and_its_settings_with_it() {
    let log = FickleLog::new();
    log.note_streams(true);
    let scene = Scene::with(log);
    let ann = person(1, "ann");
    scene.asks(&ann, join()).await;
    scene.asks(&ann, mode(&["+i"])).await;
    assert_eq!(scene.stored().len(), 2);
    let record = scene.log.record(scene.room.id).expect("a room");
    assert_eq!(record.flags, "int");
}
