//! Up to where each conversation was shown, to tell what is new from what is shown again on request: an
//! answer of `:history` neither rings nor counts. It reads no clock.

use std::collections::HashMap;

use salon_protocol::{Timestamp, fold};

use crate::event::Event;

/// More conversations are forgotten, and begin anew.
const PLACES_MAX: usize = 1_000;

/// The last event of each conversation.
#[derive(Debug)]
pub(super) struct Seen {
    /// Since when one is here: what is older was said before.
    since: Option<Timestamp>,
    last: HashMap<String, (Timestamp, Option<String>)>,
}

impl Seen {
    pub(super) fn new() -> Self {
        Self {
            since: None,
            last: HashMap::new(),
        }
    }

    /// One has arrived, for the first time or again.
    pub(super) fn arrive(&mut self, time: Timestamp) {
        self.since.get_or_insert(time);
    }

    /// When the last event of this conversation was.
    pub(super) fn until(&self, place: &str) -> Option<Timestamp> {
        self.last.get(&fold(place)).map(|(time, _)| *time)
    }

    /// Something of this conversation is shown. Gives whether it is new.
    pub(super) fn is_new(&mut self, place: &str, event: &Event) -> bool {
        if self.since.is_some_and(|since| event.time < since) {
            return false;
        }
        let key = fold(place);
        if let Some((time, id)) = self.last.get(&key) {
            let is_same = event.time == *time && event.id.is_some() && event.id == *id;
            if event.time < *time || is_same {
                return false;
            }
        } else if self.last.len() >= PLACES_MAX {
            self.last.clear();
        }
        self.last.insert(key, (event.time, event.id.clone()));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::EventKind;

    fn event(seconds: u64, id: &str) -> Event {
        Event {
            time: Timestamp::from_millis(seconds * 1000),
            id: Some(id.to_owned()).filter(|id| !id.is_empty()),
            from: Some("bob".to_owned()),
            account: None,
            to: Some("#dev".to_owned()),
            own: false,
            kind: EventKind::Message {
                text: "hi".to_owned(),
            },
        }
    }

    #[test]
    fn what_is_shown_again_is_not_new() {
        let mut seen = Seen::new();
        seen.arrive(Timestamp::from_millis(5_000));
        assert!(!seen.is_new("#dev", &event(4, "a")));
        assert!(seen.is_new("#dev", &event(6, "b")));
        assert!(seen.is_new("#dev", &event(6, "c")));
        assert!(!seen.is_new("#DEV", &event(6, "c")));
        assert!(!seen.is_new("#dev", &event(5, "d")));
        assert!(seen.is_new("#ops", &event(5, "d")));
    }

    #[test]
    fn without_ids_and_with_one_clock_all_is_new() {
        let mut seen = Seen::new();
        assert!(seen.is_new("#dev", &event(6, "")));
        assert!(seen.is_new("#dev", &event(6, "")));
    }

    #[test]
    fn a_return_does_not_make_the_gap_old() {
        let mut seen = Seen::new();
        seen.arrive(Timestamp::from_millis(5_000));
        seen.arrive(Timestamp::from_millis(9_000));
        assert!(seen.is_new("#dev", &event(7, "a")));
    }
}
