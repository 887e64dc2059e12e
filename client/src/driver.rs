//! The seam between the conversation and a person's terminal: requests in, reports out, over
//! bounded channels, so that a blocking REPL and the asynchronous conversation never wait for
//! each other. It must not print, and it must not parse lines itself.

use tokio::sync::mpsc;

use crate::conversation::OpenError;
use crate::event::Event;
use crate::session::{Outcome, Ticket};

/// What the terminal asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Request {
    /// A line was typed.
    Line {
        /// The number by which [`Report::Resolved`] will name it.
        ticket: Ticket,
        /// The line, without its end.
        text: String,
    },
    /// Leave, once everything before it is acknowledged.
    Quit {
        /// The reason that the others see.
        reason: Option<String>,
    },
}

/// What the terminal is told.
#[derive(Debug)]
pub(crate) enum Report {
    /// Something happened that a person may want to see.
    Show(Event),
    /// The nick, the current target or the rooms changed.
    Status(Status),
    /// A line is done.
    Resolved {
        /// Which one.
        ticket: Ticket,
        /// How it ended.
        outcome: Outcome,
    },
    /// The conversation is over; nothing follows.
    Ended(Ended),
}

/// What a prompt shows and completion offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// The own nick.
    pub(crate) nick: String,
    /// The room or nick that a plain line goes to.
    pub(crate) current: Option<String>,
    /// The rooms joined, sorted.
    pub(crate) rooms: Vec<String>,
    /// Who is in the current room, sorted.
    pub(crate) nicks: Vec<String>,
}

/// How a conversation ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// We quit, and the server closed.
    Quit,
    /// The connection broke.
    Lost {
        /// What is known about why.
        reason: String,
        /// The lines whose fate is unknown, in order.
        unacknowledged: Vec<Ticket>,
    },
    /// It never began.
    Failed(OpenError),
}

/// The terminal's half of the channels.
#[derive(Debug)]
pub(crate) struct Line {
    /// Where typed lines go. Dropping it quits.
    pub(crate) requests: mpsc::Sender<Request>,
    /// What happened. Its last report is [`Report::Ended`].
    pub(crate) reports: mpsc::Receiver<Report>,
}
