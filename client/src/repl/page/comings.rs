//! Who comes and goes waits here for a moment: where many do at once, as when two servers lose each other,
//! one line tells it. No other event overtakes it; an answer to what was typed may. It reads no clock and must not render.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use salon_config::Presence;

use crate::event::{Event, EventKind};
use crate::render::CROWD_MIN;

/// After so long without another one, what waits is told.
const PAUSE: Duration = Duration::from_millis(200);
/// The same where many came or went lately.
const PAUSE_BUSY: Duration = Duration::from_secs(2);
/// For how long that is.
const LATELY: Duration = Duration::from_secs(10);
/// Nothing waits longer.
const PATIENCE: Duration = Duration::from_secs(5);
/// No more wait.
const WAITING_MAX: usize = 5_000;

/// Those who came and went, and are not told of yet.
#[derive(Debug, Default)]
pub(super) struct Comings {
    waiting: Vec<Event>,
    /// Since when one of them waits, and until when.
    since: Option<Instant>,
    due: Option<Instant>,
    /// When the last ones came or went.
    lately: VecDeque<Instant>,
}

/// What becomes of an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Coming {
    /// It is told in its turn.
    Told,
    /// It waits.
    Waits,
    /// It is not told.
    Hidden,
}

impl Comings {
    /// Somebody comes or goes, or something else happens, which is not kept waiting.
    pub(super) fn take(&mut self, event: &Event, presence: Presence, now: Instant) -> Coming {
        let is_coming = matches!(
            event.kind,
            EventKind::Join | EventKind::Part { .. } | EventKind::Quit { .. }
        );
        match presence {
            _ if event.own || !is_coming => Coming::Told,
            Presence::All => Coming::Told,
            Presence::Off => Coming::Hidden,
            Presence::Fold => {
                self.hold(event.clone(), now);
                Coming::Waits
            }
        }
    }

    fn hold(&mut self, event: Event, now: Instant) {
        self.waiting.push(event);
        self.lately.push_back(now);
        if self.lately.len() > CROWD_MIN {
            self.lately.pop_front();
        }
        let is_busy = self.lately.len() >= CROWD_MIN
            && self
                .lately
                .front()
                .is_some_and(|first| now.saturating_duration_since(*first) < LATELY);
        let since = *self.since.get_or_insert(now);
        let pause = if is_busy { PAUSE_BUSY } else { PAUSE };
        self.due = Some((now + pause).min(since + PATIENCE));
        if self.waiting.len() >= WAITING_MAX {
            self.due = Some(now);
        }
    }

    /// When what waits is to be told, if something does.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// All that waits, in order.
    pub(super) fn release(&mut self) -> Vec<Event> {
        self.since = None;
        self.due = None;
        std::mem::take(&mut self.waiting)
    }
}

#[cfg(test)]
mod tests {
    use salon_protocol::Timestamp;

    use super::*;

    fn event(kind: EventKind, own: bool) -> Event {
        Event {
            time: Timestamp::from_millis(0),
            id: None,
            from: Some("bob".to_owned()),
            account: None,
            to: Some("#dev".to_owned()),
            own,
            kind,
        }
    }

    fn joined() -> Event {
        event(EventKind::Join, false)
    }

    #[test]
    fn only_who_comes_and_goes_waits() {
        let now = Instant::now();
        let mut comings = Comings::default();
        let mut check = |event: &Event, presence, expected| {
            assert_eq!(comings.take(event, presence, now), expected, "{event:?}");
        };
        let text = "hi".to_owned();
        check(
            &event(EventKind::Message { text }, false),
            Presence::Fold,
            Coming::Told,
        );
        check(&event(EventKind::Join, true), Presence::Off, Coming::Told);
        check(&joined(), Presence::All, Coming::Told);
        check(&joined(), Presence::Off, Coming::Hidden);
        check(&joined(), Presence::Fold, Coming::Waits);
        assert_eq!(comings.due(), Some(now + PAUSE));
        assert_eq!(comings.release(), [joined()]);
        assert_eq!(comings.due(), None);
    }

    #[test]
    fn many_wait_longer_and_never_too_long() {
        let start = Instant::now();
        let mut comings = Comings::default();
        let mut at = |millis| {
            let now = start + Duration::from_millis(millis);
            comings.take(&joined(), Presence::Fold, now);
            let due = comings.due().expect("one waits");
            due.saturating_duration_since(start)
        };
        let millis = Duration::from_millis;
        for number in 0..CROWD_MIN as u64 - 1 {
            assert_eq!(at(number), millis(number) + PAUSE);
        }
        assert_eq!(at(100), millis(100) + PAUSE_BUSY);
        assert_eq!(at(1000), millis(1000) + PAUSE_BUSY);
        assert_eq!(at(4000), PATIENCE);
        assert_eq!(comings.release().len(), CROWD_MIN + 2);
        // A while later the next one is alone.
        comings.take(&joined(), Presence::Fold, start + LATELY * 3);
        assert_eq!(comings.due(), Some(start + LATELY * 3 + PAUSE));
    }

    #[test]
    fn memory_is_bounded() {
        let now = Instant::now();
        let mut comings = Comings::default();
        for _ in 0..WAITING_MAX {
            comings.take(&joined(), Presence::Fold, now);
        }
        assert_eq!(comings.due(), Some(now));
    }
}
