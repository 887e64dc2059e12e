//! Whom a room by invitation lets in again.

use std::sync::Arc;

use super::super::{Asker, Request};
use super::{Bench, change, invite, join, kick, mode, part};
use crate::event::Body;
use crate::identity::Identity;
use crate::tests::{asker_of, person};

const REFUSED: &[&str] = &["473 #room|Cannot join channel (+i)", "refused"];
const BOB_JOINS: &[&str] = &[":bob!~bob@host JOIN #room"];

/// Ann's room by invitation, with Bob in it.
fn closed() -> (Bench, Asker, Asker) {
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    let mut bench = Bench::with(&[&ann, &bob]);
    bench.does(&ann, mode(&["+i"]));
    (bench, ann, bob)
}

fn quit(who: &Asker) -> Request {
    let reason = "gone".into();
    change(Identity::clone(&who.identity), Some(Body::Quit { reason }))
}

/// Somebody with an account, under a nick that says nothing of it.
fn of_account(id: u64, nick: &str, account: &str) -> Asker {
    asker_of(
        id,
        Arc::new(person(id, nick).identity.with_account(account)),
    )
}

/// Who is noted, and what the log is to change for it.
fn changed(bench: &mut Bench) -> Vec<String> {
    let changed = bench.state.changed_guests();
    bench.commit();
    let text = |noted, name: &str| format!("{}{name}", if noted { '+' } else { '-' });
    let changed = changed
        .iter()
        .map(|guest| text(guest.is_noted, &guest.name));
    changed.collect()
}

#[test]
fn who_lost_the_connection_comes_back_under_another_number() {
    let (mut bench, _, bob) = closed();
    bench.does(&bob, quit(&bob));
    bench.check(&person(7, "bob"), join(), BOB_JOINS);
    bench.check(&person(8, "eve"), join(), REFUSED);
}

#[test]
fn who_left_or_was_kicked_is_not_let_in_again() {
    let (mut bench, ann, bob) = closed();
    bench.does(&bob, part());
    bench.check(&bob, join(), REFUSED);
    bench.does(&ann, invite(&bob));
    bench.does(&bob, join());
    bench.does(&ann, kick("bob"));
    bench.check(&bob, join(), REFUSED);
}

#[test]
fn an_account_is_known_under_every_nick_and_without_it_nobody_is() {
    let (mut bench, ann, _) = closed();
    let cid = of_account(3, "cid", "Cid");
    bench.does(&ann, invite(&cid));
    bench.check(&person(4, "cid"), join(), REFUSED);
    let again = of_account(5, "other", "cid");
    bench.check(&again, join(), &[":other!~other@host JOIN #room"]);
}

#[test]
fn bans_hold_for_those_who_were_members() {
    let (mut bench, ann, bob) = closed();
    bench.does(&bob, quit(&bob));
    bench.does(&ann, mode(&["+b", "bob!*@*"]));
    let banned = &["474 #room|Cannot join channel (+b)", "refused"];
    bench.check(&person(7, "bob"), join(), banned);
}

#[test]
fn opening_the_room_forgets_who_is_not_there() {
    let (mut bench, ann, bob) = closed();
    bench.does(&bob, quit(&bob));
    bench.does(&ann, mode(&["-i"]));
    bench.does(&ann, mode(&["+i"]));
    bench.check(&person(7, "bob"), join(), REFUSED);
}

#[test]
fn the_log_is_told_of_changes_alone() {
    let (mut bench, ann, bob) = closed();
    let names = ["+ann!~ann@host", "+bob!~bob@host"];
    assert_eq!(changed(&mut bench), names);
    let rob = bob.identity.with_nick("Rob".parse().expect("a nick"));
    let new = rob.nick.clone();
    bench.does(&bob, change(rob, Some(Body::Nick { new })));
    assert_eq!(changed(&mut bench), ["-bob!~bob@host", "+rob!~bob@host"]);
    bench.does(&ann, invite(&person(3, "cid")));
    bench.does(&ann, mode(&["-i"]));
    bench.does(&ann, mode(&["+i"]));
    assert_eq!(changed(&mut bench), [] as [&str; 0], "cid came and went");
}

#[test]
fn a_deleted_account_lets_nobody_in() {
    let (mut bench, ann, _) = closed();
    let cid = of_account(3, "cid", "cid");
    bench.does(&ann, invite(&cid));
    bench.does(&cid, Request::ForgetAccount);
    bench.check(&of_account(4, "cid", "cid"), join(), REFUSED);
}

#[test]
fn two_users_of_an_account_are_forgotten_with_the_second() {
    let (mut bench, ann, _) = closed();
    let two = [3, 4].map(|id| of_account(id, &format!("cid{id}"), "cid"));
    for cid in &two {
        bench.does(&ann, invite(cid));
        bench.does(cid, join());
    }
    let [first, second] = &two;
    bench.does(first, part());
    bench.check(first, join(), &[":cid3!~cid3@host JOIN #room"]);
    bench.does(first, part());
    bench.does(second, part());
    bench.check(first, join(), REFUSED);
}
