//! A value that does not print: passwords and their hashes.
//!
//! It keeps secrets out of logs, error messages and `{:?}` of whole settings. It does not encrypt them, and it does not
//! clear memory.

use std::fmt;
use std::hint::black_box;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// A text that is shown as `[hidden]` wherever it is printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that has to use it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `candidate` is this secret, in a time that depends on the length of `candidate` alone.
    pub fn matches(&self, candidate: &str) -> bool {
        let mut difference = self.0.len() ^ candidate.len();
        let mut own = self.0.bytes().cycle();
        for byte in candidate.bytes() {
            difference |= usize::from(byte ^ own.next().unwrap_or_default());
        }
        black_box(difference) == 0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[hidden]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[hidden]")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(SecretVisitor)
    }
}

/// Takes a text. It has a visitor of its own because serde's error for a wrong type quotes the value, which may be a
/// password whose quotes were forgotten.
struct SecretVisitor;

impl Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        if text.is_empty() {
            return Err(E::custom(
                "an empty secret protects nothing; expected a text, or leave the key out",
            ));
        }
        if text.contains(['\r', '\n', '\0']) {
            return Err(E::custom(
                "the secret has a line break or NUL in it; expected a text of one line",
            ));
        }
        Ok(Secret::new(text))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Secret, E> {
        Err(E::invalid_type(Unexpected::Other("a number"), &self))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Secret, E> {
        Err(E::invalid_type(Unexpected::Other("a number"), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn secret_prints_as_hidden() {
        let secret = Secret::new("hunter2");
        assert_eq!(
            format!("{secret} {secret:?} {:?}", Some(&secret)),
            "[hidden] [hidden] Some([hidden])"
        );
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn secret_matches_itself_alone() {
        let secret = Secret::new("hunter2");
        assert!(secret.matches("hunter2"));
        for other in [
            "",
            "hunter",
            "hunter3",
            "hunter22",
            "hunter2hunter2",
            "Hunter2",
        ] {
            assert!(!secret.matches(other), "{other:?}");
        }
    }
}
