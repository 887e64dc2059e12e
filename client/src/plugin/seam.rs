//! What the conversation and the host of the plug-ins say to each other.

use std::sync::mpsc::SyncSender;

use salon_commands::plugin::protocol::{
    Candidate, CommandHook, Happening, HookPoint, HookSpec, MessageHook, MessageKind,
};
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
        /// Whether what changes on disk is taken up by itself.
        is_watching: bool,
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
    /// May this go on? [`Tell::Verdict`] follows.
    Judge {
        /// The number that the verdict names.
        number: u64,
        /// Whose hooks are for it, in the order in which they are asked.
        plugins: Vec<String>,
        /// What it is.
        question: Question,
    },
    /// Something happened.
    Happened {
        /// What.
        on: HookPoint,
        /// Whose hooks are for it.
        plugins: Vec<String>,
        /// The details.
        happening: Happening,
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

/// What hooks are asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Question {
    /// A message that arrives or leaves.
    Message(HookPoint, MessageHook),
    /// A command that is about to run.
    Command(CommandHook),
}

impl Question {
    /// Which hooks are for it.
    pub(crate) fn point(&self) -> HookPoint {
        match self {
            Self::Message(on, _) => *on,
            Self::Command(_) => HookPoint::BeforeCommand,
        }
    }
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
    /// These are the hooks of a plug-in, instead of those that it had.
    Hook {
        /// Whose they are.
        plugin: String,
        /// What they are.
        hooks: Vec<HookSpec>,
    },
    /// What becomes of what was asked about.
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
    /// A plug-in asks for attention.
    Notify {
        /// Which plug-in.
        plugin: String,
        /// What for, in a line.
        text: String,
    },
    /// The host says something about its plug-ins, a line or more.
    Note(String),
}

/// What becomes of a message or a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It goes on as it is.
    Pass,
    /// It goes on with this text.
    Replace(String),
    /// It goes no further, for this reason.
    Drop(String),
}
