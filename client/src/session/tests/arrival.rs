//! The rooms that are joined on arrival.

use super::{MODERN, Transcript};

/// What a client that wants these rooms sends once it is welcome, on a server that says this of itself.
#[track_caller]
fn check(rooms: &[&str], tokens: &str, expected: &[&str]) {
    let mut t = Transcript::new(rooms);
    t.up();
    t.server(":hub 001 ann :Welcome");
    t.server(&format!(":hub 005 ann {tokens} :are supported"));
    t.outputs();
    t.server(":hub 422 ann :No MOTD");
    let mut sent = t.outputs();
    sent.retain(|line| line.starts_with("-> JOIN"));
    assert_eq!(sent, expected);
}

#[test]
fn many_rooms_are_asked_for_by_one_line() {
    let rooms = ["#a", "#b", "#c sesame", "#d", "#e"];
    let expected = ["-> JOIN #a,#b", "-> JOIN #c sesame", "-> JOIN #d,#e"];
    check(&rooms, "CHANTYPES=#", &expected);
    check(&["#a"], "CHANTYPES=#", &["-> JOIN #a"]);
    check(&[], "CHANTYPES=#", &[]);
}

#[test]
fn a_line_names_no_more_than_the_server_takes() {
    let rooms = ["#a", "#b", "#c"];
    let by_two = ["-> JOIN #a,#b", "-> JOIN #c"];
    check(&rooms, "TARGMAX=PRIVMSG:4,JOIN:2", &by_two);
    check(&rooms, "MAXTARGETS=2", &by_two);
    check(&rooms, "TARGMAX=JOIN:", &["-> JOIN #a,#b,#c"]);
    // Of 512 bytes, the verb, the blank and the end take seven.
    let rooms = [1, 2, 3, 4, 5].map(|number| format!("#{}{number}", "x".repeat(119)));
    let rooms = rooms.each_ref().map(String::as_str);
    let (first, last) = rooms.split_at(4);
    let [first, last] = [first, last].map(|rooms| format!("-> JOIN {}", rooms.join(",")));
    check(&rooms, "CHANTYPES=#", &[&first, &last]);
}

/// Somebody who wants two rooms, on a modern server that is asked for them with the label 0.
fn asking() -> Transcript {
    let mut t = Transcript::new(&["#dev", "#ops"]);
    t.log_in(MODERN);
    t.server("@label=0 :hub BATCH +1 labeled-response");
    t.server("@batch=1 :ann!ann@host JOIN #dev");
    t.server("@batch=1 :hub 353 ann = #dev :@ann");
    t.server("@batch=1 :hub 366 ann #dev :End");
    t
}

#[test]
fn rooms_asked_for_are_joined_and_the_first_is_current() {
    let mut t = asking();
    t.server("@batch=1 :ann!ann@host JOIN #ops");
    t.server("BATCH -1");
    t.expect(&["join own ann>#dev", "join own ann>#ops"]);
    t.server("@label=1 :hub PONG hub salon-1");
    t.expect(&["ready hub>#dev ann", "ready"]);
}

#[test]
fn one_of_them_that_is_closed_is_named() {
    let mut t = asking();
    t.server("@batch=1 :hub 475 ann #OPS :Cannot join channel (+k)");
    t.server("BATCH -1");
    t.expect(&[
        "join own ann>#dev",
        "no #ops: #OPS opens with a key: ':join #OPS KEY'",
    ]);
    t.server("@label=1 :hub PONG hub salon-1");
    t.expect(&["ready hub>#dev ann", "ready"]);
}

#[test]
fn one_of_them_that_is_left_out_is_asked_for_alone() {
    let mut t = asking();
    t.server("BATCH -1");
    t.expect(&["join own ann>#dev", "-> @label=2 JOIN #ops"]);
    t.server("@label=1 :hub PONG hub salon-1");
    t.expect(&[]);
    t.server("@label=2 :ann!ann@host JOIN #ops");
    t.expect(&["join own ann>#ops", "ready hub>#dev ann", "ready"]);
}

#[test]
fn a_reason_that_names_no_room_is_that_of_all_that_are_left() {
    let mut t = asking();
    t.server("@batch=1 :hub 437 ann :Try again later");
    t.server("BATCH -1");
    let outputs = t.outputs();
    assert_eq!(outputs[0], "join own ann>#dev");
    assert!(outputs[1].starts_with("no #ops: "), "{outputs:?}");
}

#[test]
fn a_room_that_is_closed_to_us_is_told() {
    let mut t = Transcript::new(&["#dev"]);
    t.log_in(MODERN);
    t.server("@label=0 :hub 473 ann #dev :Cannot join channel (+i)");
    t.expect(&["no #dev: #dev is by invitation only: ask one of its operators for an ':invite'"]);
    t.server("@label=1 :hub PONG hub salon-1");
    t.expect(&["ready hub>#lobby ann", "ready"]);
}

#[test]
fn a_room_that_is_closed_to_us_is_told_without_labels_too() {
    let mut t = Transcript::new(&["#dev"]);
    t.log_in("");
    t.server(":hub 475 ann #dev :Cannot join channel (+k)");
    t.server(":hub PONG hub :salon-2");
    t.expect(&[
        "no #dev: #dev opens with a key: ':join #dev KEY'",
        "ready hub>#lobby ann",
        "ready",
    ]);
}
