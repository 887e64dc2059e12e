//! The three streams while the program runs.

use std::io::{BufRead, BufReader};
use std::process::Command;

use crate::hub::Hub;
use crate::salon::{Running, Salon};

fn start(hub: &Hub, args: &[&str]) -> Running {
    let address = hub.address.to_string();
    let mut all = vec![address.as_str()];
    all.extend(args);
    Salon::new(&all).start()
}

/// The first line of the output that holds the text.
fn wait_for(output: &mut impl BufRead, text: &str) -> String {
    let mut line = String::new();
    loop {
        line.clear();
        assert_ne!(
            output.read_line(&mut line).unwrap(),
            0,
            "the output ended before {text:?}"
        );
        if line.contains(text) {
            return line;
        }
    }
}

#[test]
fn a_line_goes_out_while_the_input_is_open_and_others_are_heard() {
    let hub = Hub::modern();
    let mut salon = start(&hub, &[]);
    let mut output = BufReader::new(salon.child.stdout.take().unwrap());
    salon.write("echo please\n");
    assert_eq!(hub.next(), "PRIVMSG #lobby :echo please");
    wait_for(&mut output, "<bob> as you wish");
    salon.write("unfinished");
    drop(salon.child.stdin.take());
    assert_eq!(hub.next(), "PRIVMSG #lobby :unfinished");
    assert_eq!(salon.end().code, Some(0));
}

#[test]
fn a_closed_output_ends_it_quietly() {
    let hub = Hub::modern();
    let mut salon = start(&hub, &[]);
    let mut output = BufReader::new(salon.child.stdout.take().unwrap());
    salon.write("one\n");
    wait_for(&mut output, "<ann> one");
    drop(output);
    salon.write("two\n");
    let outcome = salon.end();
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (Some(0), ""),
        "{outcome:?}"
    );
    assert_eq!(
        hub.until_quit(),
        ["PRIVMSG #lobby :one", "PRIVMSG #lobby :two"]
    );
}

#[test]
fn a_closed_output_takes_no_refusal_back() {
    let hub = Hub::modern();
    let mut salon = start(&hub, &[]);
    let mut output = BufReader::new(salon.child.stdout.take().unwrap());
    salon.write(":bogus\none\n");
    wait_for(&mut output, "<ann> one");
    drop(output);
    salon.write("two\n");
    let outcome = salon.end();
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (Some(1), "line 1: unknown command ':bogus'\n"),
        "{outcome:?}"
    );
}

#[test]
fn an_interrupt_is_told_by_the_code() {
    let hub = Hub::modern();
    let mut salon = start(&hub, &[]);
    let mut output = BufReader::new(salon.child.stdout.take().unwrap());
    salon.write("one\n");
    wait_for(&mut output, "<ann> one");
    // Its end would be another reason to go.
    let _input = salon.child.stdin.take();
    let kill = Command::new("kill")
        .args(["-INT", &salon.child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(salon.end().code, Some(130));
    assert_eq!(hub.until_quit(), ["PRIVMSG #lobby :one"]);
}

#[test]
fn json_is_one_object_a_line_and_nothing_else() {
    let hub = Hub::modern();
    let address = hub.address.to_string();
    let outcome =
        Salon::new(&[&address, "--json"]).run("echo please\n:me waves\n:rooms\n:nick bot\n");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let objects = outcome
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let objects: Vec<_> = objects
        .map(|object| format!("{} {} {}", object["type"], object["from"], object["text"]))
        .collect();
    let expected = [
        r#""join" "ann" null"#,
        r#""ready" "hub" null"#,
        r#""message" "ann" "echo please""#,
        r#""message" "bob" "as you wish""#,
        r#""action" "ann" "waves""#,
        r#""nick" "ann" null"#,
    ];
    assert_eq!(objects, expected);
    assert!(
        outcome.stderr.contains("#lobby"),
        "the answer of :rooms is for people: {outcome:?}"
    );
}

#[test]
fn text_has_no_colour_unless_it_is_asked_for() {
    let hub = Hub::modern();
    let address = hub.address.to_string();
    let plain = Salon::new(&[&address]).run("hi\n");
    assert!(!plain.stdout.contains('\x1b'), "{plain:?}");
    let coloured = Salon::new(&[&address, "--color", "always"]).run("hi\n");
    assert!(coloured.stdout.contains('\x1b'), "{coloured:?}");
}
