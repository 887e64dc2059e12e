//! The answer that a script waits for: `--expect REGEX`.
//!
//! It may come as soon as the first line is on its way, since whoever answers may be faster than the
//! acknowledgement of the lines behind it. The time runs from when all lines are acknowledged.

use std::time::Duration;

use regex::Regex;
use salon_commands::Target;
use salon_protocol::eq_folded;
use tokio::time::{Instant, sleep_until};

use crate::conversation::Plan;
use crate::event::{Event, EventKind, room_of};

/// Whether the answer has come.
#[derive(Debug)]
pub(super) struct Answer {
    pattern: Option<Regex>,
    /// Where it is expected; anywhere for none.
    place: Option<Target>,
    /// How long it is waited for; for ever for none.
    patience: Option<Duration>,
    has_begun: bool,
    has_come: bool,
    deadline: Option<Instant>,
    is_given_up: bool,
}

impl Answer {
    /// An answer that fits the pattern; nothing is waited for without one.
    pub(super) fn new(pattern: Option<Regex>, plan: &Plan) -> Self {
        Self {
            pattern,
            place: plan.addressee.clone(),
            patience: plan.timeout,
            has_begun: false,
            has_come: false,
            deadline: None,
            is_given_up: false,
        }
    }

    /// The room that it is expected in.
    pub(super) fn room(&self) -> Option<String> {
        self.place.as_ref()?.room().map(str::to_owned)
    }

    /// Something is said now: what is heard from here on may be the answer.
    pub(super) fn begin(&mut self) {
        self.has_begun = true;
    }

    /// Whether an event is the answer.
    pub(super) fn judge(&mut self, event: &Event, own_nick: &str) -> bool {
        let Some(pattern) = self.pattern.as_ref().filter(|_| !self.is_settled()) else {
            return false;
        };
        let (EventKind::Message { text } | EventKind::Action { text } | EventKind::Notice { text }) =
            &event.kind
        else {
            return false;
        };
        let is = |name: &Option<String>, other: &str| {
            name.as_deref().is_some_and(|name| eq_folded(name, other))
        };
        let is_here = match &self.place {
            None => true,
            Some(place @ (Target::Room(_) | Target::Ranked(_))) => {
                let room = event.to.as_deref().and_then(room_of);
                room.is_some_and(|room| eq_folded(room, place.place()))
            }
            Some(Target::Nick(nick)) => is(&event.from, nick.as_str()) && is(&event.to, own_nick),
        };
        self.has_come = self.has_begun && !event.own && is_here && pattern.is_match(text);
        self.has_come
    }

    /// All was said: the time runs.
    pub(super) fn await_from_now(&mut self) {
        self.has_begun = true;
        if self.deadline.is_none() {
            self.deadline = self.patience.map(|patience| Instant::now() + patience);
        }
    }

    /// Waits until the answer is late; for ever while none is waited for.
    pub(super) async fn time_is_up(&self) {
        match self.deadline.filter(|_| !self.is_settled()) {
            Some(deadline) => sleep_until(deadline).await,
            None => std::future::pending().await,
        }
    }

    /// No longer waits.
    pub(super) fn give_up(&mut self) {
        self.is_given_up = true;
    }

    /// Whether nothing is waited for any more.
    pub(super) fn is_settled(&self) -> bool {
        self.pattern.is_none() || self.has_come || self.is_given_up
    }

    /// Whether it was waited for and did not come.
    pub(super) fn is_missing(&self) -> bool {
        self.pattern.is_some() && !self.has_come
    }

    /// What is said when it did not come.
    pub(super) fn missing(&self) -> String {
        let pattern = self.pattern.as_ref().map_or("", Regex::as_str);
        let seconds = self.patience.unwrap_or_default().as_secs_f32();
        format!("no answer that fits '{pattern}' came within {seconds} s")
    }
}
