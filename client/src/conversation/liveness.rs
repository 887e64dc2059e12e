//! Whether the hub is still there, for a person who would rather know than wait. A link can die without a word:
//! a cable, a tunnel, a laptop that slept. So a hub that is silent is asked for a sign of life, and one that owes
//! us an answer has seconds to say anything at all. Pure: the caller brings both clocks.
//!
//! The clock that measures pauses stands still while a computer sleeps, and the time of day does not. When they
//! have drifted apart, the computer has slept, and whatever the link was may be gone.

use std::time::Duration;

use salon_protocol::Timestamp;
use tokio::time::Instant;

use super::{Conversation, clock};

/// After how long without a word the hub is asked for a sign of life.
const IDLE: Duration = Duration::from_secs(15);
/// How long it may say nothing at all when it owes us an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// The same after a sleep.
const ANSWER_WITHIN_AFTER_SLEEP: Duration = Duration::from_secs(5);
/// How often the two clocks are compared.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How far they may drift apart between two looks.
const DRIFT_MAX: Duration = Duration::from_secs(3);

/// The signs of life.
#[derive(Debug)]
pub(super) struct Liveness {
    heard: Instant,
    /// When we first said something since we heard anything.
    spoke: Option<Instant>,
    has_slept: bool,
    looked: (Instant, Timestamp),
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Nothing.
    Fine,
    /// Ask for a sign of life.
    Ask,
    /// The link is dead.
    Dead,
}

impl Liveness {
    /// A link that is new.
    pub(super) fn new(now: Instant, time: Timestamp) -> Self {
        Self {
            heard: now,
            spoke: None,
            has_slept: false,
            looked: (now, time),
        }
    }

    /// The hub said something.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.spoke = None;
        self.has_slept = false;
    }

    /// We said something.
    pub(super) fn spoke(&mut self, now: Instant) {
        self.spoke.get_or_insert(now);
    }

    /// When the clocks are to be compared next.
    pub(super) fn next_look(&self) -> Instant {
        self.looked.0 + LOOK_EVERY
    }

    /// When something is to be done next.
    pub(super) fn deadline(&self) -> Instant {
        let due = match self.spoke {
            Some(spoke) => spoke + self.patience(),
            None => self.heard + IDLE,
        };
        due.min(self.next_look())
    }

    /// Compares the clocks, if it is time to. Says whether the computer has slept.
    pub(super) fn look(&mut self, now: Instant, time: Timestamp) -> bool {
        let (instant, then) = self.looked;
        if now < instant + LOOK_EVERY {
            return false;
        }
        self.looked = (now, time);
        let by_day = Duration::from_millis(time.as_millis().saturating_sub(then.as_millis()));
        by_day.saturating_sub(now.duration_since(instant)) > DRIFT_MAX
    }

    fn patience(&self) -> Duration {
        if self.has_slept {
            ANSWER_WITHIN_AFTER_SLEEP
        } else {
            ANSWER_WITHIN
        }
    }

    fn judge(&mut self, now: Instant, time: Timestamp, is_owed: bool) -> Verdict {
        if self.look(now, time) {
            self.has_slept = true;
            self.spoke = None;
            return Verdict::Ask;
        }
        match self.spoke {
            Some(spoke) if now < spoke + self.patience() => Verdict::Fine,
            Some(_) if is_owed => Verdict::Dead,
            // It had nothing to answer.
            Some(_) => Verdict::Ask,
            None if now >= self.heard + IDLE => Verdict::Ask,
            None => Verdict::Fine,
        }
    }
}

impl Conversation {
    /// Whether the link is watched: scripts have their patience, and a hub may take its time to let us in.
    pub(super) fn is_watched(&self) -> bool {
        self.is_for_person() && self.session.is_ready() && self.quit_at.is_none()
    }

    /// Does what the signs of life ask for.
    pub(super) fn watch(&mut self) {
        let now = Instant::now();
        let looks = now >= self.liveness.next_look();
        let is_owed = self.session.awaits_server();
        match self.liveness.judge(now, clock(), is_owed) {
            Verdict::Fine => {}
            Verdict::Ask => {
                self.session.probe();
                self.carry_out();
                self.liveness.spoke = Some(now);
            }
            Verdict::Dead => return self.end("no answer from the hub"),
        }
        if looks {
            self.session.look_for_nick(clock());
            self.carry_out();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Judges after so many seconds on the clock of pauses and by the time of day.
    #[track_caller]
    fn check(
        liveness: &mut Liveness,
        begin: Instant,
        at: (u64, u64),
        is_owed: bool,
        expected: Verdict,
    ) {
        let time = Timestamp::from_millis(1_000_000 + at.1 * 1000);
        assert_eq!(
            liveness.judge(begin + seconds(at.0), time, is_owed),
            expected,
            "{at:?}"
        );
    }

    fn new() -> (Liveness, Instant) {
        let begin = Instant::now();
        (
            Liveness::new(begin, Timestamp::from_millis(1_000_000)),
            begin,
        )
    }

    #[test]
    fn silence_is_asked_about_and_then_ends_it() {
        let (mut liveness, begin) = new();
        check(&mut liveness, begin, (5, 5), false, Verdict::Fine);
        check(&mut liveness, begin, (15, 15), false, Verdict::Ask);
        liveness.spoke(begin + seconds(15));
        check(&mut liveness, begin, (24, 24), true, Verdict::Fine);
        check(&mut liveness, begin, (25, 25), true, Verdict::Dead);
        liveness.heard(begin + seconds(25));
        check(&mut liveness, begin, (26, 26), true, Verdict::Fine);
    }

    #[test]
    fn what_is_said_into_a_dead_link_is_noticed_sooner() {
        let (mut liveness, begin) = new();
        liveness.spoke(begin + seconds(2));
        assert_eq!(liveness.deadline(), begin + LOOK_EVERY);
        check(&mut liveness, begin, (6, 6), true, Verdict::Fine);
        assert_eq!(liveness.deadline(), begin + seconds(11));
        liveness.spoke(begin + seconds(8));
        check(&mut liveness, begin, (12, 12), true, Verdict::Dead);
    }

    #[test]
    fn after_a_sleep_it_is_asked_at_once_and_the_answer_has_less_time() {
        let (mut liveness, begin) = new();
        liveness.spoke(begin + seconds(1));
        check(&mut liveness, begin, (6, 3600), true, Verdict::Ask);
        liveness.spoke(begin + seconds(6));
        check(&mut liveness, begin, (10, 3604), true, Verdict::Fine);
        check(&mut liveness, begin, (11, 3605), true, Verdict::Dead);
    }

    #[test]
    fn a_clock_that_is_set_back_is_no_sleep() {
        let (mut liveness, begin) = new();
        check(&mut liveness, begin, (6, 0), false, Verdict::Fine);
        check(&mut liveness, begin, (12, 6), false, Verdict::Fine);
    }
}
