//! What was asked of the server and is not answered yet: which input line each request belongs to,
//! and when that line is done. Knows no wire format beyond the numbers that become labels.
//!
//! Requests are numbered in the order they are sent. A server with `labeled-response` names the
//! number in its answer. For any other, a fence is sent behind every request: servers answer in
//! order, so what comes before the answer to the fence is about the oldest open request, and the
//! answer itself means that it was dealt with. One fence for many messages would cost less, and
//! could not tell which of them was refused.

use std::collections::VecDeque;

use salon_config::Secret;
use salon_protocol::{Message, Timestamp};

use super::arrival::Entering;
use super::outcome::{Outcome, Refusal, Ticket};
use super::reading::Reading;
use super::sasl::Login;
use crate::event::EventKind;

/// Why something was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To say something.
    Say {
        /// What of it has not been sent back: it is shown once it is accepted, where the server sends nothing back.
        unechoed: Vec<EventKind>,
        /// Whether the server was to send it back when it was sent. That may change meanwhile.
        is_echoed: bool,
    },
    /// To enter a room, with this key, and make it the current one.
    Join { key: Option<Secret> },
    /// To enter the rooms of the arrival.
    Arrive(Entering),
    /// To change something: a nick, a topic, a mode.
    Change,
    /// To learn something: every reply is for the person who asked.
    Ask,
    /// To change the password of an account; this is how one logs in from then on.
    ChangePassword(Login),
    /// To find what was said, not before `since` if that is given, in one place or everywhere.
    Search {
        since: Option<Timestamp>,
        target: Option<String>,
    },
    /// To show a page of the past.
    Read(Reading),
    /// To have a page of the past.
    Fetch,
    /// The same, for what a lost connection has left out; whoever wants it knows it by the number.
    Fill(u64),
    /// To learn whether somebody is there; only that nobody is, is told.
    Find,
    /// To have the nick that is wanted again, or to learn whether it is free; nobody is told that it is not.
    Regain,
    /// To be called as the settings or the account have it; that it is refused is told.
    Rename,
    /// To know that everything before it was dealt with.
    Fence,
}

/// One line sent, and what is known of its answer so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    /// The input line that wants it; `None` for what the session needs itself.
    pub(super) ticket: Option<Ticket>,
    /// Why it was sent.
    pub(super) purpose: Purpose,
    /// The room or nick it is about.
    pub(super) subject: String,
    /// The first refusal that answered it.
    pub(super) refusal: Option<String>,
}

/// The number of a request: its label.
pub(super) type Number = u64;

/// The number of the request that a line names as the one it answers.
pub(super) fn label(message: &Message<'_>) -> Option<Number> {
    message.tags.get("label")?.parse().ok()
}

/// An input line of which something is still open.
#[derive(Debug)]
struct OpenTicket {
    ticket: Ticket,
    requests: usize,
    /// Whether all of its requests have been made.
    complete: bool,
    refusal: Option<Refusal>,
}

/// The open requests and input lines.
#[derive(Debug, Default)]
pub(super) struct Requests {
    /// The open requests in order; a `None` was answered before one in front of it.
    open: VecDeque<Option<Request>>,
    /// The number of the first of `open`.
    first: Number,
    tickets: VecDeque<OpenTicket>,
}

impl Requests {
    /// Opens an input line; its requests follow, then [`Requests::complete_ticket`].
    pub(super) fn open_ticket(&mut self, ticket: Ticket) {
        self.tickets.push_back(OpenTicket {
            ticket,
            requests: 0,
            complete: false,
            refusal: None,
        });
    }

    /// Says that the line has made all its requests. Gives its outcome if none is open.
    pub(super) fn complete_ticket(&mut self, ticket: Ticket) -> Option<Outcome> {
        let index = self.newest(ticket)?;
        self.tickets.get_mut(index)?.complete = true;
        self.close_if_done(index)
    }

    /// Refuses a line, or what is left of it, without the server.
    pub(super) fn refuse_ticket(&mut self, ticket: Ticket, refusal: Refusal) {
        let index = self.newest(ticket);
        if let Some(open) = index.and_then(|index| self.tickets.get_mut(index)) {
            open.refusal.get_or_insert(refusal);
        }
    }

    /// Notes a request, and gives its number.
    pub(super) fn add(&mut self, request: Request) -> Number {
        let index = request.ticket.and_then(|ticket| self.newest(ticket));
        if let Some(open) = index.and_then(|index| self.tickets.get_mut(index)) {
            open.requests += 1;
        }
        let number = self.next_number();
        self.open.push_back(Some(request));
        number
    }

    /// The number that the next request will have.
    pub(super) fn next_number(&self) -> Number {
        self.first + self.open.len() as Number
    }

    /// The open request of that number.
    pub(super) fn get(&self, number: Number) -> Option<&Request> {
        self.open.get(self.index(number)?)?.as_ref()
    }

    /// What the open request of that number is for.
    pub(super) fn purpose_mut(&mut self, number: Number) -> Option<&mut Purpose> {
        let index = self.index(number)?;
        let request = self.open.get_mut(index)?.as_mut();
        request.map(|request| &mut request.purpose)
    }

    /// Takes the request out: it is answered.
    pub(super) fn take(&mut self, number: Number) -> Option<Request> {
        let index = self.index(number)?;
        let request = self.open.get_mut(index)?.take();
        while matches!(self.open.front(), Some(None)) {
            self.open.pop_front();
            self.first += 1;
        }
        request
    }

    /// Counts a request that was taken as answered. Gives the outcome of its line if that was the
    /// last of it.
    pub(super) fn settle(&mut self, request: &Request) -> Option<(Ticket, Outcome)> {
        let ticket = request.ticket?;
        let index = self.oldest_of(ticket)?;
        let open = self.tickets.get_mut(index)?;
        open.requests = open.requests.saturating_sub(1);
        if let Some(reason) = &request.refusal {
            open.refusal
                .get_or_insert_with(|| Refusal::new(reason.as_str()));
        }
        Some((ticket, self.close_if_done(index)?))
    }

    /// The number of the oldest open request, if any.
    pub(super) fn oldest(&self) -> Option<Number> {
        (!self.open.is_empty()).then_some(self.first)
    }

    /// Notes a refusal of that request. The first one stays.
    pub(super) fn refuse(&mut self, number: Number, reason: &str) -> bool {
        let index = self.index(number);
        let request = index.and_then(|index| self.open.get_mut(index)?.as_mut());
        if let Some(request) = request {
            request.refusal.get_or_insert_with(|| reason.to_owned());
            true
        } else {
            false
        }
    }

    /// The request that an answer without a label belongs to: the oldest, unless that is a fence
    /// with nothing in front of it.
    pub(super) fn awaited(&self) -> Option<Number> {
        let oldest = self.open.front()?.as_ref()?;
        (oldest.purpose != Purpose::Fence).then_some(self.first)
    }

    /// The open input lines, in the order they were opened.
    pub(super) fn open_lines(&self) -> impl Iterator<Item = Ticket> {
        self.tickets.iter().map(|open| open.ticket)
    }

    /// How many input lines are open.
    pub(super) fn open_tickets(&self) -> usize {
        self.tickets.len()
    }

    /// The open requests, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Request> {
        self.open.iter().flatten()
    }

    /// Whether the session itself still waits for an answer.
    pub(super) fn awaits_own(&self) -> bool {
        self.iter().any(|request| request.ticket.is_none())
    }

    /// Forgets everything, and gives the lines whose fate is unknown, in order.
    pub(super) fn abandon(&mut self) -> Vec<Ticket> {
        self.first = self.next_number();
        self.open.clear();
        let mut tickets: Vec<_> = self.tickets.drain(..).map(|open| open.ticket).collect();
        tickets.sort_unstable();
        tickets
    }

    fn index(&self, number: Number) -> Option<usize> {
        usize::try_from(number.checked_sub(self.first)?).ok()
    }

    /// Where a line is whose requests are being made: it was opened last, or nearly so.
    fn newest(&self, ticket: Ticket) -> Option<usize> {
        self.tickets.iter().rposition(|open| open.ticket == ticket)
    }

    /// Where a line is whose requests are being answered: most are in order.
    fn oldest_of(&self, ticket: Ticket) -> Option<usize> {
        self.tickets.iter().position(|open| open.ticket == ticket)
    }

    fn close_if_done(&mut self, index: usize) -> Option<Outcome> {
        self.tickets
            .get(index)
            .filter(|open| open.complete && open.requests == 0)?;
        let open = self.tickets.remove(index)?;
        Some(open.refusal.map_or(Outcome::Ok, Outcome::Refused))
    }
}
