//! An error as a person reads it: the message, the line with a caret, the hint, the usage.

use unicode_width::UnicodeWidthChar;

use crate::error::CommandError;

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
    /// :join: 'dev' is not ROOM, a room such as '#dev'; did you mean '#dev'?
    ///   :join dev
    ///         ^^^
    /// usage: :join ROOM [KEY]
    /// ```
    ///
    /// `line` is the one that was parsed. No control character of it is in the result.
    pub fn render(&self, line: &str) -> String {
        let mut text = self.to_string();
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
        let span = self.span()?;
        let before = tail(line.get(..span.start)?);
        let wrong = head(line.get(span.clone())?, COLUMNS_AFTER_MAX);
        let room_left = COLUMNS_AFTER_MAX.saturating_sub(wrong.columns);
        let after = head(line.get(span.end..)?, room_left);
        let blank = " ".repeat(before.columns);
        let carets = "^".repeat(wrong.columns.max(1));
        Some(format!(
            "  {}{}{}\n  {blank}{carets}",
            before.text, wrong.text, after.text
        ))
    }
}

/// A part of a line as the terminal shows it.
struct Shown {
    text: String,
    columns: usize,
}

/// The beginning of a text, as much as fits.
fn head(text: &str, columns_max: usize) -> Shown {
    let mut shown = Shown {
        text: String::new(),
        columns: 0,
    };
    for (character, columns) in text.chars().map(cell) {
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

/// The end of a text, as much as fits before the caret.
fn tail(text: &str) -> Shown {
    let mut shown = Shown {
        text: String::new(),
        columns: 0,
    };
    for (character, columns) in text.chars().rev().map(cell) {
        if shown.columns + columns > COLUMNS_BEFORE_MAX {
            shown.text.push(CUT);
            shown.columns += 1;
            break;
        }
        shown.text.push(character);
        shown.columns += columns;
    }
    shown.text = shown.text.chars().rev().collect();
    shown
}

/// A character as it is shown, and the columns that it takes. A tab would shift the caret, and any
/// other control character would be an order to the terminal.
fn cell(character: char) -> (char, usize) {
    match character {
        '\t' => (' ', 1),
        _ => match character.width() {
            Some(columns) => (character, columns),
            None => (char::REPLACEMENT_CHARACTER, 1),
        },
    }
}
