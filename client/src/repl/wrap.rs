//! Divides a line that is too long for the terminal where it has blanks, with what follows indented to
//! where its text begins. A word that fits on no row, such as a long address, is left to the terminal, so
//! that it stays one piece when it is copied. It must not print, and it knows no colour but that it is none
//! of the text.

use unicode_width::UnicodeWidthStr as _;

/// Appends a line, divided for so many columns. Its first `text_at` bytes, the time and the nick, are not
/// divided.
pub(super) fn wrap(line: &str, text_at: usize, columns: usize, out: &mut String) {
    if width(line) <= columns {
        out.push_str(line);
        return;
    }
    let prefix = line.get(..text_at).unwrap_or_default();
    let indent = width(prefix).min(columns / 2);
    let (mut at, mut column) = (0, 0);
    let mut rest = line;
    while !rest.is_empty() {
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        let after = rest.get(blanks..).unwrap_or_default();
        let word = after.split(' ').next().unwrap_or_default();
        let word_columns = width(word);
        let is_too_long = column + blanks + word_columns > columns;
        if is_too_long
            && at + blanks >= text_at
            && column > indent
            && indent + word_columns <= columns
        {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else {
            out.extend(std::iter::repeat_n(' ', blanks));
            column += blanks;
        }
        out.push_str(word);
        column += word_columns;
        if column > columns {
            column %= columns.max(1);
        }
        at += blanks + word.len();
        rest = after.get(word.len()..).unwrap_or_default();
    }
}

/// The columns of a text, in which only our own colours are escapes.
fn width(text: &str) -> usize {
    let mut pieces = text.split('\x1b');
    let first = pieces.next().unwrap_or_default().width();
    let coloured = pieces.map(|piece| piece.split_once('m').map_or(piece, |(_, text)| text));
    first + coloured.map(str::width).sum::<usize>()
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
}
