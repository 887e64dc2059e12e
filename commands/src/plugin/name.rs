//! What a plug-in may be called.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest name.
const NAME_BYTES_MAX: usize = 32;

/// The name of a plug-in: it is a file's name, so it holds lower-case letters, digits, `-` and `_` alone and begins with a
/// letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PluginName(String);

/// A text that can't be the name of a plug-in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "'{}' can't be the name of a plug-in; expected a letter and then up to 31 lower-case letters, digits, '-' or '_'",
    name.escape_debug()
)]
#[non_exhaustive]
pub struct PluginNameError {
    /// The text.
    pub name: String,
}

impl PluginName {
    /// The name that `text` is.
    pub fn new(text: impl Into<String>) -> Result<Self, PluginNameError> {
        let name = text.into();
        let is_name = name.len() <= NAME_BYTES_MAX
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c));
        if is_name {
            Ok(Self(name))
        } else {
            Err(PluginNameError { name })
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PluginName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl std::str::FromStr for PluginName {
    type Err = PluginNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for PluginName {
    type Error = PluginNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<PluginName> for String {
    fn from(name: PluginName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names_of_files_everywhere() {
        for name in ["dice", "translate-accents", "k9", "a_b"] {
            assert!(PluginName::new(name).is_ok(), "{name}");
        }
        let long = "a".repeat(NAME_BYTES_MAX + 1);
        for name in [
            "", "-a", "9k", "Dice", "a/b", "..", "a b", "é", "a\n", &long,
        ] {
            assert!(PluginName::new(name).is_err(), "{name}");
        }
    }
}
