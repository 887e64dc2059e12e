//! What the host asks: calls, their deadlines, their answers.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::types::{Pending, Purpose};
use super::{Call, Failure, Machine, Moment, Output, Phase, Said};
use crate::plugin::protocol::{
    self, Cancel, Candidates, CommandHook, Happening, HookAction, HookAnswer, HookPoint, Ran,
    RpcError, TimerFire,
};
use crate::registry::Occasion;

/// What lets a message go on.
const PASS: HookAnswer = HookAnswer {
    action: HookAction::Pass,
    text: None,
};

impl Machine {
    /// Asks it something. [`Output::Answered`] with this token follows, at the call's deadline at the latest.
    ///
    /// A message that it has no hook for, or may not read, passes. While it starts, outgoing messages and commands wait for
    /// it and incoming ones pass.
    pub fn call(&mut self, token: u64, call: Call, now: Moment) {
        match &self.phase {
            Phase::Running => self.call_now(token, call, now),
            Phase::Starting if self.early.len() < self.limits.open_max && !is_incoming(&call) => {
                self.early.push_back((token, call));
            }
            _ if is_incoming(&call) => self.answer(token, Ok(Said::Hook(PASS))),
            Phase::Suspended(reason) => {
                let reason = reason.clone();
                self.answer(token, Err(Failure::Stopped { reason }));
            }
            Phase::Off | Phase::Starting | Phase::Waiting { .. } | Phase::Stopping { .. } => {
                let reason = "it is about to start or to end".to_owned();
                self.answer(token, Err(Failure::Stopped { reason }));
            }
        }
    }

    /// Nobody waits for this call any more.
    pub fn cancel(&mut self, token: u64) {
        let is_it = |pending: &Pending| pending.purpose.token() == Some(token);
        let id = self.pending.iter().find(|(_, pending)| is_it(pending));
        if let Some(id) = id.map(|(id, _)| *id) {
            self.pending.remove(&id);
            self.write(protocol::notification("cancel", &Cancel { id }));
            self.answer(token, Err(Failure::Cancelled));
        }
    }

    /// Tells it that something happened, if it has a hook for that.
    pub fn tell_of(&mut self, on: HookPoint, happening: &Happening) {
        let mut happening = happening.clone();
        if on == HookPoint::AfterCommand {
            happening.to = happening.to.filter(|room| self.may_read(room));
        }
        if self.wants(&happening.occasion(on)) {
            self.write(protocol::notification(on.method(), &happening));
        }
    }

    /// The user's reply to its prompt; `None` is none.
    pub fn reply(&mut self, text: Option<&str>) -> bool {
        match self.prompt.take() {
            Some(id) => {
                self.write(protocol::answer(&id, &serde_json::json!({"text": text})));
                true
            }
            None => false,
        }
    }

    /// Asks what waited for the handshake.
    pub(super) fn call_early(&mut self, now: Moment) {
        for (token, call) in std::mem::take(&mut self.early) {
            self.call_now(token, call, now);
        }
    }

    fn call_now(&mut self, token: u64, call: Call, now: Moment) {
        let call = match call {
            Call::Command(hook) => Call::Command(CommandHook {
                target: hook.target.filter(|target| self.may_read(target)),
                ..hook
            }),
            call => call,
        };
        let is_wanted = match &call {
            Call::Hook(on, hook) => self.wants(&hook.occasion(*on)),
            Call::Command(hook) => self.wants(&hook.occasion(HookPoint::BeforeCommand)),
            Call::Run(_) | Call::Complete(_) => true,
        };
        if !is_wanted {
            return self.answer(token, Ok(Said::Hook(PASS)));
        }
        self.figures.calls += 1;
        if self.congested || self.pending.len() >= self.limits.open_max {
            self.answer(token, Err(Failure::Congested));
            self.miss(now, now);
            return;
        }
        self.put(token, call, now);
    }

    /// Puts a call into its words.
    fn put(&mut self, token: u64, call: Call, now: Moment) {
        let hooked = |params| (params, Purpose::Hook { token }, self.deadlines.hook);
        let (method, (params, purpose, within)) = match call {
            Call::Run(run) => {
                let declared = self.command_deadlines_ms.get(&run.command);
                let within =
                    declared.map_or(self.deadlines.command, |ms| Duration::from_millis(*ms));
                let within = within.min(self.deadlines.command_max);
                let target = run.target.clone();
                let purpose = Purpose::Run { token, target };
                ("command/run", (serde_json::to_value(run), purpose, within))
            }
            Call::Complete(complete) => {
                let purpose = Purpose::Complete { token };
                let params = serde_json::to_value(complete);
                (
                    "command/complete",
                    (params, purpose, self.deadlines.completion),
                )
            }
            Call::Hook(on, hook) => (on.method(), hooked(serde_json::to_value(hook))),
            Call::Command(hook) => (
                HookPoint::BeforeCommand.method(),
                hooked(serde_json::to_value(hook)),
            ),
        };
        self.ask(method, &params.unwrap_or_default(), purpose, within, now);
    }

    /// Whether it has a hook for this, and may see it.
    fn wants(&self, occasion: &Occasion<'_>) -> bool {
        self.phase == Phase::Running
            && self.profile.permissions.hooks.contains(&occasion.point)
            && occasion.target.is_none_or(|target| self.may_read(target))
            && self.hooks.iter().any(|hook| hook.admits(occasion))
    }

    fn may_read(&self, target: &str) -> bool {
        self.profile.permissions.read.covers(target, None)
    }

    fn answer(&mut self, token: u64, result: Result<Said, Failure>) {
        self.outputs.push_back(Output::Answered { token, result });
    }

    /// It answered in time.
    pub(super) fn answered(
        &mut self,
        pending: &Pending,
        result: Result<Value, RpcError>,
        now: Moment,
    ) {
        let took = now.saturating_sub(pending.asked);
        if let Some(token) = pending.purpose.token() {
            self.figures.answers += 1;
            self.figures.time += took;
            self.figures.time_max = self.figures.time_max.max(took);
            self.timely += 1;
            if self.timely >= self.deadlines.misses_forgotten {
                self.misses = 0;
            }
            let result = match (&pending.purpose, result) {
                (_, Err(error)) => Err(Failure::Refused(error)),
                (Purpose::Run { target, .. }, Ok(value)) => read::<Option<Ran>>(value)
                    .and_then(|ran| self.ran(token, target.as_deref(), ran, now)),
                (Purpose::Complete { .. }, Ok(value)) => {
                    read::<Candidates>(value).map(|found| Said::Candidates(found.candidates))
                }
                (_, Ok(value)) => read(value).map(Said::Hook),
            };
            self.answer(token, result);
            return;
        }
        if pending.purpose == Purpose::Initialize {
            self.initialized(result, now);
        } else {
            self.outputs.push_back(Output::Kill);
            self.phase = Phase::Off;
        }
    }

    /// Does what the answer of a command asks for.
    fn ran(
        &mut self,
        token: u64,
        target: Option<&str>,
        ran: Option<Ran>,
        now: Moment,
    ) -> Result<Said, Failure> {
        let ran = ran.unwrap_or_default();
        for text in ran.show.iter() {
            self.show(text, now).map_err(Failure::Refused)?;
        }
        for text in ran.send.iter() {
            let kind = protocol::MessageKind::Message;
            self.say(Some(token), target, target, text, kind, now)
                .map_err(|error| Failure::Forbidden {
                    reason: error.message,
                })?;
        }
        Ok(Said::Done)
    }

    /// Gives up what was not answered in time.
    pub(super) fn miss_what_is_due(&mut self, now: Moment) {
        let is_due = |pending: &Pending| pending.deadline() <= now;
        let due: Vec<u64> = self
            .pending
            .iter()
            .filter(|(_, pending)| is_due(pending))
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            let Some(pending) = self.pending.remove(&id) else {
                return;
            };
            let within = pending.within;
            let Some(token) = pending.purpose.token() else {
                if pending.purpose == Purpose::Initialize {
                    self.suspend(&format!(
                        "it did not answer 'initialize' within {} ms",
                        within.as_millis()
                    ));
                }
                return;
            };
            self.write(protocol::notification("cancel", &Cancel { id }));
            self.answer(token, Err(Failure::Missed { within }));
            self.miss(pending.asked, now);
        }
    }

    /// Counts a miss, unless it is of the same stall as the last.
    fn miss(&mut self, asked: Moment, now: Moment) {
        self.figures.misses += 1;
        self.timely = 0;
        if self.last_miss.is_some_and(|last| asked < last) {
            return;
        }
        self.last_miss = Some(now);
        self.misses += 1;
        if self.misses >= self.deadlines.misses_max && self.phase == Phase::Running {
            self.suspend(&format!("it missed its deadline {} times", self.misses));
        }
    }

    /// Tells it of the timers whose time has come.
    pub(super) fn fire_what_is_due(&mut self, now: Moment) {
        while let Some(timer) = self
            .timers
            .iter()
            .find(|(_, at)| **at <= now)
            .map(|(name, _)| name.clone())
        {
            self.timers.remove(&timer);
            self.write(protocol::notification("timer/fire", &TimerFire { timer }));
        }
    }
}

fn is_incoming(call: &Call) -> bool {
    matches!(call, Call::Hook(HookPoint::MessageIn, _))
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| Failure::Malformed {
        reason: error.to_string(),
    })
}
