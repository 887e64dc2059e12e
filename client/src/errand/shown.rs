//! What pages have shown lately, so that it isn't shown again when it arrives as something new: a hub
//! may tell of an event some time after its history has it. The memory is bounded.

use std::collections::{HashSet, VecDeque};

use salon_protocol::Timestamp;

use crate::event::Event;

/// How many events are remembered. Whatever arrives and is older than all of them was shown before them.
const REMEMBERED_MAX: usize = 10_000;

/// The ids of what was shown.
#[derive(Debug, Default)]
pub(super) struct Shown {
    ids: HashSet<String>,
    order: VecDeque<(String, Timestamp)>,
    /// Up to when all was shown, as far as it is forgotten.
    forgotten_until: Option<Timestamp>,
    /// Whether the last event that was judged was shown before.
    was_double: bool,
}

impl Shown {
    /// Remembers an event.
    pub(super) fn remember(&mut self, id: &str, time: Timestamp) {
        if !self.ids.insert(id.to_owned()) {
            return;
        }
        self.order.push_back((id.to_owned(), time));
        if self.order.len() > REMEMBERED_MAX
            && let Some((id, time)) = self.order.pop_front()
        {
            self.ids.remove(&id);
            self.forgotten_until = Some(time);
        }
    }

    /// Whether an event that arrives was shown before.
    pub(super) fn is_double(&mut self, event: &Event) -> bool {
        // A message of many lines has its id on the first alone, and the others follow it at once.
        if let Some(id) = &event.id {
            let is_forgotten = self
                .forgotten_until
                .is_some_and(|until| event.time <= until);
            self.was_double = is_forgotten || self.ids.contains(id);
        }
        self.was_double
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventKind;

    fn event(id: Option<&str>, time: u64) -> Event {
        Event {
            time: Timestamp::from_millis(time),
            id: id.map(str::to_owned),
            from: Some("ann".to_owned()),
            account: None,
            to: Some("#dev".to_owned()),
            own: false,
            kind: EventKind::Join,
        }
    }

    #[test]
    fn what_was_shown_is_known_whenever_it_arrives() {
        let mut shown = Shown::default();
        shown.remember("a", Timestamp::from_millis(1));
        shown.remember("b", Timestamp::from_millis(2));
        assert!(shown.is_double(&event(Some("a"), 1)));
        assert!(shown.is_double(&event(Some("b"), 2)));
        assert!(!shown.is_double(&event(Some("c"), 2)));
    }

    #[test]
    fn lines_without_an_id_go_with_the_one_before_them() {
        let mut shown = Shown::default();
        assert!(!shown.is_double(&event(None, 1)));
        shown.remember("a", Timestamp::from_millis(1));
        assert!(shown.is_double(&event(Some("a"), 1)));
        assert!(shown.is_double(&event(None, 1)));
        assert!(!shown.is_double(&event(Some("b"), 2)));
        assert!(!shown.is_double(&event(None, 2)));
    }

    #[test]
    fn what_is_older_than_all_that_is_remembered_was_shown() {
        let mut shown = Shown::default();
        let last = REMEMBERED_MAX as u64 + 10;
        for number in 1..=last {
            shown.remember(&number.to_string(), Timestamp::from_millis(number));
        }
        assert_eq!(shown.order.len(), REMEMBERED_MAX);
        assert_eq!(shown.ids.len(), REMEMBERED_MAX);
        for number in 1..=last {
            assert!(
                shown.is_double(&event(Some(&number.to_string()), number)),
                "{number}"
            );
        }
        assert!(!shown.is_double(&event(Some("new"), last + 1)));
    }
}
