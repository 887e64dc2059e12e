//! Why a conversation could not begin. Each text says how to go on.

use std::io;
use std::time::Duration;

use thiserror::Error;

use crate::exit;
use crate::tls::TlsError;

/// Why a conversation could not begin. The text says how to go on.
#[derive(Debug, Error)]
pub(crate) enum OpenError {
    /// Nobody answers at the address.
    #[error(
        "could not connect to {address}: {reason}\nhint: {}",
        connect_hint(meant.as_deref())
    )]
    Connect {
        /// Where.
        address: String,
        /// What the system says.
        reason: String,
        /// The subcommand that the name of the host is probably a slip of.
        meant: Option<String>,
    },
    /// There is somebody, and no TLS with them.
    #[error("could not connect to {address}: {reason}\nhint: {hint}")]
    Tls {
        /// Where.
        address: String,
        /// What is wrong.
        reason: String,
        /// How to go on.
        hint: String,
    },
    /// It took too long.
    #[error("no answer from {address} within {} s\nhint: is it an IRC server? `--timeout SECONDS` waits longer", within.as_secs_f32())]
    Timeout {
        /// Where.
        address: String,
        /// How long it was waited for.
        within: Duration,
    },
    /// The hub said no.
    #[error("{address} did not let us in: {reason}")]
    Rejected {
        /// Where.
        address: String,
        /// What it said.
        reason: String,
    },
    /// A room that was asked for is closed to us.
    #[error("could not join {room}: {reason}")]
    Room {
        /// The room.
        room: String,
        /// What the hub said.
        reason: String,
    },
}

impl OpenError {
    /// No connection came of it; `meant` is the subcommand that the name of the host is probably a slip of.
    pub(super) fn connect(address: String, error: &io::Error, meant: Option<String>) -> Self {
        let reason = cause(error);
        match tls_error(error) {
            Some(error) => Self::Tls {
                address,
                reason,
                hint: error.hint(),
            },
            None => Self::Connect {
                address,
                reason,
                meant,
            },
        }
    }
}

impl OpenError {
    /// The exit code of a program that ends with it: a room that is closed is a refusal by a hub that let us in.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Room { .. } => exit::REFUSED,
            Self::Connect { .. }
            | Self::Tls { .. }
            | Self::Timeout { .. }
            | Self::Rejected { .. } => exit::UNREACHABLE,
        }
    }
}

fn connect_hint(meant: Option<&str>) -> String {
    match meant {
        Some(name) => format!("did you mean `salon {name}`?"),
        None => {
            "start a hub with `salon host` or `salond`, or name another by `--server HOST:PORT`"
                .to_owned()
        }
    }
}

/// What is wrong with TLS, if that is what an error is about.
pub(super) fn tls_error(error: &io::Error) -> Option<&TlsError> {
    error.get_ref()?.downcast_ref()
}

/// What an error of the system says, without its number.
pub(crate) fn cause(error: &io::Error) -> String {
    if let Some(error) = tls_error(error) {
        return error.to_string();
    }
    let text = error.to_string();
    text.split_once(" (os error")
        .map_or(text.as_str(), |(text, _)| text)
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(meant: Option<&str>, expected: &str) {
        let error = OpenError::Connect {
            address: "hosts:6000".to_owned(),
            reason: "no such host".to_owned(),
            meant: meant.map(str::to_owned),
        };
        let expected = format!("could not connect to hosts:6000: no such host\nhint: {expected}");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_closed_room_is_a_refusal_and_no_hub_is_none() {
        let room = OpenError::Room {
            room: "#den".to_owned(),
            reason: "it is closed".to_owned(),
        };
        assert_eq!(room.exit_code(), exit::REFUSED);
        let hub = OpenError::Rejected {
            address: "hub:6000".to_owned(),
            reason: "it is full".to_owned(),
        };
        assert_eq!(hub.exit_code(), exit::UNREACHABLE);
    }

    #[test]
    fn a_slip_of_a_subcommand_is_told_instead_of_how_to_start_a_hub() {
        check(Some("host"), "did you mean `salon host`?");
        check(
            None,
            "start a hub with `salon host` or `salond`, or name another by `--server HOST:PORT`",
        );
    }
}
