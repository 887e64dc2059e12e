//! What stands before the line that is being typed, and how many rows both take. The measure is the
//! editor's own, since the two must agree on where a line wraps. It must not print.

use rustyline::GraphemeClusterMode;
use unicode_segmentation::UnicodeSegmentation as _;

use super::page::Piece;
use crate::driver::Status;
use crate::event::is_room;
use crate::render::{Palette, Style, sanitize};

/// No name takes more columns than this of the row that is for typing.
const NAME_COLUMNS_MAX: u16 = 24;

/// The editor's tab stop.
pub(super) const TAB_COLUMNS: u16 = 8;

/// A prompt as text and as it is painted; both have the same width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prompt {
    pub(super) raw: String,
    pub(super) styled: String,
    /// Who and where one is: what of the prompt must never be wrong. The rest is news from elsewhere.
    pub(super) place: String,
}

/// How one prompt differs from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    /// Not at all.
    None,
    /// In its news, and it is as wide.
    SameWidth,
    /// In its news.
    News,
    /// In who or where one is.
    Place,
}

impl Prompt {
    /// What is shown before there is a conversation.
    pub(super) fn connecting(palette: Palette) -> Self {
        let mut prompt = Self {
            raw: "connecting> ".to_owned(),
            styled: String::new(),
            place: "connecting".to_owned(),
        };
        palette.paint(&mut prompt.styled, Style::Faint, "connecting");
        prompt.styled.push_str("> ");
        prompt
    }

    /// `#lobby alice> `, or `@bob alice> ` where bob alone is spoken to, and `#lobby alice [#dev +3]> ` where
    /// something is unread.
    pub(super) fn new(status: &Status, unread: &[Piece], palette: Palette) -> Self {
        let mut prompt = Self {
            raw: String::new(),
            styled: String::new(),
            place: String::new(),
        };
        if let Some(current) = &status.current {
            if is_room(current) {
                prompt.push(palette, Style::Room, &shortened(current));
            } else {
                prompt.push_plain("@");
                prompt.push(palette, Style::Nick, &shortened(current));
            }
            prompt.push_plain(" ");
        }
        prompt.push(palette, Style::Own, &shortened(&status.nick));
        match (status.is_online, status.waiting) {
            (true, 0) => {}
            (false, 0) => prompt.push(palette, Style::Faint, " (offline)"),
            (true, waiting) => prompt.push(palette, Style::Faint, &format!(" ({waiting} waiting)")),
            (false, waiting) => {
                let mark = format!(" (offline, {waiting} waiting)");
                prompt.push(palette, Style::Faint, &mark);
            }
        }
        prompt.place.clone_from(&prompt.raw);
        if !unread.is_empty() {
            prompt.push_plain(" [");
            for (style, text) in unread {
                match style {
                    Some(style) => prompt.push(palette, *style, text),
                    None => prompt.push_plain(text),
                }
            }
            prompt.push_plain("]");
        }
        prompt.push_plain("> ");
        prompt
    }

    /// How another one differs from this.
    pub(super) fn difference(&self, other: &Self) -> Difference {
        let width = |prompt: &Self| GraphemeClusterMode::from_env().width(&prompt.raw);
        if self == other {
            Difference::None
        } else if self.place != other.place {
            Difference::Place
        } else if width(self) == width(other) {
            Difference::SameWidth
        } else {
            Difference::News
        }
    }

    /// A question of our own.
    pub(super) fn plain(text: &str) -> Self {
        Self {
            raw: text.to_owned(),
            styled: text.to_owned(),
            place: text.to_owned(),
        }
    }

    fn push(&mut self, palette: Palette, style: Style, text: &str) {
        self.raw.push_str(text);
        palette.paint(&mut self.styled, style, text);
    }

    fn push_plain(&mut self, text: &str) {
        self.raw.push_str(text);
        self.styled.push_str(text);
    }
}

/// How many rows the prompt and the line after it take on a terminal this wide, by the editor's
/// rules: a character that does not fit wraps whole, and a full row opens the next one.
pub(super) fn rows(prompt: &str, line: &str, columns: u16, mode: GraphemeClusterMode) -> u16 {
    rows_of(&[prompt, line], columns, mode)
}

/// The same for more that stand one behind the other, and that the editor measures one by one.
pub(super) fn rows_of(parts: &[&str], columns: u16, mode: GraphemeClusterMode) -> u16 {
    let (mut row, mut column) = (0_u16, 0_u16);
    for part in parts {
        for grapheme in part.graphemes(true) {
            if grapheme == "\n" {
                row = row.saturating_add(1);
                column = 0;
                continue;
            }
            let width = match grapheme {
                "\t" => TAB_COLUMNS - column % TAB_COLUMNS,
                _ => mode.width(grapheme),
            };
            column = column.saturating_add(width);
            if column > columns {
                row = row.saturating_add(1);
                column = width;
            }
        }
        if column == columns {
            row = row.saturating_add(1);
            column = 0;
        }
    }
    row.saturating_add(1)
}

fn shortened(name: &str) -> String {
    let name = sanitize(name);
    let mode = GraphemeClusterMode::WcWidth;
    if mode.width(&name) <= NAME_COLUMNS_MAX {
        return name.into_owned();
    }
    let mut out = String::new();
    let mut columns = 0;
    for grapheme in name.graphemes(true) {
        columns += mode.width(grapheme);
        if columns >= NAME_COLUMNS_MAX {
            break;
        }
        out.push_str(grapheme);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(current: Option<&str>, nick: &str, expected: &str) {
        let status = Status {
            nick: nick.to_owned(),
            current: current.map(str::to_owned),
            is_online: true,
            ..Status::default()
        };
        let plain = Prompt::new(&status, &[], Palette::Plain);
        assert_eq!(plain.raw, expected);
        assert_eq!(plain.styled, expected);
        assert_eq!(Prompt::new(&status, &[], Palette::Colour).raw, expected);
    }

    #[test]
    fn prompt_names_the_target_and_the_nick() {
        check(Some("#lobby"), "alice", "#lobby alice> ");
        check(Some("bob"), "alice", "@bob alice> ");
        check(None, "alice", "alice> ");
    }

    #[test]
    fn prompt_says_that_there_is_no_hub() {
        let status = Status {
            nick: "ann".to_owned(),
            current: Some("#dev".to_owned()),
            is_online: false,
            ..Status::default()
        };
        let prompt = Prompt::new(&status, &[], Palette::Plain);
        assert_eq!(prompt.raw, "#dev ann (offline)> ");
    }

    #[test]
    fn prompt_tells_what_is_unread() {
        let status = Status {
            nick: "ann".to_owned(),
            current: Some("#dev".to_owned()),
            is_online: true,
            ..Status::default()
        };
        let prompt = |count: &str| {
            let pieces = [
                (Some(Style::Room), "#ops".to_owned()),
                (None, format!(" +{count}")),
            ];
            Prompt::new(&status, &pieces, Palette::Colour)
        };
        assert_eq!(prompt("3").raw, "#dev ann [#ops +3]> ");
        assert_eq!(
            prompt("3").styled,
            "\x1b[36m#dev\x1b[0m \x1b[1mann\x1b[0m [\x1b[36m#ops\x1b[0m +3]> "
        );
        assert_eq!(prompt("3").difference(&prompt("3")), Difference::None);
        assert_eq!(prompt("3").difference(&prompt("4")), Difference::SameWidth);
        assert_eq!(prompt("3").difference(&prompt("12")), Difference::News);
        let elsewhere = Status {
            current: Some("#ops".to_owned()),
            ..status.clone()
        };
        let elsewhere = Prompt::new(&elsewhere, &[], Palette::Colour);
        assert_eq!(prompt("3").difference(&elsewhere), Difference::Place);
    }

    #[test]
    fn prompt_is_harmless_and_short() {
        check(Some("#a\x1b[2J"), "b", "#a␛[2J b> ");
        check(
            Some("#0123456789012345678901234567890"),
            "b",
            "#0123456789012345678901… b> ",
        );
    }

    #[track_caller]
    fn check_rows(line: &str, columns: u16, expected: u16) {
        assert_eq!(
            rows("> ", line, columns, GraphemeClusterMode::WcWidth),
            expected
        );
    }

    #[test]
    fn rows_follow_the_editor() {
        check_rows("", 10, 1);
        check_rows("1234567", 10, 1);
        // A full row opens the next one.
        check_rows("12345678", 10, 2);
        check_rows("a\nb\nc", 10, 3);
        // Four wide characters leave no room for a fifth.
        check_rows("世世世世", 11, 1);
        check_rows("世世世世世", 11, 2);
        check_rows("\t", 10, 1);
    }
}
