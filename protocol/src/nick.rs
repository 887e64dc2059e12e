//! Nicks: which ones there are and when two are the same. Who has which is not known here.

use std::sync::Arc;

use crate::casemap::{eq_folded, folded_name};
use crate::limits::NICK_BYTES_MAX;

/// A valid nick: ASCII letters, digits and ``[]\`_^{|}-``, beginning with neither a digit nor `-`.
///
/// Nicks that differ in the case of letters alone are equal; it is displayed as it was written. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Nick(Arc<str>);

/// Why a text is no nick.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NickError {
    /// There is no text.
    #[error("empty nick; expected letters, digits or one of {SPECIALS}")]
    Empty,
    /// The text is longer than allowed.
    #[error("nick of {bytes} bytes; expected at most {bytes_max}")]
    TooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        bytes_max: usize,
    },
    /// The first character may only stand later.
    #[error("nick begins with {found:?}; expected a letter or one of {SPECIALS}")]
    Start {
        /// The first character.
        found: char,
    },
    /// A character may not stand in a nick.
    #[error("{found:?} in a nick; expected letters, digits, `-` or one of {SPECIALS}")]
    Character {
        /// The character.
        found: char,
    },
}

/// The characters besides letters, digits and `-`.
const SPECIALS: &str = r"[]\`_^{|}";

impl Nick {
    /// Parses a nick of at most [`NICK_BYTES_MAX`] bytes.
    ///
    /// # Errors
    /// [`NickError`] tells what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NickError> {
        Self::parse_with_max(text, NICK_BYTES_MAX)
    }

    /// Parses a nick of at most so many bytes, and never more than [`NICK_BYTES_MAX`].
    ///
    /// # Errors
    /// [`NickError`] tells what is wrong with it.
    pub fn parse_with_max(text: &str, bytes_max: usize) -> Result<Self, NickError> {
        let first = text.chars().next().ok_or(NickError::Empty)?;
        let bytes_max = bytes_max.min(NICK_BYTES_MAX);
        if let Some(found) = text.chars().find(|found| !is_allowed(*found)) {
            return Err(NickError::Character { found });
        }
        if first.is_ascii_digit() || first == '-' {
            return Err(NickError::Start { found: first });
        }
        if text.len() > bytes_max {
            let bytes = text.len();
            return Err(NickError::TooLong { bytes, bytes_max });
        }
        Ok(Self(text.into()))
    }

    /// The nick as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text is this nick, in whatever case.
    pub fn is(&self, text: &str) -> bool {
        eq_folded(self.as_str(), text)
    }
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || SPECIALS.contains(character)
}

folded_name!(Nick, NickError);

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, NickError>) {
        let parsed = Nick::parse(text).map(|nick| nick.to_string());
        assert_eq!(parsed, expected.map(str::to_owned));
    }

    #[test]
    fn every_allowed_character_is_taken() {
        check("ann", Ok("ann"));
        check(r"[]\`_^{|}-09azAZ", Ok(r"[]\`_^{|}-09azAZ"));
    }

    #[test]
    fn wrong_characters_are_named() {
        check("", Err(NickError::Empty));
        check("9ann", Err(NickError::Start { found: '9' }));
        check("-ann", Err(NickError::Start { found: '-' }));
        for found in ['é', ' ', '!', '@', '~', ',', '*', '.', '#', ':', '\u{7}'] {
            check(&format!("a{found}b"), Err(NickError::Character { found }));
        }
    }

    #[test]
    fn length_is_limited_to_the_byte() {
        assert!(Nick::parse_with_max("abcd", 4).is_ok());
        let too_long = NickError::TooLong {
            bytes: 5,
            bytes_max: 4,
        };
        assert_eq!(Nick::parse_with_max("abcde", 4), Err(too_long));
        assert!(Nick::parse(&"a".repeat(NICK_BYTES_MAX)).is_ok());
        assert!(Nick::parse_with_max(&"a".repeat(NICK_BYTES_MAX + 1), 1000).is_err());
    }

    #[test]
    fn case_does_not_make_another_nick() {
        let [lower, upper] = ["ann", "ANN"].map(|text| Nick::parse(text).unwrap());
        assert_eq!(lower, upper);
        assert_eq!(upper.to_string(), "ANN");
        assert!(lower.is("aNn") && !lower.is("anne"));
        assert_eq!(HashSet::from([lower.clone(), upper.clone()]).len(), 1);
        assert_eq!(BTreeSet::from([lower, upper]).len(), 1);
    }

    #[test]
    fn errors_say_what_was_expected() {
        let message = Nick::parse("a b").unwrap_err().to_string();
        assert_eq!(
            message,
            r"' ' in a nick; expected letters, digits, `-` or one of []\`_^{|}"
        );
    }
}
