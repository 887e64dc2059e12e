//! Masks: `*` for any text, `?` for any one character, as in bans and searches.
//!
//! Masks come from peers and are matched against every join, so matching uses no memory and never more steps than
//! the mask's length times the text's; the step back after a mismatch only ever goes to the latest `*`.

use std::fmt;

use crate::casemap::{eq_folded, fold};
use crate::message::Source;

/// A mask over names or over `nick!user@host`, in which the case of ASCII letters means nothing.
#[derive(Debug, Clone)]
pub struct Mask(Box<str>);

impl Mask {
    /// A mask as it is written.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// A mask over people, with the parts that were left away: `ann` is `ann!*@*`, `a@host` is `*!a@host`.
    pub fn of_people(text: &str) -> Self {
        let or_any = |part: &str| if part.is_empty() { "*" } else { part }.to_owned();
        let (nick, user_host) = match text.split_once('!') {
            Some((nick, user_host)) => (or_any(nick), user_host),
            None if text.contains('@') => ("*".to_owned(), text),
            None => (or_any(text), ""),
        };
        let (user, host) = user_host.split_once('@').unwrap_or((user_host, ""));
        Self(format!("{nick}!{}@{}", or_any(user), or_any(host)).into())
    }

    /// Whether the whole text is of the mask's form.
    pub fn matches(&self, text: &str) -> bool {
        matches(&self.0, text)
    }

    /// Whether the source is of the mask's form, which should be `nick!user@host`.
    pub fn matches_source(&self, source: &Source<'_>) -> bool {
        self.matches(source.as_str())
    }

    /// Whether there is no `*` or `?` in it, so that it matches one name alone.
    pub fn is_literal(&self) -> bool {
        !self.0.contains(['*', '?'])
    }

    /// The mask as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the whole text is of the pattern's form; the case of ASCII letters means nothing.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (mut pattern_rest, mut text_rest) = (pattern, text);
    // Where to go on when a comparison fails: behind the latest `*`, which then takes one character more.
    let mut retry: Option<(&str, &str)> = None;
    loop {
        let mut wanted = pattern_rest.chars();
        let mut found = text_rest.chars();
        match (wanted.next(), found.next()) {
            (Some('*'), _) => {
                pattern_rest = wanted.as_str();
                if pattern_rest.is_empty() {
                    return true;
                }
                retry = Some((pattern_rest, text_rest));
            }
            (Some(want), Some(have)) if want == '?' || want.eq_ignore_ascii_case(&have) => {
                (pattern_rest, text_rest) = (wanted.as_str(), found.as_str());
            }
            (None, None) => return true,
            (_, None) => return false,
            (_, Some(_)) => {
                let Some((after_star, from)) = retry else {
                    return false;
                };
                let mut skipped = from.chars();
                skipped.next();
                (pattern_rest, text_rest) = (after_star, skipped.as_str());
                retry = Some((pattern_rest, text_rest));
            }
        }
    }
}

impl PartialEq for Mask {
    fn eq(&self, other: &Self) -> bool {
        eq_folded(&self.0, &other.0)
    }
}

impl Eq for Mask {}

impl std::hash::Hash for Mask {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        fold(&self.0).hash(state);
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl From<&str> for Mask {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(matches(pattern, text), expected, "{pattern} on {text}");
    }

    #[test]
    fn stars_take_any_text() {
        for text in ["", "a", "abc", "é!x@y"] {
            check("*", text, true);
            check("**", text, true);
        }
        check("a*c", "ac", true);
        check("a*c", "abbc", true);
        check("a*c", "abcd", false);
        check("*ab*ab", "abab", true);
        check("*ab*ab", "ab", false);
        check("a*b*c", "aXbXbXc", true);
    }

    #[test]
    fn question_marks_take_one_character_of_any_width() {
        check("?", "é", true);
        check("a?c", "a😀c", true);
        check("?", "", false);
        check("??", "a", false);
        check("*?", "", false);
        check("*?x", "ax", true);
    }

    #[test]
    fn the_whole_text_counts() {
        check("", "", true);
        check("", "a", false);
        check("ab", "a", false);
        check("a", "ab", false);
        check("a*", "", false);
    }

    #[test]
    fn case_of_ascii_letters_means_nothing() {
        check("ANN!*@*.Example", "ann!a@Host.EXAMPLE", true);
        check("É", "é", false);
        assert_eq!(Mask::new("Ann*"), Mask::new("aNN*"));
        assert_ne!(Mask::new("Ann*"), Mask::new("ann?"));
    }

    #[test]
    fn missing_parts_of_people_are_any() {
        for (written, whole) in [
            ("ann", "ann!*@*"),
            ("ann!a", "ann!a@*"),
            ("a@host", "*!a@host"),
            ("ann!a@host", "ann!a@host"),
            ("ann!@", "ann!*@*"),
            ("@host", "*!*@host"),
            ("", "*!*@*"),
        ] {
            assert_eq!(Mask::of_people(written).as_str(), whole);
        }
        let ann = Source::new("ann!a@host.example");
        assert!(Mask::of_people("*@*.example").matches_source(&ann));
        assert!(!Mask::of_people("bob").matches_source(&ann));
    }

    #[test]
    fn a_mask_made_to_take_long_takes_no_longer() {
        let pattern = format!("{}b", "*a".repeat(250));
        let text = "a".repeat(5000);
        check(&pattern, &text, false);
        check(&format!("{pattern}*"), &format!("{text}b"), true);
    }

    /// By definition rather than by speed.
    fn reference(pattern: &[char], text: &[char]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            (['*', after @ ..], [_, shorter @ ..]) => {
                reference(after, text) || reference(pattern, shorter)
            }
            (['*', after @ ..], []) => reference(after, &[]),
            ([want, pattern @ ..], [have, text @ ..]) => {
                (*want == '?' || want.eq_ignore_ascii_case(have)) && reference(pattern, text)
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn matching_is_as_defined(pattern in "[abA*?é]{0,8}", text in "[abAé]{0,8}") {
            let [pattern_chars, text_chars] =
                [&pattern, &text].map(|part| part.chars().collect::<Vec<_>>());
            prop_assert_eq!(matches(&pattern, &text), reference(&pattern_chars, &text_chars));
        }

        #[test]
        fn nothing_panics_matching(pattern in any::<String>(), text in any::<String>()) {
            let _ = matches(&pattern, &text);
            prop_assert!(matches(&text.replace(['*', '?'], "?"), &text));
        }
    }
}
