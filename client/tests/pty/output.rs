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
    let formatted = "gone\u{fffd}2J\u{fffd}abc \x1b[1mbold\x1b[0m \x1b[91mred\x1b[0m.";
    assert!(written.contains(formatted), "{written:?}");
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
fn what_is_for_the_person_is_kept_from_the_program_that_reads() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = crate::hub::Hub::start();
    let mut command = portable_pty::CommandBuilder::new("sh");
    let salon = env!("CARGO_BIN_EXE_salon");
    command.args(["-c", "exec \"$@\" >out 2>err", "sh", salon, "--json"]);
    command.args([&hub.address(), "--nick", "alice"]);
    command.env("TERM", "xterm");
    command.env("HOME", home.path());
    command.cwd(home.path());
    let mut terminal = crate::terminal::Terminal::run(command, 24, 80);
    terminal.press(":bogus\n:help clear\nhello\n");
    assert_eq!(hub.next("PRIVMSG"), "PRIVMSG #lobby :hello");
    terminal.press(":quit\n");
    assert_eq!(terminal.exit_code(), 0);
    let read = |name| std::fs::read_to_string(home.path().join(name)).expect("a file");
    for object in read("out").lines() {
        let object: Result<serde_json::Value, _> = serde_json::from_str(object);
        assert!(object.is_ok(), "{object:?}");
    }
    let told = read("err");
    let wrong = "!!! unknown command ':bogus'";
    assert!(told.lines().any(|line| line == wrong), "{told}");
    assert!(told.lines().any(|line| line == ":clear"), "{told}");
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

#[test]
fn formatting_is_not_shown_where_it_is_not_wanted() {
    let mut stage = Stage::set();
    stage.terminal.enter(":set formatting strip");
    stage.terminal.wait_for("formatting = strip (not saved)");
    stage.hub.say("\x02bold\x02 \x0304red\x03.");
    stage.terminal.wait_for("<bob> bold red.");
    let written = String::from_utf8_lossy(&stage.terminal.bytes()).into_owned();
    assert!(written.contains("> bold red."), "{written:?}");
}

#[test]
fn nicks_have_as_many_colours_as_the_terminal() {
    for (terminal, depth, expected) in [
        ("linux", "", "\x1b[95mbob\x1b[0m"),
        ("xterm-256color", "", "\x1b[38;5;37mbob\x1b[0m"),
        ("xterm", "truecolor", "\x1b[38;2;27;158;173mbob\x1b[0m"),
    ] {
        let home = tempfile::tempdir().expect("a temporary home");
        let hub = crate::hub::Hub::start();
        let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_salon"));
        let address = hub.address();
        command.args([&address, "--nick", "alice"]);
        command.env_clear();
        command.env("TERM", terminal);
        command.env("COLORTERM", depth);
        command.env("HOME", home.path());
        let mut terminal = crate::terminal::Terminal::run(command, 24, 80);
        terminal.wait_for_prompt("#lobby alice> ", "");
        hub.say("hi.");
        terminal.wait_for("<bob> hi.");
        let written = String::from_utf8_lossy(&terminal.bytes()).into_owned();
        assert!(written.contains(expected), "{expected:?} in {written:?}");
    }
}

#[test]
fn many_who_leave_at_once_are_one_line() {
    let stage = Stage::set();
    let quits = (0..50).map(|number| format!(":user{number}!u@h QUIT :*.net *.split"));
    stage.hub.send(quits);
    stage.terminal.wait_for("      45 more");
    let rows = stage.terminal.everything();
    let told = rows.iter().filter(|row| row.contains("<--"));
    assert_eq!(told.count(), 1, "{rows:#?}");
}

#[test]
fn what_is_said_elsewhere_is_counted_in_the_prompt() {
    let mut stage = Stage::set();
    stage.terminal.enter(":join #dev");
    stage.terminal.wait_for_prompt("#dev alice> ", "");
    stage.hub.say("one");
    stage
        .terminal
        .wait_for_prompt("#dev alice [#lobby +1]> ", "");
    stage.hub.say("alice: two");
    stage
        .terminal
        .wait_for_prompt("#dev alice [#lobby +2 !1]> ", "");
    // As wide as before, so it is painted while one types.
    stage.terminal.press("half typed");
    stage.hub.say("three");
    stage
        .terminal
        .wait_for_prompt("#dev alice [#lobby +3 !1]> ", "half typed");
    // Wider, so it waits for the end of the line.
    stage.hub.send([":eve!e@h PRIVMSG alice :psst"]);
    stage.terminal.wait_for("@eve <eve> psst");
    stage
        .terminal
        .wait_for_prompt("#dev alice [#lobby +3 !1]> ", "half typed");
    stage.terminal.enter("");
    stage
        .terminal
        .wait_for_prompt("#dev alice [#lobby +3 !1, @eve +1]> ", "");
    stage.terminal.enter(":switch #lobby");
    stage
        .terminal
        .wait_for_prompt("#lobby alice [@eve +1]> ", "");
    stage.terminal.enter(":switch eve");
    stage.terminal.wait_for_prompt("@eve alice> ", "");
}

#[test]
fn who_was_away_finds_a_rule() {
    let mut stage = Stage::set();
    stage.terminal.enter(":set rule_after 1ms");
    stage.terminal.wait_for("rule_after = 1ms (not saved)");
    stage.hub.say("one.");
    stage.terminal.wait_for("<bob> one.");
    stage.hub.say("two.");
    stage.terminal.wait_for("<bob> two.");
    let rows = stage.terminal.everything();
    let rules: Vec<usize> = (0..rows.len())
        .filter(|index| rows[*index].starts_with("── you have read up to here ──"))
        .collect();
    assert_eq!(rules.len(), 1, "{rows:#?}");
    assert!(rows[rules[0] + 1].ends_with("<bob> one."), "{rows:#?}");
}

#[test]
fn the_desktop_is_told_of_a_mention_if_one_likes() {
    let mut stage = Stage::set();
    stage.terminal.enter(":set desktop osc777");
    stage.terminal.wait_for("desktop = osc777 (not saved)");
    stage.hub.say("alice: \x1b]0;x\x07 done.");
    stage.terminal.wait_for(" done.");
    let written = String::from_utf8_lossy(&stage.terminal.bytes()).into_owned();
    let notice = "\x07\x1b]777;notify;bob in #lobby;alice: ␛]0;x␇ done.\x07";
    assert!(written.contains(notice), "{written:?}");
}
