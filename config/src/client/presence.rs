//! Which comings and goings are told.

use std::fmt;

use serde::Deserialize;

/// How it is told that others come and go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// `"all"`: a line each.
    All,
    /// `"fold"`: a line each, and one for all where many come or go at once.
    #[default]
    Fold,
    /// `"off"`: not at all.
    Off,
}

impl fmt::Display for Presence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::All => "all",
            Self::Fold => "fold",
            Self::Off => "off",
        })
    }
}
