//! What a script can rely on: order, acknowledgement, exit codes.

use crate::hub::{Hub, Manner, Sort};
use crate::salon::{Outcome, Salon};

fn run(hub: &Hub, args: &[&str], input: impl Into<Vec<u8>>) -> Outcome {
    let address = hub.address.to_string();
    let mut all = vec![address.as_str(), "--timeout", "20"];
    all.extend(args);
    Salon::new(&all).run(input)
}

#[track_caller]
fn check(outcome: &Outcome, code: i32, stderr: &str) {
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (Some(code), stderr),
        "{outcome:?}"
    );
}

/// The texts that `ann` said in a printed conversation.
fn said(outcome: &Outcome) -> Vec<String> {
    let lines = outcome.stdout.lines();
    lines
        .filter_map(|line| Some(line.split_once("<ann> ")?.1.to_owned()))
        .collect()
}

#[test]
fn every_line_arrives_once_in_order_and_is_shown_once() {
    let hub = Hub::modern();
    let numbers: Vec<String> = (1..=1000).map(|number: u32| number.to_string()).collect();
    let outcome = run(&hub, &[], numbers.join("\n"));
    check(&outcome, 0, "");
    assert_eq!(said(&outcome), numbers);
    let expected: Vec<_> = numbers
        .iter()
        .map(|number| format!("PRIVMSG #lobby :{number}"))
        .collect();
    assert_eq!(hub.until_quit(), expected);
}

#[test]
fn an_old_server_acknowledges_by_its_fences() {
    let hub = Hub::start(Manner {
        sort: Sort::Old,
        ..Manner::default()
    });
    let outcome = run(&hub, &[], "text\n".repeat(100) + "forbidden\nlast\n");
    check(
        &outcome,
        1,
        "line 101: #lobby: Cannot send to channel; where it is moderated, one of its operators can give you the ':voice'\n",
    );
    assert_eq!(said(&outcome).len(), 101);
    assert_eq!(hub.until_quit().len(), 102);
}

#[test]
fn a_nick_change_is_done_before_the_next_line() {
    let hub = Hub::modern();
    let outcome = run(&hub, &[], ":nick bot\nhello\n:bogus\n");
    assert_eq!(outcome.code, Some(1));
    assert!(
        outcome
            .stderr
            .starts_with("line 3: unknown command ':bogus'"),
        "{outcome:?}"
    );
    assert!(outcome.stdout.contains("<bot> hello\n"), "{outcome:?}");
    assert_eq!(hub.until_quit(), ["NICK bot", "PRIVMSG #lobby :hello"]);
}

#[test]
fn a_message_goes_to_the_room_joined_before_it() {
    let hub = Hub::modern();
    let outcome = run(&hub, &[], "one\n:join #dev\ntwo\n");
    check(&outcome, 0, "");
    assert_eq!(
        hub.until_quit(),
        ["PRIVMSG #lobby :one", "JOIN #dev", "PRIVMSG #dev :two"]
    );
}

#[test]
fn a_message_never_lands_beside_a_room_that_could_not_be_joined() {
    for command in [
        ":join #closed",
        ":join closed",
        ":jion #closed",
        ":switch #closed",
    ] {
        let hub = Hub::modern();
        let outcome = run(
            &hub,
            &[],
            format!("{command}\nsecret\n:msg #lobby public\n"),
        );
        assert_eq!(outcome.code, Some(1));
        let lines: Vec<_> = outcome.stderr.lines().collect();
        assert!(
            lines[0].starts_with("line 1: ") && lines[1].starts_with("line 2: "),
            "{outcome:?}"
        );
        let mut received = hub.until_quit();
        received.retain(|line| line.starts_with("PRIVMSG"));
        assert_eq!(received, ["PRIVMSG #lobby :public"]);
    }
}

#[test]
fn a_refused_message_is_named_and_later_lines_run() {
    let hub = Hub::modern();
    let outcome = run(&hub, &[], "one\nforbidden\nthree\n");
    check(
        &outcome,
        1,
        "line 2: #lobby: Cannot send to channel; where it is moderated, one of its operators can give you the ':voice'\n",
    );
    assert_eq!(said(&outcome), ["one", "three"]);
}

#[test]
fn what_the_server_behind_a_bouncer_refuses_is_named() {
    let hub = Hub::start(Manner {
        sort: Sort::Bouncer,
        ..Manner::default()
    });
    let outcome = run(&hub, &[], "one\nforbidden\nthree\n");
    check(
        &outcome,
        1,
        "line 2: #lobby: Cannot send to channel; where it is moderated, one of its operators can give you the ':voice'\n",
    );
    // It says them back before the server has heard of them.
    assert_eq!(said(&outcome), ["one", "forbidden", "three"]);
}

#[test]
fn lines_that_are_no_text_are_named_and_later_lines_run() {
    let hub = Hub::modern();
    let mut input = vec![b'x'; 1_000_000];
    input.extend(b"\nok\n\xff\nnul\0\nlast");
    let outcome = run(&hub, &[], input);
    assert_eq!(outcome.code, Some(1));
    let lines: Vec<_> = outcome.stderr.lines().collect();
    assert_eq!(
        lines[0],
        "line 1: longer than 16384 bytes, nothing of it was sent"
    );
    assert_eq!(lines[1], "line 3: not valid UTF-8 at byte 1");
    assert!(lines[2].starts_with("line 4: "), "{outcome:?}");
    assert_eq!(
        hub.until_quit(),
        ["PRIVMSG #lobby :ok", "PRIVMSG #lobby :last"]
    );
}

#[test]
fn a_long_message_arrives_whole_in_parts() {
    let hub = Hub::modern();
    let text = "çedilla ".repeat(200);
    let outcome = run(&hub, &[], format!("{text}\n"));
    check(&outcome, 0, "");
    let received = hub.until_quit();
    assert!(received.len() > 3, "{received:?}");
    let parts: String = received
        .iter()
        .map(|line| line.strip_prefix("PRIVMSG #lobby :").unwrap())
        .collect();
    // The server of the test drops blanks at the end of a line.
    assert_eq!(parts.replace(' ', ""), text.replace(' ', ""));
}

#[test]
fn without_commands_every_line_is_a_message() {
    let hub = Hub::modern();
    let outcome = run(&hub, &["--no-commands"], ":quit\n/join #a\n\n::b\n");
    check(&outcome, 0, "");
    assert_eq!(
        hub.until_quit(),
        [
            "PRIVMSG #lobby ::quit",
            "PRIVMSG #lobby :/join #a",
            "PRIVMSG #lobby :::b"
        ]
    );
}

#[test]
fn a_lost_connection_names_the_lines_without_acknowledgement() {
    let hub = Hub::start(Manner {
        breaks_at: Some(3),
        ..Manner::default()
    });
    let outcome = run(&hub, &[], "one\ntwo\nthree\nfour\n");
    assert_eq!(outcome.code, Some(4));
    let lines: Vec<_> = outcome.stderr.lines().collect();
    assert!(
        lines[0].starts_with("error: lost the connection: "),
        "{outcome:?}"
    );
    assert!(
        lines[1].starts_with("line 3 ") || lines[1].starts_with("lines 3-4 "),
        "{outcome:?}"
    );
}

#[test]
fn quitting_in_the_middle_ends_the_script() {
    let hub = Hub::modern();
    let outcome = run(&hub, &[], "one\n:quit see you\n\nnever\nmore\n");
    check(
        &outcome,
        0,
        "nothing from line 4 on was run: a line before it was to quit\n",
    );
    assert_eq!(hub.next(), "PRIVMSG #lobby :one");
    assert_eq!(hub.next(), "QUIT :see you");
}

#[test]
fn no_input_is_no_error() {
    let hub = Hub::modern();
    check(&run(&hub, &[], ""), 0, "");
    assert_eq!(hub.until_quit(), [""; 0]);
}

#[test]
fn blank_lines_behind_a_quit_are_nothing_to_miss() {
    let hub = Hub::modern();
    let outcome = run(&hub, &[], "hello\n:quit\n\n");
    check(&outcome, 0, "");
}

#[test]
fn another_nick_than_the_one_wanted_is_said() {
    let hub = Hub::start(Manner {
        has_ann: true,
        ..Manner::default()
    });
    let outcome = run(&hub, &["--nick", "ann"], "hello\n");
    check(&outcome, 0, "the nick 'ann' is taken; this is 'ann_'\n");
}

#[test]
fn a_hub_that_cannot_be_had_later_counts_as_one_that_cannot_be_had() {
    let hub = Hub::modern();
    // Nobody listens there, and no program of ours may.
    let error = "error: could not connect to 127.0.0.1:1: connection refused\n";
    let outcome = run(&hub, &[], "first\n:connect 127.0.0.1:1\n");
    check(&outcome, 3, error);
    let outcome = run(&hub, &[], ":connect 127.0.0.1:1\nsecond\n");
    check(
        &outcome,
        3,
        &format!("{error}line 2: there is no current room\n"),
    );
    let there_and_back = format!(":connect {}\nsecond\n", Hub::modern().address);
    check(&run(&hub, &[], there_and_back), 0, "");
}
