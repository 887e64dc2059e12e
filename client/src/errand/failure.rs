//! Why a subcommand could not do what it was to do, and the exit code for it.

use std::io;

use crate::conversation::{OpenError, cause};
use crate::driver::Ended;
use crate::exit;
use crate::session::Lacking;

/// Why it could not.
#[derive(Debug)]
pub(super) enum Failure {
    /// The hub could not be reached, or did not let us in, or not into a room.
    Unreachable(OpenError),
    /// The hub, or we ourselves, said no.
    Refused(String),
    /// The hub does not offer what it takes.
    Lacking(Lacking),
    /// The connection was lost.
    Lost(String),
    /// There is nothing to show.
    NotFound,
    /// The output can't be written.
    Output {
        /// What it is called.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// The file can't be written.
    File(String),
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// SIGHUP.
    HungUp,
}

impl Failure {
    /// The exit code.
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Refused(_) | Self::Lacking(_) | Self::Output { .. } | Self::File(_) => {
                exit::REFUSED
            }
            Self::Unreachable(error) => error.exit_code(),
            Self::Lost(_) => exit::LOST,
            Self::NotFound => exit::NOTHING,
            Self::Interrupted => exit::INTERRUPTED,
            Self::Terminated => exit::TERMINATED,
            Self::HungUp => exit::HUNG_UP,
        }
    }

    /// What is said of it; nothing where the code says all.
    pub(super) fn text(&self) -> Option<String> {
        Some(match self {
            Self::Unreachable(error) => error.to_string(),
            Self::Refused(reason) | Self::File(reason) => reason.clone(),
            Self::Lacking(Lacking(capability)) => {
                let what = match *capability {
                    "soju.im/search" => "can't search",
                    _ => "keeps no history that one can ask for",
                };
                format!("the server {what}: it does not offer {capability}")
            }
            Self::Lost(reason) => format!("lost the connection: {reason}"),
            Self::Output { name, error } => format!("could not write {name}: {}", cause(error)),
            Self::NotFound | Self::Interrupted | Self::Terminated | Self::HungUp => return None,
        })
    }
}

impl From<Lacking> for Failure {
    fn from(lacking: Lacking) -> Self {
        Self::Lacking(lacking)
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Unreachable(error)
    }
}

impl From<Ended> for Failure {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Quit | Ended::GivenUp => Self::Lost("the hub closed it".to_owned()),
            Ended::Failed(error) => Self::Unreachable(error),
            Ended::Lost { reason, .. } => Self::Lost(reason),
        }
    }
}
