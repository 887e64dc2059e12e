//! The recipes of docs/scripting.md do what the page says. A machine without jq fails them: none is skipped.

use std::collections::BTreeSet;

use salon_config::Environment;

use crate::hub::Hub;
use crate::page::Page;
use crate::shell::{self, bash, run, start};
use crate::watcher::{Said, Watcher};

/// What has a test below.
const TESTED: [&str; 7] = [
    "nightly.sh",
    "ask.sh",
    "watch.sh",
    "resume.sh",
    "day.sh",
    "check_salon.sh",
    "bot.sh",
];

fn with(recipe: &str) -> (Hub, Watcher) {
    shell::with(&Page::scripting(), recipe)
}

fn said(from: &str, text: &str) -> Said {
    Said::new(from, "#lobby", text)
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn every_recipe_is_tested() {
    let recipes = Page::scripting().recipes();
    let names: BTreeSet<_> = recipes.keys().map(String::as_str).collect();
    assert_eq!(names, BTreeSet::from(TESTED));
}

#[test]
fn nightly_tells_how_it_went_and_keeps_the_code() {
    let (hub, mut watcher) = with("nightly.sh");
    let output = run(&hub, &["nightly.sh", "true"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(watcher.hears(), said("nightly", "true is done"));
    let output = run(&hub, &["nightly.sh", "bash", "-c", "echo oops; exit 7"]);
    assert_eq!(output.status.code(), Some(7), "{output:?}");
    let failed = "bash -c echo oops; exit 7 failed with 7:";
    assert_eq!(watcher.hears(), said("nightly", failed));
    assert_eq!(watcher.hears(), said("nightly", "oops"));
}

#[test]
fn ask_waits_for_the_right_answer() {
    let (hub, mut watcher) = with("ask.sh");
    let asking = start(&hub, &["ask.sh", "v1"]);
    assert_eq!(watcher.hears(), said("deploy", "deploy v1? say: yes v1"));
    watcher.send("PRIVMSG #lobby :yes v2");
    watcher.send("PRIVMSG #lobby :yes v1");
    assert_eq!(asking.line(), "deploying v1");
    let mut impatient = bash(&hub, &["ask.sh", "v1"]);
    let output = impatient
        .env("PATIENCE", "0.1")
        .output()
        .expect("bash runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(output.stderr).ends_with("nobody agreed\n"));
}

#[test]
fn watch_prints_what_it_is_to_print_at_once() {
    let (hub, mut watcher) = with("watch.sh");
    let watching = start(&hub, &["watch.sh"]);
    watcher.sees_arrive("watch", "#lobby");
    watcher.send("PRIVMSG #lobby :all is well");
    watcher.send("PRIVMSG #lobby :error 42");
    // What was said before it had found the end of history is not new to it.
    watcher.send("PRIVMSG #lobby :error 43");
    let line = watching.line();
    assert!(line.starts_with("watcher: error 4"), "{line}");
}

#[test]
fn resume_goes_on_where_it_ended() {
    let (hub, mut watcher) = with("resume.sh");
    let resume = || text(run(&hub, &["resume.sh"]).stdout);
    watcher.send("PRIVMSG #lobby :one");
    watcher.send("PRIVMSG #lobby :two");
    watcher.is_heard();
    assert_eq!(resume(), "one\ntwo\n");
    assert_eq!(resume(), "");
    watcher.send("PRIVMSG #lobby :three");
    watcher.is_heard();
    assert_eq!(resume(), "three\n");
}

#[test]
fn nothing_that_a_terminal_acts_upon_gets_through() {
    let (hub, mut watcher) = with("resume.sh");
    watcher.send("PRIVMSG #lobby :one\x1b[2J\x07\u{9b}31m");
    watcher.is_heard();
    assert_eq!(text(run(&hub, &["resume.sh"]).stdout), "one[2J31m\n");
    let (hub, mut watcher) = with("watch.sh");
    let watching = start(&hub, &["watch.sh"]);
    watcher.sees_arrive("watch", "#lobby");
    // The first may have been said before it had found the end of history.
    watcher.send("PRIVMSG #lobby :error\x1b[2J");
    watcher.send("PRIVMSG #lobby :error\x1b[2J");
    assert_eq!(watching.line(), "watcher: error[2J");
}

#[test]
fn day_writes_what_was_said_on_it() {
    let (hub, mut watcher) = with("day.sh");
    watcher.send("PRIVMSG #lobby :for the record");
    watcher.is_heard();
    // Around midnight it is one of two days.
    let today = "date +%F; date -d '1 minute ago' +%F";
    let days = text(run(&hub, &["-c", today]).stdout);
    let mut kept = String::new();
    for day in days.lines().collect::<BTreeSet<_>>() {
        let output = run(&hub, &["day.sh", day]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let path = hub.home().join(format!("lobby-{day}.jsonl"));
        kept.push_str(&std::fs::read_to_string(path).expect("the file is there"));
    }
    assert_eq!(kept.lines().count(), 1, "{kept}");
    assert!(kept.contains("for the record"), "{kept}");
    let output = run(&hub, &["day.sh", "2001-01-01"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let path = hub.home().join("lobby-2001-01-01.jsonl");
    assert_eq!(
        std::fs::read_to_string(path).expect("the file is there"),
        ""
    );
}

#[test]
fn check_tells_well_from_critical() {
    let (mut hub, watcher) = with("check_salon.sh");
    let output = run(&hub, &["check_salon.sh"]);
    assert_eq!(text(output.stdout), "OK - the hub lets us in\n");
    drop(watcher);
    hub.stop();
    let output = run(&hub, &["check_salon.sh"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = text(output.stdout);
    assert!(
        said.starts_with("CRITICAL - error: could not connect to "),
        "{said}"
    );
}

#[test]
fn bot_answers_in_the_room() {
    let (hub, mut watcher) = with("bot.sh");
    let _bot = start(&hub, &["bot.sh"]);
    watcher.sees_arrive("bot", "#lobby");
    watcher.send("PRIVMSG #lobby :what time is it?");
    watcher.send("PRIVMSG #lobby :!time");
    let answer = watcher.hears();
    assert_eq!(answer.from, "bot");
    assert!(answer.text.starts_with("it is "), "{answer:?}");
}

#[test]
fn the_recipes_find_jq() {
    let environment = Environment::of_process();
    let path = environment.path().expect("a path");
    let is_there = path
        .split(':')
        .any(|folder| std::path::Path::new(folder).join("jq").exists());
    assert!(
        is_there,
        "expected jq, which docs/scripting.md uses; `.ci/run` brings it"
    );
}
