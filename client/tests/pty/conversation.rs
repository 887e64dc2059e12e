//! What is said and what is being typed.

use crate::Stage;
use crate::terminal::{cursor_row, rows};

#[test]
fn a_line_is_sent_and_seen_once() {
    let mut stage = Stage::set();
    stage.terminal.enter("hello there");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :hello there");
    stage.terminal.wait_for(" <alice> hello there");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    let rows = stage.terminal.everything();
    let seen = rows.iter().filter(|row| row.contains("hello there"));
    assert_eq!(seen.count(), 1, "{rows:#?}");
}

#[test]
fn a_long_line_is_erased_whole_before_its_echo() {
    let mut stage = Stage::set();
    let text = "wide 世界 and 🎉 ".repeat(12);
    stage.terminal.enter(text.trim_end());
    stage.hub.next("PRIVMSG");
    stage
        .terminal
        .wait("the echo and an empty prompt", |screen| {
            screen.contents().contains("<alice> wide") && cursor_row(screen) == "#lobby alice>"
        });
    let rows = stage.terminal.everything().join("");
    assert_eq!(rows.matches("wide").count(), 12, "{rows}");
    assert_eq!(rows.matches("#lobby alice>").count(), 1, "{rows}");
}

#[test]
fn what_is_half_typed_survives_a_burst() {
    let mut stage = Stage::set();
    stage.terminal.press("half typed, with ünï and 世界");
    // Back into the middle of the line.
    stage.terminal.press("\x1b[D\x1b[D\x1b[D");
    stage.terminal.wait(
        "the cursor before the third column from the end",
        |screen| {
            cursor_row(screen) == "#lobby alice> half typed, with ünï and 世界"
                && screen.cursor_position().1 == 14 + 27 - 3
        },
    );
    stage
        .hub
        .send((1..=200).map(|number| format!(":bob!b@host PRIVMSG #lobby :burst {number}.")));
    stage.terminal.wait_for("<bob> burst 200.");
    stage
        .terminal
        .wait("the same line with the same cursor", |screen| {
            cursor_row(screen) == "#lobby alice> half typed, with ünï and 世界"
                && screen.cursor_position().1 == 14 + 27 - 3
        });
    let shown: Vec<String> = stage.terminal.everything();
    let shown: Vec<&str> = shown
        .iter()
        .filter_map(|row| row.split_once("<bob> "))
        .map(|(_, text)| text)
        .collect();
    let expected: Vec<String> = (1..=200).map(|number| format!("burst {number}.")).collect();
    assert_eq!(shown, expected);
    stage.terminal.enter("");
    assert_eq!(
        stage.hub.next("PRIVMSG"),
        "PRIVMSG #lobby :half typed, with ünï and 世界"
    );
}

#[test]
fn keys_pressed_during_a_burst_arrive_in_order() {
    let mut stage = Stage::set();
    let text: String = ('a'..='z').cycle().take(60).collect();
    for (number, key) in text.chars().enumerate() {
        stage.hub.say(&format!("line {number}"));
        stage.terminal.press(key.to_string());
    }
    stage.terminal.wait_for("<bob> line 59");
    stage.terminal.wait_for_prompt("#lobby alice> ", &text);
    stage.terminal.enter("");
    assert_eq!(stage.hub.next("PRIVMSG"), format!("PRIVMSG #lobby :{text}"));
}

#[test]
fn the_first_screen_says_where_one_is_what_is_missing_and_what_to_type() {
    let stage = Stage::set();
    let rows = stage.terminal.everything();
    let told: Vec<_> = rows.iter().map(|row| row.get(6..).unwrap_or(row)).collect();
    assert_eq!(
        told,
        [
            "--- connected to hub as alice, in #lobby",
            "this server lacks history (what you miss is lost) and messages of many lines"
                .get(6..)
                .unwrap_or_default(),
            "type a line to say it; ':help' shows the commands, ':quit' leaves"
                .get(6..)
                .unwrap_or_default(),
            "#lobby alice>".get(6..).unwrap_or_default(),
        ],
        "{rows:#?}"
    );
}

#[test]
fn a_new_nick_changes_the_prompt() {
    let mut stage = Stage::set();
    stage.terminal.enter(":nick ally");
    assert_eq!(stage.hub.next("NICK"), "NICK alice");
    assert_eq!(stage.hub.next("NICK"), "NICK ally");
    stage.terminal.wait_for("alice is now known as ally");
    stage.terminal.wait_for_prompt("#lobby ally> ", "");
}

#[test]
fn a_prompt_that_changes_keeps_the_line_and_the_cursor() {
    let mut stage = Stage::set();
    stage.terminal.press("half 世界 typed\x1b[D\x1b[D");
    stage.terminal.wait_for("half 世界 typed");
    // The hub renames us, which nobody typed.
    stage.hub.send([":alice!a@host NICK somebodyelse"]);
    stage
        .terminal
        .wait("the new prompt with the old line", |screen| {
            cursor_row(screen) == "#lobby somebodyelse> half 世界 typed"
                && screen.cursor_position().1 == 21 + 15 - 2
        });
    stage.terminal.enter("");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :half 世界 typed");
    let rows = stage.terminal.everything().join("\n");
    assert!(!rows.contains("alice> half"), "{rows}");
}

#[test]
fn join_and_switch_change_the_prompt() {
    let mut stage = Stage::set();
    stage.terminal.enter(":join #dev");
    stage.terminal.wait_for_prompt("#dev alice> ", "");
    stage.terminal.enter(":switch #lobby");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.enter(":switch bob");
    stage.terminal.wait_for_prompt("@bob alice> ", "");
    stage.terminal.enter("psst");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG bob :psst");
    stage.terminal.wait_for(" <alice> psst");
}

#[test]
fn a_refused_line_stays_and_says_why() {
    let mut stage = Stage::set();
    stage.terminal.enter(":jion #dev");
    stage.terminal.wait("the error under the line", |screen| {
        let rows = rows(screen);
        rows.iter()
            .position(|row| row == "#lobby alice> :jion #dev")
            .and_then(|at| rows.get(at + 1))
            .is_some_and(|row| row.contains("unknown command ':jion'; did you mean ':join'?"))
    });
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    let all = stage.terminal.everything().join("\n");
    assert_eq!(all.matches("unknown command").count(), 1, "{all}");
}

#[test]
fn emoji_go_and_come_whole() {
    let mut stage = Stage::set();
    stage.terminal.press("👋🏽 👩‍👩‍👧 ok");
    stage.terminal.wait_for("ok");
    stage.terminal.enter("");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby :👋🏽 👩‍👩‍👧 ok");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
}

#[test]
fn lines_typed_ahead_are_sent_in_order() {
    let mut stage = Stage::set();
    let lines: Vec<String> = (1..=40)
        .map(|number| format!("typed ahead {number}"))
        .collect();
    stage.terminal.press(lines.join("\r") + "\r");
    for line in &lines {
        assert_eq!(stage.hub.next("PRIVMSG"), format!("PRIVMSG #lobby :{line}"));
    }
    stage.terminal.wait_for(" <alice> typed ahead 40");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    let rows = stage.terminal.everything();
    let seen: Vec<&String> = rows
        .iter()
        .filter(|row| row.contains("typed ahead"))
        .collect();
    assert_eq!(seen.len(), 40, "{rows:#?}");
}

#[test]
fn without_commands_every_line_is_a_message() {
    let mut stage = Stage::with(&["--no-commands"]);
    stage.terminal.enter(":quit");
    assert_eq!(stage.hub.next("PRIVMSG"), "PRIVMSG #lobby ::quit");
    stage.terminal.wait_for(" <alice> :quit");
}

#[test]
fn the_bell_rings_for_what_wants_attention_and_as_one_likes() {
    let rings = |stage: &Stage| {
        let bytes = stage.terminal.bytes();
        bytes.split(|byte| *byte == 7).count() - 1
    };
    let mut stage = Stage::set();
    stage.hub.say("nothing special");
    stage.terminal.wait_for("<bob> nothing special");
    assert_eq!(rings(&stage), 0);
    stage.hub.say("alice: ping");
    stage.terminal.wait_for("» <bob> alice: ping");
    assert_eq!(rings(&stage), 1);
    stage.terminal.enter(":highlight deploy");
    stage.terminal.wait_for("highlight = deploy (not saved)");
    stage.hub.say("we Deploy now");
    stage.terminal.wait_for("» <bob> we Deploy now");
    assert_eq!(rings(&stage), 2);
    stage.terminal.enter(":notify off");
    stage.terminal.wait_for("notify = off (not saved)");
    stage.hub.say("alice: again");
    stage.terminal.wait_for("» <bob> alice: again");
    assert_eq!(rings(&stage), 2);
}
