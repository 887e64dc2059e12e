//! A conversation: the session and its link, driven together. Input lines go in, and reports of what happened
//! come out.

mod arrival;
mod ending;
mod filling;
mod hooks;
mod input;
mod kept;
mod leaving;
mod liveness;
mod local;
#[cfg(test)]
mod local_tests;
mod moving;
mod offline;
mod open_error;
mod order;
mod outbox;
mod outputs;
mod past;
mod patience;
mod plan;
mod plugins;
mod preferences;
mod redacting;
mod reports;
mod returning;
mod sayings;
mod seen;
mod sending;
mod setting;
mod source;
mod strict;
#[cfg(test)]
pub(crate) mod tests;

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use salon_commands::{Effects, Registry};
use salon_protocol::{Message, Timestamp};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use self::filling::Filling;
use self::kept::Kept;
use self::liveness::Liveness;
pub(crate) use self::local::moment;
use self::moving::Moving;
use self::open_error::tls_error;
pub(crate) use self::open_error::{OpenError, cause};
use self::outbox::Outbox;
pub(crate) use self::plan::{ClosedRoom, Lines, Plan};
use self::plugins::Extensions;
pub(crate) use self::preferences::{Look, Preferences};
use self::reports::Reports;
use self::returning::Returning;
pub(crate) use self::returning::{PAUSE_MIN, pause_before};
use self::seen::Seen;
use self::sending::{Former, Ghost};
use self::setting::NextHub;
use self::source::Sources;
use crate::cli::similar_subcommand;
use crate::driver::Report;
use crate::event::Event;
use crate::link::{Link, Turn};
use crate::plugin::Plugins;
use crate::session::{Passwords, Session, Status, Ticket};

/// A conversation under way.
pub(crate) struct Conversation {
    session: Session,
    link: Link,
    registry: Registry,
    lines: Lines,
    closed_room: ClosedRoom,
    address: String,
    timeout: Option<Duration>,
    /// A line that waits for those before it.
    held: Option<(Ticket, Effects)>,
    /// Whether the open line is one that the next must wait for.
    barrier: bool,
    /// The open line, if it is one that makes another room current.
    moving: Option<Ticket>,
    opened: bool,
    reports: Reports,
    extensions: Extensions,
    /// What it goes by, for the next time too.
    plan: Plan,
    next_hub: Option<NextHub>,
    /// What the program was started for, as one is known there.
    own_hub: Box<Plan>,
    /// What was left for a hub that has not let us in yet.
    hub_before: Option<Box<Plan>>,
    preferences: Preferences,
    kept: Kept,
    sources: Sources,
    moving_to: Moving,
    /// What waits until one has arrived; `None` once one has.
    arriving: Option<Vec<Event>>,
    returning: Returning,
    /// What was told, and what is missing of it.
    seen: Seen,
    filling: Filling,
    /// What a person says, until it is acknowledged.
    outbox: Outbox,
    ghost: Option<Ghost>,
    former: Option<Former>,
    liveness: Liveness,
    /// How many messages were last said to wait.
    told_waiting: usize,
    /// What the hub at an address was last said to lack.
    told_lacking: Option<(String, String)>,
    /// How often it went to a hub again: then it does not end with it.
    moves: u32,
    /// For the line with that ticket.
    passwords: Option<(Ticket, Passwords)>,
    home: Option<PathBuf>,
    /// For how long the server wants TLS alone, if it said so on this connection.
    strict_seconds: Option<u64>,
    ended: bool,
    last_heard: Instant,
    /// Since when the hub owes us an answer.
    awaiting_since: Option<Instant>,
    quit_at: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
}

impl Conversation {
    /// Connects and begins to log in; [`Conversation::turn`] goes on with it.
    pub(crate) async fn open(mut plan: Plan) -> Result<Self, OpenError> {
        plan.heed_policy();
        let address = plan.link_address();
        let connecting = Link::connect(&plan.host, plan.link_port(), plan.tls());
        let connected = match plan.timeout {
            None => connecting.await,
            Some(within) => match timeout(within, connecting).await {
                Ok(connected) => connected,
                Err(_) => return Err(OpenError::Timeout { address, within }),
            },
        };
        let link = connected.map_err(|error| {
            OpenError::connect(address.clone(), &error, similar_subcommand(&plan.host))
        })?;
        let address = plan.address();
        Ok(Self::over(link, plan, address))
    }

    /// A conversation over a link that is up.
    pub(crate) fn over(link: Link, plan: Plan, address: String) -> Self {
        let now = Instant::now();
        let mut conversation = Self {
            session: Session::new(plan.arriving_identity()),
            link,
            registry: Registry::builtin(),
            lines: plan.lines,
            closed_room: plan.closed_room,
            address,
            timeout: plan.timeout,
            held: None,
            barrier: false,
            moving: None,
            opened: false,
            reports: Reports::default(),
            extensions: Extensions::new(Plugins::new(plan.plugins.clone())),
            preferences: plan.preferences.clone(),
            home: plan.home.clone(),
            own_hub: Box::new(plan.clone()),
            hub_before: None,
            plan,
            next_hub: None,
            kept: Kept::default(),
            sources: Sources::default(),
            moving_to: Moving::default(),
            arriving: None,
            returning: Returning::default(),
            seen: Seen::default(),
            filling: Filling::default(),
            outbox: Outbox::default(),
            ghost: None,
            former: None,
            liveness: Liveness::new(now, clock()),
            told_waiting: 0,
            told_lacking: None,
            moves: 0,
            passwords: None,
            strict_seconds: None,
            ended: false,
            last_heard: now,
            awaiting_since: None,
            quit_at: None,
            alarm: Box::pin(sleep_until(now)),
        };
        conversation.add_own_commands();
        let ignored = &conversation.preferences.config.ignore;
        conversation.session.ignore(ignored);
        conversation.begin_arrival();
        conversation.open_outbox();
        conversation.update_arrival();
        conversation.session.link_up(clock());
        conversation.carry_out();
        conversation
    }

    /// The input lines that are not acknowledged, in order.
    pub(crate) fn unacknowledged_lines(&self) -> impl Iterator<Item = Ticket> {
        let held = self.held.as_ref().map(|(ticket, _)| *ticket);
        let lines = self
            .session
            .open_lines()
            .filter(|ticket| !is_inner(*ticket));
        lines
            .chain(self.outbox.lines())
            .chain(held)
            .chain(self.extensions.lines())
            .chain(self.sources.ticket())
    }

    /// How many input lines are not acknowledged.
    pub(crate) fn unacknowledged(&self) -> usize {
        let waiting = if self.is_sending() {
            self.outbox.pending()
        } else {
            0
        };
        self.session.open_tickets()
            + waiting
            + usize::from(self.held.is_some())
            + self.extensions.open()
            + usize::from(self.sources.is_running())
    }

    /// Whether a hub is being left for another, or does not let us in yet.
    pub(crate) fn is_on_the_way(&self) -> bool {
        self.moving_to.is_on_the_way() || self.session.is_registering() || self.session.is_joining()
    }

    /// The nick that was wanted, which may be another than we have.
    pub(crate) fn wanted_nick(&self) -> &str {
        self.session.wanted_nick()
    }

    /// Whether the hub let us in.
    pub(crate) fn is_open(&self) -> bool {
        self.opened
    }

    /// The next thing that happened. The last is [`Report::Ended`].
    pub(crate) fn next_report(&mut self) -> Option<Report> {
        // Where a line leads to is told before it is done, so that whoever waits for that knows.
        if self.reports.is_next_resolved()
            && let Some(status) = self.next_status()
        {
            return Some(status);
        }
        if let Some(report) = self.reports.pop_front() {
            return Some(report);
        }
        if self.reports.is_held() {
            return None;
        }
        self.next_status()
    }

    /// Who we are and where, if somebody is to see it and it is not what was told last.
    fn next_status(&mut self) -> Option<Report> {
        if !self.opened || self.ended {
            return None;
        }
        let waiting = self.outbox.waiting();
        let changed = std::mem::replace(&mut self.told_waiting, waiting) != waiting;
        let status = self.session.take_status();
        let status = status.or_else(|| changed.then(|| self.session.status()));
        let as_seen = |status| Status {
            hub: self.address.clone(),
            ..self.as_seen(status)
        };
        status.map(as_seen).map(Report::Status)
    }

    /// Waits until the hub says something, something could be written, or time is up. Nothing is
    /// lost when it is dropped before it is done.
    pub(crate) async fn turn(&mut self) {
        if self.ended && self.reports.is_empty() {
            return std::future::pending().await;
        }
        if self.ended {
            // Its end may have come without waiting for anything, and is to be told.
            return;
        }
        if self.is_quit_over() {
            // A hub that goes on speaking gives the alarm no turn.
            return self.time_is_up();
        }
        let deadline = self.deadline();
        if let Some(deadline) = deadline
            && (self.alarm.is_elapsed() || self.alarm.deadline() > deadline)
        {
            // An alarm that is too early does no harm, and setting it for every line would cost.
            self.alarm.as_mut().reset(deadline);
        }
        tokio::select! {
            biased;
            // What plug-ins may say is rationed, so that they can't keep us from the hub.
            tell = self.extensions.plugins.next() => self.take_tell(tell),
            link = Self::connecting(&mut self.moving_to), if self.moving_to.is_on_the_way() => self.arrive(link),
            turn = self.link.turn(), if !self.moving_to.is_off() => self.take_turn(turn),
            () = self.alarm.as_mut(), if deadline.is_some() => {
                if self.deadline().is_some_and(|deadline| deadline <= Instant::now()) {
                    self.time_is_up();
                }
            }
        }
    }

    fn take_turn(&mut self, turn: io::Result<Turn>) {
        match turn {
            Ok(Turn::Wrote) => {}
            Ok(Turn::Read(length)) => {
                self.last_heard = Instant::now();
                self.liveness.heard(self.last_heard);
                let now = clock();
                let session = &mut self.session;
                self.link.lines(length, |line| match Message::parse(line) {
                    Ok(message) => session.receive(&message, now),
                    Err(error) => tracing::debug!(%error, "left out a line of the server"),
                });
                self.carry_out();
            }
            Ok(Turn::Closed) => self.end("the hub closed it"),
            Err(error) => self.end(&cause(&error)),
        }
    }
}

/// Whether a ticket is of no input line.
fn is_inner(ticket: Ticket) -> bool {
    sayings::is_own(ticket) || source::is_of_file(ticket) || sending::is_of_message(ticket)
}

/// The time of day.
pub(crate) fn clock() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::from_millis(since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }))
}
