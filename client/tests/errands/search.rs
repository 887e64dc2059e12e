//! `salon search`: by words, people, places and times.

use crate::real::{Hub, check, numbers, said, texts};

#[test]
fn words_people_and_places_narrow_it() {
    let hub = Hub::start();
    let nick = |nick, text| {
        hub.output(&["send", "#lobby", "--nick", nick, text], "");
    };
    nick("ann", "the build failed");
    nick("bob", "the build passed");
    nick("bob", "lunch");
    let found = |args: &[&str]| {
        let mut line = vec!["search"];
        line.extend(args);
        let output = hub.output(&line, "");
        said(&output)
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&["build"]), ["the build failed", "the build passed"]);
    assert_eq!(found(&["build", "passed"]), ["the build passed"]);
    assert_eq!(found(&["build", "--from", "ann"]), ["the build failed"]);
    assert_eq!(
        found(&["lunch", "--target", "#lobby", "--since", "1h"]),
        ["lunch"]
    );
    assert_eq!(found(&["lunch", "--in", "#lobby"]), ["lunch"]);
}

#[test]
fn finding_nothing_has_an_exit_code() {
    let hub = Hub::start();
    let looked = "note: nothing fits in #dev, #lobby, nor in what was said to you alone; `--room ROOM` looks in another one, too\n";
    check(
        &hub.run(&["search", "nothing", "--room", "#dev"], ""),
        5,
        "",
        looked,
    );
    let in_lobby = ["search", "nothing", "--target", "#lobby"];
    check(&hub.run(&in_lobby, ""), 5, "", "");
    let outcome = hub.run(&["search", "x", "--target", "#nosuch"], "");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
}

/// A hub where more was said than a page holds.
fn hub_with_lines() -> (Hub, Vec<String>) {
    let hub = Hub::start();
    let lines: Vec<String> = numbers(230)
        .iter()
        .map(|number| format!("line {number}"))
        .collect();
    hub.output(&["send", "#lobby"], &lines.join("\n"));
    (hub, lines)
}

#[test]
fn more_than_a_page_is_found_and_the_limit_takes_the_last() {
    let (hub, lines) = hub_with_lines();
    let all = hub.output(&["search", "line", "--limit", "0", "--json"], "");
    assert_eq!(texts(&all), lines);
    let outcome = hub.run(&["search", "line", "--limit", "3"], "");
    assert_eq!(said(&outcome.stdout), &lines[227..]);
    let note = "note: these are the last 3; `--limit` asks for more, and `--limit 0` for all\n";
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), note));
}

#[test]
fn a_beginning_loses_nothing_and_the_limit_takes_the_last_all_the_same() {
    let (hub, lines) = hub_with_lines();
    let found = |args: &[&str]| {
        let mut all = vec!["search", "line", "--json", "--limit"];
        all.extend(args);
        texts(&hub.run(&all, "").stdout)
    };
    assert_eq!(found(&["0", "--since", "1h"]), lines);
    assert_eq!(found(&["3", "--since", "1h"]), &lines[227..]);
    assert_eq!(found(&["3", "--since", "2100-01-01"]), [""; 0]);
    // One that is no multiple of a page.
    assert_eq!(found(&["150"]), &lines[80..]);
    assert_eq!(found(&["229", "--since", "1h"]), &lines[1..]);
}
