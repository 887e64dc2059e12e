//! Coming back to a hub that was lost, for a person at a prompt: again and again, after pauses that
//! grow, under the same nick, to the same rooms. What is said meanwhile is kept and sent on return.
//!
//! A script is not brought back: its exit code says which lines are not known to have arrived.

use std::collections::VecDeque;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use salon_commands::Effects;
use tokio::time::Instant;

use super::moving::Moving;
use super::order::is_message;
use super::plan::ClosedRoom;
use super::{Conversation, Plan, clock};
use crate::session::{Outcome, Refusal, Status, Ticket};

/// The shortest pause before a try.
const PAUSE_MIN: Duration = Duration::from_secs(1);
/// The longest.
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// How many messages are kept for the return.
const KEPT_MAX: usize = 256;

/// What is needed to go on where one was.
#[derive(Debug, Default)]
pub(super) struct Returning {
    /// Where plain lines went.
    current: Option<String>,
    /// How often a return was tried since the hub was lost.
    tries: u32,
    /// What was last said about why it fails.
    told: Option<String>,
    /// What was said meanwhile.
    kept: VecDeque<(Ticket, Effects)>,
}

impl Returning {
    /// Whether a lost hub is being tried again.
    pub(super) fn is_trying(&self) -> bool {
        self.tries > 0
    }
}

impl Conversation {
    /// Whether somebody is there who would rather wait than begin anew.
    pub(super) fn is_for_person(&self) -> bool {
        self.closed_room == ClosedRoom::Tell
    }

    /// Takes note of where one is, before it is forgotten with the link.
    pub(super) fn note_place(&mut self) {
        if !self.session.is_ready() {
            return;
        }
        let status = self.session.status();
        let is_current = |room: &String| Some(room) == status.current.as_ref();
        let (mut rooms, others): (Vec<_>, Vec<_>) =
            status.rooms.iter().cloned().partition(is_current);
        rooms.extend(others);
        self.plan.identity.rooms = rooms;
        self.session
            .wanted_nick()
            .clone_into(&mut self.plan.identity.nick);
        self.returning.current = status.current;
    }

    /// Where plain lines go, on return if there is no hub now.
    pub(super) fn current(&self) -> Option<&str> {
        let kept = self.returning.current.as_deref();
        let session = self.session.current();
        session.or(kept.filter(|_| self.is_for_person() && !self.session.is_ready()))
    }

    /// The status as a person sees it: who is on no hub is still where they were.
    pub(super) fn as_seen(&self, status: Status) -> Status {
        if status.is_online || !self.is_for_person() {
            return status;
        }
        Status {
            current: self.returning.current.clone(),
            rooms: self.plan.identity.rooms.clone(),
            ..status
        }
    }

    /// The hub is gone, and nobody wanted that.
    pub(super) fn lost(&mut self, reason: &str, unacknowledged: Vec<Ticket>) {
        self.barrier = false;
        self.moving = None;
        self.quit_at = None;
        self.inform(&format!("the connection was lost: {reason}"));
        for ticket in unacknowledged {
            self.resolved(ticket, Outcome::Refused(Refusal::lost()));
        }
        if let Some((ticket, _)) = self.held.take() {
            self.resolved(ticket, Outcome::Refused(Refusal::new("not connected")));
        }
        self.inform("trying to come back; ':reconnect' tries at once, ':disconnect' gives up");
        self.wait_to_return();
    }

    /// A return failed, and another follows.
    pub(super) fn failed_to_return(&mut self, reason: &str) {
        if self.returning.told.as_deref() != Some(reason) {
            self.inform(&format!("{reason}; it is tried again and again"));
            self.returning.told = Some(reason.to_owned());
        }
        self.wait_to_return();
    }

    fn wait_to_return(&mut self) {
        let pause = pause_before(self.returning.tries);
        self.returning.tries = self.returning.tries.saturating_add(1);
        self.moving_to = Moving::Waiting(Instant::now() + pause);
    }

    /// Nobody is to come back any more.
    pub(super) fn stop_returning(&mut self) {
        self.returning.tries = 0;
        self.returning.told = None;
    }

    /// The hub let us in again, or for the first time.
    pub(super) fn came_back(&mut self) {
        self.stop_returning();
        if let Some(current) = self.returning.current.take() {
            self.session.resume(&current);
        }
        while let Some((ticket, effects)) = self.returning.kept.pop_front() {
            self.session.perform(ticket, effects, clock());
        }
    }

    /// Keeps what is said for the return, if it can be. Gives back what can't.
    pub(super) fn keep_for_return(&mut self, ticket: Ticket, effects: Effects) -> Option<Effects> {
        let is_kept = self.is_for_person()
            && self.moving_to.is_off()
            && self.returning.kept.len() < KEPT_MAX
            && !effects.as_slice().is_empty()
            && effects.iter().all(is_message);
        if !is_kept {
            return Some(effects);
        }
        self.returning.kept.push_back((ticket, effects));
        None
    }

    /// What was kept will not be sent: it was meant for the hub that one was on.
    pub(super) fn give_back_kept(&mut self) {
        while let Some((ticket, _)) = self.returning.kept.pop_front() {
            self.resolved(ticket, Outcome::Refused(Refusal::new("not connected")));
        }
    }

    /// Forgets where one was, unless the plan leads to the same hub.
    pub(super) fn forget_place_unless(&mut self, plan: &Plan) {
        if (&plan.host, plan.port) != (&self.plan.host, self.plan.port) {
            self.returning.current = None;
            self.give_back_kept();
        }
    }
}

/// How long to wait before coming back to a hub, after so many tries.
pub(crate) fn pause_before(tries: u32) -> Duration {
    pause(tries, RandomState::new().hash_one(tries))
}

/// How long to wait before a try: up to twice as long each time, and never as long as the others who
/// lost the same hub.
fn pause(tries: u32, random: u64) -> Duration {
    let longest = PAUSE_MIN
        .saturating_mul(2_u32.saturating_pow(tries.saturating_add(1)))
        .min(PAUSE_MAX);
    let span = longest.saturating_sub(PAUSE_MIN);
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    PAUSE_MIN + Duration::from_millis(random % millis.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_differ() {
        for tries in [0, 1, 2, 5, 6, 40, u32::MAX] {
            let longest = PAUSE_MIN
                .saturating_mul(2_u32.saturating_pow(tries.saturating_add(1)))
                .min(PAUSE_MAX);
            for random in [0, 1, 999, 123_456_789, u64::MAX] {
                let pause = pause(tries, random);
                assert!((PAUSE_MIN..=longest).contains(&pause), "{tries} {pause:?}");
            }
        }
        assert_ne!(pause(3, 100), pause(3, 5000));
    }
}
