//! What keeps the peace in a room: mutes, and turns in a slow one.

use super::super::{Asker, Speech};
use super::{Bench, change, join, mode, say, speak};
use crate::identity::Identity;
use crate::tests::{asker_of, person};

/// Ann is operator; Bob is a member.
fn two() -> (Bench, Asker, Asker) {
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    (Bench::with(&[&ann, &bob]), ann, bob)
}

const SAID: &str = ":bob!~bob@host PRIVMSG #room :hi";
const MUTED: [&str; 2] = ["404 #room|Cannot send to channel (+b)", "refused"];

#[test]
fn the_muted_may_come_and_say_nothing() {
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    let mut bench = Bench::with(&[&ann]);
    bench.check(
        &ann,
        mode(&["+b", "~m:Bob"]),
        &[":ann!~ann@host MODE #room +b ~m:Bob!*@*"],
    );
    bench.check(&bob, join(), &[":bob!~bob@host JOIN #room"]);
    bench.check(&bob, say("hi"), &MUTED);
    bench.check(&ann, say("hi"), &[":ann!~ann@host PRIVMSG #room :hi"]);
    bench.does(&ann, mode(&["+v", "bob"]));
    bench.check(&bob, say("hi"), &[SAID]);
    bench.does(&ann, mode(&["-v", "bob"]));
    bench.check(&bob, say("hi"), &MUTED);
    bench.check(
        &ann,
        mode(&["-b", "~m:bob"]),
        &[":ann!~ann@host MODE #room -b ~m:bob!*@*"],
    );
    bench.check(&bob, say("hi"), &[SAID]);
}

#[test]
fn what_is_known_of_somebody_ends_with_another_nick_or_account_and_with_the_lists() {
    let (mut bench, ann, bob) = two();
    bench.check(&bob, say("hi"), &[SAID]);
    bench.does(&ann, mode(&["+b", "~m:~a:bobs"]));
    bench.check(&bob, say("hi"), &[SAID]);
    let logged_in = || change(bob.identity.with_account("Bobs"), None);
    let logged_out = || change(Identity::clone(&bob.identity), None);
    bench.does(&bob, logged_in());
    bench.check(&bob, say("hi"), &MUTED);
    bench.does(&bob, logged_out());
    bench.check(&bob, say("hi"), &[SAID]);
    bench.does(&bob, logged_in());
    bench.does(&ann, mode(&["+e", "bob"]));
    bench.check(&bob, say("hi"), &[SAID]);
    // A log that refuses takes the exception back.
    bench.does(&ann, mode(&["-e", "bob"]));
    bench.check(&bob, say("hi"), &MUTED);
    bench.commit();
    bench.does(&ann, mode(&["-b", "~m:~a:bobs"]));
    bench.does(&bob, say("hi"));
    bench.state.take_events();
    bench.state.roll_back();
    bench.check(&bob, say("hi"), &MUTED);
}

#[test]
fn outsiders_do_not_fill_the_memory() {
    for seconds in ["5", "21600"] {
        let (mut bench, ann, bob) = two();
        bench.does(&ann, mode(&["-n+W", seconds]));
        bench.check(&bob, say("hi"), &[SAID]);
        for number in 10..1_000 {
            let guest = asker_of(number, std::sync::Arc::clone(&ann.identity));
            bench.now += 2;
            bench.does(&guest, say("hi"));
            bench.commit();
        }
        let kept = bench.state.remembered();
        assert!(kept.0 <= 70 && kept.1 <= 70, "{kept:?}");
        assert!(bench.does(&bob, say("hi")).refused, "a member still waits");
    }
}

#[test]
fn an_exception_from_mutes_is_none_from_bans() {
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    let mut bench = Bench::with(&[&ann]);
    bench.does(&ann, mode(&["+b-n", "*!*@host"]));
    bench.does(&ann, mode(&["+e", "~m:bob"]));
    bench.check(&bob, say("hi"), &[SAID]);
    bench.check(
        &bob,
        join(),
        &["474 #room|Cannot join channel (+b)", "refused"],
    );
    bench.check(
        &ann,
        mode(&["+I", "~m:bob"]),
        &["696 #room|I|~m:bob|~m: is for bans and their exceptions"],
    );
}

#[test]
fn in_a_slow_room_members_wait_for_their_turn() {
    let (mut bench, ann, bob) = two();
    bench.check(
        &ann,
        mode(&["+W", "10"]),
        &[":ann!~ann@host MODE #room +W 10"],
    );
    bench.check(&bob, say("hi"), &[SAID]);
    let wait = |seconds: u64| {
        format!("404 #room|Cannot send to channel (+W): wait {seconds} s for your next turn")
    };
    bench.check(&bob, say("hi"), &[&wait(10), "refused"]);
    bench.now += 8_500;
    bench.check(
        &bob,
        speak(Speech::Notice, "hi", None),
        &[&wait(2), "refused"],
    );
    let typing = bench.does(&bob, speak(Speech::Tagmsg, "", None));
    assert!(!typing.refused);
    // Who has a rank does not wait.
    for _ in 0..3 {
        bench.check(&ann, say("hi"), &[":ann!~ann@host PRIVMSG #room :hi"]);
    }
    bench.now += 1_500;
    bench.check(&bob, say("hi"), &[SAID]);
    bench.check(&ann, mode(&["-W"]), &[":ann!~ann@host MODE #room -W"]);
    bench.check(&bob, say("hi"), &[SAID]);
}

#[test]
fn a_message_that_was_not_stored_was_no_turn() {
    let (mut bench, ann, bob) = two();
    bench.does(&ann, mode(&["+W", "10"]));
    bench.commit();
    bench.does(&bob, say("lost"));
    bench.state.take_events();
    bench.state.roll_back();
    bench.check(&bob, say("hi"), &[SAID]);
}

#[test]
fn how_slow_a_room_may_be_has_bounds() {
    for wrong in ["0", "21601", "x", "-1"] {
        let (mut bench, ann, _) = two();
        let refused =
            format!("696 #room|W|{wrong}|a number of seconds from 1 to 21600 is expected");
        bench.check(&ann, mode(&["+W", wrong]), &[&refused]);
    }
    let (mut bench, ann, _) = two();
    bench.does(&ann, mode(&["+W", "30"]));
    bench.check(
        &ann,
        mode(&[]),
        &["324 #room|+ntW|30", "329 #room|1700000000"],
    );
    bench.does(&ann, mode(&["+m"]));
    let record = bench.state.changed_record().expect("it has changed");
    assert_eq!(record.slow_seconds, Some(30));
}
