//! Why a measurement could not be made.

use std::fmt::Display;
use std::io;

/// Why a measurement could not be made, or is worth nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Failure {
    /// The machine refused.
    #[error("cannot {doing}: {source}")]
    Io { doing: String, source: io::Error },
    /// The server did not do what every server does.
    #[error("{doing}: {reason}")]
    Server { doing: String, reason: String },
    /// A server lost its right to be measured.
    #[error(
        "{doubled} doubled, {reordered} out of order and {corrupt} corrupt deliveries; expected none"
    )]
    Wrong {
        doubled: u64,
        reordered: u64,
        corrupt: u64,
    },
    /// What the command line asks for does not fit together.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// What turns an error of the system into a failure that says what was being done.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    pub(crate) fn server(doing: impl Into<String>, reason: impl Display) -> Self {
        Self::Server {
            doing: doing.into(),
            reason: reason.to_string(),
        }
    }

    /// Something that this program expects of a library and did not get.
    pub(crate) fn unexpected(what: &str, error: impl Display) -> Self {
        Self::server(what, error)
    }
}
