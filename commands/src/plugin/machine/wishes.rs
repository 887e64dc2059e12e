//! What the plug-in asks of its host: one method each, checked against what it may do and how much of it.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::types::{Purpose, Wish};
use super::{Machine, Moment, Output, Phase};
use crate::plugin::protocol::{
    self, Log, MessageKind, Notify, Prompt, RpcError, Send, Show, StateGet, StateSet, TimerSet,
};
use crate::value::Target;

/// The furthest that a timer may be set: a year.
const TIMER_MAX: Duration = Duration::from_hours(366 * 24);
/// The longest name of a timer or key.
const KEY_BYTES_MAX: usize = 256;

/// What a request comes to: an answer now, or one that follows.
enum Granted {
    Now(Value),
    Later,
}

impl Machine {
    /// Does what it asks for, or says why not.
    pub(super) fn wish(&mut self, wish: &Wish, now: Moment) {
        self.account(now);
        if self.phase != Phase::Running {
            // Before the handshake nothing may be asked, and after a suspension nobody listens.
            let error = RpcError::new(
                RpcError::INVALID_REQUEST,
                "expected the answer to 'initialize' first",
            );
            return self.refuse(wish.id.as_ref(), &error);
        }
        match self.grant(wish, now) {
            Ok(Granted::Now(result)) => {
                if let Some(id) = &wish.id {
                    self.write(protocol::answer(id, &result));
                }
            }
            Ok(Granted::Later) => {}
            Err(error) => self.refuse(wish.id.as_ref(), &error),
        }
    }

    fn refuse(&mut self, id: Option<&Value>, error: &RpcError) {
        match id {
            Some(id) => self.write(protocol::refusal(id, error)),
            None => self.log(format!("was refused: {error}")),
        }
    }

    fn grant(&mut self, wish: &Wish, now: Moment) -> Result<Granted, RpcError> {
        let nothing = Granted::Now(json!({}));
        match wish.method.as_str() {
            "send" => {
                let Send { target, text, kind } = params(wish)?;
                let (token, current) = self.running_command();
                let target = target.or_else(|| current.clone());
                self.say(
                    token,
                    target.as_deref(),
                    current.as_deref(),
                    &text,
                    kind,
                    now,
                )?;
            }
            "show" => {
                let Show { text } = params(wish)?;
                self.show(&text, now)?;
            }
            "notify" => {
                let Notify { text } = params(wish)?;
                self.check_show(&text, now)?;
                self.outputs.push_back(Output::Notify(text));
            }
            "prompt" => return self.ask_user(wish, now),
            "timer/set" => self.set_timer(params(wish)?, now)?,
            "state/get" => {
                let StateGet { key } = params(wish)?;
                let value = self.state.get(&key);
                return Ok(Granted::Now(json!({"value": value})));
            }
            "state/set" => self.set_state(params(wish)?)?,
            "log" => {
                let Log { text } = params(wish)?;
                self.log(text);
            }
            other => {
                let text = format!("unknown method '{other}'");
                return Err(RpcError::new(RpcError::METHOD_NOT_FOUND, text));
            }
        }
        Ok(nothing)
    }

    /// The command that is running, if just one is, and where it was typed.
    fn running_command(&self) -> (Option<u64>, Option<String>) {
        let mut running = self
            .pending
            .values()
            .filter_map(|pending| match &pending.purpose {
                Purpose::Run { token, target } => Some((*token, target.clone())),
                _ => None,
            });
        match (running.next(), running.next()) {
            (Some((token, target)), None) => (Some(token), target),
            _ => (None, None),
        }
    }

    /// Says something in the user's name, a message a line. `current` is where the command that asks for it was typed.
    pub(super) fn say(
        &mut self,
        token: Option<u64>,
        target: Option<&str>,
        current: Option<&str>,
        text: &str,
        kind: MessageKind,
        now: Moment,
    ) -> Result<(), RpcError> {
        let invalid = |reason: &str| RpcError::new(RpcError::INVALID_PARAMS, reason);
        let target =
            target.ok_or_else(|| invalid("expected `target`, since no one command is running"))?;
        Target::new(target).map_err(|_| invalid("expected a room or a nick in `target`"))?;
        if text.trim().is_empty() {
            return Err(invalid("expected some text in `text`"));
        }
        if text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
            return Err(invalid(
                "expected a text without control characters in `text`",
            ));
        }
        let permitted = &self.profile.permissions.send;
        if !permitted.covers(target, current) {
            return Err(self.violation(&format!("send to {target}"), now));
        }
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            if !self.limits.sends.spend(now) {
                return Err(RpcError::new(
                    RpcError::TOO_MUCH,
                    "too many messages at once",
                ));
            }
            self.figures.sends += 1;
            self.outputs.push_back(Output::Send {
                token,
                target: target.to_owned(),
                text: line.to_owned(),
                kind,
            });
        }
        Ok(())
    }

    /// Shows the lines of a text.
    pub(super) fn show(&mut self, text: &str, now: Moment) -> Result<(), RpcError> {
        self.check_length(text)?;
        for line in text.lines() {
            self.spend_show(now)?;
            self.outputs.push_back(Output::Show(line.to_owned()));
        }
        Ok(())
    }

    /// Whether a line may be shown now.
    fn check_show(&mut self, text: &str, now: Moment) -> Result<(), RpcError> {
        self.check_length(text)?;
        self.spend_show(now)
    }

    fn check_length(&self, text: &str) -> Result<(), RpcError> {
        let max = self.limits.show_bytes_max;
        if text.len() <= max {
            return Ok(());
        }
        let text = format!("expected a text of at most {max} bytes");
        Err(RpcError::new(RpcError::TOO_MUCH, text))
    }

    fn spend_show(&mut self, now: Moment) -> Result<(), RpcError> {
        if self.limits.shows.spend(now) {
            Ok(())
        } else {
            Err(RpcError::new(RpcError::TOO_MUCH, "too many lines at once"))
        }
    }

    /// It tried what it may not: it gets an error, and the user a line.
    fn violation(&mut self, what: &str, now: Moment) -> RpcError {
        self.figures.violations += 1;
        if self.limits.complaints.spend(now) {
            self.tell(&format!("tried to {what}, which it may not"));
        }
        self.log(format!("tried to {what}, which it may not"));
        RpcError::new(RpcError::FORBIDDEN, format!("not permitted: {what}"))
    }

    fn ask_user(&mut self, wish: &Wish, now: Moment) -> Result<Granted, RpcError> {
        let Prompt { text } = params(wish)?;
        let id = wish.id.clone();
        let id =
            id.ok_or_else(|| RpcError::new(RpcError::INVALID_REQUEST, "a prompt needs an `id`"))?;
        if self.prompt.is_some() {
            let text = "expected the reply to the last prompt first";
            return Err(RpcError::new(RpcError::TOO_MUCH, text));
        }
        self.check_show(&text, now)?;
        self.prompt = Some(id);
        self.outputs.push_back(Output::Prompt(text));
        Ok(Granted::Later)
    }

    fn set_timer(&mut self, set: TimerSet, now: Moment) -> Result<(), RpcError> {
        let TimerSet { timer, after_ms } = set;
        check_key(&timer)?;
        let Some(after) = after_ms.map(Duration::from_millis) else {
            self.timers.remove(&timer);
            return Ok(());
        };
        if after > TIMER_MAX {
            let text = "expected at most a year in `after_ms`";
            return Err(RpcError::new(RpcError::INVALID_PARAMS, text));
        }
        if self.timers.len() >= self.limits.timers_max && !self.timers.contains_key(&timer) {
            let text = format!("expected at most {} timers", self.limits.timers_max);
            return Err(RpcError::new(RpcError::TOO_MUCH, text));
        }
        self.timers.insert(timer, now.saturating_add(after));
        Ok(())
    }

    fn set_state(&mut self, set: StateSet) -> Result<(), RpcError> {
        check_key(&set.key)?;
        let mut state = self.state.clone();
        if set.value.is_null() {
            state.remove(&set.key);
        } else {
            state.insert(set.key, set.value);
        }
        let text = serde_json::to_string(&state).unwrap_or_default();
        if text.len() > self.limits.state_bytes_max {
            let max = self.limits.state_bytes_max;
            let text = format!("expected a store of at most {max} bytes in all");
            return Err(RpcError::new(RpcError::TOO_MUCH, text));
        }
        self.state = state;
        self.outputs.push_back(Output::Keep(text));
        Ok(())
    }
}

fn check_key(key: &str) -> Result<(), RpcError> {
    if (1..=KEY_BYTES_MAX).contains(&key.len()) {
        Ok(())
    } else {
        let text = format!("expected a name of 1 to {KEY_BYTES_MAX} bytes");
        Err(RpcError::new(RpcError::INVALID_PARAMS, text))
    }
}

fn params<T: DeserializeOwned>(wish: &Wish) -> Result<T, RpcError> {
    serde_json::from_value(wish.params.clone())
        .map_err(|error| RpcError::new(RpcError::INVALID_PARAMS, error.to_string()))
}
