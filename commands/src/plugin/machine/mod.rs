//! The host's side of one resident plug-in: values in, values out, and the time handed in.
//!
//! In go the lines of the plug-in, its end, the host's calls and the time; out come [`Output`]s in order. What it promises:
//! every call is answered exactly once, at its deadline at the latest; nothing of the plug-in gets out that it may not do;
//! and whatever it does, memory and the lines that a user reads of it are bounded.
//!
//! Patience ends in this order. A call that is not answered in time is a *miss*, and so many misses suspend. What came late is
//! dropped. Calls that were all waiting during one stall count as one miss, since a stall is one mistake. A *fault*, a line
//! that is none of the protocol, is answered with an error; many suspend, and so do a line too long and a flood at once. A
//! *crash* is told with its last words and followed by another start, later each time, and then by none.

mod budget;
mod calls;
mod limits;
mod ready;
#[cfg(test)]
mod tests;
mod types;
mod wishes;

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::protocol::{self, Frame, HookSpec, RpcError};

pub use self::budget::Budget;
pub use self::limits::{Deadlines, Limits};
pub use self::types::{Call, Failure, Figures, Life, LineFault, Moment, Output, Profile, Said};

use self::types::{Pending, Purpose, Wish};

/// How many of the last lines of a crashed plug-in a user is shown.
const LAST_WORDS_MAX: usize = 5;

/// The host's side of one plug-in.
#[derive(Debug, Clone)]
pub struct Machine {
    profile: Profile,
    deadlines: Deadlines,
    limits: Limits,
    phase: Phase,
    figures: Figures,
    /// What it wants to be called for, and how long its commands may take.
    hooks: Vec<HookSpec>,
    command_deadlines_ms: BTreeMap<String, u64>,
    pending: BTreeMap<u64, Pending>,
    /// Calls that wait for the handshake.
    early: VecDeque<(u64, Call)>,
    next_id: u64,
    timers: BTreeMap<String, Moment>,
    state: BTreeMap<String, Value>,
    /// The request that the user's reply will answer.
    prompt: Option<Value>,
    congested: bool,
    /// Misses and timely answers since the last that was forgotten.
    misses: u32,
    timely: u32,
    last_miss: Option<Moment>,
    /// Crashes since the last that were forgotten, and the time of the last start.
    crashes: usize,
    started: Moment,
    outputs: VecDeque<Output>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    Off,
    Starting,
    Running,
    Waiting { until: Moment },
    Stopping { until: Moment },
    Suspended(String),
}

impl Machine {
    /// A machine for a plug-in that is not started yet.
    pub fn new(profile: Profile, deadlines: Deadlines, limits: Limits) -> Self {
        Self {
            profile,
            deadlines,
            limits,
            phase: Phase::Off,
            figures: Figures::default(),
            hooks: Vec::new(),
            command_deadlines_ms: BTreeMap::new(),
            pending: BTreeMap::new(),
            early: VecDeque::new(),
            next_id: 1,
            timers: BTreeMap::new(),
            state: BTreeMap::new(),
            prompt: None,
            congested: false,
            misses: 0,
            timely: 0,
            last_miss: None,
            crashes: 0,
            started: Moment::ZERO,
            outputs: VecDeque::new(),
        }
    }

    /// Gives it the store that it kept. What is none is left out.
    pub fn restore(&mut self, state: &str) {
        self.state = serde_json::from_str(state).unwrap_or_default();
    }

    /// Which plug-in it is.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// How the plug-in is greeted the next time.
    pub fn greet_as(&mut self, nick: &str, rooms: &[String]) {
        nick.clone_into(&mut self.profile.greeting.nick);
        let read = &self.profile.permissions.read;
        let seen = rooms.iter().filter(|room| read.covers(room, None));
        self.profile.greeting.rooms = seen.cloned().collect();
    }

    /// What is known of its conduct.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// How it fares.
    pub fn life(&self) -> Life {
        match &self.phase {
            Phase::Off => Life::Off,
            Phase::Starting => Life::Starting,
            Phase::Running => Life::Running,
            Phase::Waiting { .. } => Life::Restarting,
            Phase::Stopping { .. } => Life::Stopping,
            Phase::Suspended(reason) => Life::Suspended(reason.clone()),
        }
    }

    /// The next thing to do.
    pub fn next_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Machine::tick`] is due, if nothing happens before.
    pub fn next_deadline(&self) -> Option<Moment> {
        let phase = match self.phase {
            Phase::Waiting { until } | Phase::Stopping { until } => Some(until),
            Phase::Off | Phase::Starting | Phase::Running | Phase::Suspended(_) => None,
        };
        let pending = self.pending.values().map(Pending::deadline);
        pending
            .chain(self.timers.values().copied())
            .chain(phase)
            .min()
    }

    /// Starts it, unless it is there already.
    pub fn start(&mut self, now: Moment) {
        match self.phase {
            Phase::Off | Phase::Suspended(_) | Phase::Waiting { .. } => self.spawn(now),
            Phase::Starting | Phase::Running | Phase::Stopping { .. } => {}
        }
    }

    /// Tells it to end. It is given a moment for it.
    pub fn stop(&mut self, now: Moment) {
        match self.phase {
            Phase::Running => {
                self.leave("it was told to end");
                let until = now.saturating_add(self.deadlines.shutdown);
                self.phase = Phase::Stopping { until };
                self.ask(
                    "shutdown",
                    &Value::Null,
                    Purpose::Shutdown,
                    self.deadlines.shutdown,
                    now,
                );
            }
            Phase::Starting => {
                self.leave("it was told to end");
                self.outputs.push_back(Output::Kill);
                self.phase = Phase::Off;
            }
            Phase::Waiting { .. } | Phase::Suspended(_) => self.phase = Phase::Off,
            Phase::Off | Phase::Stopping { .. } => {}
        }
    }

    /// Says whether more lines wait to be written than it should be sent at once.
    pub fn set_congested(&mut self, congested: bool) {
        self.congested = congested;
    }

    /// A line of it arrived, without its line break.
    pub fn line(&mut self, line: Result<&str, LineFault>, now: Moment) {
        if !self.is_alive() {
            return;
        }
        match line {
            Err(LineFault::TooLong) => self.suspend(&format!(
                "it sent a line of more than {} bytes",
                protocol::LINE_BYTES_MAX
            )),
            Err(LineFault::NotUtf8) => self.fault("a line that is no UTF-8", None, now),
            Ok(line) if line.trim().is_empty() => self.account(now),
            Ok(line) => match Frame::read(line) {
                Ok(frame) => self.take(frame, now),
                Err(error) => {
                    let text = error.to_string();
                    self.fault(&text, Some(&error.to_rpc()), now);
                }
            },
        }
    }

    /// Its process ended: how, and the last lines of its standard error.
    pub fn exited(&mut self, how: &str, last_words: &[String], now: Moment) {
        match self.phase {
            Phase::Starting | Phase::Running => self.crashed(how, last_words, now),
            Phase::Stopping { .. } => {
                self.pending.clear();
                self.outputs.push_back(Output::Kill);
                self.phase = Phase::Off;
            }
            Phase::Off | Phase::Waiting { .. } | Phase::Suspended(_) => {}
        }
    }

    /// Its process could not be started.
    pub fn spawn_failed(&mut self, reason: &str) {
        self.suspend(&format!("it could not be started: {reason}"));
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Moment) {
        match self.phase {
            Phase::Waiting { until } if until <= now => self.spawn(now),
            Phase::Stopping { until } if until <= now => {
                self.pending.clear();
                self.outputs.push_back(Output::Kill);
                self.phase = Phase::Off;
            }
            _ => {}
        }
        self.miss_what_is_due(now);
        self.fire_what_is_due(now);
    }

    fn is_alive(&self) -> bool {
        matches!(
            self.phase,
            Phase::Starting | Phase::Running | Phase::Stopping { .. }
        )
    }

    fn tell(&mut self, text: &str) {
        let name = &self.profile.name;
        self.outputs
            .push_back(Output::Tell(format!("plug-in '{name}' {text}")));
    }

    fn log(&mut self, text: impl Into<String>) {
        self.outputs.push_back(Output::Log(text.into()));
    }

    fn spawn(&mut self, now: Moment) {
        self.phase = Phase::Starting;
        self.started = now;
        self.misses = 0;
        self.timely = 0;
        self.last_miss = None;
        self.congested = false;
        self.outputs.push_back(Output::Spawn);
        let greeting = serde_json::to_value(&self.profile.greeting).unwrap_or_default();
        self.ask(
            "initialize",
            &greeting,
            Purpose::Initialize,
            self.deadlines.handshake,
            now,
        );
    }

    /// Asks it something.
    fn ask(
        &mut self,
        method: &str,
        params: &Value,
        purpose: Purpose,
        within: std::time::Duration,
        now: Moment,
    ) {
        let id = self.next_id;
        self.next_id += 1;
        let pending = Pending {
            purpose,
            asked: now,
            within,
        };
        self.pending.insert(id, pending);
        self.outputs
            .push_back(Output::Write(protocol::request(id, method, params)));
    }

    /// Whatever is open is over, and its commands can't be run.
    fn leave(&mut self, reason: &str) {
        let failure = Failure::Stopped {
            reason: reason.to_owned(),
        };
        let open = std::mem::take(&mut self.pending);
        let early = std::mem::take(&mut self.early);
        let tokens = open
            .values()
            .filter_map(|pending| pending.purpose.token())
            .chain(early.iter().map(|(token, _)| *token));
        for token in tokens {
            self.outputs.push_back(Output::Answered {
                token,
                result: Err(failure.clone()),
            });
        }
        self.timers.clear();
        self.prompt = None;
        self.hooks.clear();
        self.outputs.push_back(Output::Gone(reason.to_owned()));
    }

    /// Ends it for good, and says so.
    fn suspend(&mut self, reason: &str) {
        self.leave(reason);
        self.outputs.push_back(Output::Kill);
        self.phase = Phase::Suspended(reason.to_owned());
        let name = self.profile.name.clone();
        self.tell(&format!(
            "is suspended: {reason}; ':plugin reload {name}' starts it again"
        ));
    }

    fn crashed(&mut self, how: &str, last_words: &[String], now: Moment) {
        self.figures.crashes += 1;
        if now.saturating_sub(self.started) >= self.deadlines.crashes_forgotten {
            self.crashes = 0;
        }
        let reason = format!("it ended: {how}");
        self.leave(&reason);
        // What it started may have outlived it.
        self.outputs.push_back(Output::Kill);
        let name = self.profile.name.clone();
        let next = self.deadlines.restarts.get(self.crashes).copied();
        let outlook = match next {
            Some(delay) => format!(
                "it is started again in {} s ({} of {})",
                delay.as_secs_f64(),
                self.crashes + 1,
                self.deadlines.restarts.len()
            ),
            None => format!("it is not started any more; ':plugin reload {name}' starts it again"),
        };
        let mut text = format!("ended: {how}; {outlook}");
        let first = last_words.len().saturating_sub(LAST_WORDS_MAX);
        for line in last_words.iter().skip(first) {
            text.push_str("\n  ");
            text.push_str(line);
        }
        self.tell(&text);
        self.crashes += 1;
        self.phase = match next {
            Some(delay) => Phase::Waiting {
                until: now.saturating_add(delay),
            },
            None => Phase::Suspended(reason),
        };
    }

    /// Takes a line that is one of the protocol.
    fn take(&mut self, frame: Frame, now: Moment) {
        match frame {
            Frame::Answer { id, result } => {
                let pending = id.as_u64().and_then(|id| self.pending.remove(&id));
                match pending {
                    Some(pending) => self.answered(&pending, result, now),
                    None => self.stray_answer(&id, now),
                }
            }
            Frame::Request { id, method, params } => {
                let id = Some(id);
                self.wish(&Wish { id, method, params }, now);
            }
            Frame::Notification { method, params } => {
                let id = None;
                self.wish(&Wish { id, method, params }, now);
            }
        }
    }

    /// An answer that comes too late is dropped; one to nothing that was ever asked is a fault.
    fn stray_answer(&mut self, id: &Value, now: Moment) {
        if id
            .as_u64()
            .is_some_and(|id| (1..self.next_id).contains(&id))
        {
            self.log(format!("dropped a late or second answer to request {id}"));
            self.account(now);
            return;
        }
        if self.limits.complaints.spend(now) {
            self.tell(&format!("answered request {id}, which was never made"));
        }
        self.fault(
            &format!("an answer to {id}, which was never asked"),
            None,
            now,
        );
    }

    /// A line is none of the protocol.
    fn fault(&mut self, what: &str, error: Option<&RpcError>, now: Moment) {
        self.figures.faults += 1;
        self.log(format!("sent {what}"));
        if let Some(error) = error {
            self.write(protocol::refusal(&Value::Null, error));
        }
        if self.figures.faults > u64::from(self.limits.faults_max) {
            self.suspend(&format!(
                "it sent {} lines that are none of the protocol, the last: {what}",
                self.figures.faults
            ));
        } else {
            self.account(now);
        }
    }

    /// Counts a line that answers nothing.
    fn account(&mut self, now: Moment) {
        if !self.limits.lines.spend(now) && self.is_alive() {
            self.suspend("it floods its output");
        }
    }

    /// Writes what it need not get: nothing piles up for one that doesn't read.
    fn write(&mut self, line: String) {
        if !self.congested {
            self.outputs.push_back(Output::Write(line));
        }
    }
}
