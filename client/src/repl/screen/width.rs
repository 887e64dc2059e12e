//! What is done about a line that was painted when the terminal was of another width. Most terminals divide its rows anew
//! then, some cut them off, and none says what it does. The editor goes up by as many rows as it had painted itself, and
//! erases them: where they have become fewer, those above are what others said. So room is made for it before, and no row
//! is erased that may not be the line's own. Of the line itself rows may stay above, which can be read over.

use rustyline::GraphemeClusterMode;

use super::{Place, Screen};
use crate::repl::prompt::rows_of;
use crate::repl::terminal;

/// The line as the editor has painted it.
#[derive(Debug, Clone, Copy)]
struct Painted<'a> {
    prompt: &'a str,
    /// What stands before the cursor, and behind it.
    before: &'a str,
    after: &'a str,
    /// What is told behind the line.
    hint: &'a str,
    columns: u16,
}

impl Screen {
    /// The editor is about to paint this line, with this hint behind it. Makes room for that where the width has changed
    /// since it was painted last.
    pub(in crate::repl) fn make_room(&self, line: &str, position: usize, hint: &str) {
        let Some((columns, _)) = terminal::size() else {
            return;
        };
        let mut state = self.lock();
        if columns == state.columns || state.columns == 0 {
            return;
        }
        let (before, after) = state
            .line
            .split_at_checked(state.position)
            .unwrap_or((&state.line, ""));
        let painted = Painted {
            prompt: &state.running_prompt,
            before,
            after,
            hint,
            columns: state.columns,
        };
        let is_as_painted = state.line == line && state.position == position;
        match painted.room(columns, GraphemeClusterMode::from_env()) {
            // The editor leaves it as it is, wherever it ends.
            None => state.columns = columns,
            Some(room) if is_as_painted => {
                self.write(&room);
                state.columns = columns;
                state.place = Place::Unknown;
            }
            // It was a key that came before the editor has heard of the new width.
            Some(_) => {}
        }
    }
}

impl Painted<'_> {
    /// What erases the line on a terminal that is so wide by now, and puts the cursor where the editor expects it: below
    /// the line's first row, which it goes up to, with nothing between that could be lost. `None` where the line takes one
    /// row in any case, and the editor is right about it.
    fn room(self, columns: u16, mode: GraphemeClusterMode) -> Option<String> {
        let to_cursor = [self.prompt, self.before];
        let all = [self.prompt, self.before, self.after, self.hint];
        let last_row = |parts: &[&str], columns| rows_of(parts, columns, mode).saturating_sub(1);
        let end = last_row(&all, self.columns);
        if end == 0 && last_row(&all, columns) == 0 {
            return None;
        }
        let cursor = last_row(&to_cursor, self.columns);
        // Whether its rows were divided anew or not, so many are above the cursor. A tab is blanks by now, as many as it
        // took before.
        let above = if self.before.contains('\t') {
            0
        } else {
            cursor.min(last_row(&to_cursor, columns))
        };
        let down = "\n".repeat(usize::from(end));
        Some(format!(
            "{}\r\x1b[J{down}{}",
            up(above),
            up(end.saturating_sub(cursor))
        ))
    }
}

fn up(rows: u16) -> String {
    match rows {
        // A terminal takes 0 for 1.
        0 => String::new(),
        rows => format!("\x1b[{rows}A"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, from: u16, to: u16, expected: Option<&str>) {
        let painted = Painted {
            prompt: "> ",
            before,
            after,
            hint: "",
            columns: from,
        };
        let room = painted.room(to, GraphemeClusterMode::WcWidth);
        assert_eq!(room.as_deref(), expected);
    }

    #[test]
    fn no_more_rows_are_erased_than_the_line_has_on_any_terminal() {
        // Three rows become two, or stay three.
        check(
            "1234567890123456789012345",
            "",
            10,
            20,
            Some("\x1b[1A\r\x1b[J\n\n"),
        );
        // Two become four, or stay two.
        check("12345678901234567", "", 10, 5, Some("\x1b[1A\r\x1b[J\n"));
        check("12345678901234567", "", 10, 80, Some("\r\x1b[J\n"));
        // The editor takes it for one row, on which the cursor is.
        check("123456", "", 10, 5, Some("\r\x1b[J"));
    }

    #[test]
    fn the_editor_finds_what_is_behind_the_cursor_where_it_goes_down_to() {
        check("123", "45678901234567", 10, 80, Some("\r\x1b[J\n\x1b[1A"));
    }

    #[test]
    fn a_line_of_one_row_is_left_alone() {
        check("1234", "", 80, 10, None);
        check("1234", "", 10, 80, None);
    }

    #[test]
    fn rows_with_a_tab_are_not_counted() {
        check("\t9012345678901", "", 10, 20, Some("\r\x1b[J\n\n"));
    }
}
