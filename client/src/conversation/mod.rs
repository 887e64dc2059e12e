//! A conversation: the session and its link, driven together, and the one place where input lines
//! become effects in their order.
//!
//! Messages are sent without waiting for each other's acknowledgement, up to a window. Any other
//! command waits until all before it is acknowledged, and all after it waits for it, so that
//! `:join #dev` and then `hello` says hello in `#dev`. When a script's `:join` is refused, no room is
//! current until one is named again: the lines that were meant for it are refused, and don't land in another.

mod arrival;
mod filling;
mod hooks;
mod kept;
mod leaving;
mod liveness;
mod local;
#[cfg(test)]
mod local_tests;
mod moving;
mod open_error;
mod order;
mod outbox;
mod past;
mod plan;
mod plugins;
mod preferences;
mod reports;
mod returning;
mod seen;
mod sending;
mod source;
#[cfg(test)]
pub(crate) mod tests;

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use salon_commands::{
    Command, CommandError, Context, Effect, Effects, Mode, Registry, Target, Text,
};
use salon_protocol::{Message, Timestamp};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use self::filling::Filling;
use self::kept::Kept;
use self::liveness::Liveness;
pub(crate) use self::local::moment;
use self::moving::Moving;
pub(crate) use self::open_error::OpenError;
use self::order::{is_message, is_move, meant_to_move};
use self::outbox::Outbox;
pub(crate) use self::plan::{ClosedRoom, Lines, Plan};
use self::plugins::Extensions;
pub(crate) use self::preferences::{Look, Preferences};
use self::reports::Reports;
use self::returning::Returning;
pub(crate) use self::returning::{PAUSE_MIN, pause_before};
use self::seen::Seen;
use self::sending::Ghost;
use self::source::Sources;
use crate::cli::similar_subcommand;
use crate::driver::{Ended, Report};
use crate::event::{Event, EventKind};
use crate::link::{Link, Turn};
use crate::plugin::Plugins;
use crate::session::{End, Outcome, Output, Passwords, Refusal, Session, Status, Ticket};
use crate::tls::TlsError;

/// How many input lines may be unacknowledged at once. Enough to keep a hub busy that groups its
/// commits, and few enough that a lost connection leaves a short list.
const WINDOW: usize = 256;
/// The same on a hub that doesn't label its answers. Such hubs cut off whoever is far ahead of them; within this
/// window their own pace becomes ours.
const WINDOW_UNLABELLED: usize = 8;
/// After how long without a word from the hub it is asked for a sign of life.
const PROBE_AFTER: Duration = Duration::from_mins(1);
/// How long the hub may take to close after our `QUIT`.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

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
    liveness: Liveness,
    /// How many messages were last said to wait.
    told_waiting: usize,
    /// How often it went to a hub again: then it does not end with it.
    moves: u32,
    /// For the line with that ticket.
    passwords: Option<(Ticket, Passwords)>,
    home: Option<PathBuf>,
    ended: bool,
    last_heard: Instant,
    /// Since when the hub owes us an answer.
    awaiting_since: Option<Instant>,
    quit_at: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
}

impl Conversation {
    /// Connects and begins to log in; [`Conversation::turn`] goes on with it.
    pub(crate) async fn open(plan: Plan) -> Result<Self, OpenError> {
        let address = salon_config::ListenAddress::new(&*plan.host, plan.port).to_string();
        let connecting = Link::connect(&plan.host, plan.port, plan.tls());
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
            plan,
            kept: Kept::default(),
            sources: Sources::default(),
            moving_to: Moving::default(),
            arriving: None,
            returning: Returning::default(),
            seen: Seen::default(),
            filling: Filling::default(),
            outbox: Outbox::default(),
            ghost: None,
            liveness: Liveness::new(now, clock()),
            told_waiting: 0,
            moves: 0,
            passwords: None,
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
        conversation.session.link_up(clock());
        conversation.carry_out();
        conversation
    }

    /// Whether the next input line may be submitted.
    pub(crate) fn is_accepting(&self) -> bool {
        (self.session.is_ready() || self.is_patient())
            && !self.sources.is_running()
            && self.extensions.is_accepting(self.lines)
            && self.held.is_none()
            && !self.barrier
            && self.session.open_tickets() < self.window()
            && !self.link.is_congested()
    }

    /// Whether input lines are taken while there is no hub.
    fn is_patient(&self) -> bool {
        self.moving_to.is_away() || self.returning.is_trying()
    }

    /// How many lines may be unacknowledged at once.
    fn window(&self) -> usize {
        if self.session.labels_answers() {
            WINDOW
        } else {
            WINDOW_UNLABELLED
        }
    }

    /// Takes an input line. Its [`Report::Resolved`] may be there when this returns. Only while
    /// [`Conversation::is_accepting`].
    pub(crate) fn submit(&mut self, ticket: Ticket, line: &str) {
        let mode = match self.lines {
            Lines::Typed => Some(Mode::Prompt),
            Lines::Scripted => Some(Mode::Script),
            Lines::Verbatim => None,
        };
        if let Err(error) = self.begin(ticket, line, mode) {
            if self.lines == Lines::Scripted && meant_to_move(&error) {
                self.session.forget_current();
            }
            self.refuse_for(ticket, line, &error);
        }
    }

    /// Takes a line of a file, in which names are written out.
    fn submit_scripted(&mut self, ticket: Ticket, line: &str) {
        if let Err(error) = self.begin(ticket, line, Some(Mode::Script)) {
            self.refuse_for(ticket, line, &error);
        }
    }

    fn refuse_for(&mut self, ticket: Ticket, line: &str, error: &CommandError) {
        let refusal = Refusal::with_details(error.to_string(), error.render(line));
        self.session.refuse(ticket, refusal);
        self.carry_out();
    }

    /// Performs an input line now, or once those before it are acknowledged.
    fn route(&mut self, ticket: Ticket, effects: Effects) {
        match effects.as_slice() {
            [Effect::Invoke(invoke)] if self.lines != Lines::Scripted => {
                // A person may go on talking while it runs.
                self.call(ticket, invoke.clone());
            }
            effects_of_line if effects_of_line.iter().all(is_message) => {
                self.perform(ticket, effects);
            }
            _ => {
                self.held = Some((ticket, effects));
                self.release_held();
            }
        }
    }

    /// Refuses an input line that could not even be read.
    pub(crate) fn refuse(&mut self, ticket: Ticket, reason: String) {
        self.session.refuse(ticket, Refusal::new(reason));
        self.carry_out();
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
            self.outbox.waiting()
        } else {
            0
        };
        self.session.open_tickets()
            + waiting
            + usize::from(self.held.is_some())
            + self.extensions.open()
            + usize::from(self.sources.is_running())
    }

    /// Leaves; the hub's closing ends the conversation.
    pub(crate) fn quit(&mut self, reason: Option<&str>) {
        // Whoever leaves goes nowhere else.
        self.moving_to.settle();
        if self.moving_to.is_off() || self.returning.is_trying() {
            self.finish(Ended::Quit);
        } else if !self.ended && self.quit_at.is_none() {
            self.session.quit(reason);
            self.carry_out();
        }
    }

    /// Leaves and waits for the hub to close, when nobody wants to know any more what happens.
    pub(crate) async fn leave(&mut self) {
        self.quit(None);
        while !self.ended {
            self.reports.clear();
            self.turn().await;
        }
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
        if let Some(report) = self.reports.pop_front() {
            return Some(report);
        }
        if self.reports.is_held() {
            return None;
        }
        let is_shown = self.opened && !self.ended;
        let waiting = self.outbox.waiting();
        let changed = is_shown && std::mem::replace(&mut self.told_waiting, waiting) != waiting;
        let status = self.session.take_status().filter(|_| is_shown);
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
        if self.ended {
            return std::future::pending().await;
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
            link = Self::connecting(&mut self.moving_to), if self.moving_to.is_off() => self.arrive(link),
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

    /// When patience ends.
    fn deadline(&self) -> Option<Instant> {
        if let Moving::Waiting(until) = self.moving_to {
            return Some(until.min(self.liveness.next_look()));
        }
        if self.moving_to.is_off() {
            return None;
        }
        if let Some(quit_at) = self.quit_at {
            return Some(quit_at + CLOSE_WITHIN);
        }
        if self.is_watched() {
            return Some(self.liveness.deadline());
        }
        let patience = self.timeout?;
        // What is asked after a quiet while has the whole time for its answer.
        Some(match self.awaiting_since {
            Some(since) => self.last_heard.max(since) + patience,
            None => self.last_heard + PROBE_AFTER,
        })
    }

    fn time_is_up(&mut self) {
        if let Moving::Waiting(until) = self.moving_to {
            let has_slept = self.liveness.look(Instant::now(), clock());
            if has_slept || until <= Instant::now() {
                self.begin_connecting(Box::new(self.plan.clone()));
            }
        } else if self.quit_at.is_some() {
            self.end("the hub did not close it");
        } else if self.is_watched() {
            self.watch();
        } else if !self.session.awaits_server() {
            // The answer has the usual time from now on.
            self.last_heard = Instant::now();
            self.session.probe();
            self.carry_out();
        } else if self.opened {
            self.end("no answer from the hub");
        } else if let Some(within) = self.timeout {
            let address = self.address.clone();
            self.finish(Ended::Failed(OpenError::Timeout { address, within }));
        }
    }

    /// Reads a line, without a mode as a message whatever it begins with, and has it performed once nothing is in its way.
    fn begin(
        &mut self,
        ticket: Ticket,
        line: &str,
        mode: Option<Mode>,
    ) -> Result<(), CommandError> {
        if line.contains('\n') {
            return self.begin_lines(ticket, line, mode);
        }
        let command = match mode {
            Some(mode) => self.registry.parse(line, mode)?,
            None => Command::message(line)?,
        };
        let Some(command) = command else {
            self.filter(ticket, None, Effects::default());
            return Ok(());
        };
        let seen = self.seen(&command, line);
        let effects = self.effects_of(command)?;
        self.filter(ticket, seen, effects);
        Ok(())
    }

    /// The same for a message of many lines, none of which is a command. Blank lines in between are part of it.
    fn begin_lines(
        &mut self,
        ticket: Ticket,
        lines: &str,
        mode: Option<Mode>,
    ) -> Result<(), CommandError> {
        let mut effects = Vec::new();
        for line in lines.trim_matches('\n').split('\n') {
            let command = match mode {
                Some(mode) => self.registry.parse(line, mode)?,
                None => Command::message(line)?,
            };
            match command {
                Some(command) => effects.extend(self.effects_of(command)?),
                None => effects.extend(effects.last().and_then(blank)),
            }
        }
        self.filter(ticket, None, effects.into_iter().collect());
        Ok(())
    }

    /// What a command does here and now.
    fn effects_of(&self, command: Command) -> Result<Effects, CommandError> {
        let current = || self.current()?.parse::<Target>().ok();
        let target = self.plan.addressee.clone().or_else(current);
        let context = Context::new(&self.registry);
        match &target {
            Some(target) => command.run(&context.with_target(target)),
            None => command.run(&context),
        }
    }

    fn perform(&mut self, ticket: Ticket, effects: Effects) {
        match effects.as_slice() {
            [Effect::Local(local)] => return self.perform_local(ticket, local.clone()),
            [Effect::Account(account)] => return self.perform_account(ticket, account.clone()),
            [Effect::Quit { .. }] if self.moving_to.is_off() || self.returning.is_trying() => {
                return self.finish(Ended::Quit);
            }
            [_, ..] if self.is_for_person() && effects.iter().all(is_message) => {
                return self.post(ticket, effects);
            }
            _ => {}
        }
        let sought = match effects.as_slice() {
            [Effect::Switch { target }] if self.is_for_person() => Some(target.clone()),
            _ => None,
        };
        self.session.perform(ticket, effects, clock());
        if let Some(target) = sought {
            self.session.look_for(target.as_str());
        }
        self.carry_out();
    }

    /// Performs the held line once everything before it is acknowledged.
    fn release_held(&mut self) {
        let is_free = !self.is_sending() || self.outbox.waiting() == 0;
        if self.session.open_tickets() == 0
            && is_free
            && let Some((ticket, effects)) = self.held.take()
        {
            self.barrier = true;
            if let [Effect::Invoke(invoke)] = effects.as_slice() {
                return self.call(ticket, invoke.clone());
            }
            self.moving = effects.iter().any(is_move).then_some(ticket);
            self.perform(ticket, effects);
        }
    }

    /// Does what the session wants done, and what can be done then.
    fn carry_out(&mut self) {
        while let Some(output) = self.next_output() {
            self.carry_out_one(output);
        }
        let is_script_waiting = self.lines == Lines::Scripted && self.extensions.is_running();
        if self.session.open_tickets() == 0 && !is_script_waiting {
            self.barrier = false;
            if self.held.is_some() {
                self.release_held();
            }
            self.release_filtered();
            self.step_source();
        }
        self.forget_redacted();
        let awaits = self.session.awaits_server();
        let since = self.awaiting_since.take().unwrap_or_else(Instant::now);
        self.awaiting_since = awaits.then_some(since);
    }

    /// What the session wants done next. What waits for it to have room goes out before there is nothing.
    fn next_output(&mut self) -> Option<Output> {
        let output = self.session.next_output();
        if output.is_some() {
            return output;
        }
        self.settle_ghost();
        self.release_outbox();
        self.release_sayings();
        self.session.next_output()
    }

    fn carry_out_one(&mut self, output: Output) {
        match output {
            Output::Send(message) => self.send(&message),
            Output::Show(event) => self.tell_arriving(event),
            Output::ShowPast(event) => self.announce(event),
            Output::Resolved { ticket, outcome } => self.resolved(ticket, outcome),
            Output::Found { found, .. } => self.reports.push_back(Report::Found(found)),
            Output::Filled { number, found } => self.filled(number, *found),
            Output::FilledTarget { number, target } => self.filled_target(number, target),
            Output::FilledPage { number, refusal } => {
                self.filled_page(number, refusal.as_deref());
            }
            Output::Ready => {
                self.opened = true;
                self.came_back();
                self.begin_plugins();
            }
            Output::RoomRefused { room, reason } => self.room_refused(room, reason),
            Output::Rejected { reason } => {
                self.end_arrival();
                let address = self.address.clone();
                self.finish(Ended::Failed(OpenError::Rejected { address, reason }));
            }
            Output::Ended(end) => {
                self.end_arrival();
                self.finish_session(end);
            }
        }
    }

    /// An input line is done.
    fn resolved(&mut self, ticket: Ticket, outcome: Outcome) {
        if plugins::is_own(ticket) {
            return self.said(ticket, outcome);
        }
        if sending::is_of_message(ticket) {
            return self.message_resolved(ticket, outcome);
        }
        self.tell_after(ticket, &outcome);
        if source::is_of_file(ticket) {
            return self.sourced(&outcome);
        }
        let refused = matches!(outcome, Outcome::Refused(_));
        if refused && self.lines == Lines::Scripted && self.moving == Some(ticket) {
            self.session.forget_current();
        }
        self.reports.push_back(Report::Resolved { ticket, outcome });
    }

    fn send(&mut self, message: &Message<'_>) {
        if message.is("QUIT") {
            self.quit_at = Some(Instant::now());
        }
        if !message.is("PONG") {
            self.liveness.spoke(Instant::now());
        }
        if let Err(error) = self.link.send(message) {
            tracing::error!(%error, verb = %message.verb, "could not write a line for the hub");
        }
    }

    /// The link is gone.
    fn end(&mut self, reason: &str) {
        self.note_place();
        self.link.abort();
        self.session.link_down(reason, clock());
        self.leave_all_unsaid();
        self.carry_out();
    }

    fn room_refused(&mut self, room: String, reason: String) {
        let error = OpenError::Room { room, reason };
        match self.closed_room {
            ClosedRoom::Fail => self.finish(Ended::Failed(error)),
            ClosedRoom::Tell => self.reports.push_back(Report::Show(Event {
                time: clock(),
                id: None,
                from: None,
                account: None,
                to: None,
                own: false,
                kind: EventKind::Error {
                    code: None,
                    text: error.to_string(),
                },
            })),
        }
    }

    fn finish_session(&mut self, end: End) {
        if self.moving_to.is_leaving() {
            return self.left();
        }
        if self.moving_to.is_off() {
            // It was told already why.
            return;
        }
        let ended = match end {
            End::Quit => Ended::Quit,
            End::Lost {
                reason,
                unacknowledged,
            } if self.is_for_person() && self.opened => return self.lost(&reason, unacknowledged),
            End::Lost {
                reason,
                mut unacknowledged,
            } => {
                unacknowledged.retain(|ticket| !is_inner(*ticket));
                unacknowledged.extend(self.held.take().map(|(ticket, _)| ticket));
                unacknowledged.extend(self.extensions.lines());
                unacknowledged.sort_unstable();
                Ended::Lost {
                    reason,
                    unacknowledged,
                }
            }
        };
        self.finish(ended);
    }

    fn finish(&mut self, ended: Ended) {
        if self.moves > 0
            && let Ended::Failed(error) = &ended
        {
            let reason = error.to_string();
            let reason = reason.lines().next().unwrap_or_default().to_owned();
            if self.returning.is_trying() {
                return self.failed_to_return(&reason);
            }
            return self.be_away(&reason);
        }
        if !self.ended {
            self.close_outbox();
            self.ended = true;
            self.reports.release();
            self.reports.push_back(Report::Ended(ended));
        }
    }
}

/// A blank line behind one that is said.
fn blank(before: &Effect) -> Option<Effect> {
    match before {
        Effect::Say { target, .. } => Some(Effect::Say {
            target: target.clone(),
            text: Text::empty(),
        }),
        _ => None,
    }
}

/// Whether a ticket is of no input line.
fn is_inner(ticket: Ticket) -> bool {
    plugins::is_own(ticket) || source::is_of_file(ticket) || sending::is_of_message(ticket)
}

/// The time of day.
pub(crate) fn clock() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::from_millis(since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }))
}

/// What is wrong with TLS, if that is what an error is about.
fn tls_error(error: &io::Error) -> Option<&TlsError> {
    error.get_ref()?.downcast_ref()
}

/// What an error of the system says, without its number.
pub(crate) fn cause(error: &io::Error) -> String {
    if let Some(error) = tls_error(error) {
        return error.to_string();
    }
    let text = error.to_string();
    text.split_once(" (os error")
        .map_or(text.as_str(), |(text, _)| text)
        .to_lowercase()
}
