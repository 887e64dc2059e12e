//! Whose keys edit the line.

use std::fmt;

use serde::Deserialize;

/// Whose keys edit the line that is typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EditMode {
    /// `"emacs"`: as shells have them.
    #[default]
    Emacs,
    /// `"vi"`: a line begins in insert mode, and Esc leads to the commands.
    Vi,
}

impl fmt::Display for EditMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Emacs => "emacs",
            Self::Vi => "vi",
        })
    }
}
