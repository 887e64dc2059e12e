//! For which lines the bell rings.

use std::fmt;

use serde::Deserialize;

/// For which lines the terminal's bell rings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notify {
    /// `"off"`: for none.
    Off,
    /// `"mentions"`: for those that name one, hold what is marked, or are for one alone.
    #[default]
    Mentions,
    /// `"all"`: for every line of somebody else.
    All,
}

impl fmt::Display for Notify {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Off => "off",
            Self::Mentions => "mentions",
            Self::All => "all",
        })
    }
}
