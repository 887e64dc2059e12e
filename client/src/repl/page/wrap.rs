//! Divides a line that is too long for the terminal where it has blanks, with what follows indented to
//! where its text begins. A word that fits on no row is left to the terminal, so that an address stays one piece
//! when it is copied; but what is written without blanks, as Chinese and Japanese are, is divided between its
//! characters. It must not print, and it knows no colour but that it is none of the text.
//!
//! The measure is the editor's, so that both agree with the terminal.

use rustyline::GraphemeClusterMode;
use unicode_segmentation::UnicodeSegmentation as _;

use super::super::prompt::TAB_COLUMNS;

/// What ends all colours.
const RESET: &str = "\x1b[0m";

/// Appends a line, divided for so many columns. Its first `text_at` bytes, the time and the nick, are not
/// divided.
pub(in super::super) fn wrap(line: &str, text_at: usize, columns: usize, out: &mut String) {
    let mode = GraphemeClusterMode::from_env();
    if !line.contains('\t') && width(line, mode) <= columns {
        return out.push_str(line);
    }
    let prefix = line.get(..text_at).unwrap_or_default();
    let indent = width(prefix, mode).min(columns / 2);
    let mut page = Wrapping {
        mode,
        columns,
        indent,
        column: 0,
        colours: String::new(),
        out,
    };
    let (prefix, text) = line.split_at_checked(text_at).unwrap_or(("", line));
    page.push(prefix);
    let mut rest = text;
    while !rest.is_empty() {
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let (blanks, after) = rest.split_at_checked(blanks).unwrap_or(("", rest));
        let end = after.find([' ', '\t']).unwrap_or(after.len());
        let (word, after) = after.split_at_checked(end).unwrap_or((after, ""));
        page.word(blanks, word);
        rest = after;
    }
}

/// A line that is being divided.
struct Wrapping<'a> {
    mode: GraphemeClusterMode,
    columns: usize,
    indent: usize,
    /// Where the row ends so far.
    column: usize,
    /// The colours that are on.
    colours: String,
    out: &'a mut String,
}

impl Wrapping<'_> {
    /// Appends blanks and the word behind them, on this row or the next.
    fn word(&mut self, blanks: &str, word: &str) {
        let blanks = self.blanks(blanks);
        let columns = width(word, self.mode);
        let is_too_long = self.column + blanks + columns > self.columns;
        let is_divided = is_too_long && self.indent + columns > self.columns && is_unspaced(word);
        if is_too_long
            && !is_divided
            && self.indent + columns <= self.columns
            && self.column > self.indent
        {
            self.open_row();
        } else {
            self.out.extend(std::iter::repeat_n(' ', blanks));
            self.column += blanks;
        }
        if is_divided {
            self.divide(word);
        } else {
            self.push(word);
        }
    }

    /// Appends a word that is written without blanks, in as many rows as it takes.
    fn divide(&mut self, word: &str) {
        for (index, piece) in word.split('\x1b').enumerate() {
            let text = if index == 0 {
                piece
            } else {
                let (colour, text) = piece.split_once('m').unwrap_or((piece, ""));
                self.push(&format!("\x1b{colour}m"));
                text
            };
            for grapheme in text.graphemes(true) {
                let columns = usize::from(self.mode.width(grapheme));
                if self.column + columns > self.columns && self.column > self.indent {
                    self.open_row();
                }
                self.out.push_str(grapheme);
                self.column += columns;
            }
        }
    }

    /// Begins another row, without letting a colour run into its blanks.
    fn open_row(&mut self) {
        if !self.colours.is_empty() {
            self.out.push_str(RESET);
        }
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', self.indent));
        self.out.push_str(&self.colours);
        self.column = self.indent;
    }

    /// Appends what is not divided, and remembers which colours are on.
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += width(text, self.mode);
        if self.column > self.columns {
            self.column %= self.columns.max(1);
        }
        for piece in text.split('\x1b').skip(1) {
            let Some((colour, _)) = piece.split_once('m') else {
                continue;
            };
            if colour == "[0" {
                self.colours.clear();
            } else {
                self.colours.push('\x1b');
                self.colours.push_str(colour);
                self.colours.push('m');
            }
        }
    }

    /// The columns of blanks here, in which a tab goes to its next stop.
    fn blanks(&self, blanks: &str) -> usize {
        let stop = usize::from(TAB_COLUMNS);
        let end = blanks
            .chars()
            .fold(self.column, |column, blank| match blank {
                '\t' => (column / stop + 1) * stop,
                _ => column + 1,
            });
        end - self.column
    }
}

/// Whether a word is of those that may be divided anywhere: most of it is wide, and it is no address.
fn is_unspaced(word: &str) -> bool {
    let graphemes = word.graphemes(true);
    let wide = graphemes
        .filter(|grapheme| GraphemeClusterMode::WcWidth.width(grapheme) > 1)
        .count();
    !word.contains("://") && wide * 4 > word.chars().count()
}

/// The columns of a text, in which only our own colours are escapes.
fn width(text: &str, mode: GraphemeClusterMode) -> usize {
    let of = |text: &str| -> usize {
        if text.is_ascii() {
            return text.len();
        }
        let graphemes = text.graphemes(true);
        graphemes
            .map(|grapheme| usize::from(mode.width(grapheme)))
            .sum()
    };
    let mut pieces = text.split('\x1b');
    let first = of(pieces.next().unwrap_or_default());
    let coloured = pieces.map(|piece| piece.split_once('m').map_or(piece, |(_, text)| text));
    first + coloured.map(of).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, prefix: &str, columns: usize, expected: &[&str]) {
        let mut out = String::new();
        wrap(line, prefix.len(), columns, &mut out);
        assert_eq!(out.split('\n').collect::<Vec<_>>(), expected);
    }

    const PREFIX: &str = "18:04 <bob> ";

    #[test]
    fn a_line_that_fits_stays() {
        check(
            "18:04 <bob> hi  there",
            PREFIX,
            21,
            &["18:04 <bob> hi  there"],
        );
    }

    #[test]
    fn words_stay_whole_under_the_text() {
        check(
            "18:04 <bob> the quick brown fox jumps",
            PREFIX,
            24,
            &[
                "18:04 <bob> the quick",
                "            brown fox",
                "            jumps",
            ],
        );
        check(
            "18:04 <bob> 世界 世界世界",
            PREFIX,
            24,
            &["18:04 <bob> 世界", "            世界世界"],
        );
    }

    #[test]
    fn colours_have_no_width() {
        check(
            "\x1b[2m18:04\x1b[0m <\x1b[1mbob\x1b[0m> the quick brown",
            "\x1b[2m18:04\x1b[0m <\x1b[1mbob\x1b[0m> ",
            24,
            &[
                "\x1b[2m18:04\x1b[0m <\x1b[1mbob\x1b[0m> the quick",
                "            brown",
            ],
        );
    }

    #[test]
    fn an_address_is_left_whole() {
        let address = "https://example.org/a/very/long/path";
        check(
            &format!("18:04 <bob> see {address} now"),
            PREFIX,
            24,
            &[&format!("18:04 <bob> see {address} now")],
        );
        check(
            "18:04 <bob> look: http://a.b/c",
            PREFIX,
            24,
            &["18:04 <bob> look:", "            http://a.b/c"],
        );
    }

    #[test]
    fn a_long_name_leaves_half_the_row_for_the_text() {
        check(
            "18:04 <somebodywithaname> one two three",
            "18:04 <somebodywithaname> ",
            30,
            &["18:04 <somebodywithaname> one", "               two three"],
        );
    }

    #[test]
    fn colours_do_not_run_into_the_indent() {
        check(
            "18:04 <bob> \x1b[4m\x1b[31mthe quick brown\x1b[0m fox",
            PREFIX,
            24,
            &[
                "18:04 <bob> \x1b[4m\x1b[31mthe quick\x1b[0m",
                "            \x1b[4m\x1b[31mbrown\x1b[0m fox",
            ],
        );
    }

    #[test]
    fn what_has_no_blanks_is_divided_between_its_characters() {
        check(
            "18:04 <bob> 春眠不覚暁処処聞啼鳥",
            PREFIX,
            24,
            &["18:04 <bob> 春眠不覚暁処", "            処聞啼鳥"],
        );
        check(
            "18:04 <bob> hm 春眠不覚暁処処聞啼鳥",
            PREFIX,
            24,
            &["18:04 <bob> hm 春眠不覚", "            暁処処聞啼鳥"],
        );
        // A mark stays with its letter.
        let marked = "\u{304b}\u{3099}".repeat(8);
        let six = "\u{304b}\u{3099}".repeat(6);
        let two = "\u{304b}\u{3099}".repeat(2);
        check(
            &format!("18:04 <bob> {marked}"),
            PREFIX,
            24,
            &[&format!("18:04 <bob> {six}"), &format!("            {two}")],
        );
    }

    #[test]
    fn marks_and_tabs_are_measured_as_the_terminal_does() {
        // Nine letters, each with an accent of its own.
        let accented = "e\u{301}".repeat(9);
        check(
            &format!("18:04 <bob> {accented} ab c"),
            PREFIX,
            24,
            &[&format!("18:04 <bob> {accented} ab"), "            c"],
        );
        check(
            "18:04 <bob> a\tb\tc",
            PREFIX,
            24,
            &["18:04 <bob> a   b", "            c"],
        );
    }
}
