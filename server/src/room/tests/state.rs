//! Every request to a room: what is allowed, what is refused and how, and the way back.

use std::sync::Arc;

use salon_protocol::Timestamp;

use super::super::modes::Rank;
use super::super::{Asker, Ownership, Request, next_time};
use super::{Bench, NOW, change, invite, join, join_with, kick, mode, part, say, speak, topic};
use crate::event::{Body, Speech};
use crate::identity::{Identity, UserModes};
use crate::tests::{asker_of, person};

const NOT_ON: &str = "442 #room|You're not on that channel";
const NOT_OPERATOR: &str = "482 #room|You're not channel operator";

/// Ann founded the room; Bob is in it; Cid is not.
fn three() -> (Bench, Asker, Asker, Asker) {
    let (ann, bob, cid) = (person(1, "ann"), person(2, "bob"), person(3, "cid"));
    (Bench::with(&[&ann, &bob]), ann, bob, cid)
}

fn ranks(bench: &Bench) -> Vec<(String, Rank)> {
    let members = bench.state.members.values();
    members
        .map(|member| (member.identity.nick.to_string(), member.rank))
        .collect()
}

#[test]
fn the_founder_is_operator_and_those_who_follow_are_not() {
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    let mut bench = Bench::new();
    bench.check(&ann, join(), &[":ann!~ann@host JOIN #room"]);
    bench.check(&bob, join(), &[":bob!~bob@host JOIN #room"]);
    bench.check(&bob, join(), &[]);
    assert_eq!(
        ranks(&bench),
        [
            ("ann".to_owned(), Rank::OPERATOR),
            ("bob".to_owned(), Rank::empty())
        ]
    );
}

#[test]
fn nobody_is_operator_of_a_permanent_room_and_it_is_never_over() {
    let ann = person(1, "ann");
    let mut bench = Bench::of(true);
    bench.check(&ann, join(), &[":ann!~ann@host JOIN #room"]);
    assert_eq!(ranks(&bench), [("ann".to_owned(), Rank::empty())]);
    bench.check(&ann, part(), &[":ann!~ann@host PART #room"]);
    assert!(!bench.state.is_over());
}

#[test]
fn a_room_is_over_when_the_last_one_leaves() {
    let ann = person(1, "ann");
    let mut bench = Bench::with(&[&ann]);
    assert!(!bench.state.is_over());
    bench.check(&ann, part(), &[":ann!~ann@host PART #room"]);
    assert!(bench.state.is_over());
}

#[test]
fn a_joiner_is_told_topic_and_members_with_themselves() {
    let (mut bench, ann, _, cid) = three();
    bench.check(
        &ann,
        topic(Some("tea")),
        &[":ann!~ann@host TOPIC #room :tea"],
    );
    let joined = bench.does(&cid, join()).joined.expect("joined");
    let nicks: Vec<String> = joined
        .members
        .iter()
        .map(|member| member.identity.nick.to_string())
        .collect();
    assert_eq!(nicks, ["ann", "bob", "cid"]);
    assert_eq!(joined.topic.map(|topic| topic.text), Some("tea".into()));
    assert!(!joined.secret);
}

#[test]
fn join_is_refused_to_the_banned_unless_excepted() {
    let (mut bench, ann, _, cid) = three();
    bench.does(&ann, mode(&["+b", "cid!*@*"]));
    bench.check(
        &cid,
        join(),
        &["474 #room|Cannot join channel (+b)", "refused"],
    );
    bench.does(&ann, mode(&["+e", "*!*@host"]));
    bench.check(&cid, join(), &[":cid!~cid@host JOIN #room"]);
}

#[test]
fn join_is_refused_when_by_invitation_unless_listed() {
    let (mut bench, ann, _, cid) = three();
    bench.does(&ann, mode(&["+i"]));
    bench.check(
        &cid,
        join(),
        &["473 #room|Cannot join channel (+i)", "refused"],
    );
    bench.does(&ann, mode(&["+I", "*!~cid@*"]));
    bench.check(&cid, join(), &[":cid!~cid@host JOIN #room"]);
}

#[test]
fn join_is_refused_without_the_right_key() {
    let (mut bench, ann, _, cid) = three();
    bench.does(&ann, mode(&["+k", "sesame"]));
    let refused = &["475 #room|Cannot join channel (+k)", "refused"];
    bench.check(&cid, join(), refused);
    bench.check(&cid, join_with("Sesame"), refused);
    bench.check(&cid, join_with("sesame"), &[":cid!~cid@host JOIN #room"]);
}

#[test]
fn join_is_refused_when_full_and_possible_again_when_somebody_left() {
    let (mut bench, ann, bob, cid) = three();
    bench.does(&ann, mode(&["+l", "2"]));
    bench.check(
        &cid,
        join(),
        &["471 #room|Cannot join channel (+l)", "refused"],
    );
    bench.check(&bob, part(), &[":bob!~bob@host PART #room"]);
    bench.check(&cid, join(), &[":cid!~cid@host JOIN #room"]);
}

#[test]
fn an_invitation_opens_every_lock_once() {
    let (mut bench, ann, _, cid) = three();
    bench.does(&ann, mode(&["+ikl", "sesame", "1"]));
    bench.does(&ann, mode(&["+b", "*!*@*"]));
    bench.check(
        &ann,
        invite(&cid),
        &[":ann!~ann@host INVITE cid #room -> []"],
    );
    bench.check(&cid, join(), &[":cid!~cid@host JOIN #room"]);
    bench.check(&cid, part(), &[":cid!~cid@host PART #room"]);
    bench.check(
        &cid,
        join(),
        &["474 #room|Cannot join channel (+b)", "refused"],
    );
}

#[test]
fn a_member_is_who_the_room_has_heard_of_until_it_hears_of_another() {
    let (mut bench, ann, bob, _) = three();
    let anna = Asker {
        identity: Arc::new(ann.identity.with_nick("anna".parse().expect("a nick"))),
        ..ann.clone()
    };
    bench.check(&anna, say("hi"), &[":ann!~ann@host PRIVMSG #room :hi"]);
    bench.check(
        &anna,
        kick("bob"),
        &[":ann!~ann@host KICK #room bob :enough"],
    );
    let new = anna.identity.nick.clone();
    let identity = Identity::clone(&anna.identity);
    bench.does(&ann, change(identity, Some(Body::Nick { new })));
    bench.check(&anna, say("hi"), &[":anna!~ann@host PRIVMSG #room :hi"]);
    // Who is not in the room is who asks.
    let rob = Asker {
        identity: Arc::new(bob.identity.with_nick("rob".parse().expect("a nick"))),
        ..bob
    };
    bench.check(&rob, join(), &[":rob!~bob@host JOIN #room"]);
}

#[test]
fn who_is_no_operator_invites_and_opens_no_lock() {
    let announced = &[":bob!~bob@host INVITE cid #room -> [1]"];
    for (locks, refusal) in [
        (["+k", "sesame"], "475 #room|Cannot join channel (+k)"),
        (["+l", "1"], "471 #room|Cannot join channel (+l)"),
        (["+b", "cid"], "474 #room|Cannot join channel (+b)"),
        (
            ["+R", ""],
            "477 #room|Cannot join channel (+R): log in to an account first",
        ),
    ] {
        let (mut bench, ann, bob, cid) = three();
        bench.does(&ann, mode(&locks));
        bench.check(&bob, invite(&cid), announced);
        bench.check(&cid, join(), &[refusal, "refused"]);
        bench.does(&ann, mode(&["+v", "bob"]));
        bench.check(&bob, invite(&cid), announced);
        bench.check(&cid, join(), &[refusal, "refused"]);
        bench.does(&ann, invite(&cid));
        bench.check(&cid, join(), &[":cid!~cid@host JOIN #room"]);
    }
}

#[test]
fn no_lock_keeps_the_founder_out() {
    let mut identity = Identity::clone(&person(1, "ann").identity);
    identity.account = Some("ann".into());
    let ann = asker_of(1, Arc::new(identity));
    let mut bench = Bench::with(&[&ann]);
    bench.does(&ann, Request::Own(Ownership::Register));
    bench.does(&ann, mode(&["+ik", "sesame"]));
    bench.does(&ann, mode(&["+b", "*!*@*"]));
    bench.does(&ann, part());
    bench.check(
        &person(2, "bob"),
        join(),
        &["474 #room|Cannot join channel (+b)", "refused"],
    );
    let answer = bench.does(&ann, join());
    assert!(!answer.refused && answer.joined.is_some());
}

#[test]
fn part_says_why_and_is_refused_to_outsiders() {
    let (mut bench, _, bob, cid) = three();
    bench.check(&cid, part(), &[NOT_ON, "refused"]);
    let reason = Some("see you: later".to_owned());
    bench.check(
        &bob,
        Request::Part { reason },
        &[":bob!~bob@host PART #room :see you: later"],
    );
    bench.check(&bob, part(), &[NOT_ON, "refused"]);
}

#[test]
fn outsiders_speak_only_where_the_room_is_open_to_them() {
    let (mut bench, ann, _, cid) = three();
    bench.check(
        &cid,
        say("hi"),
        &["404 #room|Cannot send to channel (+n)", "refused"],
    );
    bench.does(&ann, mode(&["-n"]));
    bench.check(&cid, say("hi"), &[":cid!~cid@host PRIVMSG #room :hi"]);
}

#[test]
fn in_a_moderated_room_voice_is_needed() {
    let (mut bench, ann, bob, _) = three();
    bench.does(&ann, mode(&["+m"]));
    bench.check(
        &bob,
        say("hi"),
        &["404 #room|Cannot send to channel (+m)", "refused"],
    );
    bench.check(&ann, say("hi"), &[":ann!~ann@host PRIVMSG #room :hi"]);
    bench.does(&ann, mode(&["+v", "bob"]));
    bench.check(&bob, say("hi"), &[":bob!~bob@host PRIVMSG #room :hi"]);
}

#[test]
fn the_banned_are_silent_unless_they_have_voice() {
    let (mut bench, ann, bob, _) = three();
    bench.does(&ann, mode(&["+b", "bob!*@*"]));
    bench.check(
        &bob,
        say("hi"),
        &["404 #room|Cannot send to channel (+b)", "refused"],
    );
    bench.does(&ann, mode(&["+v", "bob"]));
    bench.check(&bob, say("hi"), &[":bob!~bob@host PRIVMSG #room :hi"]);
}

#[test]
fn no_ctcp_lets_actions_through() {
    let (mut bench, ann, bob, _) = three();
    bench.does(&ann, mode(&["+C"]));
    bench.check(
        &bob,
        say("\u{1}VERSION\u{1}"),
        &["404 #room|Cannot send CTCP to channel (+C)", "refused"],
    );
    bench.check(
        &bob,
        say("\u{1}ACTION waves\u{1}"),
        &[":bob!~bob@host PRIVMSG #room :\u{1}ACTION waves\u{1}"],
    );
}

#[test]
fn what_is_said_to_a_rank_reaches_it_and_the_sender() {
    let (mut bench, ann, bob, cid) = three();
    bench.does(&cid, join());
    bench.does(&ann, mode(&["+v", "cid"]));
    bench.check(
        &bob,
        speak(Speech::Privmsg, "psst", Some(('@', Rank::OPERATOR))),
        &[":bob!~bob@host PRIVMSG @#room :psst -> [1, 2]"],
    );
    bench.check(
        &ann,
        speak(Speech::Notice, "psst", Some(('+', Rank::VOICE))),
        &[":ann!~ann@host NOTICE +#room :psst -> [1, 3]"],
    );
}

#[test]
fn the_topic_is_shown_set_and_cleared() {
    let (mut bench, ann, bob, _) = three();
    bench.check(&bob, topic(None), &["331 #room|No topic is set"]);
    bench.check(
        &ann,
        topic(Some("tea")),
        &[":ann!~ann@host TOPIC #room :tea"],
    );
    bench.check(
        &bob,
        topic(None),
        &["332 #room|tea", "333 #room|ann!~ann@host|1700000000"],
    );
    bench.check(&ann, topic(Some("")), &[":ann!~ann@host TOPIC #room :"]);
    bench.check(&bob, topic(None), &["331 #room|No topic is set"]);
}

#[test]
fn the_topic_is_for_operators_while_locked_and_for_members_otherwise() {
    let (mut bench, ann, bob, cid) = three();
    bench.check(&bob, topic(Some("x")), &[NOT_OPERATOR, "refused"]);
    bench.check(&cid, topic(Some("x")), &[NOT_ON, "refused"]);
    bench.does(&ann, mode(&["-t"]));
    bench.check(&bob, topic(Some("x")), &[":bob!~bob@host TOPIC #room :x"]);
    bench.check(&cid, topic(Some("x")), &[NOT_ON, "refused"]);
}

#[test]
fn a_secret_room_shows_its_topic_and_members_to_members_alone() {
    let (mut bench, ann, bob, cid) = three();
    bench.does(&ann, mode(&["+s"]));
    bench.check(&cid, topic(None), &[NOT_ON, "refused"]);
    bench.check(&bob, topic(None), &["331 #room|No topic is set"]);
    let seen = |bench: &mut Bench, who| {
        bench
            .does(who, Request::Members)
            .members
            .map(|all| all.len())
    };
    assert_eq!(
        (seen(&mut bench, &bob), seen(&mut bench, &cid)),
        (Some(2), Some(0))
    );
    let of = || Request::Standing {
        of: Arc::clone(&ann.user),
    };
    assert_eq!(bench.does(&bob, of()).rank, Some(Rank::OPERATOR));
    assert_eq!(bench.does(&cid, of()).rank, None);
    assert!(bench.state.summary().secret);
}

#[test]
fn the_invisible_are_seen_from_inside_alone() {
    let (mut bench, _, bob, cid) = three();
    let hidden = bob.identity.with_modes(UserModes::INVISIBLE);
    bench.check(&bob, change(hidden, None), &[]);
    let names = |bench: &mut Bench, who: &Asker| -> Vec<String> {
        let members = bench.does(who, Request::Members).members;
        members
            .iter()
            .flat_map(|members| members.iter())
            .map(|member| member.identity.nick.to_string())
            .collect()
    };
    assert_eq!(names(&mut bench, &bob), ["ann", "bob"]);
    assert_eq!(names(&mut bench, &cid), ["ann"]);
}

#[test]
fn kick_is_for_operators_and_for_members() {
    let (mut bench, ann, bob, cid) = three();
    bench.check(&bob, kick("ann"), &[NOT_OPERATOR, "refused"]);
    bench.check(&cid, kick("ann"), &[NOT_ON, "refused"]);
    bench.check(
        &ann,
        kick("cid"),
        &["441 cid|#room|They aren't on that channel", "refused"],
    );
    bench.check(
        &ann,
        kick("BOB"),
        &[":ann!~ann@host KICK #room bob :enough"],
    );
    bench.check(
        &bob,
        say("hi"),
        &["404 #room|Cannot send to channel (+n)", "refused"],
    );
}

#[test]
fn invite_is_checked_and_announced_to_the_other_operators() {
    let (mut bench, ann, bob, cid) = three();
    bench.check(&cid, invite(&bob), &[NOT_ON, "refused"]);
    bench.check(
        &ann,
        invite(&bob),
        &["443 bob|#room|is already on channel", "refused"],
    );
    bench.check(
        &bob,
        invite(&cid),
        &[":bob!~bob@host INVITE cid #room -> [1]"],
    );
    bench.does(&ann, mode(&["+i"]));
    bench.check(&bob, invite(&cid), &[NOT_OPERATOR, "refused"]);
    bench.check(
        &ann,
        invite(&cid),
        &[":ann!~ann@host INVITE cid #room -> []"],
    );
}

#[test]
fn a_change_is_told_under_the_old_name_and_stays() {
    let (mut bench, ann, bob, cid) = three();
    let rob: salon_protocol::Nick = "rob".parse().expect("a nick");
    let renamed = bob.identity.with_nick(rob.clone());
    let nick = Body::Nick { new: rob };
    bench.check(
        &bob,
        change(renamed.clone(), Some(nick.clone())),
        &[":bob!~bob@host NICK rob"],
    );
    bench.check(
        &ann,
        kick("bob"),
        &["441 bob|#room|They aren't on that channel", "refused"],
    );
    bench.check(
        &ann,
        kick("rob"),
        &[":ann!~ann@host KICK #room rob :enough"],
    );
    bench.check(&cid, change(renamed, Some(nick)), &[]);
}

#[test]
fn a_quit_ends_the_membership() {
    let (mut bench, _, bob, _) = three();
    let quit = Body::Quit {
        reason: "Quit: bye".into(),
    };
    let identity = Identity::clone(&bob.identity);
    bench.check(
        &bob,
        change(identity, Some(quit)),
        &[":bob!~bob@host QUIT :Quit: bye"],
    );
    assert_eq!(ranks(&bench), [("ann".to_owned(), Rank::OPERATOR)]);
}

#[test]
fn commit_tells_who_came_and_who_left() {
    let (mut bench, ann, bob, cid) = three();
    bench.does(&cid, join());
    bench.does(&bob, part());
    bench.does(&ann, kick("cid"));
    let (arrived, left) = bench.state.commit();
    let arrived: Vec<u64> = arrived.iter().map(|(user, _)| user.id.0).collect();
    let left: Vec<u64> = left.iter().map(|user| user.id.0).collect();
    assert_eq!((arrived, left), (vec![3], vec![2, 3]));
    let (arrived, left) = bench.state.commit();
    assert!(arrived.is_empty() && left.is_empty());
}

#[test]
fn rolling_back_restores_everything() {
    let (mut bench, ann, bob, cid) = three();
    bench.check(
        &ann,
        topic(Some("tea")),
        &[":ann!~ann@host TOPIC #room :tea"],
    );
    bench.check(
        &ann,
        invite(&cid),
        &[":ann!~ann@host INVITE cid #room -> []"],
    );
    let before = bench.picture();
    let quit = Body::Quit { reason: "x".into() };
    let requests = [
        (&cid, join()),
        (&ann, mode(&["+ovbkl-t", "bob", "bob", "x!*@*", "key", "5"])),
        (&bob, say("one")),
        (&bob, topic(Some("coffee"))),
        (&bob, topic(Some(""))),
        (&ann, invite(&person(4, "dan"))),
        (
            &bob,
            change(bob.identity.with_away(Some("out")), Some(Body::Away)),
        ),
        (&ann, kick("cid")),
        (&ann, mode(&["+i"])),
        (&ann, invite(&cid)),
        (&cid, join_with("key")),
        (&cid, part()),
        (&bob, change(bob.identity.with_away(None), Some(quit))),
        (&ann, part()),
    ];
    for (who, request) in requests {
        let answer = bench.does(who, request);
        assert!(answer.event.is_some(), "{:?}", answer.replies);
    }
    assert_ne!(bench.picture(), before);
    assert_eq!(bench.state.take_events().len(), 14);
    bench.state.roll_back();
    assert_eq!(bench.picture(), before);
}

#[test]
fn places_and_times_rise_and_a_refused_group_leaves_no_hole() {
    let (mut bench, ann, _, _) = three();
    let place = |bench: &mut Bench| {
        let event = bench.does(&ann, say("x")).event.expect("said");
        (event.id.seq.0, event.time.as_millis() - NOW)
    };
    assert_eq!(place(&mut bench), (3, 2));
    bench.commit();
    assert_eq!((place(&mut bench), place(&mut bench)), ((4, 3), (5, 4)));
    bench.state.take_events();
    bench.state.roll_back();
    assert_eq!(place(&mut bench), (4, 3));
}

#[test]
fn times_follow_the_clock_and_lead_it_by_a_second_at_most() {
    let next = |last, now| {
        next_time(Timestamp::from_millis(last), Timestamp::from_millis(now)).as_millis()
    };
    assert_eq!(next(10_000, 20_000), 20_000);
    assert_eq!(next(20_000, 20_000), 20_001);
    // The clock was set back a little: times go on rising.
    assert_eq!(next(20_500, 20_000), 20_501);
    assert_eq!(next(20_999, 20_000), 21_000);
    assert_eq!(next(21_000, 20_000), 21_000);
    // It was set back by hours: times stand still, and never fall.
    assert_eq!(next(90_000, 20_000), 90_000);
}

#[test]
fn the_summary_is_what_outsiders_may_know() {
    let (mut bench, ann, _, _) = three();
    bench.check(
        &ann,
        topic(Some("tea")),
        &[":ann!~ann@host TOPIC #room :tea"],
    );
    let summary = bench.state.summary();
    let topic = summary.topic.map(|topic| topic.text);
    assert_eq!(
        (summary.members, topic, summary.secret),
        (2, Some("tea".into()), false)
    );
}
