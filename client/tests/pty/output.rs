//! What arrives from the network, on its way to the screen.

use std::time::Duration;

use crate::Stage;
use crate::terminal::cursor_row;

#[test]
fn escape_sequences_arrive_harmless() {
    let mut stage = Stage::set();
    stage.terminal.press("kept");
    stage.terminal.wait_for_prompt("#lobby alice> ", "kept");
    stage
        .hub
        .say("\x1b]0;title\x07\x1b[2J\x1b[Hgone\u{9b}2J\u{202e}abc \x02bold\x02 \x0304red\x03.");
    // The model of the screen leaves out U+FFFD, which terminals show.
    stage
        .terminal
        .wait_for("<bob> ␛]0;title␇␛[2J␛[Hgone2Jabc bold red.");
    stage.terminal.wait_for_prompt("#lobby alice> ", "kept");
    let written = String::from_utf8_lossy(&stage.terminal.bytes()).into_owned();
    assert!(written.contains("gone\u{fffd}2J\u{fffd}abc bold red."));
    assert!(!written.contains("\x1b]0;title"));
    assert!(!written.contains("\x1b[2J"));
    assert!(!written.contains('\u{9b}'));
    assert!(!written.contains('\u{202e}'));
}

#[test]
fn a_hostile_nick_or_room_is_harmless_in_the_prompt_too() {
    let stage = Stage::set();
    stage.hub.send([":alice!a@host NICK e\x1b[2Jvil"]);
    stage
        .terminal
        .wait("a prompt", |screen| cursor_row(screen).ends_with('>'));
    stage.hub.say("after.");
    stage.terminal.wait_for("<bob> after.");
    let written = String::from_utf8_lossy(&stage.terminal.bytes()).into_owned();
    assert!(!written.contains("\x1b[2J"));
}

#[test]
fn the_first_prompt_comes_at_once() {
    let stage = Stage::set();
    // A bound for a debug build on a busy machine, against a start that does something silly.
    let age = stage.terminal.age();
    assert!(age < Duration::from_secs(2), "{age:?}");
}

#[test]
fn colour_is_used_and_can_be_declined() {
    let coloured = Stage::set();
    coloured.hub.say("hi.");
    coloured.terminal.wait_for("<bob> hi.");
    let written = String::from_utf8_lossy(&coloured.terminal.bytes()).into_owned();
    assert!(written.contains("\x1b[36m#lobby\x1b[0m"), "{written:?}");

    let plain = Stage::with(&["--color", "never"]);
    plain.hub.say("hi.");
    plain.terminal.wait_for("<bob> hi.");
    let written = String::from_utf8_lossy(&plain.terminal.bytes()).into_owned();
    let colours = written.split("\x1b[").skip(1);
    let used: Vec<&str> = colours
        .filter(|rest| {
            rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';')
                .starts_with('m')
        })
        .collect();
    assert_eq!(used, Vec::<&str>::new());
}

#[test]
fn json_events_are_shown_as_they_come() {
    let stage = Stage::with(&["--json"]);
    stage.hub.say("hi");
    stage.terminal.wait("the event", |screen| {
        screen
            .contents()
            .replace('\n', "")
            .contains(r#""text":"hi""#)
    });
}

#[test]
fn a_long_line_survives_a_resize() {
    let mut stage = Stage::set();
    let typed = "x".repeat(50);
    stage.terminal.press(&typed);
    stage.terminal.wait_for_prompt("#lobby alice> ", &typed);
    stage.terminal.resize(30, 100);
    stage.hub.say("wider.");
    stage.terminal.wait_for("<bob> wider.");
    stage.terminal.wait_for_prompt("#lobby alice> ", &typed);
    stage.terminal.resize(24, 80);
    stage.hub.say("as before.");
    stage.terminal.wait_for("<bob> as before.");
    stage.terminal.wait_for_prompt("#lobby alice> ", &typed);
    stage.terminal.enter("");
    assert_eq!(
        stage.hub.next("PRIVMSG"),
        format!("PRIVMSG #lobby :{typed}")
    );
}

#[test]
fn a_terminal_that_can_do_nothing_gets_whole_lines_and_a_prompt() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = crate::hub::Hub::start();
    let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_salon"));
    let address = hub.address();
    command.args([&address, "--nick", "alice"]);
    command.env_clear();
    command.env("TERM", "dumb");
    command.env("HOME", home.path());
    let mut terminal = crate::terminal::Terminal::run(command, 24, 80);
    terminal.wait_for_prompt("#lobby alice> ", "");
    terminal.press("hello\n");
    assert_eq!(hub.next("PRIVMSG"), "PRIVMSG #lobby :hello");
    terminal.wait_for(" <alice> hello");
    hub.say("hi.");
    terminal.wait_for("<bob> hi.");
    terminal.wait_for_prompt("#lobby alice> ", "");
    terminal.press("\x04");
    assert_eq!(terminal.exit_code(), 0);
    assert!(!terminal.bytes().contains(&0x1b));
}
