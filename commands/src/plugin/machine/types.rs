//! What goes into a machine and what comes out of it.

use std::time::Duration;

use serde_json::Value;
use thiserror::Error;

use crate::plugin::name::PluginName;
use crate::plugin::permission::Permissions;
use crate::plugin::protocol::{
    Candidate, CommandHook, Complete, HookAnswer, HookPoint, Initialize, Initialized, MessageHook,
    MessageKind, RpcError, Run,
};

/// A point in time: how long after a fixed one, whichever the host has chosen.
pub type Moment = Duration;

/// Which plug-in it is, and what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: PluginName,
    /// What its user granted it.
    pub permissions: Permissions,
    /// How it is greeted.
    pub greeting: Initialize,
}

/// Something that the plug-in is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// To run a command of its own.
    Run(Run),
    /// To complete a word.
    Complete(Complete),
    /// To let a message pass.
    Hook(HookPoint, MessageHook),
    /// To let a command run.
    Command(CommandHook),
}

/// What it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// The command is done; what it shows and sends came before this.
    Done,
    /// These are the candidates.
    Candidates(Vec<Candidate>),
    /// This becomes of the message or the command.
    Hook(HookAnswer),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Failure {
    /// It took too long.
    #[error("no answer within {} ms", within.as_millis())]
    Missed {
        /// How long it was waited for.
        within: Duration,
    },
    /// It is not running, or ended meanwhile.
    #[error("it is not running: {reason}")]
    Stopped {
        /// Why.
        reason: String,
    },
    /// It doesn't read what it is sent.
    #[error("it does not read what it is sent")]
    Congested,
    /// It answered with an error.
    #[error("{}", .0.message)]
    Refused(RpcError),
    /// Its answer is none.
    #[error("its answer is not as expected: {reason}")]
    Malformed {
        /// What is wrong.
        reason: String,
    },
    /// It may not do what its answer asks for.
    #[error("{reason}")]
    Forbidden {
        /// What it may not.
        reason: String,
    },
    /// Nobody waits for it any more.
    #[error("cancelled")]
    Cancelled,
}

/// A line of the plug-in that could not even be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFault {
    /// It is longer than [`LINE_BYTES_MAX`](crate::plugin::protocol::LINE_BYTES_MAX).
    TooLong,
    /// It is no UTF-8.
    NotUtf8,
}

/// What the host has to do, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Start the process.
    Spawn,
    /// End the process and all that it started, now.
    Kill,
    /// Write a line to its standard input; the line has no line break yet.
    Write(String),
    /// It is there: take up its commands.
    Ready(Initialized),
    /// Its commands can't be run from now on, for this reason.
    Gone(String),
    /// A call is over.
    Answered {
        /// Which one.
        token: u64,
        /// How it ended.
        result: Result<Said, Failure>,
    },
    /// Say something in the user's name.
    Send {
        /// The call that it belongs to.
        token: Option<u64>,
        /// Where.
        target: String,
        /// What.
        text: String,
        /// As what.
        kind: MessageKind,
    },
    /// Show a line of the plug-in to the user.
    Show(String),
    /// Draw the user's attention to a line of the plug-in.
    Notify(String),
    /// Ask the user something; [`Machine::reply`](super::Machine::reply) takes the answer.
    Prompt(String),
    /// Keep its store, as JSON.
    Keep(String),
    /// Write a line into its log.
    Log(String),
    /// Tell the user something about the plug-in.
    Tell(String),
}

/// How a plug-in fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// It was not started, or ended as it was told to.
    Off,
    /// It was started and has not answered yet.
    Starting,
    /// It is there.
    Running,
    /// It crashed, and is started again soon.
    Restarting,
    /// It was told to end.
    Stopping,
    /// It is not run any more, for this reason.
    Suspended(String),
}

/// What is known of its conduct.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// How often it was asked something.
    pub calls: u64,
    /// How often it answered in time.
    pub answers: u64,
    /// How long its answers took together.
    pub time: Duration,
    /// How long the slowest took.
    pub time_max: Duration,
    /// How often it did not answer in time.
    pub misses: u64,
    /// How many of its lines were none of the protocol.
    pub faults: u64,
    /// How often it crashed.
    pub crashes: u64,
    /// How many messages it sent.
    pub sends: u64,
    /// How often it tried what it may not.
    pub violations: u64,
}

/// Whose answer is awaited.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Purpose {
    Initialize,
    Shutdown,
    Run { token: u64, target: Option<String> },
    Complete { token: u64 },
    Hook { token: u64 },
}

impl Purpose {
    pub(super) fn token(&self) -> Option<u64> {
        match self {
            Self::Initialize | Self::Shutdown => None,
            Self::Run { token, .. } | Self::Complete { token } | Self::Hook { token } => {
                Some(*token)
            }
        }
    }
}

/// A request that is not answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pending {
    pub(super) purpose: Purpose,
    pub(super) asked: Moment,
    pub(super) within: Duration,
}

impl Pending {
    pub(super) fn deadline(&self) -> Moment {
        self.asked.saturating_add(self.within)
    }
}

/// A request of the plug-in's own, with the id that its answer needs; a notification has none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wish {
    pub(super) id: Option<Value>,
    pub(super) method: String,
    pub(super) params: Value,
}
