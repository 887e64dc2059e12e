//! A line across the page with a few words in it: up to where one has read, and which day it is from there
//! on. Where lines are not for a terminal it is a sentence among others. It must not know of times and events.

use unicode_width::UnicodeWidthStr as _;

use super::sanitize::push_harmless;
use super::{Palette, Style};

/// The words of the rule below what was read.
pub(crate) const READ: &str = "you have read up to here";

/// A rule is no wider, so that a window which is made narrower does not break it.
const COLUMNS_MAX: usize = 72;

/// What the rule is made of.
const DASH: &str = "─";

/// Appends a rule with these words and its `\n`, for a terminal this wide; `None` is no terminal.
pub(crate) fn push_rule(palette: Palette, words: &str, columns: Option<usize>, out: &mut String) {
    let drawn = columns.and_then(|columns| drawn(words, columns));
    if let Some(rule) = drawn {
        palette.paint(out, Style::Faint, &rule);
    } else {
        palette.paint(out, Style::Faint, "--- ");
        push_harmless(out, words);
    }
    out.push('\n');
}

/// The rule, if it is more than its words.
fn drawn(words: &str, columns: usize) -> Option<String> {
    let start = format!("{DASH}{DASH} {words} ");
    // A full row would open another one.
    let rest = columns
        .saturating_sub(1)
        .min(COLUMNS_MAX)
        .checked_sub(start.width())?;
    (rest > 0).then(|| start + &DASH.repeat(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(columns: Option<usize>, expected: &str) {
        let mut out = String::new();
        push_rule(Palette::Plain, "Monday", columns, &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn rule_is_as_wide_as_the_terminal_up_to_a_limit() {
        check(Some(20), "── Monday ─────────\n");
        let mut widest = String::new();
        push_rule(Palette::Plain, READ, Some(200), &mut widest);
        assert_eq!(widest.trim_end().width(), COLUMNS_MAX);
    }

    #[test]
    fn rule_is_a_sentence_where_it_has_no_room() {
        check(None, "--- Monday\n");
        check(Some(10), "--- Monday\n");
    }

    #[test]
    fn rule_has_the_look_of_a_time() {
        let mut out = String::new();
        push_rule(Palette::Colour, "Monday", Some(14), &mut out);
        assert_eq!(out, "\x1b[2m── Monday ───\x1b[0m\n");
    }
}
