//! `salon tail`: what was said, what is said, and the seam between both.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::net::TcpStream;
use std::process::ChildStdout;

use crate::hub::PATIENCE;
use crate::real::{Hub, check, numbers, said, texts};
use crate::relay::Relay;
use crate::salon::{Running, Salon};

/// The output of a program that runs on.
fn lines(running: &mut Running) -> Lines<BufReader<ChildStdout>> {
    BufReader::new(running.child.stdout.take().unwrap()).lines()
}

/// The texts of the next events, up to the one that says this.
fn until(lines: &mut Lines<BufReader<ChildStdout>>, last: &str) -> Vec<String> {
    let mut found = Vec::new();
    while found.last().is_none_or(|text| text != last) {
        let line = lines.next().expect("the output goes on").unwrap();
        found.extend(texts(&line));
    }
    found
}

#[test]
fn the_last_messages_are_shown_as_many_as_are_wanted() {
    let hub = Hub::start();
    hub.output(&["send", "#lobby"], &numbers(250).join("\n"));
    let tail = |args: &[&str]| {
        let mut all = vec!["tail", "#lobby"];
        all.extend(args);
        let output = hub.output(&all, "");
        said(&output)
            .iter()
            .map(|text| text.parse().unwrap())
            .collect::<Vec<u32>>()
    };
    assert_eq!(tail(&[]), (241..=250).collect::<Vec<_>>());
    assert_eq!(tail(&["-n", "1"]), [250]);
    assert_eq!(tail(&["-n", "220"]), (31..=250).collect::<Vec<_>>());
    assert_eq!(tail(&["-n", "1000"]), (1..=250).collect::<Vec<_>>());
    assert_eq!(tail(&["-n", "0"]), [0; 0]);
    assert_eq!(tail(&["--since", "1h"]), (1..=250).collect::<Vec<_>>());
    assert_eq!(tail(&["--since", "yesterday", "-n", "3"]), [248, 249, 250]);
    assert_eq!(tail(&["--since", "2100-01-01"]), [0; 0]);
}

/// Says these lines in `#lobby` as one message.
fn say_at_once(hub: &Hub, lines: &[&str]) {
    let mut stream = TcpStream::connect(hub.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut text = "NICK writer\r\nUSER w 0 * :w\r\nCAP REQ :batch draft/multiline\r\nCAP END\r\n\
                    BATCH +m draft/multiline #lobby\r\n"
        .to_owned();
    for line in lines {
        text.extend(["@batch=m PRIVMSG #lobby :", line, "\r\n"]);
    }
    text += "BATCH -m\r\nPING done\r\n";
    stream.write_all(text.as_bytes()).unwrap();
    let mut answers = BufReader::new(&stream).lines().map(Result::unwrap);
    assert!(answers.any(|line| line.contains("PONG")), "the hub is gone");
}

#[test]
fn a_message_of_several_lines_is_one_of_the_last_messages() {
    let hub = Hub::start();
    hub.output(&["send", "#lobby"], "before");
    let several = ["one", "two", "", "four"];
    say_at_once(&hub, &several);
    let output = hub.output(&["tail", "#lobby", "-n", "1", "--json"], "");
    assert_eq!(texts(&output), several);
    let output = hub.output(&["tail", "#lobby", "-n", "2"], "");
    assert_eq!(said(&output), ["before", "one", "two", "", "four"]);
}

#[test]
fn what_follows_a_message_is_had_by_its_id() {
    let hub = Hub::start();
    let sent = hub.output(&["send", "#lobby", "--json"], &numbers(130).join("\n"));
    let third: serde_json::Value = serde_json::from_str(sent.lines().nth(2).unwrap()).unwrap();
    let id = third["id"].as_str().unwrap();
    let output = hub.output(&["tail", "#lobby", "--json", "--after", id], "");
    assert_eq!(texts(&output), &numbers(130)[3..]);
    let outcome = hub.run(&["tail", "#lobby", "--after", "bogus"], "");
    let stderr = "error: could not look for the message 'bogus' in #lobby: AROUND: Invalid parameter: msgid=... or timestamp=... is expected; expected an id that `--json` has shown\n";
    check(&outcome, 1, "", stderr);
}

#[test]
fn an_id_that_the_hub_has_forgotten_is_a_gap() {
    let hub = Hub::start();
    hub.output(&["send", "#lobby"], "one\ntwo\n");
    let id = "1234567890a-77-5";
    let outcome = hub.run(&["tail", "#lobby", "--json", "--after", id], "");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let types: Vec<String> = outcome
        .stdout
        .lines()
        .map(|line| {
            let object: serde_json::Value = serde_json::from_str(line).unwrap();
            object["type"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(types, ["gap", "message", "message"]);
    assert!(
        outcome.stderr.starts_with("note: the hub does not have"),
        "{outcome:?}"
    );
}

#[test]
fn following_has_no_double_and_no_hole_at_the_seam() {
    let hub = Hub::start();
    hub.output(&["send", "#lobby"], &numbers(300).join("\n"));
    let mut writer = hub.salon(&["send", "#lobby"]).start();
    let mut tails: Vec<_> = Vec::new();
    let mut number = 300;
    // Each tail begins in the midst of what is said.
    for _ in 0..4 {
        let args = ["tail", "#lobby", "--since", "1h", "--follow", "--json"];
        tails.push(hub.salon(&args).start());
        for _ in 0..700 {
            number += 1;
            writer.write(&format!("{number}\n"));
        }
    }
    drop(writer.child.stdin.take());
    assert_eq!(writer.end().code, Some(0));
    for mut tail in tails {
        let mut lines = lines(&mut tail);
        assert_eq!(until(&mut lines, &number.to_string()), numbers(number));
        drop(lines);
        tail.child.kill().unwrap();
        tail.child.wait().unwrap();
    }
}

#[test]
fn following_goes_on_without_a_hole_when_the_hub_comes_back() {
    let mut hub = Hub::start();
    let relay = Relay::to(hub.address());
    let address = relay.address.to_string();
    hub.output(&["send", "#lobby"], "one\n");
    let args = [
        "tail", "#lobby", "-f", "--json", "--nick", "eve", "--server", &address,
    ];
    let mut tail = Salon::new(&args).start();
    let mut lines = lines(&mut tail);
    assert_eq!(until(&mut lines, "one"), ["one"]);
    hub.output(&["send", "#lobby"], "two\n");
    assert_eq!(until(&mut lines, "two"), ["two"]);
    hub.stop();
    hub.serve();
    hub.output(&["send", "#lobby"], "three\n");
    relay.turn_to(hub.address());
    assert_eq!(until(&mut lines, "three"), ["three"]);
    hub.output(&["send", "#lobby"], "four\n");
    assert_eq!(until(&mut lines, "four"), ["four"]);
    tail.child.kill().unwrap();
    let outcome = tail.end();
    assert!(
        outcome.stderr.contains("lost the connection"),
        "{outcome:?}"
    );
    assert!(
        outcome.stderr.ends_with("the connection is back\n"),
        "{outcome:?}"
    );
}

#[test]
fn a_closed_output_ends_it_quietly() {
    let hub = Hub::start();
    hub.output(&["send", "#lobby"], "one\n");
    let mut tail = hub
        .salon(&["tail", "#lobby", "-f", "--nick", "eve"])
        .start();
    let mut lines = lines(&mut tail);
    assert!(lines.next().unwrap().unwrap().ends_with("<ann> one"));
    // Nothing more is said: it needs nothing to write to notice.
    drop(lines);
    check(&tail.end(), 0, "", "");
}

#[test]
fn an_output_that_cannot_be_written_is_told() {
    let hub = Hub::start();
    hub.output(&["send", "#lobby"], "one\n");
    let outcome = hub.run(&["export", "#lobby", "-o", "/dev/full"], "");
    let stderr = "error: could not write '/dev/full': no space left on device\n";
    check(&outcome, 1, "", stderr);
}

#[test]
fn an_interrupt_is_told_by_the_code() {
    let hub = Hub::start();
    hub.output(&["send", "#lobby"], "one\n");
    let mut tail = hub
        .salon(&["tail", "#lobby", "-f", "--nick", "eve"])
        .start();
    let mut lines = lines(&mut tail);
    assert!(lines.next().unwrap().unwrap().ends_with("<ann> one"));
    let kill = std::process::Command::new("kill")
        .args(["-INT", &tail.child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    check(&tail.end(), 130, "", "");
}

#[test]
fn a_conversation_with_somebody_has_nothing_of_others() {
    let hub = Hub::start();
    let mut bob = hub.guest("bob");
    let mut heard = lines(&mut bob);
    assert!(heard.any(|line| line.unwrap().contains(r#""type":"ready""#)));
    let mut tail = hub
        .salon(&["tail", "bob", "-f", "--json", "--nick", "eve"])
        .start();
    let mut shown = lines(&mut tail);
    // Whoever follows is there when others can talk to them.
    assert!(heard.any(|line| line.unwrap().contains(r#""from":"eve""#)));
    bob.write(":msg #lobby to all\n:msg eve to eve\n");
    assert_eq!(until(&mut shown, "to eve"), ["to eve"]);
    tail.child.kill().unwrap();
    tail.child.wait().unwrap();
    drop(bob.child.stdin.take());
    bob.end();
}

#[test]
fn joins_and_topics_are_shown_on_request() {
    let hub = Hub::start();
    hub.output(&["send", "#lobby"], "one\n");
    let output = hub.output(&["tail", "#lobby", "--events", "--since", "1h"], "");
    assert!(output.contains("--> ann joined #lobby"), "{output}");
    assert!(output.contains("<ann> one"), "{output}");
    let output = hub.output(&["tail", "#lobby", "--since", "1h"], "");
    assert_eq!(output.lines().count(), 1, "{output}");
}

#[test]
fn a_room_that_is_not_there_is_told() {
    let hub = Hub::start();
    for command in ["tail", "export"] {
        let outcome = hub.run(&[command, "#nosuch"], "");
        let stderr = "error: there is no room #nosuch on the hub, or nobody is in it and the hub has forgotten it\n";
        check(&outcome, 1, "", stderr);
    }
}

#[test]
fn a_nick_that_nothing_is_known_of_may_have_been_a_room() {
    let hub = Hub::start();
    for (command, code) in [("tail", 0), ("export", 5)] {
        let note = "note: the hub has nothing that you and lobby said to each other; it keeps that for accounts, and \
            you are not logged in to one (`account` in the settings); a room is written '#lobby'\n";
        check(&hub.run(&[command, "lobby"], ""), code, "", note);
    }
}

#[test]
fn who_has_another_nick_than_wanted_is_told_whose_conversation_it_is() {
    let hub = Hub::start();
    let mut ann = hub.guest("ann");
    let mut heard = lines(&mut ann);
    assert!(heard.any(|line| line.unwrap().contains(r#""type":"ready""#)));
    let outcome = hub.run(&["tail", "bob", "--nick", "ann"], "");
    assert!(
        outcome.stderr.starts_with(
            "note: the nick 'ann' is taken, so this is what 'ann_' and bob said to each other\n"
        ),
        "{outcome:?}"
    );
    drop(ann.child.stdin.take());
    ann.end();
}

#[test]
fn who_is_put_out_of_the_room_is_told_and_does_not_wait_for_ever() {
    let hub = Hub::start();
    let args = ["--nick", "ann", "--room", "#dev", "--json"];
    let mut ann = hub.salon(&args).start();
    let mut heard = lines(&mut ann);
    assert!(heard.any(|line| line.unwrap().contains(r#""type":"ready""#)));
    let mut tail = hub
        .salon(&["tail", "#dev", "-f", "--json", "--nick", "eve"])
        .start();
    let has_come = |line: &str| {
        [r#""type":"join""#, r##""to":"#dev""##, r#""from":"eve""#]
            .iter()
            .all(|part| line.contains(part))
    };
    assert!(heard.any(|line| has_come(&line.unwrap())));
    ann.write(":msg #dev last words\n");
    let mut shown = lines(&mut tail);
    assert_eq!(until(&mut shown, "last words"), ["last words"]);
    ann.write(":kick #dev eve enough\n");
    let outcome = tail.end();
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (Some(1), "error: ann put you out of #dev: enough\n")
    );
    drop(ann.child.stdin.take());
    ann.end();
}

#[test]
fn what_was_taken_back_is_no_gap_when_the_hub_comes_back() {
    let mut hub = Hub::start();
    let relay = Relay::to(hub.address());
    let address = relay.address.to_string();
    let mut ann = hub.guest("ann");
    let mut heard = lines(&mut ann);
    let args = [
        "tail", "#lobby", "-f", "--json", "--nick", "eve", "--server", &address,
    ];
    ann.write("one\n");
    assert!(heard.any(|line| line.unwrap().contains(r#""text":"one""#)));
    let mut tail = Salon::new(&args).start();
    let mut shown = lines(&mut tail);
    assert_eq!(until(&mut shown, "one"), ["one"]);
    ann.write("two\nthree\n");
    assert_eq!(until(&mut shown, "three"), ["two", "three"]);
    ann.write(":redact\n");
    drop(ann.child.stdin.take());
    assert_eq!(ann.end().code, Some(0));
    hub.stop();
    hub.serve();
    hub.output(&["send", "#lobby"], "four\n");
    relay.turn_to(hub.address());
    // A gap would be a line without a text.
    assert_eq!(until(&mut shown, "four"), ["four"]);
    tail.child.kill().unwrap();
    tail.child.wait().unwrap();
}

#[test]
fn a_hub_that_goes_before_the_first_page_is_asked_for_the_last_lines_again() {
    let mut hub = Hub::start();
    hub.output(&["send", "#lobby"], &numbers(30).join("\n"));
    let relay = Relay::to(hub.address());
    relay.cut_at("CHATHISTORY");
    let address = relay.address.to_string();
    let args = [
        "tail", "#lobby", "-f", "-n", "3", "--json", "--nick", "eve", "--server", &address,
    ];
    let mut tail = Salon::new(&args).start();
    let mut shown = lines(&mut tail);
    assert_eq!(until(&mut shown, "30"), ["28", "29", "30"]);
    hub.stop();
    tail.child.kill().unwrap();
    let outcome = tail.end();
    assert!(
        outcome.stderr.contains("the connection is back"),
        "{outcome:?}"
    );
}
