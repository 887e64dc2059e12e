//! What becomes of the screen when the window becomes wider or narrower, on a terminal that divides its rows anew.

use crate::Stage;
use crate::terminal::{cursor_row, rows};

/// Three rows behind the prompt at 40 columns, and two at 80.
const DRAFT: &str =
    "a draft that is long enough to fill about two lines at eighty column and so several at forty";
/// What stands in the last row of it, at both widths.
const DRAFT_END: &str = "mn and so several at forty";

/// Somebody says this, which is shown above the draft.
#[track_caller]
fn hear(stage: &Stage, text: &str) {
    stage.hub.say(text);
    stage.terminal.wait_for(&format!("<bob> {text}"));
    stage
        .terminal
        .wait("the draft", |screen| cursor_row(screen) == DRAFT_END);
}

/// How many rows hold this.
fn count(stage: &Stage, text: &str) -> usize {
    let rows = stage.terminal.look(rows);
    rows.iter().filter(|row| row.contains(text)).count()
}

/// A person who has heard four messages in a window of 40 columns, and has typed the draft.
fn narrow() -> Stage {
    let mut stage = Stage::set();
    stage.terminal.resize(24, 40);
    for number in 1..=4 {
        let text = format!("message number {number}.");
        stage.hub.say(&text);
        stage.terminal.wait_for(&text);
    }
    stage.terminal.press(DRAFT);
    stage
        .terminal
        .wait("the draft", |screen| cursor_row(screen) == DRAFT_END);
    stage
}

#[track_caller]
fn expect_all(stage: &Stage) {
    for number in 1..=4 {
        let text = format!("message number {number}.");
        assert_eq!(count(stage, &text), 1, "{text}");
    }
}

#[test]
fn what_others_said_stays_when_the_window_becomes_wider() {
    let mut stage = narrow();
    stage.terminal.resize_anew(24, 80);
    hear(&stage, "after.");
    expect_all(&stage);
    assert_eq!(count(&stage, "#lobby alice> a draft"), 1);
    assert_eq!(count(&stage, DRAFT_END), 1);
}

#[test]
fn what_others_said_stays_when_the_window_becomes_narrower() {
    let mut stage = narrow();
    stage.terminal.resize_anew(24, 80);
    hear(&stage, "after.");
    stage.terminal.resize_anew(24, 40);
    hear(&stage, "later.");
    expect_all(&stage);
    assert_eq!(count(&stage, "<bob> after."), 1);
    assert_eq!(count(&stage, DRAFT_END), 1);
    stage.terminal.enter("");
    assert_eq!(
        stage.hub.next("PRIVMSG"),
        format!("PRIVMSG #lobby :{DRAFT}")
    );
}
