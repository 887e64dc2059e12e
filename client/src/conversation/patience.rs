//! How long the hub is waited for, and what is done when time is up.

use std::time::Duration;

use tokio::time::Instant;

use super::moving::Moving;
use super::{Conversation, OpenError, clock};
use crate::driver::Ended;

/// After how long without a word from the hub it is asked for a sign of life.
const PROBE_AFTER: Duration = Duration::from_mins(1);
/// How long the hub may take to close after our `QUIT`.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);
/// How long a hub may be silent about what it can before it is told who we are all the same. Nearly all say at once that they
/// don't know what they were asked.
const INTRODUCED_AFTER: Duration = Duration::from_secs(5);

impl Conversation {
    /// When patience ends.
    pub(super) fn deadline(&self) -> Option<Instant> {
        if let Moving::Waiting(until) = self.moving_to {
            return Some(until.min(self.liveness.next_look()));
        }
        if self.moving_to.is_off() {
            return None;
        }
        if let Some(quit_at) = self.quit_at {
            return Some(quit_at + CLOSE_WITHIN);
        }
        if self.session.is_holding_back() {
            let within = self.timeout.map(|patience| patience / 2);
            return Some(self.last_heard + INTRODUCED_AFTER.min(within.unwrap_or(Duration::MAX)));
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

    /// Whether the hub has had its time to close after our `QUIT`.
    pub(super) fn is_quit_over(&self) -> bool {
        let quit_at = self.quit_at.filter(|_| !self.moving_to.is_off());
        quit_at.is_some_and(|quit_at| quit_at + CLOSE_WITHIN <= Instant::now())
    }

    pub(super) fn time_is_up(&mut self) {
        if let Moving::Waiting(until) = self.moving_to {
            let has_slept = self.liveness.look(Instant::now(), clock());
            if has_slept || until <= Instant::now() {
                self.begin_connecting(Box::new(self.plan.clone()));
            }
        } else if self.quit_at.is_some() {
            self.end("the hub did not close it");
        } else if self.session.is_holding_back() {
            self.session.introduce();
            self.carry_out();
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
}
