//! How an input line ended: its ticket, and whether the hub took it or who refused it and why.

use std::fmt;

use thiserror::Error;

/// The number of an input line, chosen by whoever submits it: the line number of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ticket(pub(crate) u64);

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What became of an input line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The hub acknowledged all of it.
    Ok,
    /// Somebody said no, to at least a part of it.
    Refused(Refusal),
}

/// Why a line was refused, in one line, with the caret and usage of a command error beside it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{reason}")]
pub(crate) struct Refusal {
    reason: String,
    details: Option<String>,
    fate: Fate,
}

/// What became of what a line said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nobody saw it.
    NotSent,
    /// It may have arrived, or not.
    Unknown,
    /// It is on disk, to be sent the next time.
    Kept,
}

impl Refusal {
    /// A refusal that one line says in full.
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            details: None,
            fate: Fate::NotSent,
        }
    }

    /// A refusal with more lines for a person at a prompt.
    pub(crate) fn with_details(reason: impl Into<String>, details: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            details: Some(details.into()),
            fate: Fate::NotSent,
        }
    }

    /// The hub was lost before it answered.
    pub(crate) fn lost() -> Self {
        Self {
            reason: "the connection was lost before the hub answered".to_owned(),
            details: None,
            fate: Fate::Unknown,
        }
    }

    /// The program ends before it could be sent.
    pub(crate) fn kept() -> Self {
        Self {
            reason: "not connected; it is kept, and sent the next time".to_owned(),
            details: None,
            fate: Fate::Kept,
        }
    }

    /// What became of what the line said.
    pub(crate) fn fate(&self) -> Fate {
        self.fate
    }

    /// The lines that show where in the input it went wrong, and the usage.
    pub(crate) fn details(&self) -> Option<&str> {
        self.details.as_deref()
    }
}
