//! Another name for a room: who may give one, and what a log that refuses leaves of it.

use std::sync::Arc;

use salon_protocol::RoomName;

use super::super::{Origin, Request, Room, spawn};
use super::{Bench, join, say};
use crate::event::StreamId;
use crate::hub::Hub;
use crate::log::MemoryLog;
use crate::tests::{hub, person};

fn rename(to: &str) -> Request {
    Request::Rename {
        to: to.parse().expect("a room's name"),
        reason: "moved".to_owned(),
    }
}

#[test]
fn operators_rename_a_room_and_nobody_else_does() {
    let (ann, bob, cid) = (person(1, "ann"), person(2, "bob"), person(3, "cid"));
    let mut bench = Bench::with(&[&ann, &bob]);
    bench.check(
        &cid,
        rename("#new"),
        &["442 #room|You're not on that channel", "refused"],
    );
    bench.check(
        &bob,
        rename("#new"),
        &["482 #room|You're not channel operator", "refused"],
    );
    let answer = bench.does(&ann, rename("#new"));
    let event = answer.event.expect("an event");
    assert_eq!(&*event.target, "#room", "under the name of before");
    let record = bench.state.changed_record().expect("something to store");
    assert_eq!(record.name.as_str(), "#new");
    bench.commit();
    bench.check(&bob, say("hi"), &[":bob!~bob@host PRIVMSG #new :hi"]);
}

#[test]
fn a_name_that_was_not_stored_is_none() {
    let ann = person(1, "ann");
    let mut bench = Bench::with(&[&ann]);
    let before = bench.picture();
    bench.does(&ann, rename("#new"));
    bench.state.take_events();
    bench.state.roll_back();
    assert_eq!(bench.picture(), before);
}

#[test]
fn a_room_that_everybody_joins_keeps_its_name() {
    let ann = person(1, "ann");
    let mut bench = Bench::of(true);
    bench.does(&ann, join());
    bench.does(&ann, Request::Own(crate::room::Ownership::Register));
    let answer = bench.does(&ann, rename("#new"));
    assert!(answer.refused && answer.event.is_none());
}

/// The room of a name, which has this id if it is made now.
fn room(hub: &Arc<Hub>, name: &str, id: u64) -> Arc<Room> {
    let name: RoomName = name.parse().expect("a room's name");
    let make = || spawn(hub, Origin::New(StreamId(id), name.clone()), false);
    hub.directory
        .room_or_make(&name, make)
        .expect("a free name")
}

#[tokio::test]
async fn a_room_of_the_old_name_takes_nobody_out_of_the_renamed_one() {
    let hub = hub(Arc::new(MemoryLog::new(7, 0)));
    let ann = person(1, "ann");
    let first = room(&hub, "#room", 91);
    first.ask_one(&ann, join()).await.expect("the room lives");
    let before = first.name();
    // As while the room's task goes through its members, and has not come to Ann.
    let new = "#new".parse().expect("a room's name");
    first.name.lock().expect("nobody panicked").clone_from(&new);
    let second = room(&hub, "#room", 92);
    second.ask_one(&ann, join()).await.expect("the room lives");
    ann.user.rename_room(&before, &new);
    let rooms = ann.user.rooms().into_iter();
    let rooms: Vec<_> = rooms
        .map(|room| (room.id.0, room.name().to_string()))
        .collect();
    assert_eq!(rooms, [(91, "#new".to_owned()), (92, "#room".to_owned())]);
}
