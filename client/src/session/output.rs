//! What the session wants done and what it has to tell.

use salon_protocol::{Message, Timestamp};

use super::outcome::{Outcome, Ticket};
use super::past::Found;
use super::strictness::Strictness;
use crate::event::Event;

/// What the session wants done or known, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Output {
    /// A line for the server.
    Send(Message<'static>),
    /// Something that happened.
    Show(Event),
    /// Something that happened long ago, and that somebody asked to see.
    ShowPast(Event),
    /// A message was taken back.
    Redacted(Redaction),
    /// A line of a page of the past.
    Found {
        /// Who asked for the page.
        ticket: Ticket,
        /// The line.
        found: Box<Found>,
    },
    /// A line of a page that fills a gap.
    Filled {
        /// The number that it was asked for with.
        number: u64,
        /// The line.
        found: Box<Found>,
    },
    /// Something was said in a room or with somebody, as was asked with that number.
    FilledTarget {
        /// The number that it was asked for with.
        number: u64,
        /// The room or the person.
        target: String,
    },
    /// A page that fills a gap is over.
    FilledPage {
        /// The number that it was asked for with.
        number: u64,
        /// Why it could not be had.
        refusal: Option<String>,
    },
    /// An input line is done.
    Resolved {
        /// Which one.
        ticket: Ticket,
        /// How it ended.
        outcome: Outcome,
    },
    /// The server wants to be spoken to over TLS alone.
    Strict(Strictness),
    /// Input lines can be performed from now on.
    Ready,
    /// A room that was to be joined at the start could not be.
    RoomRefused {
        /// The room.
        room: String,
        /// Why.
        reason: String,
    },
    /// The server does not let us in.
    Rejected {
        /// Why.
        reason: String,
    },
    /// The link is down and the session forgot what it knew of the server.
    Ended(End),
}

/// That a message was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redaction {
    /// When.
    pub(crate) time: Timestamp,
    /// By whom, who need not have said it.
    pub(crate) from: String,
    /// Where it was said: the room or the nick that it was for.
    pub(crate) to: String,
    /// The id of the message.
    pub(crate) id: String,
    /// Why.
    pub(crate) reason: Option<String>,
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// We had said that we leave.
    Quit,
    /// We had not.
    Lost {
        /// What the server said last, or else what is known of the link.
        reason: String,
        /// The input lines whose fate is unknown, in order.
        unacknowledged: Vec<Ticket>,
    },
}
