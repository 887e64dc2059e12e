use salon_commands::{Effect, Effects, Text};

use super::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn say(target: &str, text: &str) -> Effects {
    Effects::from(Effect::Say {
        target: target.parse().unwrap(),
        text: Text::new(text).unwrap(),
    })
}

/// An outbox in which each of these texts is a line for `#dev`, and is on its way.
fn sent(texts: &[&str]) -> Outbox {
    let mut outbox = Outbox::default();
    for (index, text) in texts.iter().enumerate() {
        let ticket = Ticket(index as u64 + 1);
        outbox.add(ticket, say("#dev", text), at(1)).unwrap();
        send_next(&mut outbox);
    }
    outbox
}

fn send_next(outbox: &mut Outbox) {
    let number = outbox.next().unwrap().number;
    let sent = Sent {
        nick: "ann".to_owned(),
        after: Some(at(10)),
    };
    outbox.sends(number, sent);
}

fn hear(outbox: &mut Outbox, from: &str, text: &str) -> Option<u64> {
    hear_for("#dev", outbox, from, text)
}

/// Somebody says something in `#dev` to all who are there, or to some of them.
fn hear_for(to: &str, outbox: &mut Outbox, from: &str, text: &str) -> Option<u64> {
    let event = Event {
        time: at(20),
        id: None,
        from: Some(from.to_owned()),
        account: None,
        to: Some(to.to_owned()),
        own: false,
        kind: EventKind::Message {
            text: text.to_owned(),
        },
    };
    outbox.heard("#dev", &event).map(|(ticket, _)| ticket.0)
}

/// What is not acknowledged, and how it stands with it.
#[track_caller]
fn check(outbox: &Outbox, expected: &[(&str, &str)]) {
    let stands = |message: &Unsent| match message.state {
        State::Waiting => "waiting",
        State::Sent(_) => "sent",
        State::Doubtful(_) => "doubtful",
    };
    let left: Vec<_> = outbox
        .iter()
        .map(|one| (one.text.as_str(), stands(one)))
        .collect();
    assert_eq!(left, expected);
}

#[test]
fn what_history_has_is_not_sent_again_and_the_rest_is_in_order() {
    let mut outbox = sent(&["one", "same", "same", "two"]);
    assert_eq!(outbox.lose(), []);
    assert!(
        outbox.next().is_none(),
        "nothing overtakes what is in doubt"
    );
    assert_eq!(hear(&mut outbox, "bob", "one"), None);
    assert_eq!(hear(&mut outbox, "Ann", "one"), Some(1));
    assert_eq!(hear(&mut outbox, "ann", "same"), Some(2));
    check(&outbox, &[("same", "doubtful"), ("two", "doubtful")]);
    for number in outbox.iter().map(|one| one.number).collect::<Vec<_>>() {
        outbox.resend(number);
    }
    check(&outbox, &[("same", "waiting"), ("two", "waiting")]);
    send_next(&mut outbox);
    assert_eq!(outbox.next().unwrap().text, "two");
}

#[test]
fn what_was_heard_before_the_loss_is_in_no_doubt() {
    let mut outbox = sent(&["one", "two"]);
    assert_eq!(
        hear(&mut outbox, "ann", "one"),
        None,
        "the hub has the last word"
    );
    let done = outbox.lose();
    assert_eq!(done, [(Ticket(1), None)]);
    check(&outbox, &[("two", "doubtful")]);
}

#[test]
fn of_a_long_message_only_what_has_not_arrived_is_left() {
    let (first, second) = ("a".repeat(400), "b".repeat(90));
    let mut outbox = sent(&[&format!("{first}{second}")]);
    assert_eq!(hear(&mut outbox, "ann", &first), None);
    assert_eq!(outbox.lose(), []);
    check(&outbox, &[(second.as_str(), "doubtful")]);
    assert_eq!(hear(&mut outbox, "ann", &second), Some(1));
}

#[test]
fn a_short_text_is_no_part_of_another_message() {
    let mut outbox = sent(&["ok then"]);
    outbox.lose();
    assert_eq!(hear(&mut outbox, "ann", "ok"), None);
    check(&outbox, &[("ok then", "doubtful")]);
}

#[test]
fn lines_for_one_target_are_one_message_and_heard_one_by_one() {
    let lines = ["a", "", "b"].iter().flat_map(|line| match *line {
        "" => Effects::from(Effect::Say {
            target: "#dev".parse().unwrap(),
            text: Text::empty(),
        }),
        line => say("#dev", line),
    });
    let mut outbox = Outbox::default();
    let lines: Effects = lines.collect();
    outbox.add(Ticket(1), lines.clone(), at(1)).unwrap();
    check(&outbox, &[("a\n\nb", "waiting")]);
    assert_eq!(outbox.next().unwrap().effects(), lines);
    send_next(&mut outbox);
    outbox.lose();
    assert_eq!(hear(&mut outbox, "ann", "a"), None);
    check(&outbox, &[("b", "doubtful")]);
    assert_eq!(hear(&mut outbox, "ann", "b"), Some(1));
}

#[test]
fn a_blank_line_behind_a_part_of_a_line_is_not_waited_for() {
    let (part, end) = ("a".repeat(400), "b".repeat(90));
    let mut outbox = sent(&[]);
    let lines = [format!("{part}{end}"), String::new(), "last".to_owned()];
    let lines = lines.iter().map(|line| Effect::Say {
        target: "#dev".parse().unwrap(),
        text: Text::new(line).unwrap_or_else(|_| Text::empty()),
    });
    outbox.add(Ticket(1), lines.collect(), at(1)).unwrap();
    send_next(&mut outbox);
    outbox.lose();
    for heard in [&part, &end] {
        assert_eq!(hear(&mut outbox, "ann", heard), None);
    }
    check(&outbox, &[("last", "doubtful")]);
    assert_eq!(hear(&mut outbox, "ann", "last"), Some(1));
}

#[test]
fn an_input_line_is_done_with_the_last_of_its_messages() {
    let mut outbox = Outbox::default();
    let both: Effects = ["#dev", "bob"]
        .iter()
        .flat_map(|to| say(to, "hi"))
        .collect();
    outbox.add(Ticket(1), both, at(1)).unwrap();
    let numbers: Vec<_> = outbox.iter().map(|one| one.number).collect();
    let no = Refusal::new("no");
    assert_eq!(outbox.done(numbers[0], Some(no.clone())), None);
    assert_eq!(outbox.done(numbers[1], None), Some((Ticket(1), Some(no))));
    assert_eq!(outbox.lines().count(), 0);
}

#[test]
fn what_is_not_acknowledged_is_there_in_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let home = home_of(folder.path(), "hub", 6000, "ann");
    let mut outbox = Outbox::default();
    assert_eq!(outbox.open(&home, at(1)), []);
    for (number, text) in [(1, "gone"), (2, "one"), (3, "two")] {
        outbox
            .add(Ticket(number), say("#dev", text), at(1))
            .unwrap();
    }
    let first = outbox.next().unwrap().number;
    outbox.done(first, None);
    send_next(&mut outbox);
    drop(outbox);
    let mut outbox = Outbox::default();
    assert_eq!(outbox.open(&home, at(2)), []);
    check(&outbox, &[("one", "doubtful"), ("two", "waiting")]);
    assert_eq!(hear(&mut outbox, "ann", "one"), None);
    check(&outbox, &[("two", "waiting")]);
    drop(outbox);
    let mut outbox = Outbox::default();
    let old = outbox.open(&home, at(2 + AGE_MILLIS_MAX));
    assert_eq!(old.len(), 1, "nobody expects it to be said now");
    check(&outbox, &[]);
}

#[test]
fn who_is_called_otherwise_takes_along_what_waits() {
    let folder = tempfile::tempdir().unwrap();
    let home = |nick| home_of(folder.path(), "hub", 6000, nick);
    let mut outbox = Outbox::default();
    outbox.open(&home("bob"), at(1));
    outbox.add(Ticket(1), say("#dev", "before"), at(1)).unwrap();
    drop(outbox);
    let mut outbox = Outbox::default();
    outbox.open(&home("ann"), at(1));
    outbox.add(Ticket(1), say("#dev", "one"), at(1)).unwrap();
    send_next(&mut outbox);
    assert_eq!(outbox.move_to(&home("bob"), at(2)), []);
    let both = [("before", "waiting"), ("one", "sent")];
    check(&outbox, &both);
    drop(outbox);
    let mut of_ann = Outbox::default();
    of_ann.open(&home("ann"), at(3));
    check(&of_ann, &[]);
    let mut of_bob = Outbox::default();
    of_bob.open(&home("bob"), at(3));
    check(&of_bob, &[("before", "waiting"), ("one", "doubtful")]);
}

#[test]
fn what_can_not_be_noted_as_sent_is_not_sent_again_by_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let home = home_of(folder.path(), "hub", 6000, "ann");
    let mut outbox = Outbox::default();
    outbox.open(&home, at(1));
    outbox.add(Ticket(1), say("#dev", "once"), at(1)).unwrap();
    outbox.journal.as_mut().unwrap().fill_disk();
    send_next(&mut outbox);
    assert!(outbox.take_failure().is_some());
    drop(outbox);
    let mut outbox = Outbox::default();
    outbox.open(&home, at(2));
    check(&outbox, &[]);
}

#[test]
fn there_is_no_place_for_ever_more() {
    let mut outbox = Outbox::default();
    for number in 0..MESSAGES_MAX as u64 {
        outbox.add(Ticket(number), say("#dev", "x"), at(1)).unwrap();
    }
    let one_more = outbox.add(Ticket(9999), say("#dev", "x"), at(1));
    assert!(one_more.is_err());
    assert_eq!(outbox.waiting(), MESSAGES_MAX);
}

#[test]
fn what_is_for_some_of_a_room_is_told_from_what_is_for_all() {
    let mut outbox = Outbox::default();
    for (ticket, target) in [(1, "@#dev"), (2, "#dev")] {
        outbox
            .add(Ticket(ticket), say(target, "ok"), at(1))
            .unwrap();
        send_next(&mut outbox);
    }
    outbox.lose();
    assert_eq!(hear_for("#dev", &mut outbox, "ann", "ok"), Some(2));
    assert_eq!(hear_for("#dev", &mut outbox, "ann", "ok"), None);
    assert_eq!(hear_for("@#dev", &mut outbox, "ann", "ok"), Some(1));
    assert_eq!(outbox.rooms(), Vec::<String>::new());
}

#[test]
fn what_is_for_some_of_a_room_waits_for_the_room() {
    let mut outbox = Outbox::default();
    outbox.add(Ticket(1), say("@#dev", "ok"), at(1)).unwrap();
    assert_eq!(outbox.rooms(), ["#dev"]);
    outbox.shut(&["#dev".to_owned()]);
    assert!(outbox.next().is_none());
    assert_eq!(outbox.waiting_for("#dev").len(), 1);
}
