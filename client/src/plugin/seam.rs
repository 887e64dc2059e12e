//! What the conversation and the host of the plug-ins say to each other.

use std::sync::mpsc::SyncSender;

use salon_commands::plugin::protocol::{Candidate, HookName, MessageHook, MessageKind, Occasion};
use salon_commands::{Invoke, Spec};

use crate::session::Ticket;

/// What the host is asked.
#[derive(Debug)]
pub(crate) enum Ask {
    /// The conversation has begun: start the plug-ins.
    Begin {
        /// The user's nick.
        nick: String,
        /// The rooms that the user is in.
        rooms: Vec<String>,
    },
    /// Run a command. [`Tell::Ran`] follows.
    Run {
        /// The line that calls it.
        ticket: Ticket,
        /// The command and its arguments.
        invoke: Invoke,
        /// The current room or nick.
        target: Option<String>,
        /// The user's nick.
        nick: String,
    },
    /// May this message pass? [`Tell::Verdict`] follows.
    Message {
        /// The number that the verdict names.
        number: u64,
        /// Whether it arrives or leaves.
        on: HookName,
        /// The message.
        message: MessageHook,
    },
    /// Something happened.
    Happened {
        /// What.
        on: HookName,
        /// The details.
        occasion: Occasion,
    },
    /// What may stand in the place of a word?
    Complete {
        /// The list.
        list: String,
        /// The word.
        word: String,
        /// Where the answer goes.
        reply: SyncSender<Vec<Candidate>>,
    },
    /// Nobody waits any more for the commands that run.
    Cancel,
    /// `:plugin ...`. [`Tell::Ran`] follows.
    Manage {
        /// The line that asks for it.
        ticket: Ticket,
        /// What is to be done.
        manage: Manage,
    },
}

/// What `:plugin` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Manage {
    /// Show all of them.
    List,
    /// Show what one may do, and how it fared.
    Why(String),
    /// Show the end of its log.
    Log(String),
    /// Read it anew and start it.
    Reload(String),
    /// Let it run again.
    Enable(String),
    /// Run it no more.
    Disable(String),
    /// Grant it what it asks for, as it is now.
    Grant(String),
    /// Answer its question.
    Answer(String, String),
}

/// What the host says.
#[derive(Debug, PartialEq)]
pub(crate) enum Tell {
    /// These are the commands of a plug-in.
    Register {
        /// Whose they are.
        plugin: String,
        /// What they are.
        commands: Vec<Spec>,
    },
    /// The commands of a plug-in can't be run for now, or are gone.
    Withdraw {
        /// Whose they are.
        plugin: String,
        /// Why they can't be run; `None` when they are gone.
        reason: Option<String>,
    },
    /// Every plug-in has begun, or has failed to.
    Settled,
    /// What the host wants to be asked from now on.
    Interest(Interest),
    /// What becomes of a message.
    Verdict {
        /// Which one.
        number: u64,
        /// What becomes of it.
        verdict: Verdict,
    },
    /// A command or `:plugin` is done.
    Ran {
        /// The line that called it.
        ticket: Ticket,
        /// Or why it isn't.
        result: Result<(), String>,
    },
    /// A plug-in says something in the user's name.
    Say {
        /// The line whose command says it.
        ticket: Option<Ticket>,
        /// Which plug-in.
        plugin: String,
        /// Where.
        target: String,
        /// What.
        text: String,
        /// As what.
        kind: MessageKind,
    },
    /// A plug-in shows a line.
    Show {
        /// Which plug-in.
        plugin: String,
        /// The line.
        text: String,
    },
    /// The host says something about its plug-ins, a line or more.
    Note(String),
}

/// What becomes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It goes on as it is.
    Pass,
    /// It goes on with this text.
    Replace(String),
    /// It goes no further, for this reason.
    Drop(String),
}

/// What the host wants to be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Interest {
    /// Whether messages that arrive have to be let pass.
    pub(crate) incoming: bool,
    /// Whether messages that leave have to be let pass.
    pub(crate) outgoing: bool,
    /// Whether it wants to know what else happens.
    pub(crate) happenings: bool,
}
