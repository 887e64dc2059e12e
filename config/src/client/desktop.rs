//! How the desktop is told of a line that rings.

use std::fmt;

use serde::Deserialize;

/// Which control sequence asks the terminal for a notice of the desktop, besides the bell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Desktop {
    /// `"off"`: none.
    #[default]
    Off,
    /// `"osc9"`: that of iTerm2, Windows Terminal, `WezTerm`, kitty, foot and Ghostty.
    Osc9,
    /// `"osc777"`: that of rxvt-unicode, VTE, foot, `WezTerm` and Ghostty, which has a title.
    Osc777,
}

impl fmt::Display for Desktop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Off => "off",
            Self::Osc9 => "osc9",
            Self::Osc777 => "osc777",
        })
    }
}
