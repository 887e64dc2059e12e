//! Each event for each kind of recipient, compared as whole lines.

use std::sync::Arc;

use salon_protocol::{LINE_BYTES_MAX, Nick};

use crate::encode::{Encoded, Wire, encode};
use crate::event::tests::said;
use crate::event::{Body, Event, Speech};
use crate::identity::{Identity, UserModes};

const TAGGED: Wire = Wire::MESSAGE_TAGS.union(Wire::SERVER_TIME);

fn event(body: Body) -> Event {
    Event {
        body,
        ..said(2, 5, "")
    }
}

fn speech(speech: Speech, text: &str, client_tags: &str) -> Event {
    event(Body::Said {
        speech,
        text: text.into(),
        client_tags: client_tags.into(),
    })
}

fn by(change: impl FnOnce(&Identity) -> Identity, body: Body) -> Event {
    let event = event(body);
    Event {
        source: Arc::new(change(&event.source)),
        ..event
    }
}

fn nick(text: &str) -> Nick {
    text.parse().expect("a nick")
}

#[track_caller]
fn check(event: &Event, wire: Wire, expected: &str) {
    let mut out = b"before\r\n".to_vec();
    encode(event, wire, &mut out);
    let out = String::from_utf8(out).expect("UTF-8");
    let lines = out.strip_prefix("before\r\n").expect("it only appends");
    assert_eq!(lines, expected);
}

/// An event that looks the same to everyone but for time and id.
#[track_caller]
fn check_same(body: Body, expected: &str) {
    let event = event(body);
    check(&event, Wire::empty(), &format!("{expected}\r\n"));
    let tags = "@time=1970-01-01T00:00:01.005Z;msgid=1-2-5 ";
    check(&event, Wire::all(), &format!("{tags}{expected}\r\n"));
}

#[test]
fn a_message_has_the_tags_that_its_recipient_takes() {
    let hello = speech(Speech::Privmsg, "hello: world", "+draft/reply=x;+y");
    let line = ":alice!a@host PRIVMSG #lobby :hello: world\r\n";
    let with = |tags: &str| format!("@{tags} {line}");
    check(&hello, Wire::empty(), line);
    check(
        &hello,
        Wire::SERVER_TIME,
        &with("time=1970-01-01T00:00:01.005Z"),
    );
    check(
        &hello,
        Wire::MESSAGE_TAGS,
        &with("msgid=1-2-5;+draft/reply=x;+y"),
    );
    check(
        &hello,
        TAGGED,
        &with("time=1970-01-01T00:00:01.005Z;msgid=1-2-5;+draft/reply=x;+y"),
    );
    check(&hello, Wire::ACCOUNT_TAG, line);
}

#[test]
fn account_and_bot_are_tagged() {
    let body = Body::Said {
        speech: Speech::Notice,
        text: "x".into(),
        client_tags: "".into(),
    };
    let bot = by(
        |alice| {
            let mut bot = alice.with_modes(UserModes::BOT);
            bot.account = Some("al".into());
            bot
        },
        body,
    );
    let line = ":alice!a@host NOTICE #lobby :x\r\n";
    check(&bot, Wire::ACCOUNT_TAG, &format!("@account=al {line}"));
    check(
        &bot,
        Wire::ACCOUNT_TAG | Wire::MESSAGE_TAGS,
        &format!("@msgid=1-2-5;account=al;bot {line}"),
    );
    check(&bot, Wire::empty(), line);
}

#[test]
fn tags_alone_go_to_those_who_take_tags() {
    let typing = speech(Speech::Tagmsg, "", "+typing=active");
    check(&typing, Wire::SERVER_TIME, "");
    check(
        &typing,
        Wire::MESSAGE_TAGS,
        "@msgid=1-2-5;+typing=active :alice!a@host TAGMSG #lobby\r\n",
    );
}

#[test]
fn a_join_is_extended_for_those_who_take_it() {
    let plain = by(Clone::clone, Body::Join);
    check(&plain, Wire::empty(), ":alice!a@host JOIN #lobby\r\n");
    check(
        &plain,
        Wire::EXTENDED_JOIN,
        ":alice!a@host JOIN #lobby * :Alice\r\n",
    );
    let known = by(
        |alice| {
            let mut known = alice.clone();
            known.account = Some("al".into());
            known
        },
        Body::Join,
    );
    check(
        &known,
        Wire::EXTENDED_JOIN,
        ":alice!a@host JOIN #lobby al :Alice\r\n",
    );
}

#[test]
fn one_who_joins_while_away_is_announced_as_away() {
    let away = by(|alice| alice.with_away(Some("at lunch")), Body::Join);
    check(
        &away,
        Wire::AWAY_NOTIFY,
        ":alice!a@host JOIN #lobby\r\n:alice!a@host AWAY :at lunch\r\n",
    );
    check(&away, Wire::empty(), ":alice!a@host JOIN #lobby\r\n");
    check(
        &away,
        Wire::AWAY_NOTIFY | TAGGED,
        "@time=1970-01-01T00:00:01.005Z;msgid=1-2-5 :alice!a@host JOIN #lobby\r\n\
         @time=1970-01-01T00:00:01.005Z :alice!a@host AWAY :at lunch\r\n",
    );
}

#[test]
fn away_and_setname_go_to_those_who_take_them() {
    let away = by(|alice| alice.with_away(Some("at lunch")), Body::Away);
    check(&away, Wire::AWAY_NOTIFY, ":alice!a@host AWAY :at lunch\r\n");
    check(&away, Wire::all() - Wire::AWAY_NOTIFY, "");
    let back = by(Clone::clone, Body::Away);
    check(&back, Wire::AWAY_NOTIFY, ":alice!a@host AWAY\r\n");
    let renamed = by(|alice| alice.with_realname("Alice L."), Body::Setname);
    check(
        &renamed,
        Wire::SETNAME,
        ":alice!a@host SETNAME :Alice L.\r\n",
    );
    check(&renamed, Wire::all() - Wire::SETNAME, "");
}

#[test]
fn an_announced_invitation_goes_to_those_who_take_it() {
    let announced = |announced| {
        event(Body::Invite {
            nick: nick("bob"),
            announced,
        })
    };
    let line = ":alice!a@host INVITE bob #lobby\r\n";
    check(&announced(true), Wire::INVITE_NOTIFY, line);
    check(&announced(true), Wire::all() - Wire::INVITE_NOTIFY, "");
    check(&announced(false), Wire::empty(), line);
}

#[test]
fn all_else_looks_the_same_to_everyone() {
    check_same(Body::Part { reason: None }, ":alice!a@host PART #lobby");
    let reason = Some("so long".into());
    check_same(Body::Part { reason }, ":alice!a@host PART #lobby :so long");
    let reason = "Quit: ".into();
    check_same(Body::Quit { reason }, ":alice!a@host QUIT :Quit: ");
    check_same(Body::Nick { new: nick("bob") }, ":alice!a@host NICK bob");
    let text = "".into();
    check_same(Body::Topic { text }, ":alice!a@host TOPIC #lobby :");
    let change = "+o-v bob bob".into();
    check_same(
        Body::Mode { change },
        ":alice!a@host MODE #lobby +o-v bob bob",
    );
    let kick = Body::Kick {
        user: crate::identity::UserId(2),
        nick: nick("bob"),
        reason: "no: really".into(),
    };
    check_same(kick, ":alice!a@host KICK #lobby bob :no: really");
}

#[test]
fn a_line_is_cut_at_its_limit_between_characters_and_tags_do_not_count() {
    let frame = ":alice!a@host PRIVMSG #lobby :".len() + "\r\n".len();
    let room = LINE_BYTES_MAX - frame;
    for wire in [Wire::empty(), TAGGED] {
        let kept = |text: &str| {
            let mut out = Vec::new();
            encode(&speech(Speech::Privmsg, text, ""), wire, &mut out);
            let line = String::from_utf8(out).expect("cut between characters");
            let (_, text) = line.split_once(" :").map_or(("", ""), |_| {
                line.rsplit_once(" :").expect("a trailing text")
            });
            text.strip_suffix("\r\n").expect("a line's end").to_owned()
        };
        assert_eq!(kept(&"x".repeat(room)), "x".repeat(room));
        assert_eq!(kept(&"x".repeat(room + 1)), "x".repeat(room));
        let ends_with_e = format!("{}é", "x".repeat(room - 1));
        assert_eq!(kept(&ends_with_e), "x".repeat(room - 1));
        let ends_with_face = format!("{}😀", "x".repeat(room - 4));
        assert_eq!(kept(&ends_with_face), ends_with_face);
        assert_eq!(kept(&format!("x{ends_with_face}")), "x".repeat(room - 3));
    }
}

#[test]
fn what_is_encoded_together_is_found_by_event() {
    let events = [
        Arc::new(said(1, 1, "one")),
        Arc::new(speech(Speech::Tagmsg, "", "+x")),
        Arc::new(said(1, 3, "three")),
    ];
    let encoded = Encoded::new(&events, Wire::empty());
    let part = |first, last| String::from_utf8(encoded.slice(first, last).to_vec()).expect("UTF-8");
    let line = |text| format!(":alice!a@host PRIVMSG #lobby :{text}\r\n");
    assert_eq!(part(0, 1), line("one"));
    assert_eq!(part(1, 2), "");
    assert_eq!(part(2, 3), line("three"));
    assert_eq!(part(0, 3), line("one") + &line("three"));
    assert_eq!((part(3, 3), part(2, 1)), (String::new(), String::new()));
}
