//! `salon send`, and the answers that it and scripts wait for.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::ChildStdout;

use crate::real::{Hub, check, numbers, said, texts};
use crate::salon::{Running, Salon};

/// Answers `ping` with `pong to NICK` until it is dropped.
struct Bot {
    running: Running,
}

impl Bot {
    fn start(hub: &Hub, words: &'static [&'static str]) -> Self {
        let mut running = hub.guest("bot");
        let output = running.child.stdout.take().unwrap();
        let mut input = running.child.stdin.take().unwrap();
        let mut lines = BufReader::new(output).lines();
        let is_ready = lines.any(|line| line.unwrap().contains(r#""type":"ready""#));
        assert!(is_ready);
        std::thread::spawn(move || {
            use std::io::Write as _;
            for line in lines.map_while(Result::ok) {
                let event: serde_json::Value = serde_json::from_str(&line).unwrap();
                if event["text"] == "ping" {
                    for word in words {
                        let to = event["to"].as_str().filter(|to| to.starts_with('#'));
                        let to = to.or(event["from"].as_str()).unwrap();
                        writeln!(input, ":msg {to} {word}").unwrap();
                    }
                }
            }
        });
        Self { running }
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended with the hub.
        let _ = self.running.child.kill();
        let _ = self.running.child.wait();
    }
}

#[test]
fn words_are_one_message_and_nothing_is_printed() {
    let hub = Hub::start();
    check(
        &hub.run(&["send", "#lobby", "the", "backup", "is done"], ""),
        0,
        "",
        "",
    );
    let tail = hub.output(&["tail", "#lobby"], "");
    assert_eq!(said(&tail), ["the backup is done"]);
}

#[test]
fn lines_of_the_input_are_messages_in_order_whatever_they_begin_with() {
    let hub = Hub::start();
    let mut lines = numbers(500);
    lines.extend([":quit", "/me", "::", "last"].map(str::to_owned));
    let input = lines.join("\n\n");
    check(&hub.run(&["send", "#lobby"], &input), 0, "", "");
    assert_eq!(
        texts(&hub.output(&["export", "#lobby", "--json"], "")),
        lines
    );
}

#[test]
fn a_text_of_several_lines_is_several_messages() {
    let hub = Hub::start();
    check(&hub.run(&["send", "#lobby", "one\ntwo"], ""), 0, "", "");
    assert_eq!(said(&hub.output(&["tail", "#lobby"], "")), ["one", "two"]);
}

#[test]
fn a_text_too_long_for_one_line_of_the_protocol_is_one_message_all_the_same() {
    let hub = Hub::start();
    let long = "word ".repeat(400) + "end";
    let output = hub.output(&["send", "#lobby", "--json", &long], "");
    assert_eq!(texts(&output), [long]);
    assert_eq!(output, hub.output(&["tail", "#lobby", "--json"], ""));
}

#[test]
fn json_has_what_was_said_with_its_id() {
    let hub = Hub::start();
    let output = hub.output(&["send", "#lobby", "--json"], "one\ntwo\n");
    assert_eq!(texts(&output), ["one", "two"]);
    let tail = hub.output(&["tail", "#lobby", "--json"], "");
    assert_eq!(output, tail);
}

#[test]
fn a_refused_line_is_named_with_its_reason() {
    let hub = Hub::start();
    let outcome = hub.run(&["send", "nobody"], "one\ntwo\n");
    let stderr = "line 1: there is no 'nobody' here\nline 2: there is no 'nobody' here\n";
    check(&outcome, 1, "", stderr);
}

#[test]
fn an_empty_text_is_wrong_usage_and_no_lines_are_nothing() {
    let hub = Hub::start();
    let outcome = hub.run(&["send", "#lobby", " "], "");
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("the text is empty"), "{outcome:?}");
    check(&hub.run(&["send", "#lobby"], ""), 0, "", "");
}

#[test]
fn a_room_that_nobody_is_in_is_pointed_out() {
    let hub = Hub::start();
    let outcome = hub.run(&["send", "#typo", "hello"], "");
    let note = "note: nobody else is in #typo, and the hub forgets what was said there\n";
    check(&outcome, 0, "", note);
}

#[test]
fn an_answer_is_waited_for_and_printed() {
    let hub = Hub::start();
    let _bot = Bot::start(&hub, &["no", "pong 42", "pong 43"]);
    let output = hub.output(&["send", "#lobby", "ping", "--expect", r"^pong \d+$"], "");
    assert_eq!(said(&output), ["pong 42"]);
    let output = hub.output(&["send", "bot", "ping", "--expect", "pong"], "");
    assert_eq!(said(&output), ["pong 42"]);
}

#[test]
fn an_answer_that_does_not_come_has_an_exit_code() {
    let hub = Hub::start();
    let salon = hub.patient(&["send", "#lobby", "ping pong", "--expect", "pong"], "0.2");
    let stderr = "error: no answer that fits 'pong' came within 0.2 s\n";
    check(&salon.run(""), 5, "", stderr);
}

#[test]
fn a_script_waits_for_its_answer_too() {
    let hub = Hub::start();
    let _bot = Bot::start(&hub, &["pong"]);
    let output = hub.output(&["--nick", "ann", "--expect", "pong"], "ping\n");
    assert_eq!(said(output.lines().last().unwrap()), ["pong"]);
    let outcome = hub.run(&["--expect", "pong"], ":bogus\n");
    assert_eq!(
        outcome.code,
        Some(1),
        "what is refused comes first: {outcome:?}"
    );
}

#[test]
fn a_pattern_that_is_none_is_wrong_usage() {
    let hub = Hub::start();
    let outcome = hub.run(&["send", "#lobby", "x", "--expect", "("], "");
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    assert!(outcome.stderr.contains("unclosed group"), "{outcome:?}");
}

#[test]
fn a_hub_in_the_place_of_the_room_is_told_where_it_belongs() {
    let outcome = Salon::new(&["send", "ircs://hub.example", "hi"]).run("");
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    let told = "invalid value 'ircs://hub.example' for '<TARGET>': that is a hub, which stands behind `--server`; \
                expected a room or a nick";
    assert!(outcome.stderr.contains(told), "{outcome:?}");
}

#[test]
fn a_pattern_in_front_of_a_subcommand_is_refused() {
    for command in [
        ["send", "#lobby", "hi"],
        ["host", "--listen", "127.0.0.1:0"],
    ] {
        let mut args = vec!["--expect", "pong"];
        args.extend(command);
        let stderr = "error: `--expect` is for lines that are sent: `salon send` with it behind that word, or lines on standard input\n";
        check(&Salon::new(&args).run(""), 2, "", stderr);
    }
}

/// Somebody who is in `#dev`, after those who came before, and the lines that they hear from then on.
fn in_dev(hub: &Hub, nick: &str) -> (Running, Lines<BufReader<ChildStdout>>) {
    let options = ["--nick", nick, "--room", "#dev", "--json"];
    let mut running = hub.salon(&options).start();
    let mut lines = BufReader::new(running.child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains(r#""type":"ready""#)));
    (running, lines)
}

#[test]
fn those_with_a_rank_in_a_room_are_spoken_to_alone() {
    let hub = Hub::start();
    let (_op, op_hears) = in_dev(&hub, "op");
    let (_eve, eve_hears) = in_dev(&hub, "eve");
    hub.output(&["send", "@#dev", "for operators"], "");
    hub.output(&["send", "#dev", "for all"], "");
    let heard = |lines: Lines<BufReader<ChildStdout>>| {
        let mut heard = Vec::new();
        for line in lines {
            let event: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            if event["type"] == "message" {
                let said = format!("{} {}", event["to"], event["text"]);
                heard.push(said.replace('"', ""));
            }
            if event["text"] == "for all" {
                break;
            }
        }
        heard
    };
    assert_eq!(heard(op_hears), ["@#dev for operators", "#dev for all"]);
    assert_eq!(heard(eve_hears), ["#dev for all"]);
}
