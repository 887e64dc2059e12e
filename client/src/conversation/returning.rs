//! Coming back to a hub that was lost, for a person at a prompt: again and again, after pauses that
//! grow, under the same nick, to the same rooms. What is said meanwhile is kept and sent on return.
//!
//! A script is not brought back: its exit code says which lines are not known to have arrived.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use tokio::time::Instant;

use super::moving::Moving;
use super::plan::ClosedRoom;
use super::{Conversation, Plan};
use crate::session::{Outcome, Refusal, Status, Ticket};

/// The shortest pause before a try.
pub(crate) const PAUSE_MIN: Duration = Duration::from_secs(1);
/// The longest, in shortest ones.
const PAUSE_GROWTH_MAX: u32 = 60;
/// After how many shortest pauses on a hub a new loss has nothing to do with the one before.
const SETTLED_AFTER: u32 = 60;

/// What is needed to go on where one was.
#[derive(Debug, Default)]
pub(super) struct Returning {
    /// Where plain lines went.
    pub(super) current: Option<String>,
    /// How often a return was tried since the hub was lost; 0 while it is not lost.
    tries: u32,
    /// How often it was tried before, if that was a moment ago.
    tries_before: u32,
    /// Whether the hub that was lost can tell what has arrived.
    pub(super) could_look: bool,
    /// Since when we are on the hub.
    since: Option<Instant>,
    /// What was last said about why it fails.
    told: Option<String>,
    /// Whether the way leads to another hub than before.
    pub(super) is_elsewhere: bool,
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
        self.returning.could_look = self.session.can_fill();
        let status = self.session.status();
        self.plan.identity.rooms = self.session.rooms_to_join();
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
        let status = Status {
            waiting: self.outbox.waiting(),
            ..status
        };
        if status.is_online || !self.is_for_person() {
            return status;
        }
        Status {
            current: self.returning.current.clone(),
            rooms: self.rooms_left(),
            ..status
        }
    }

    /// The names of the rooms where one was, or that are to be joined.
    fn rooms_left(&self) -> Vec<String> {
        let rooms = self.plan.identity.rooms.iter();
        rooms.map(|room| room.name.clone()).collect()
    }

    /// The hub is gone, and nobody wanted that.
    pub(super) fn lost(&mut self, reason: &str, unacknowledged: Vec<Ticket>) {
        self.barrier = false;
        self.moving = None;
        self.quit_at = None;
        self.inform(&format!("the connection was lost: {reason}"));
        self.doubt_messages();
        for ticket in unacknowledged {
            // What a person has said is looked up first.
            if !super::sending::is_of_message(ticket) {
                self.resolved(ticket, Outcome::Refused(Refusal::lost()));
            }
        }
        if let Some((ticket, _)) = self.held.take() {
            self.resolved(ticket, Outcome::Refused(Refusal::new("not connected")));
        }
        self.inform("trying to come back; ':reconnect' tries at once, ':disconnect' gives up");
        let settled = self.plan.pause_min.saturating_mul(SETTLED_AFTER);
        let since = self.returning.since.take();
        if since.is_none_or(|since| since.elapsed() < settled) {
            self.returning.tries = self.returning.tries_before;
        }
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
        let pause = pause_after(self.plan.pause_min, self.returning.tries);
        self.returning.tries = self.returning.tries.saturating_add(1);
        self.moving_to = Moving::Waiting(Instant::now() + pause);
    }

    /// Nobody is to come back any more.
    pub(super) fn stop_returning(&mut self) {
        self.returning.tries = 0;
        self.returning.tries_before = 0;
        self.returning.told = None;
    }

    /// The hub let us in again, or for the first time.
    pub(super) fn came_back(&mut self) {
        let tries = self.returning.tries;
        self.stop_returning();
        self.hub_before = None;
        self.returning.tries_before = tries;
        self.returning.since = Some(Instant::now());
        if let Some(current) = self.returning.current.take() {
            self.session.resume(&current);
        }
        self.rehome_outbox();
        self.begin_sending();
    }

    /// Forgets where one was, unless the plan leads to the same hub. The way back to one's own hub is remembered.
    pub(super) fn forget_place_unless(&mut self, plan: &Plan) {
        if !plan.is_beside(&self.plan) {
            if self.plan.is_beside(&self.own_hub) {
                *self.own_hub = self.plan.clone();
            }
            self.returning.current = None;
            self.close_outbox();
            self.returning.is_elsewhere = true;
        }
    }
}

/// How long to wait before coming back to a hub, after so many tries.
pub(crate) fn pause_before(tries: u32) -> Duration {
    pause_after(PAUSE_MIN, tries)
}

fn pause_after(shortest: Duration, tries: u32) -> Duration {
    pause(shortest, tries, RandomState::new().hash_one(tries))
}

/// How long to wait before a try: up to twice as long each time, and never as long as the others who
/// lost the same hub.
fn pause(shortest: Duration, tries: u32, random: u64) -> Duration {
    let longest = shortest
        .saturating_mul(2_u32.saturating_pow(tries.saturating_add(1)))
        .min(shortest.saturating_mul(PAUSE_GROWTH_MAX));
    let span = longest.saturating_sub(shortest);
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    shortest + Duration::from_millis(random % millis.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_differ() {
        for tries in [0, 1, 2, 5, 6, 40, u32::MAX] {
            let longest = PAUSE_MIN
                .saturating_mul(2_u32.saturating_pow(tries.saturating_add(1)))
                .min(Duration::from_mins(1));
            for random in [0, 1, 999, 123_456_789, u64::MAX] {
                let pause = pause(PAUSE_MIN, tries, random);
                assert!((PAUSE_MIN..=longest).contains(&pause), "{tries} {pause:?}");
            }
        }
        assert_ne!(pause(PAUSE_MIN, 3, 100), pause(PAUSE_MIN, 3, 5000));
    }
}
