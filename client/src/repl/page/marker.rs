//! Up to where each conversation was read, as the hub keeps it: a page of the past that is shown again has a
//! rule there. It reads no clock.

use std::collections::HashMap;

use salon_protocol::{Timestamp, fold};

/// More conversations are forgotten.
const PLACES_MAX: usize = 1_000;

/// The markers, and where the page that is being shown is.
#[derive(Debug, Default)]
pub(super) struct Markers {
    until: HashMap<String, Timestamp>,
    /// Of which conversation the last line of the page was, if it was read.
    read: Option<String>,
}

impl Markers {
    /// This conversation is read up to then. A marker never goes back.
    pub(super) fn set(&mut self, place: &str, until: Timestamp) {
        let key = fold(place);
        if self.until.len() >= PLACES_MAX && !self.until.contains_key(&key) {
            self.until.clear();
        }
        let marker = self.until.entry(key).or_insert(until);
        *marker = (*marker).max(until);
    }

    /// The next line of a page of this conversation. Gives whether it is the first that was not read, below
    /// one that was.
    pub(super) fn divides(&mut self, place: &str, time: Timestamp) -> bool {
        let key = fold(place);
        let is_read = self.until.get(&key).is_some_and(|until| time <= *until);
        let before = std::mem::replace(&mut self.read, is_read.then(|| key.clone()));
        !is_read && before == Some(key)
    }

    /// What is shown is no page of the past any more.
    pub(super) fn end_page(&mut self) {
        self.read = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_between_the_last_read_and_the_first_unread() {
        let at = Timestamp::from_millis;
        let mut markers = Markers::default();
        assert!(!markers.divides("#dev", at(1)));
        markers.set("#DEV", at(5));
        markers.set("#dev", at(4));
        assert!(!markers.divides("#dev", at(4)));
        assert!(!markers.divides("#dev", at(5)));
        assert!(markers.divides("#dev", at(6)));
        assert!(!markers.divides("#dev", at(7)));
        assert!(!markers.divides("#dev", at(5)));
        assert!(!markers.divides("#ops", at(6)));
        assert!(!markers.divides("#dev", at(5)));
        markers.end_page();
        assert!(!markers.divides("#dev", at(6)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut markers = Markers::default();
        for number in 0..=PLACES_MAX {
            markers.set(&format!("#{number}"), Timestamp::from_millis(1));
        }
        assert!(markers.until.len() <= PLACES_MAX);
    }
}
