//! Another name for a room: who may give one, and what a log that refuses leaves of it.

use super::super::Request;
use super::{Bench, join, say};
use crate::tests::person;

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
