//! Room names: which ones there are and when two are the same. Which rooms exist is not known here.

use std::sync::Arc;

use crate::casemap::{eq_folded, folded_name};
use crate::limits::ROOM_NAME_BYTES_MAX;

/// A valid room name: `#`, then no blanks, commas or control characters.
///
/// Names that differ in the case of ASCII letters alone are equal; it is displayed as it was written. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct RoomName(Arc<str>);

/// Why a text is no room name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoomNameError {
    /// The text is empty or begins otherwise.
    #[error("room name without `#`; expected one such as `#lobby`")]
    Start,
    /// The text is longer than allowed.
    #[error("room name of {bytes} bytes; expected at most {bytes_max}")]
    TooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        bytes_max: usize,
    },
    /// A character may not stand in a room name.
    #[error("{found:?} in a room name; expected no blanks, commas or control characters")]
    Character {
        /// The character.
        found: char,
    },
}

impl RoomName {
    /// Parses a room name of at most [`ROOM_NAME_BYTES_MAX`] bytes.
    ///
    /// # Errors
    /// [`RoomNameError`] tells what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, RoomNameError> {
        Self::parse_with_max(text, ROOM_NAME_BYTES_MAX)
    }

    /// Parses a room name of at most so many bytes, and never more than [`ROOM_NAME_BYTES_MAX`].
    ///
    /// # Errors
    /// [`RoomNameError`] tells what is wrong with it.
    pub fn parse_with_max(text: &str, bytes_max: usize) -> Result<Self, RoomNameError> {
        if !text.starts_with('#') {
            return Err(RoomNameError::Start);
        }
        if let Some(found) = text.chars().find(|found| is_forbidden(*found)) {
            return Err(RoomNameError::Character { found });
        }
        let bytes_max = bytes_max.min(ROOM_NAME_BYTES_MAX);
        if text.len() > bytes_max {
            let bytes = text.len();
            return Err(RoomNameError::TooLong { bytes, bytes_max });
        }
        Ok(Self(text.into()))
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text is this name, in whatever case.
    pub fn is(&self, text: &str) -> bool {
        eq_folded(self.as_str(), text)
    }
}

/// White space beyond ASCII is refused too: such a name would look like two.
fn is_forbidden(character: char) -> bool {
    character == ',' || character.is_whitespace() || character.is_control()
}

folded_name!(RoomName, RoomNameError);

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, RoomNameError>) {
        let parsed = RoomName::parse(text).map(|name| name.to_string());
        assert_eq!(parsed, expected.map(str::to_owned));
    }

    #[test]
    fn names_of_every_script_are_taken() {
        for name in ["#lobby", "#", "##", "#été", "#チャット", "#a:b!c*"] {
            check(name, Ok(name));
        }
    }

    #[test]
    fn other_starts_are_refused() {
        for name in ["", "lobby", "&local", "+x", " #a"] {
            check(name, Err(RoomNameError::Start));
        }
    }

    #[test]
    fn wrong_characters_are_named() {
        for found in [
            ' ', ',', '\u{7}', '\0', '\u{7f}', '\u{85}', '\u{a0}', '\u{3000}',
        ] {
            check(
                &format!("#a{found}"),
                Err(RoomNameError::Character { found }),
            );
        }
    }

    #[test]
    fn length_is_limited_to_the_byte() {
        assert!(RoomName::parse_with_max("#abc", 4).is_ok());
        let too_long = RoomNameError::TooLong {
            bytes: 5,
            bytes_max: 4,
        };
        assert_eq!(RoomName::parse_with_max("#abcd", 4), Err(too_long));
        let longest = format!("#{}", "a".repeat(ROOM_NAME_BYTES_MAX - 1));
        assert!(RoomName::parse(&longest).is_ok());
        assert!(RoomName::parse_with_max(&format!("{longest}a"), 1000).is_err());
    }

    #[test]
    fn case_does_not_make_another_room() {
        let [lower, upper] = ["#dev", "#DEV"].map(|text| RoomName::parse(text).unwrap());
        assert_eq!(lower, upper);
        assert_eq!(upper.to_string(), "#DEV");
        assert!(lower.is("#Dev") && !lower.is("#de"));
        assert_eq!(HashSet::from([lower.clone(), upper.clone()]).len(), 1);
        assert_eq!(BTreeSet::from([lower, upper]).len(), 1);
    }
}
