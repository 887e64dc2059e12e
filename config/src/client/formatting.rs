//! What becomes of the formatting in what people say.

use std::fmt;

use serde::Deserialize;

/// What becomes of bold, colours and the like in what people say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Formatting {
    /// `"show"`: it is shown, where there is colour.
    #[default]
    Show,
    /// `"strip"`: only the text is shown.
    Strip,
}

impl fmt::Display for Formatting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Show => "show",
            Self::Strip => "strip",
        })
    }
}
