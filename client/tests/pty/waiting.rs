//! What is typed while the hub is not there, or does not answer.

use crate::hub::Hub;
use crate::terminal::Terminal;
use crate::{Stage, enter};

/// Waits for a text anywhere on the screen, which has not divided it.
#[track_caller]
fn see(terminal: &Terminal, text: &str) {
    terminal.wait(text, |screen| screen.contents().contains(text));
}

#[test]
fn what_is_typed_before_the_connection_is_sent_with_it() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = Hub::start_closed();
    let mut terminal = enter(&hub, home.path(), &[]);
    terminal.wait_for_prompt("connecting> ", "");
    terminal.enter("early bird");
    terminal.wait_for("--- waits for the connection: early bird");
    terminal.press("and more");
    terminal.wait_for_prompt("connecting> ", "and more");
    hub.open();
    terminal.wait_for_prompt("#lobby alice> ", "and more");
    assert_eq!(hub.next("PRIVMSG"), "PRIVMSG #lobby :early bird");
    terminal.wait_for(" <alice> early bird");
}

#[test]
fn what_is_not_confirmed_is_not_forgotten() {
    let mut stage = Stage::set();
    stage.hub.fall_silent();
    stage.terminal.enter("anybody there?");
    stage
        .terminal
        .wait_for("--- not confirmed yet: anybody there?");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.hub.go_away();
    stage
        .terminal
        .wait_for("--- may not have arrived: anybody there?");
    stage.terminal.enter(":quit");
    assert_eq!(stage.terminal.exit_code(), 0);
}

#[test]
fn what_waits_outlives_a_program_that_is_killed() {
    let mut stage = Stage::set();
    stage.hub.go_away();
    stage
        .terminal
        .wait_for_prompt("#lobby alice (offline)> ", "");
    for text in ["first", "second"] {
        stage.terminal.enter(text);
    }
    stage
        .terminal
        .wait_for_prompt("#lobby alice (offline, 2 waiting)> ", "");
    stage.terminal.signal("KILL");
    stage.terminal.exit_code();
    stage.hub.open();
    let mut terminal = enter(&stage.hub, stage.home.path(), &[]);
    terminal.wait_for(" <alice> second");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :first");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :second");
    terminal.enter("third");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :third");
    terminal.wait_for_prompt("#lobby alice> ", "");
}

#[test]
fn one_comes_back_by_oneself_with_what_was_said_meanwhile() {
    let mut stage = Stage::set();
    stage.terminal.enter(":join #dev");
    stage.terminal.wait_for_prompt("#dev alice> ", "");
    stage.terminal.enter(":switch bob");
    stage.terminal.wait_for_prompt("@bob alice> ", "");
    stage.hub.hang_up();
    stage.terminal.wait_for_prompt("@bob alice (offline)> ", "");
    stage.terminal.enter("are you there?");
    stage.terminal.press("half typed");
    stage.terminal.wait_for_prompt("@bob alice> ", "half typed");
    let joined = [(); 2].map(|()| stage.hub.next("JOIN"));
    assert_eq!(joined, ["JOIN #dev", "JOIN #dev,#lobby"]);
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG bob :are you there?");
    stage.terminal.wait_for(" <alice> are you there?");
    let rows = stage.terminal.everything().join("\n");
    let gaps = rows.matches("what was said here is not known from").count();
    assert_eq!(gaps, 1, "a hub without history can't fill it: {rows}");
    let (before, after) = rows.split_once("what was said here").expect("the gap");
    assert!(
        before.matches("--- connected to hub as alice").count() == 2,
        "one is there before it is told what is missing: {rows}"
    );
    assert!(
        before.contains("this server lacks history") && !after.contains("this server lacks"),
        "once is enough: {rows}"
    );
}

#[test]
fn what_was_typed_for_a_hub_that_never_answered_is_given_back() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = Hub::start_closed();
    let mut terminal = enter(&hub, home.path(), &["--timeout", "1"]);
    terminal.wait_for_prompt("connecting> ", "");
    terminal.enter("in vain");
    terminal.press("half typed");
    assert_eq!(terminal.exit_code(), 3);
    let rows = terminal.everything().join("\n");
    assert!(rows.contains("--- not sent: in vain"), "{rows}");
    assert!(rows.contains("not sent: half typed"), "{rows}");
}

#[test]
fn where_one_wants_to_be_is_noted_while_the_hub_is_away() {
    let mut stage = Stage::set();
    stage.terminal.enter(":join #locked sesame");
    stage.terminal.wait_for_prompt("#locked alice> ", "");
    stage.hub.go_away();
    stage
        .terminal
        .wait_for_prompt("#locked alice (offline)> ", "");
    stage.terminal.enter(":help join");
    stage.terminal.wait_for("enter #dev with its key");
    stage.terminal.enter(":rooms");
    stage.terminal.wait_for("  #lobby (joined on return)");
    stage.terminal.enter(":names");
    see(&stage.terminal, "not connected; ':reconnect' tries");
    stage.terminal.enter(":join #dev");
    stage.terminal.wait_for("#dev is joined on return");
    stage.terminal.wait_for_prompt("#dev alice (offline)> ", "");
    stage.terminal.enter("hello dev");
    stage.terminal.enter(":msg NickServ identify hunter2");
    see(&stage.terminal, "a service is told may be a password");
    stage
        .terminal
        .wait_for_prompt("#dev alice (offline, 1 waiting)> ", "");
    let rows = stage.terminal.everything().join("\n");
    assert!(!rows.contains("waits for the connection: :msg"), "{rows}");
    assert!(!rows.contains("not sent"), "{rows}");
    stage.hub.open();
    stage.terminal.wait_for_prompt("#dev alice> ", "");
    let joined = [(); 3].map(|()| stage.hub.next("JOIN"));
    let expected = ["#locked sesame", "#locked sesame", "#lobby,#dev"];
    assert_eq!(joined, expected.map(|room| format!("JOIN {room}")));
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #dev :hello dev");
}

#[test]
fn what_waits_for_a_room_that_stays_shut_is_kept_and_holds_up_nothing() {
    let mut stage = Stage::set();
    stage.terminal.enter(":join #locked sesame");
    stage.terminal.wait_for_prompt("#locked alice> ", "");
    stage.hub.go_away();
    stage
        .terminal
        .wait_for_prompt("#locked alice (offline)> ", "");
    stage.terminal.enter("first");
    stage.terminal.enter(":msg #locked second");
    stage
        .terminal
        .wait_for_prompt("#locked alice (offline, 2 waiting)> ", "");
    stage.terminal.signal("KILL");
    stage.terminal.exit_code();
    stage.hub.open();
    // Nobody has told this run the key.
    let mut terminal = enter(&stage.hub, stage.home.path(), &[]);
    see(&terminal, "could not join #locked");
    see(&terminal, "2 messages wait for #locked, where you are not");
    terminal.enter("hello");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :hello");
    terminal.enter(":join #locked sesame");
    terminal.wait_for_prompt("#locked alice> ", "");
    for text in ["first", "second"] {
        let said = format!("PRIVMSG #locked :{text}");
        assert_eq!(stage.hub.next("PRIVMSG"), said);
    }
    terminal.enter(":quit");
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn what_waits_for_a_shut_room_is_given_up_with_it() {
    let mut stage = Stage::set();
    stage.hub.go_away();
    stage
        .terminal
        .wait_for_prompt("#lobby alice (offline)> ", "");
    stage.terminal.enter(":msg #locked lost cause");
    stage.hub.open();
    see(
        &stage.terminal,
        "a message waits for #locked, where you are not",
    );
    stage
        .terminal
        .wait_for_prompt("#lobby alice (1 waiting)> ", "");
    stage.terminal.enter(":part #locked");
    stage.terminal.wait_for("not sent: :msg #locked lost cause");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
}
