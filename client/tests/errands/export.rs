//! `salon export`: all of it, in order, into a file that is whole or not there.

use std::fs;
use std::net::TcpListener;

use crate::real::{Hub, numbers, said, texts};
use crate::salon::Salon;

#[test]
fn all_that_was_said_comes_in_order_page_by_page() {
    let hub = Hub::start();
    hub.output(&["send", "#lobby"], &numbers(450).join("\n"));
    let json = hub.output(&["export", "#lobby", "--json"], "");
    assert_eq!(texts(&json), numbers(450));
    let text = hub.output(&["export", "#lobby"], "");
    assert_eq!(said(&text), numbers(450));
}

#[test]
fn times_and_ids_bound_it() {
    let hub = Hub::start();
    hub.output(&["send", "#lobby"], "one\ntwo\nthree\n");
    let all = hub.output(&["export", "#lobby", "--json"], "");
    let second: serde_json::Value = serde_json::from_str(all.lines().nth(1).unwrap()).unwrap();
    let (time, id) = (
        second["time"].as_str().unwrap(),
        second["id"].as_str().unwrap(),
    );
    let some = |args: &[&str]| {
        let mut line = vec!["export", "#lobby", "--json"];
        line.extend(args);
        texts(&hub.output(&line, ""))
    };
    assert_eq!(some(&["--since", time]), ["two", "three"]);
    assert_eq!(some(&["--until", time]), ["one"]);
    assert_eq!(some(&["--after", id]), ["three"]);
    assert_eq!(some(&["--since", "2100-01-01"]), [""; 0]);
}

#[test]
fn a_file_is_written_as_a_whole() {
    let hub = Hub::start();
    hub.output(&["send", "#lobby"], "one\ntwo\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lobby.jsonl");
    let name = path.to_str().unwrap();
    assert_eq!(
        hub.output(&["export", "#lobby", "--json", "-o", name], ""),
        ""
    );
    assert_eq!(texts(&fs::read_to_string(&path).unwrap()), ["one", "two"]);
    let outcome = hub.run(&["export", "#nosuch", "-o", name], "");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(texts(&fs::read_to_string(&path).unwrap()), ["one", "two"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_cannot_be_written_is_told_before_the_hub_is_asked() {
    let hub = Hub::start();
    let outcome = hub.run(&["export", "#lobby", "-o", "/nonexistent/x"], "");
    assert_eq!(outcome.code, Some(1));
    let expected = "error: could not write '/nonexistent/x': no such file or directory\n";
    assert_eq!(outcome.stderr, expected);
}

#[test]
fn nothing_does_not_take_the_place_of_something() {
    let hub = Hub::start();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bob.txt");
    fs::write(&path, "what bob said\n").unwrap();
    let outcome = hub.run(&["export", "bob", "-o", path.to_str().unwrap()], "");
    assert_eq!(outcome.code, Some(5), "{outcome:?}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "what bob said\n");
}

#[test]
fn being_ended_leaves_no_beginning_of_a_file() {
    for (signal, code) in [("-TERM", 143), ("-HUP", 129), ("-INT", 130)] {
        check_ended(signal, code);
    }
}

#[track_caller]
fn check_ended(signal: &str, code: i32) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lobby.txt");
    let name = path.to_str().unwrap();
    let args = ["export", "#lobby", "-o", name, "--server", &address];
    let running = Salon::new(&args).start();
    // Whoever connects has opened the file and heeds signals.
    let connection = silent.accept().unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let kill = std::process::Command::new("kill")
        .args([signal, &running.child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(running.end().code, Some(code), "{signal}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    drop(connection);
}
