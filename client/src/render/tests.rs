use super::*;

fn renderer(palette: Palette) -> Renderer {
    Renderer {
        palette,
        formatting: Formatting::Show,
        zone: TimeZone::UTC,
        is_dated: false,
    }
}

#[test]
fn dates_and_seconds_stand_before_what_happened_at_any_time() {
    let renderer = Renderer {
        is_dated: true,
        ..renderer(Palette::Plain)
    };
    let mut out = String::new();
    let text = "hi".to_owned();
    renderer.render(
        &event("ann", "#dev", EventKind::Message { text }),
        Some("#dev"),
        &mut out,
    );
    assert_eq!(out, "2026-11-23 18:04:05 <ann> hi\n");
}

fn event(from: &str, to: &str, kind: EventKind) -> Event {
    Event {
        // 2026-11-23T18:04:05Z
        time: Timestamp::from_millis(1_795_457_045_000),
        id: None,
        from: Some(from.to_owned()),
        account: None,
        to: Some(to.to_owned()),
        own: false,
        kind,
    }
}

fn own(event: Event) -> Event {
    Event { own: true, ..event }
}

fn message(text: &str) -> EventKind {
    EventKind::Message {
        text: text.to_owned(),
    }
}

#[track_caller]
fn check(event: &Event, current: Option<&str>, expected: &str) {
    let mut out = String::new();
    renderer(Palette::Plain).render(event, current, &mut out);
    assert_eq!(out, expected);
}

#[test]
fn message_to_some_of_a_room_says_so_wherever_one_is() {
    let event = event("bob", "@#dev", message("psst"));
    check(&event, Some("#dev"), "18:04 @#dev <bob> psst\n");
    check(&own(event), Some("bob"), "18:04 @#dev <bob> psst\n");
}

#[test]
fn message_in_the_current_room_needs_no_label() {
    let event = event("bob", "#Lobby", message("hi there"));
    check(&event, Some("#lobby"), "18:04 <bob> hi there\n");
}

#[test]
fn message_elsewhere_names_its_room() {
    let event = event("bob", "#dev", message("hi"));
    check(&event, Some("#lobby"), "18:04 #dev <bob> hi\n");
    check(&event, None, "18:04 #dev <bob> hi\n");
}

#[test]
fn direct_messages_name_the_other_person_both_ways() {
    let theirs = event("bob", "alice", message("psst"));
    check(&theirs, Some("#lobby"), "18:04 @bob <bob> psst\n");
    check(&theirs, Some("bob"), "18:04 <bob> psst\n");
    let mine = own(event("alice", "bob", message("yes")));
    check(&mine, Some("#lobby"), "18:04 @bob <alice> yes\n");
    check(&mine, Some("bob"), "18:04 <alice> yes\n");
}

#[test]
fn actions_and_notices_have_their_marks() {
    let text = "waves".to_owned();
    let action = event("bob", "#lobby", EventKind::Action { text });
    check(&action, Some("#lobby"), "18:04 * bob waves\n");
    let text = "restarting".to_owned();
    let notice = event("hub.example", "alice", EventKind::Notice { text });
    check(&notice, Some("#lobby"), "18:04 -hub.example- restarting\n");
}

#[test]
fn alerts_are_marked() {
    let text = "[remind] tea\x1b[2J".to_owned();
    let alert = event("x", "y", EventKind::Alert { text });
    check(&alert, None, "18:04 ! [remind] tea␛[2J\n");
}

#[test]
fn notes_have_their_time() {
    let text = "bob took back a message\x1b[2J".to_owned();
    let note = event("x", "y", EventKind::Note { text });
    check(&note, None, "18:04 --- bob took back a message␛[2J\n");
}

#[test]
fn nothing_hostile_survives_in_any_field() {
    let hostile = event("b\x1b[1mo", "#l\u{9b}", message("\x1b]0;pwned\x07\x1b[2J"));
    check(&hostile, None, "18:04 #l\u{fffd} <b␛[1mo> ␛]0;pwned␇␛[2J\n");
    let reason = Some("\x1b[2J".to_owned());
    let part = event("bob", "#dev", EventKind::Part { reason });
    check(&part, None, "18:04 <-- bob left #dev (␛[2J)\n");
    let text = "one\x1b[1m\ntwo".to_owned();
    let info = event("x", "y", EventKind::Info { text });
    check(&info, None, "one␛[1m\ntwo\n");
}

#[test]
fn comings_and_goings_are_sentences() {
    let new = "rob".to_owned();
    let cases = [
        (EventKind::Join, "--> bob joined #dev"),
        (EventKind::Part { reason: None }, "<-- bob left #dev"),
        (
            EventKind::Quit {
                reason: Some("bye".to_owned()),
            },
            "<-- bob quit (bye)",
        ),
        (EventKind::Nick { new }, "--- bob is now known as rob"),
        (
            EventKind::Topic {
                text: Some("tea".to_owned()),
            },
            "--- bob set the topic of #dev to: tea",
        ),
        (
            EventKind::Topic { text: None },
            "--- bob cleared the topic of #dev",
        ),
        (
            EventKind::Kick {
                nick: "eve".to_owned(),
                reason: None,
            },
            "<-- bob threw eve out of #dev",
        ),
        (
            EventKind::Mode {
                changes: "+o ann".to_owned(),
            },
            "--- bob set mode +o ann on #dev",
        ),
        (
            EventKind::Ready {
                nick: "alice".to_owned(),
                network: None,
            },
            "--- connected to bob as alice, in #dev",
        ),
        (
            EventKind::Ready {
                nick: "alice".to_owned(),
                network: Some("Acme\u{1b}".to_owned()),
            },
            "--- connected to bob (Acme\u{241b}) as alice, in #dev",
        ),
        (
            EventKind::Error {
                code: Some("404".to_owned()),
                text: "cannot send".to_owned(),
            },
            "!!! cannot send (404)",
        ),
        (
            EventKind::Gap {
                skipped: Some(7),
                since: None,
            },
            "--- 7 lines came too fast to be shown; ':history' shows them",
        ),
    ];
    for (kind, expected) in cases {
        check(
            &event("bob", "#dev", kind),
            Some("#dev"),
            &format!("18:04 {expected}\n"),
        );
    }
}

#[test]
fn a_gap_says_where_it_is_and_from_when_to_when() {
    let since = Some(Timestamp::from_millis(1_795_457_045_000 - 600_000));
    let gap = EventKind::Gap {
        skipped: None,
        since,
    };
    check(
        &event("", "#dev", gap.clone()),
        Some("#lobby"),
        "18:04 --- what was said in #dev is not known from 17:54 to 18:04\n",
    );
    check(
        &event("", "bob", gap.clone()),
        Some("#lobby"),
        "18:04 --- what was said with bob is not known from 17:54 to 18:04\n",
    );
    let everywhere = Event {
        to: None,
        ..event("", "", gap)
    };
    check(
        &everywhere,
        None,
        "18:04 --- what was said here is not known from 17:54 on\n",
    );
}

#[test]
fn colour_wraps_names_and_never_text() {
    let mut out = String::new();
    let event = own(event("alice", "#dev", message("hi")));
    renderer(Palette::Colour).render(&event, None, &mut out);
    assert_eq!(
        out,
        "\x1b[2m18:04\x1b[0m \x1b[36m#dev\x1b[0m <\x1b[1malice\x1b[0m> hi\n"
    );
}

#[test]
fn a_topic_that_is_only_told_has_nobody_who_set_it() {
    let told = |text: Option<&str>| Event {
        from: None,
        ..event(
            "",
            "#dev",
            EventKind::Topic {
                text: text.map(str::to_owned),
            },
        )
    };
    check(&told(None), None, "18:04 --- #dev has no topic\n");
    check(
        &told(Some("tea")),
        None,
        "18:04 --- the topic of #dev is: tea\n",
    );
}

#[test]
fn the_place_up_to_which_one_has_read_is_a_line_without_a_time() {
    let event = event("x", "y", EventKind::ReadUpTo);
    check(&event, None, "--- you have read up to here\n");
}

#[test]
fn formatting_is_shown_or_not() {
    let event = event("bob", "#dev", message("a \x02b\x02 \x034c"));
    let shown = |palette, formatting| {
        let mut out = String::new();
        let renderer = renderer(palette).with_formatting(formatting);
        renderer.render(&event, Some("#dev"), &mut out);
        out.split_once("> ").expect("a text").1.to_owned()
    };
    assert_eq!(
        shown(Palette::Colour, Formatting::Show),
        "a \x1b[1mb\x1b[0m \x1b[91mc\x1b[0m\n"
    );
    assert_eq!(shown(Palette::Colour, Formatting::Strip), "a b c\n");
    assert_eq!(shown(Palette::Plain, Formatting::Show), "a b c\n");
}
