//! Keys that do something else than write.

use crate::Stage;

const HINT: &str = "press Ctrl-C again to leave, or type :quit";

#[test]
fn ctrl_c_clears_the_line_and_ctrl_y_brings_it_back() {
    let mut stage = Stage::set();
    stage.terminal.press("not this");
    stage.terminal.wait_for_prompt("#lobby alice> ", "not this");
    stage.terminal.press("\x03");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.press("\x19");
    stage.terminal.wait_for_prompt("#lobby alice> ", "not this");
    stage.terminal.press("\x03");
    stage.terminal.enter("but this");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :but this");
}

#[test]
fn ctrl_c_is_a_key_while_a_command_waits_for_its_answer() {
    let mut stage = Stage::set();
    stage.hub.fall_silent();
    stage.terminal.enter(":whois bob");
    stage.hub.next("WHOIS");
    stage.terminal.press("typed ahead\x03\x19!");
    stage
        .terminal
        .wait_for_prompt("#lobby alice> ", "typed ahead!");
}

#[test]
fn ctrl_c_twice_on_an_empty_line_leaves() {
    let mut stage = Stage::set();
    stage.terminal.press("\x03");
    stage.terminal.wait_for(HINT);
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.press("\x03");
    assert_eq!(stage.hub.next("QUIT").split(' ').next(), Some("QUIT"));
    assert_eq!(stage.terminal.exit_code(), 0);
}

#[test]
fn typing_between_two_ctrl_c_stays() {
    let mut stage = Stage::set();
    stage.terminal.press("\x03");
    stage.terminal.wait_for(HINT);
    stage.terminal.enter("still here");
    stage.terminal.wait_for(" <alice> still here");
    stage.terminal.press("\x03");
    stage.terminal.enter("and here");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :still here");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :and here");
}

#[test]
fn ctrl_d_leaves_on_an_empty_line_only() {
    let mut stage = Stage::set();
    stage.terminal.press("ab\x01\x04");
    stage.terminal.wait("the first letter deleted", |screen| {
        crate::terminal::cursor_row(screen) == "#lobby alice> b"
    });
    stage.terminal.press("\x04\x04");
    assert_eq!(stage.hub.next("QUIT").split(' ').next(), Some("QUIT"));
    assert_eq!(stage.terminal.exit_code(), 0);
}

#[test]
fn a_search_does_not_hold_back_what_arrives() {
    let mut stage = Stage::set();
    stage.terminal.enter("findable");
    stage.terminal.wait_for(" <alice> findable");
    stage.terminal.press("\x12find");
    stage
        .terminal
        .wait_for("(reverse-i-search)`find': findable");
    stage.hub.say("during.");
    stage.terminal.wait_for("<bob> during.");
    stage.terminal.press("a");
    stage
        .terminal
        .wait_for("(reverse-i-search)`finda': findable");
    stage.terminal.enter("");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :findable");
}

#[test]
fn a_prompt_that_changes_during_a_search_changes_after_it() {
    let mut stage = Stage::set();
    stage.terminal.enter("findable");
    stage.terminal.wait_for(" <alice> findable");
    stage.terminal.press("\x12find");
    stage
        .terminal
        .wait_for("(reverse-i-search)`find': findable");
    stage.hub.send([":alice!a@host NICK other"]);
    stage.terminal.press("\x05");
    stage.terminal.wait_for_prompt("#lobby other> ", "findable");
}

#[test]
fn a_cleared_screen_fills_from_its_top() {
    let mut stage = Stage::set();
    stage.terminal.press("kept\x0c");
    stage.terminal.wait("the line on the first row", |screen| {
        screen.contents() == "#lobby alice> kept"
    });
    stage.hub.say("first.");
    stage.terminal.wait_for("<bob> first.");
    stage.hub.say("second.");
    stage.terminal.wait_for("<bob> second.");
    let rows = stage.terminal.look(crate::terminal::rows);
    let texts: Vec<&str> = rows
        .iter()
        .map(|row| row.split_once("> ").map_or(row.as_str(), |(_, text)| text))
        .take(4)
        .collect();
    assert_eq!(texts, ["first.", "second.", "kept", ""]);
}

#[test]
fn a_byte_that_is_no_text_costs_nothing_else() {
    let mut stage = Stage::set();
    stage.terminal.press("before");
    stage.terminal.wait_for_prompt("#lobby alice> ", "before");
    stage.terminal.press(b"\xff");
    stage
        .terminal
        .wait_for("a key that is not UTF-8 was left out, and what came along with it");
    stage.terminal.press(" after");
    stage
        .terminal
        .wait_for_prompt("#lobby alice> ", "before after");
    let rows = stage.terminal.everything().join("\n");
    assert_eq!(rows.matches("before").count(), 1, "{rows}");
}

#[test]
fn a_paste_that_is_no_text_is_cut_off_and_none_of_it_is_taken_for_keys() {
    for rest in ["x".to_owned(), "\r:part\r".repeat(400)] {
        let mut stage = Stage::set();
        stage.terminal.press("see ");
        stage.terminal.wait_for_prompt("#lobby alice> ", "see ");
        let paste = [b"\x1b[200~caf\xe9", rest.as_bytes(), b"\x1b[201~"];
        stage.terminal.press(paste.concat());
        stage
            .terminal
            .wait_for("what was pasted is not UTF-8; the rest of it was left out");
        stage.terminal.wait_for_prompt("#lobby alice> ", "see caf");
        stage.terminal.press(" and go on\r");
        assert_eq!(
            stage.hub.next("PRIVMSG"),
            "PRIVMSG #lobby :see caf and go on"
        );
    }
}

#[test]
fn a_paste_that_ends_with_an_escape_character_ends() {
    let mut stage = Stage::set();
    stage.terminal.paste("text\x1b");
    stage.terminal.wait_for_prompt("#lobby alice> ", "text");
    stage.terminal.press("\r");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :text");
}
