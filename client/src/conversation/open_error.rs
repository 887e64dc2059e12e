//! Why a conversation could not begin. Each text says how to go on.

use std::time::Duration;

use thiserror::Error;

/// Why a conversation could not begin. The text says how to go on.
#[derive(Debug, Error)]
pub(crate) enum OpenError {
    /// Nobody answers at the address.
    #[error(
        "could not connect to {address}: {reason}\nhint: start a hub with `salon host` or `salond`, or name another as `salon HOST:PORT`"
    )]
    Connect {
        /// Where.
        address: String,
        /// What the system says.
        reason: String,
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
