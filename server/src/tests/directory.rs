//! Who is here: claims, renames, departures, watches.

use std::sync::Arc;

use salon_protocol::{Nick, Timestamp};

use crate::directory::{Census, Directory, NickInUse, Watcher};
use crate::event::StreamId;
use crate::identity::UserModes;
use crate::room;
use crate::tests::{FickleLog, hub, inbox, person};

fn nick(text: &str) -> Nick {
    text.parse().expect("a nick")
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn watcher(who: &room::Asker) -> Watcher {
    Watcher {
        session: who.session,
        user: Arc::clone(&who.user),
        inbox: inbox(who),
    }
}

/// What a watcher is told of the coming and going of nicks.
fn told(watcher: &room::Asker) -> Vec<(String, Option<String>)> {
    let presence = inbox(watcher).take().unwrap_or_default().presence;
    presence
        .into_iter()
        .map(|(nick, mask)| (nick.to_string(), mask))
        .collect()
}

#[test]
fn a_nick_is_claimed_once_whatever_its_case() {
    let directory = Directory::default();
    let (ann, other) = (person(1, "ann"), person(2, "ANN"));
    assert_eq!(directory.claim(&ann.user), Ok(()));
    assert_eq!(directory.claim(&other.user), Err(NickInUse));
    assert_eq!(directory.user("Ann").map(|user| user.id), Some(ann.user.id));
    assert!(directory.user("bob").is_none() && directory.user("no nick").is_none());
    directory.depart(&ann.user, at(1));
    assert_eq!(directory.claim(&other.user), Ok(()));
}

#[test]
fn while_one_is_renamed_both_nicks_are_taken() {
    let directory = Directory::default();
    let (ann, bob, cid) = (person(1, "ann"), person(2, "bob"), person(3, "anna"));
    directory.claim(&ann.user).expect("free");
    directory.claim(&bob.user).expect("free");
    assert_eq!(directory.reserve(&ann.user, &nick("BOB")), Err(NickInUse));
    assert_eq!(directory.reserve(&ann.user, &nick("anna")), Ok(()));
    assert_eq!(directory.claim(&cid.user), Err(NickInUse));
    assert_eq!(directory.user("ann").map(|user| user.id), Some(ann.user.id));
    ann.user
        .set_identity(Arc::new(ann.identity.with_nick(nick("anna"))));
    directory.release(&ann.user, &ann.identity, at(1));
    assert!(directory.user("ann").is_none());
    assert_eq!(
        directory.user("anna").map(|user| user.id),
        Some(ann.user.id)
    );
}

#[test]
fn another_case_of_ones_nick_is_ones_own() {
    let directory = Directory::default();
    let ann = person(1, "ann");
    directory.claim(&ann.user).expect("free");
    assert_eq!(directory.reserve(&ann.user, &nick("Ann")), Ok(()));
    ann.user
        .set_identity(Arc::new(ann.identity.with_nick(nick("Ann"))));
    directory.release(&ann.user, &ann.identity, at(1));
    assert_eq!(directory.user("ann").map(|user| user.id), Some(ann.user.id));
    assert_eq!(directory.users().len(), 1);
}

#[test]
fn watchers_hear_of_coming_renaming_and_going() {
    let directory = Directory::default();
    let (eve, ann) = (person(9, "eve"), person(1, "ann"));
    assert_eq!(directory.watch(&watcher(&eve), &nick("Ann")), None);
    directory.watch(&watcher(&eve), &nick("anna"));
    directory.claim(&ann.user).expect("free");
    let mask = |nick: &str| Some(format!("{nick}!~ann@host"));
    assert_eq!(told(&eve), [("ann".to_owned(), mask("ann"))]);
    assert_eq!(directory.watch(&watcher(&eve), &nick("ann")), mask("ann"));
    directory.reserve(&ann.user, &nick("anna")).expect("free");
    ann.user
        .set_identity(Arc::new(ann.identity.with_nick(nick("anna"))));
    directory.release(&ann.user, &ann.identity, at(1));
    assert_eq!(
        told(&eve),
        [("ann".to_owned(), None), ("anna".to_owned(), mask("anna"))]
    );
    directory.unwatch(eve.session, &nick("ann"));
    directory.depart(&ann.user, at(2));
    assert_eq!(told(&eve), [("anna".to_owned(), None)]);
    directory.unwatch(eve.session, &nick("anna"));
    directory.claim(&ann.user).expect("free");
    assert_eq!(told(&eve), []);
}

#[test]
fn the_departed_are_remembered_the_latest_first_and_so_many() {
    let directory = Directory::default();
    for second in 1..=1_001 {
        let ann = person(second, if second % 2 == 0 { "ann" } else { "bob" });
        directory.claim(&ann.user).expect("free");
        directory.depart(&ann.user, at(second));
    }
    let anns = directory.departed(&nick("ANN"));
    let times: Vec<u64> = anns
        .iter()
        .map(|one| one.time.as_millis() / 1_000)
        .collect();
    let expected: Vec<u64> = (1..=500).rev().map(|half| half * 2).collect();
    assert_eq!(times, expected);
    assert_eq!(directory.departed(&nick("bob")).len(), 500);
    assert!(directory.departed(&nick("cid")).is_empty());
}

#[test]
fn the_census_counts_who_is_here_and_who_was() {
    let directory = Directory::default();
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    directory.claim(&ann.user).expect("free");
    directory.claim(&bob.user).expect("free");
    let modes = UserModes::INVISIBLE | UserModes::OPERATOR;
    bob.user
        .set_identity(Arc::new(bob.identity.with_modes(modes)));
    directory.modes_changed(UserModes::empty(), modes);
    let both = Census {
        users: 2,
        invisible: 1,
        operators: 1,
        rooms: 0,
        users_peak: 2,
    };
    assert_eq!(directory.census(), both);
    directory.depart(&bob.user, at(1));
    let one = Census {
        users: 1,
        invisible: 0,
        operators: 0,
        ..both
    };
    assert_eq!(directory.census(), one);
}

#[test]
fn nobody_takes_out_whoever_has_the_nick_now() {
    let directory = Directory::default();
    let (ann, other) = (person(1, "ann"), person(2, "ann"));
    directory.claim(&other.user).expect("free");
    let renamed = Arc::new(ann.identity.with_nick(nick("anna")));
    directory.depart(&ann.user, at(1));
    ann.user.set_identity(renamed);
    directory.release(&ann.user, &ann.identity, at(1));
    let here = directory.user("ann").map(|user| user.id);
    assert_eq!(here, Some(other.user.id));
}

#[tokio::test]
async fn of_two_renamings_at_once_no_name_is_left_over() {
    let hub = hub(FickleLog::new());
    let [old, one, two] = ["#old", "#one", "#two"].map(|name| {
        let name: salon_protocol::RoomName = name.parse().expect("a room's name");
        name
    });
    let room = hub.room_or_make(&old).expect("a free name");
    let ann = person(1, "ann");
    let ask = |request| room.ask_one(&ann, request);
    ask(room::Request::Join { key: None })
        .await
        .expect("it lives");
    assert!(hub.reserve_room_name(&room, &one) && hub.reserve_room_name(&room, &two));
    assert!(
        hub.directory.room(&one).is_none(),
        "it is not called so yet"
    );
    assert!(hub.room_or_make(&one).is_none(), "it is taken all the same");
    let rename = |to: &salon_protocol::RoomName| room::Request::Rename {
        to: to.clone(),
        reason: String::new(),
    };
    ask(rename(&one)).await.expect("it lives");
    let next = hub.room_or_make(&old).expect("free at once");
    assert_ne!(next.id, room.id);
    hub.directory.settle_room_name(&room, &one);
    assert!(hub.room_or_make(&two).is_none(), "kept by the other one");
    ask(rename(&two)).await.expect("it lives");
    hub.directory.settle_room_name(&room, &two);
    let id = |name| hub.directory.room(name).map(|room| room.id);
    assert_eq!(
        [id(&old), id(&one), id(&two)],
        [Some(next.id), None, Some(room.id)]
    );
    assert!(hub.room_or_make(&one).is_some(), "the name between is free");
    assert!(hub.reserve_room_name(&room, &"#x".parse().expect("a name")));
    assert!(hub.directory.remove_room(&room));
    assert!(hub.room_or_make(&"#x".parse().expect("a name")).is_some());
    assert!(!hub.reserve_room_name(&room, &two), "it is gone");
}

#[tokio::test]
async fn a_room_is_made_once_and_removed_by_whoever_it_is() {
    let hub = hub(FickleLog::new());
    let name: salon_protocol::RoomName = "#room".parse().expect("a room's name");
    let room = hub.room_or_make(&name).expect("a free name");
    let same = hub
        .room_or_make(&"#ROOM".parse().expect("a room's name"))
        .expect("a free name");
    assert!(Arc::ptr_eq(&room, &same));
    assert_ne!(room.id, StreamId(0));
    assert!(hub.directory.remove_room(&room));
    let next = hub.room_or_make(&name).expect("a free name");
    assert!(!Arc::ptr_eq(&room, &next));
    assert!(
        !hub.directory.remove_room(&room),
        "another one has the name"
    );
    assert!(hub.directory.room(&name).is_some());
}
