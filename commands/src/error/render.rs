//! An error as a person reads it: the message, the line with a caret, the hint, the usage.

use unicode_width::UnicodeWidthChar;

use crate::error::{CommandError, Problem};

/// The most columns of the line that stand before the caret; a longer line is cut on the left.
const COLUMNS_BEFORE_MAX: usize = 48;
/// The most columns of the line that are shown from the caret on.
const COLUMNS_AFTER_MAX: usize = 28;
/// What stands for a part of the line that isn't shown.
const CUT: char = '…';

impl CommandError {
    /// The error in several lines, without a line break at the end:
    ///
    /// ```text
    /// :join: expected ROOM (a room such as '#dev'), found 'dev'; did you mean '#dev'?
    ///   :join dev
    ///         ^^^
    /// usage: :join ROOM [KEY]
    /// ```
    ///
    /// `line` is the one that was parsed. No control character of it is in the result.
    pub fn render(&self, line: &str) -> String {
        let mut text = self.to_string();
        let line = self.expanded_line().unwrap_or(line);
        if let Some(excerpt) = self.excerpt(line) {
            text.push('\n');
            text.push_str(&excerpt);
        }
        if let Some(hint) = self.hint() {
            text.push_str("\nhint: ");
            text.push_str(&hint);
        }
        if let Some(usage) = self.usage() {
            text.push_str("\nusage: ");
            text.push_str(usage);
        }
        text
    }

    /// The line and, under it, a caret for each column that is wrong; both indented by two.
    fn excerpt(&self, line: &str) -> Option<String> {
        if matches!(self.0.problem, Problem::ForeignCommand { .. }) {
            // It may hold a password.
            return None;
        }
        let span = self.0.span.clone()?;
        let before = tail(line.get(..span.start)?);
        let from_caret = head(line.get(span.start..)?);
        let wrong: usize = line
            .get(span)?
            .chars()
            .map(|character| cell(character).1)
            .sum();
        let blank = " ".repeat(before.columns);
        let carets = "^".repeat(wrong.clamp(1, from_caret.columns.max(1)));
        Some(format!(
            "  {}{}\n  {blank}{carets}",
            before.text, from_caret.text
        ))
    }
}

/// A part of a line as the terminal shows it.
struct Shown {
    text: String,
    columns: usize,
}

/// The beginning of a text, as much as is shown from the caret on.
fn head(text: &str) -> Shown {
    fill(text.chars(), COLUMNS_AFTER_MAX)
}

/// The end of a text, as much as is shown before the caret.
fn tail(text: &str) -> Shown {
    let reversed = fill(text.chars().rev(), COLUMNS_BEFORE_MAX);
    Shown {
        text: reversed.text.chars().rev().collect(),
        ..reversed
    }
}

/// As many characters as fit, and a mark if that isn't all.
fn fill(characters: impl Iterator<Item = char>, columns_max: usize) -> Shown {
    let mut shown = Shown {
        text: String::new(),
        columns: 0,
    };
    for (character, columns) in characters.map(cell) {
        if shown.columns + columns > columns_max {
            shown.text.push(CUT);
            shown.columns += 1;
            break;
        }
        shown.text.push(character);
        shown.columns += columns;
    }
    shown
}

/// A character as it is shown, and the columns that it takes. A tab would shift the caret, and any
/// other control character would be an order to the terminal.
fn cell(character: char) -> (char, usize) {
    match (character, character.width()) {
        ('\t', _) => (' ', 1),
        (_, Some(columns)) => (character, columns),
        (_, None) => (char::REPLACEMENT_CHARACTER, 1),
    }
}

#[cfg(test)]
#[expect(
    clippy::needless_raw_string_hashes,
    reason = "UPDATE_EXPECT=1 writes them"
)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::registry::{Mode, Registry};

    #[track_caller]
    fn check(line: &str, expected: &Expect) {
        let error = Registry::builtin()
            .parse(line, Mode::Prompt)
            .expect_err("the line is wrong");
        expected.assert_eq(&error.render(line));
    }

    #[test]
    fn unknown_command_is_pointed_at_as_a_whole() {
        check(
            ":jion #dev",
            &expect![[r#"
            unknown command ':jion'; did you mean ':join'?
              :jion #dev
              ^^^^^"#]],
        );
        check(
            ":bogus",
            &expect![[r#"
            unknown command ':bogus'
              :bogus
              ^^^^^^
            hint: ':help' lists the commands; to say it, begin the line with '::bogus'"#]],
        );
        check(
            ":)",
            &expect![[r#"
            unknown command ':)'
              :)
              ^^
            hint: ':help' lists the commands; to say it, begin the line with '::)'"#]],
        );
    }

    #[test]
    fn wrong_argument_is_pointed_at() {
        check(
            ":kick #dev #bob for noise",
            &expect![[r#"
                :kick: expected NICK (a nick such as 'ann'), found '#bob'
                  :kick #dev #bob for noise
                             ^^^^
                usage: :kick [ROOM] NICK [REASON]"#]],
        );
        check(
            "/join a,b",
            &expect![[r#"
                :join: expected ROOM (a room such as '#dev'), found 'a,b'
                  /join a,b
                        ^^^
                usage: :join ROOM [KEY]"#]],
        );
    }

    #[test]
    fn missing_argument_is_pointed_at_after_the_end() {
        check(
            ":msg bob",
            &expect![[r#"
                :msg: expected TEXT (some text), found the end of the line
                  :msg bob
                          ^
                usage: :msg NICK|ROOM TEXT"#]],
        );
        check(
            ":msg bob  ",
            &expect![[r#"
                :msg: expected TEXT (some text), found the end of the line
                  :msg bob  
                            ^
                usage: :msg NICK|ROOM TEXT"#]],
        );
    }

    #[test]
    fn all_that_is_too_much_is_pointed_at() {
        check(
            ":nick ann lee smith ",
            &expect![[r#"
                :nick: expected the end of the line, found 'lee'
                  :nick ann lee smith 
                            ^^^^^^^^^
                usage: :nick NAME"#]],
        );
    }

    #[test]
    fn caret_counts_columns() {
        check(
            ":join 日,本 é",
            &expect![[r#"
                :join: expected ROOM (a room such as '#dev'), found '日,本'
                  :join 日,本 é
                        ^^^^^
                usage: :join ROOM [KEY]"#]],
        );
        let combining = ":join e\u{301},t";
        let error = Registry::builtin()
            .parse(combining, Mode::Prompt)
            .expect_err("no room");
        let rendered = error.render(combining);
        assert_eq!(rendered.lines().nth(2), Some("        ^^^"));
    }

    #[test]
    fn control_characters_are_not_repeated() {
        check(
            ":join\t\u{1b}[2Jdev",
            &expect![[r#"
                :join: expected ROOM (a room such as '#dev'), found '�[2Jdev'
                  :join �[2Jdev
                        ^^^^^^^
                usage: :join ROOM [KEY]"#]],
        );
        check(
            "a\nb",
            &expect![[r#"
            a line can't hold a line feed (U+000A)
              a�b
               ^"#]],
        );
    }

    #[test]
    fn long_line_is_cut_around_the_caret() {
        let words = "word ".repeat(40);
        check(
            &format!(":nick ann {words}"),
            &expect![[r#"
                :nick: expected the end of the line, found 'word'
                  :nick ann word word word word word wor…
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                usage: :nick NAME"#]],
        );
        check(
            &format!(":join #{} key more", "x".repeat(200)),
            &expect![[r#"
                :join: expected the end of the line, found 'more'
                  …xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx key more
                                                                   ^^^^
                usage: :join ROOM [KEY]"#]],
        );
    }
}
