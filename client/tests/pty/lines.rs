//! Lines that are more than one: pasted, composed with a key, divided on the wire.

use crate::Stage;
use crate::terminal::cursor_row;

const ASKED: &str = "40 lines, which are 40 messages: Enter sends, Ctrl-C drops";

fn numbered(count: usize) -> Vec<String> {
    (1..=count)
        .map(|number| format!("pasted line {number}"))
        .collect()
}

#[track_caller]
fn expect_all(stage: &Stage, lines: &[String]) {
    for line in lines {
        assert_eq!(stage.hub.next("PRIVMSG"), format!("PRIVMSG #lobby :{line}"));
    }
}

#[test]
fn a_few_pasted_lines_are_edited_and_sent_in_order() {
    let mut stage = Stage::set();
    let lines = numbered(10);
    stage.terminal.paste(&lines.join("\r"));
    stage.terminal.wait("the last line", |screen| {
        cursor_row(screen).starts_with("pasted line 10")
    });
    stage.terminal.enter("");
    expect_all(&stage, &lines);
    stage.terminal.wait_for(" <alice> pasted line 10");
}

#[test]
fn commands_among_a_few_pasted_lines_are_told_of() {
    let mut stage = Stage::set();
    stage.terminal.paste("one\rtwo\r:join #dev");
    stage
        .terminal
        .wait_for("3 lines, which are 2 messages and 1 command: Enter sends, Ctrl-C drops");
    stage.terminal.wait("the last line", |screen| {
        cursor_row(screen) == ":join #dev  (2 messages and 1 command)"
    });
    stage.terminal.press("\x03");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.enter("said");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :said");
}

#[test]
fn many_pasted_lines_have_a_name_and_are_sent_by_enter() {
    let mut stage = Stage::set();
    let lines = numbered(40);
    stage.terminal.press("see ");
    stage.terminal.paste(&lines.join("\r\n"));
    stage.terminal.wait_for(ASKED);
    stage.terminal.wait("the name", |screen| {
        cursor_row(screen) == "#lobby alice> see [40 lines]  (40 messages)"
    });
    stage.terminal.enter("");
    assert_eq!(
        stage.hub.next("PRIVMSG"),
        "PRIVMSG #lobby :see pasted line 1"
    );
    expect_all(&stage, &lines[1..]);
    stage.terminal.wait_for(" <alice> pasted line 40");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
}

#[test]
fn what_was_dropped_comes_back() {
    let mut stage = Stage::set();
    let lines = numbered(40);
    stage.terminal.paste(&lines.join("\n"));
    stage.terminal.wait_for(ASKED);
    stage.terminal.press("\x03");
    stage.terminal.wait_for("dropped; Ctrl-Y brings it back");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.enter("first this");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :first this");
    stage.terminal.paste("and");
    stage.terminal.press("\x03\x19\x1by");
    stage.terminal.wait("the name", |screen| {
        cursor_row(screen).starts_with("#lobby alice> [40 lines]")
    });
    stage.terminal.enter("");
    expect_all(&stage, &lines);
}

#[test]
fn keys_of_a_paste_are_text_and_do_nothing() {
    let mut stage = Stage::set();
    stage.terminal.paste("a\tb\x03\x0c\x1b[31mc\x1a");
    stage.terminal.enter(" end");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :a\tbc end");
}

#[test]
fn a_guard_of_none_asks_nothing() {
    let mut stage = Stage::set();
    stage.terminal.enter(":set paste_guard 0");
    stage.terminal.wait_for("paste_guard = 0 (not saved)");
    let lines = numbered(15);
    stage.terminal.paste(&lines.join("\r"));
    stage.terminal.enter("");
    expect_all(&stage, &lines);
    assert!(
        !stage
            .terminal
            .everything()
            .join("\n")
            .contains("Enter sends")
    );
}

#[test]
fn a_long_line_is_counted_before_it_is_sent_and_asked_about_when_it_is_much() {
    let mut stage = Stage::set();
    stage.terminal.enter(":set paste_guard 5");
    stage.terminal.wait_for("paste_guard = 5 (not saved)");
    stage.terminal.press("x".repeat(1200));
    stage.terminal.wait_for("  (3 messages)");
    stage.terminal.press("x".repeat(1600));
    stage.terminal.wait_for("  (6 messages)");
    stage.terminal.press("\r");
    stage
        .terminal
        .wait_for("1 line, which is 6 messages: Enter sends, Ctrl-C drops");
    stage.terminal.wait("its name", |screen| {
        cursor_row(screen) == "#lobby alice> [1 line]  (6 messages)"
    });
    stage.terminal.press("\r");
    let mut bytes = 0;
    for _ in 0..6 {
        let sent = stage.hub.next("PRIVMSG");
        bytes += sent.strip_prefix("PRIVMSG #lobby :").expect("a text").len();
    }
    assert_eq!(bytes, 2800);
}

#[test]
fn a_key_or_a_backslash_begins_another_line() {
    let mut stage = Stage::set();
    stage.terminal.press("one\x1b\rtwo\\\rthree\\\\");
    stage.terminal.wait("three lines", |screen| {
        cursor_row(screen) == "three\\\\  (3 messages)"
    });
    stage.terminal.press("\r");
    for line in ["one", "two", "three\\\\"] {
        assert_eq!(stage.hub.next("PRIVMSG"), format!("PRIVMSG #lobby :{line}"));
    }
    stage.terminal.enter(":me waves\\");
    assert_eq!(
        stage.hub.next("PRIVMSG"),
        "PRIVMSG #lobby :\u{1}ACTION waves\\\u{1}"
    );
}

#[test]
fn the_keys_of_vi_are_there_at_once() {
    let mut stage = Stage::set();
    stage.terminal.enter(":set edit_mode vi");
    stage.terminal.wait_for("edit_mode = vi (not saved)");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.press("not hello\x1b0dwA world\x1bu");
    stage.terminal.wait_for("#lobby alice> hello");
    stage.terminal.press("\r");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :hello");
    stage.terminal.enter(":set edit_mode emacs");
    stage.terminal.wait_for("edit_mode = emacs (not saved)");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.press("ab\x01c\r");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :cab");
}

#[test]
fn keys_lead_through_the_rooms() {
    let mut stage = Stage::set();
    stage.terminal.enter(":join #dev");
    stage.terminal.wait_for_prompt("#dev alice> ", "");
    stage.terminal.press("\x1bn");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.press("\x1bp");
    stage.terminal.wait_for_prompt("#dev alice> ", "");
    stage.terminal.press("\x1b[17~");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.enter("here");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :here");
}
