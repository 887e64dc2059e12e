//! Who is woken when a room has news, and when (pure).
//!
//! A room with many listeners wakes them a few at a time, round and round, and takes requests in between. To wake all at
//! once would put everybody else's work, the room's next turn and the senders' next lines included, behind all the
//! writing; this way what is said while a round is under way is published at once, and reaches those whose turn is
//! still to come with the same system call.

use std::collections::BTreeMap;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::sync::Arc;

use crate::identity::{SessionId, UserId};
use crate::inbox::Inbox;

/// How many listeners are woken at once.
const STEP: usize = 32;

/// How many runs are published in a round before the room waits for its end, so that the ring does not overtake
/// listeners whose turn has not come: of two rounds that follow each other, the runs fit into it.
const ROUND_RUNS: usize = super::task::RING_RUNS / 4;

/// A connection of a user.
type Listener = (UserId, SessionId);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Herald {
    listeners: BTreeMap<Listener, Arc<Inbox>>,
    /// Who was woken last; nobody is before the first.
    last: Option<Listener>,
    /// What is left of the round.
    left: Left,
    /// Runs that were published since the round came to the first listener.
    runs: usize,
}

/// What is left of a round that began behind a listener.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Everybody has been woken since the last run.
    #[default]
    Nothing,
    /// Those up to the last of all, and then those up to this one.
    ToTheEnd(Option<Listener>),
    /// Those up to this one.
    UpTo(Option<Listener>),
}

impl Herald {
    /// Has a connection woken for what is published from now on.
    pub(super) fn admit(&mut self, listener: Listener, inbox: Arc<Inbox>) {
        self.listeners.insert(listener, inbox);
    }

    /// Wakes a connection one last time.
    pub(super) fn dismiss(&mut self, listener: Listener) {
        if let Some(inbox) = self.listeners.remove(&listener) {
            inbox.wake();
        }
    }

    /// Wakes all connections of a user one last time.
    pub(super) fn dismiss_user(&mut self, user: UserId) {
        let sessions = (user, SessionId(0))..=(user, SessionId(u64::MAX));
        let gone: Vec<Listener> = self
            .listeners
            .range(sessions)
            .map(|(key, _)| *key)
            .collect();
        for listener in gone {
            self.dismiss(listener);
        }
    }

    /// Takes note of a run that was published, and wakes the first few. Those come first who have waited longest.
    pub(super) fn announce(&mut self) {
        self.runs += 1;
        self.left = Left::ToTheEnd(self.last);
        self.step();
    }

    /// Whether somebody is still to be woken.
    pub(super) fn is_under_way(&self) -> bool {
        self.left != Left::Nothing
    }

    /// Whether so much was published that the round has to go on before there is more.
    pub(super) fn is_behind(&self) -> bool {
        self.runs >= ROUND_RUNS
    }

    /// Wakes the next few.
    pub(super) fn step(&mut self) {
        let mut few = STEP;
        if let Left::ToTheEnd(until) = self.left {
            let begin = self.last.map_or(Unbounded, Excluded);
            if !self.wake((begin, Unbounded), &mut few) {
                return;
            }
            self.last = None;
            self.runs = 0;
            self.left = Left::UpTo(until);
        }
        if let Left::UpTo(until) = self.left {
            let begin = self.last.map_or(Unbounded, Excluded);
            let is_done = match until {
                Some(until) if self.last < Some(until) => {
                    self.wake((begin, Included(until)), &mut few)
                }
                _ => true,
            };
            if is_done {
                self.left = Left::Nothing;
                self.runs = 0;
            }
        }
    }

    /// Wakes the first few of some listeners, and says whether these are all.
    fn wake(&mut self, range: (Bound<Listener>, Bound<Listener>), few: &mut usize) -> bool {
        let mut listeners = self.listeners.range(range);
        while *few > 0 {
            let Some((listener, inbox)) = listeners.next() else {
                return true;
            };
            inbox.wake();
            self.last = Some(*listener);
            *few -= 1;
        }
        listeners.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    fn listener(number: u64) -> Listener {
        (UserId(number), SessionId(number))
    }

    fn vec_of(numbers: impl IntoIterator<Item = u64>) -> Vec<u64> {
        numbers.into_iter().collect()
    }

    fn room_of(count: u64) -> (Herald, BTreeMap<u64, Arc<Inbox>>) {
        let mut herald = Herald::default();
        let inboxes: BTreeMap<u64, Arc<Inbox>> =
            (0..count).map(|number| (number, Arc::default())).collect();
        for (number, inbox) in &inboxes {
            herald.admit(listener(*number), Arc::clone(inbox));
        }
        (herald, inboxes)
    }

    /// Those who were woken since the last look.
    fn woken(inboxes: &BTreeMap<u64, Arc<Inbox>>) -> Vec<u64> {
        let mut context = Context::from_waker(Waker::noop());
        let woken = inboxes
            .iter()
            .filter(|(_, inbox)| inbox.poll_woken(&mut context).is_ready());
        woken.map(|(number, _)| *number).collect()
    }

    fn rest_of_the_round(herald: &mut Herald) -> usize {
        let mut steps = 0;
        while herald.is_under_way() {
            herald.step();
            steps += 1;
        }
        steps
    }

    #[test]
    fn few_are_woken_at_once() {
        let (mut herald, inboxes) = room_of(STEP as u64);
        herald.announce();
        assert_eq!(woken(&inboxes).len(), STEP);
        assert!(!herald.is_under_way());
    }

    #[test]
    fn many_are_woken_step_by_step_and_each_once() {
        let (mut herald, inboxes) = room_of(100);
        herald.announce();
        assert_eq!(woken(&inboxes), vec_of(0..STEP as u64));
        assert_eq!(rest_of_the_round(&mut herald), 100 / STEP);
        assert_eq!(woken(&inboxes), vec_of(STEP as u64..100));
    }

    #[test]
    fn what_comes_in_the_middle_of_a_round_goes_to_those_first_whose_turn_it_is() {
        let (mut herald, inboxes) = room_of(100);
        herald.announce();
        woken(&inboxes);
        herald.announce();
        assert_eq!(woken(&inboxes), vec_of(STEP as u64..2 * STEP as u64));
        rest_of_the_round(&mut herald);
        // All but those of the second step, who have it already.
        let mut others = vec_of(0..STEP as u64);
        others.extend(2 * STEP as u64..100);
        assert_eq!(woken(&inboxes), others);
    }

    #[test]
    fn a_round_goes_on_whoever_comes_and_goes() {
        let (mut herald, mut inboxes) = room_of(100);
        herald.announce();
        woken(&inboxes);
        for gone in [STEP as u64 - 1, 50, 99] {
            herald.dismiss(listener(gone));
            assert_eq!(woken(&inboxes), [gone], "woken one last time");
        }
        inboxes.insert(200, Arc::default());
        herald.admit(listener(200), Arc::clone(&inboxes[&200]));
        herald.announce();
        rest_of_the_round(&mut herald);
        let gone = [STEP as u64 - 1, 50, 99];
        let here = (0..100).chain([200]).filter(|one| !gone.contains(one));
        assert_eq!(woken(&inboxes), vec_of(here));
    }

    #[test]
    fn all_may_leave_in_the_middle_of_a_round() {
        let (mut herald, inboxes) = room_of(100);
        herald.announce();
        for number in 0..100 {
            herald.dismiss_user(UserId(number));
        }
        assert_eq!(woken(&inboxes).len(), 100);
        rest_of_the_round(&mut herald);
        herald.announce();
        assert!(!herald.is_under_way() && !herald.is_behind());
    }

    #[test]
    fn the_ring_holds_what_is_published_while_one_waits_for_its_turn() {
        let (mut herald, inboxes) = room_of(4_000);
        let mut published = 0;
        let mut seen: BTreeMap<u64, usize> = inboxes.keys().map(|number| (*number, 0)).collect();
        for _ in 0..1_500 {
            if herald.is_behind() {
                herald.step();
            } else {
                published += 1;
                herald.announce();
            }
            for number in woken(&inboxes) {
                let before = seen.insert(number, published).unwrap_or_default();
                assert!(published - before < super::super::task::RING_RUNS);
            }
        }
        assert!(published > 100, "it goes on");
        rest_of_the_round(&mut herald);
        assert!(!herald.is_behind());
    }
}
