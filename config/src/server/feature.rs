//! The parts of the hub that a build can lack. The settings know their keys from the start, so that a file is checked as
//! a whole; a hub without the part refuses the file instead of leaving a wish unmet in silence.

use std::fmt;

use super::ServerConfig;

/// A part of the hub that runs only when the settings ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// `[tls]`.
    Tls,
    /// `[metrics]`.
    Metrics,
    /// `[websocket]`.
    WebSocket,
}

impl Feature {
    /// Every feature, in the order of the file.
    pub(crate) const ALL: [Self; 3] = [Self::Tls, Self::Metrics, Self::WebSocket];

    /// Whether `config` asks for it.
    pub(crate) fn is_asked_for(self, config: &ServerConfig) -> bool {
        match self {
            Self::Tls => config.tls.is_some(),
            Self::Metrics => config.metrics.is_some(),
            Self::WebSocket => config.websocket.is_some(),
        }
    }
}

impl fmt::Display for Feature {
    /// The section or key as the file has it, for the sentence "this build does not support ...".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Tls => "`[tls]`",
            Self::Metrics => "`[metrics]`",
            Self::WebSocket => "`[websocket]`",
        })
    }
}
