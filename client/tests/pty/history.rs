//! What is remembered of what was typed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::{Stage, enter};

#[test]
fn lines_are_kept_privately_and_secrets_are_not() {
    let mut stage = Stage::set();
    for line in [
        "hello",
        " not this",
        ":msg NickServ IDENTIFY hunter2",
        ":raw PASS hunter2",
        ":join #dev sesame",
        "bye",
    ] {
        stage.terminal.enter(line);
    }
    stage.terminal.wait_for(" <alice> bye");
    let file = stage.history_file();
    let kept = fs::read_to_string(&file).expect("a history");
    assert_eq!(kept, "hello\nbye\n");
    let mode = |path| fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
    assert_eq!(mode(file.as_path()), 0o600);
    assert_eq!(mode(file.parent().expect("a folder")), 0o700);
}

#[test]
fn a_message_of_several_lines_comes_back_as_a_whole() {
    let mut stage = Stage::set();
    stage
        .terminal
        .press("fn() {\x1b\r    indented\x1b\r\x1b\r}\r");
    for line in ["fn() {", "    indented", "}"] {
        assert_eq!(stage.hub.next("PRIVMSG"), format!("PRIVMSG #lobby :{line}"));
    }
    stage.terminal.wait_for(" <alice> }");
    stage.terminal.wait_for_prompt("#lobby alice> ", "");
    stage.terminal.press("\x1b[A");
    stage.terminal.wait("the whole message", |screen| {
        let rows = crate::terminal::rows(screen);
        let row = usize::from(screen.cursor_position().0);
        let shown = row.checked_sub(3).and_then(|first| rows.get(first..=row));
        let whole = [
            "#lobby alice> fn() {",
            "    indented",
            "",
            "}  (3 messages)",
        ];
        shown.is_some_and(|shown| shown == whole)
    });
}

#[test]
fn lines_come_back_in_the_next_session() {
    let mut stage = Stage::set();
    stage.terminal.enter("from before");
    stage.terminal.wait_for(" <alice> from before");
    stage.terminal.press("\x04");
    assert_eq!(stage.terminal.exit_code(), 0);
    let mut again = enter(&stage.hub, stage.home.path(), &[]);
    again.wait_for_prompt("#lobby alice> ", "");
    again.press("\x1b[A");
    again.wait_for_prompt("#lobby alice> ", "from before");
}

#[test]
fn a_home_that_cannot_be_written_costs_one_warning() {
    let home = tempfile::tempdir().expect("a temporary home");
    // Where the state would go there is a file, which nobody, root included, can make a folder in.
    fs::write(home.path().join("state"), "").expect("written");
    let hub = crate::hub::Hub::start();
    let mut terminal = enter(&hub, home.path(), &[]);
    terminal.wait_for_prompt("#lobby alice> ", "");
    terminal.enter("one");
    terminal.enter("two");
    terminal.wait_for(" <alice> two");
    let rows = terminal.everything();
    let warnings = rows.iter().filter(|row| row.contains("is not remembered"));
    assert_eq!(warnings.count(), 1, "{rows:#?}");
}
