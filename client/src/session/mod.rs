//! The client's side of an IRC conversation as a pure state machine: values in, values out. It does
//! no IO, reads no clock and is not asynchronous, so a test of it is a transcript.
//!
//! In go the lines of the server, the effects of the user's commands, and the link's ups and downs,
//! each with the time; out come [`Output`]s in order. What it promises: an input line is resolved
//! exactly once, when the server has dealt with all that was sent for it or when the link is lost;
//! and everything said is shown once, own words only after the server took them.

mod account;
mod arrival;
mod batches;
mod capability;
mod fence;
mod filling;
mod identity;
mod lacking;
mod length;
mod login;
mod lookup;
mod modes;
mod multiline;
mod numerics;
mod outcome;
mod output;
mod past;
mod perform;
mod reading;
mod registration;
mod requests;
mod rooms;
mod sasl;
mod scram;
mod server;
mod show;
mod spelling;
mod split;
mod status;
mod strictness;
#[cfg(test)]
mod tests;
mod verbs;
mod wire;

use std::collections::VecDeque;

use salon_protocol::{Message, Timestamp};

pub(crate) use self::account::Passwords;
pub(crate) use self::identity::{Identity, RoomToJoin};
pub(crate) use self::lookup::Wanted;
pub(crate) use self::outcome::{Fate, Outcome, Refusal, Ticket};
pub(crate) use self::output::{End, Output, Redaction};
pub(crate) use self::past::{Found, Lacking, Page, PageArriving, Point};
pub(crate) use self::sasl::{Login, Proving};
pub(crate) use self::status::{Accounts, Status};
pub(crate) use self::strictness::Strictness;
pub(crate) use self::wire::Wire;

use self::batches::{Batches, Collected};
use self::capability::{Capabilities, Capability};
use self::identity::Me;
use self::registration::Registration;
use self::requests::{Number, Purpose, Request, Requests};
use self::rooms::{Room, Rooms};
use self::server::Server;
use crate::event::EventKind;

/// How far the session is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    /// There is no link.
    Offline,
    /// Registration is under way.
    Registering(Registration),
    /// Registered; the rooms that we asked for are being joined.
    Joining,
    /// Input lines are performed.
    Ready,
    /// `QUIT` is sent, for that input line if any.
    Leaving(Option<Ticket>),
}

/// The state machine.
#[derive(Debug)]
pub(crate) struct Session {
    identity: Identity,
    phase: Phase,
    me: Me,
    server: Server,
    capabilities: Capabilities,
    /// Whether a bouncer stands before the server.
    is_bounced: bool,
    /// What the server takes of a message of many lines, where it says so.
    multiline: Option<multiline::Limits>,
    /// What the prompt was told of how texts are divided.
    told_wire: Wire,
    /// What it was told of accounts.
    told_accounts: Accounts,
    rooms: Rooms,
    requests: Requests,
    batches: Batches,
    /// The names that a `NAMES` in progress has brought so far.
    names: numerics::Names,
    /// How many entries a list in progress has brought so far.
    listed: usize,
    /// What the server said before it closed.
    farewell: Option<String>,
    now: Timestamp,
    changed: bool,
    /// How many logins were begun.
    exchanges: u32,
    /// The login under way.
    logging_in: Option<login::LoggingIn>,
    /// The last line that asked for a login, or for a new account, and what it would log in with again.
    hoped_for: Option<(Ticket, Login)>,
    /// What has logged in by a line, until somebody takes note of it.
    logged_in_by: Option<Login>,
    /// The ways to log in that the server offers, where it says so.
    mechanisms: Option<String>,
    /// Up to where one has read somewhere, until somebody takes note of it.
    read: Vec<(String, Timestamp)>,
    read_again: reading::ReadAgain,
    /// Whether the nick that was wanted is taken as soon as it is free.
    is_regaining: bool,
    /// How often it was refused.
    regains_refused: u32,
    /// Until when it is not asked for again.
    regain_after: Timestamp,
    /// Whose messages are not shown.
    ignored: Vec<salon_protocol::mask::Mask>,
    outputs: VecDeque<Output>,
}

/// A line of the server with what its tags say.
struct Incoming<'a> {
    message: &'a Message<'a>,
    /// The server's time, else ours.
    time: Timestamp,
    /// The request that it answers by its label.
    label: Option<Number>,
}

impl Incoming<'_> {
    fn param(&self, index: usize) -> &str {
        self.message.param(index).unwrap_or_default()
    }

    fn optional(&self, index: usize) -> Option<String> {
        self.message
            .param(index)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }

    fn last(&self) -> &str {
        self.message.params.last().map_or("", |text| text.as_ref())
    }

    fn nick(&self) -> &str {
        self.message.nick().unwrap_or_default()
    }
}

impl Session {
    /// A session that has no link yet.
    pub(crate) fn new(identity: Identity) -> Self {
        Self {
            me: Me::new(&identity.nick),
            identity,
            phase: Phase::Offline,
            server: Server::default(),
            capabilities: Capabilities::default(),
            is_bounced: false,
            multiline: None,
            told_wire: Wire::default(),
            told_accounts: Accounts::default(),
            rooms: Rooms::default(),
            requests: Requests::default(),
            batches: Batches::default(),
            names: numerics::Names::default(),
            listed: 0,
            farewell: None,
            now: Timestamp::from_millis(0),
            changed: false,
            exchanges: 0,
            logging_in: None,
            hoped_for: None,
            logged_in_by: None,
            mechanisms: None,
            read: Vec::new(),
            read_again: reading::ReadAgain::default(),
            is_regaining: false,
            regains_refused: 0,
            regain_after: Timestamp::from_millis(0),
            ignored: Vec::new(),
            outputs: VecDeque::new(),
        }
    }

    /// The next thing to do or tell.
    pub(crate) fn next_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// There is a link: registration begins.
    pub(crate) fn link_up(&mut self, now: Timestamp) {
        self.now = now;
        self.register();
    }

    /// The link is gone, for that reason as far as the link knows.
    pub(crate) fn link_down(&mut self, reason: &str, now: Timestamp) {
        self.now = now;
        let unacknowledged = self.requests.abandon();
        let reason = self.farewell.take().unwrap_or_else(|| reason.to_owned());
        let phase = std::mem::replace(&mut self.phase, Phase::Offline);
        self.capabilities = Capabilities::default();
        self.multiline = None;
        self.batches = Batches::default();
        self.rooms.clear();
        self.changed = true;
        let end = match phase {
            Phase::Leaving(ticket) => {
                if let Some(ticket) = ticket {
                    self.resolve(ticket, Outcome::Ok);
                }
                End::Quit
            }
            Phase::Registering(_) => {
                self.outputs.push_back(Output::Rejected {
                    reason: reason.clone(),
                });
                End::Lost {
                    reason,
                    unacknowledged,
                }
            }
            Phase::Offline | Phase::Joining | Phase::Ready => End::Lost {
                reason,
                unacknowledged,
            },
        };
        self.outputs.push_back(Output::Ended(end));
    }

    /// A line of the server arrived.
    pub(crate) fn receive(&mut self, message: &Message<'_>, now: Timestamp) {
        self.now = now;
        match self.batches.collect(message) {
            Collected::Not => {}
            Collected::Taken => return,
            Collected::Before(lines) => {
                for line in &lines {
                    self.take_line(line, now);
                }
            }
        }
        self.take_line(message, now);
    }

    fn take_line(&mut self, message: &Message<'_>, now: Timestamp) {
        let own_label = requests::label(message);
        let label = own_label.or_else(|| self.batches.label_of(message));
        let time = message.tags.get("time").and_then(|time| time.parse().ok());
        let incoming = Incoming {
            message,
            time: time.unwrap_or(now),
            label,
        };
        if !self.take_past(&incoming) && !self.is_too_old(&incoming) {
            verbs::dispatch(self, &incoming);
        }
        if let Some(number) = own_label
            && !message.is("BATCH")
        {
            self.answered(number);
        }
    }

    /// Leaves the server, without an input line that asked for it.
    pub(crate) fn quit(&mut self, reason: Option<&str>) {
        self.leave(None, reason);
    }

    /// The input lines that are not acknowledged, in order.
    pub(crate) fn open_lines(&self) -> impl Iterator<Item = Ticket> {
        self.requests.open_lines()
    }

    /// How many input lines are open.
    pub(crate) fn open_tickets(&self) -> usize {
        self.requests.open_tickets()
    }

    /// Whether the server owes us an answer.
    pub(crate) fn awaits_server(&self) -> bool {
        match self.phase {
            Phase::Offline => false,
            Phase::Registering(_) | Phase::Joining | Phase::Leaving(_) => true,
            Phase::Ready => self.requests.oldest().is_some(),
        }
    }

    /// Whether the server names the request in each answer.
    pub(crate) fn labels_answers(&self) -> bool {
        self.capabilities.label_answers()
    }

    /// Whether input lines can be performed.
    pub(crate) fn is_ready(&self) -> bool {
        self.phase == Phase::Ready
    }

    /// Whether the server has not let us in yet.
    pub(crate) fn is_registering(&self) -> bool {
        matches!(self.phase, Phase::Registering(_))
    }

    /// Whether the rooms of the arrival are being joined.
    pub(crate) fn is_joining(&self) -> bool {
        self.phase == Phase::Joining
    }

    /// What we are called.
    pub(crate) fn nick(&self) -> &str {
        &self.me.nick
    }

    /// Has these rooms joined on arrival, and those of that name besides.
    pub(crate) fn join_on_arrival(&mut self, rooms: Vec<RoomToJoin>, besides: Vec<String>) {
        let names = self.server.names();
        self.identity.rooms = rooms;
        let rooms = &mut self.identity.rooms;
        for name in besides {
            if !rooms.iter().any(|room| names.eq(&room.name, &name)) {
                rooms.push(RoomToJoin::open(name));
            }
        }
    }

    /// What a prompt shows may have changed without the session.
    pub(crate) fn note_change(&mut self) {
        self.changed = true;
    }

    /// The rooms that we are in, to be joined again; the first is the current one, if that is a room.
    pub(crate) fn rooms_to_join(&self) -> Vec<RoomToJoin> {
        let current = self.rooms.current();
        let is_current = |room: &&Room| Some(room.name.as_str()) == current;
        let others = self.rooms.iter().filter(|room| !is_current(room));
        let rooms = self.rooms.iter().filter(is_current).chain(others);
        let to_join = |room: &Room| RoomToJoin {
            name: room.name.clone(),
            key: room.key.clone(),
        };
        rooms.map(to_join).collect()
    }

    /// Where plain lines go.
    pub(crate) fn current(&self) -> Option<&str> {
        self.rooms.current()
    }

    /// Makes no room current: where the next lines are meant to go is not known.
    pub(crate) fn forget_current(&mut self) {
        self.rooms.forget_current();
        self.changed = true;
    }

    fn is_me(&self, nick: &str) -> bool {
        self.server.names().eq(nick, &self.me.nick)
    }

    fn send(&mut self, message: Message<'static>) {
        self.outputs.push_back(Output::Send(message));
    }

    /// Sends a line whose answer matters.
    fn request(&mut self, request: Request, message: Message<'static>) {
        self.request_as_one(request, [message]);
    }

    /// Sends lines that the server answers as one: the label of the first is that of the answer.
    fn request_as_one(
        &mut self,
        request: Request,
        messages: impl IntoIterator<Item = Message<'static>>,
    ) {
        let is_fence = request.purpose == Purpose::Fence;
        let number = self.requests.add(request);
        let has_labels = self.capabilities.label_answers();
        for (index, message) in messages.into_iter().enumerate() {
            self.send(if has_labels && index == 0 {
                message.with_tag("label", Some(number.to_string()))
            } else {
                message
            });
        }
        if !has_labels && !is_fence {
            self.fence();
        }
    }

    /// The number of the request that an incoming line belongs to: by its label, or on a server
    /// without labels the one that is awaited.
    fn answered_by(&self, incoming: &Incoming<'_>) -> Option<Number> {
        match incoming.label {
            None if !self.capabilities.label_answers() => self.requests.awaited(),
            label => label,
        }
    }

    /// The request that an incoming line belongs to.
    fn answering(&self, incoming: &Incoming<'_>) -> Option<&Request> {
        self.requests.get(self.answered_by(incoming)?)
    }

    /// Whether a person asked for what an incoming line tells.
    fn is_asked_for(&self, incoming: &Incoming<'_>) -> bool {
        self.answering(incoming).is_some_and(|request| {
            matches!(
                request.purpose,
                Purpose::Ask | Purpose::Read(_) | Purpose::Search { .. }
            )
        })
    }

    /// The server has dealt with a request.
    fn answered(&mut self, number: Number) {
        let Some(mut request) = self.requests.take(number) else {
            return;
        };
        if let Purpose::Say {
            unechoed,
            is_echoed,
        } = &mut request.purpose
            && request.refusal.is_none()
            && !(*is_echoed && self.can(Capability::EchoMessage))
        {
            for kind in unechoed.drain(..) {
                self.show_own(&request.subject, kind);
            }
        }
        if let Purpose::Search { target, .. } = &request.purpose
            && self.take_listed() == 0
            && request.refusal.is_none()
        {
            self.show_nothing_found(target.as_deref());
        }
        self.has_read(&mut request);
        if let Purpose::ChangePassword(login) = &request.purpose
            && request.refusal.is_none()
        {
            self.logged_in_by = Some(login.clone());
        }
        if request.purpose == Purpose::Regain && request.refusal.is_some() {
            self.pause_regaining();
        }
        if let Purpose::Fill(number) = request.purpose {
            let refusal = request.refusal.take();
            self.outputs
                .push_back(Output::FilledPage { number, refusal });
        }
        self.explain_outside(&mut request);
        if let Some((ticket, outcome)) = self.requests.settle(&request) {
            self.resolve(ticket, outcome);
        }
        if request.ticket.is_none() && self.phase == Phase::Joining {
            if let Purpose::Arrive(entering) = request.purpose {
                self.has_tried(entering, request.refusal.as_deref());
            }
            self.become_ready_if_joined();
        }
    }

    /// The server said no: to a request if one fits, else to nobody knows what.
    fn refused(&mut self, incoming: &Incoming<'_>, code: &str, reason: String) {
        if self.refuse_to_enter(incoming, &reason) {
            return;
        }
        let number = self.answered_by(incoming);
        let number = number.filter(|number| self.requests.refuse(*number, &reason));
        let request = number.and_then(|number| self.requests.get(number));
        if request.is_none_or(|request| request.purpose == Purpose::Rename) {
            self.show(
                incoming,
                None,
                EventKind::Error {
                    code: Some(code.to_owned()),
                    text: reason,
                },
            );
        }
    }

    /// How many entries the list had that ends now.
    fn take_listed(&mut self) -> usize {
        std::mem::take(&mut self.listed)
    }

    fn resolve(&mut self, ticket: Ticket, outcome: Outcome) {
        if matches!(outcome, Outcome::Refused(_)) {
            // Whatever logs in later, it is not what this line came with.
            self.hoped_for.take_if(|(hoping, _)| *hoping == ticket);
        }
        self.outputs.push_back(Output::Resolved { ticket, outcome });
    }

    fn can(&self, capability: Capability) -> bool {
        self.capabilities.has(capability)
    }
}
