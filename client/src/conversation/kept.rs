//! What was said, as far as this program has seen it: for `:history` and `:search` on a hub that keeps
//! nothing, and to know which message `:redact` means. It is bounded, and the oldest goes first.

use std::collections::{HashMap, VecDeque};

use salon_protocol::{Timestamp, eq_folded, fold};

use crate::event::{Event, EventKind, room_of};
use crate::session::Wanted;

/// How many lines of one room or person are kept.
const LINES_MAX: usize = 1_000;
/// How many rooms and people.
const PLACES_MAX: usize = 64;

/// The lines that were seen.
#[derive(Debug, Default)]
pub(super) struct Kept {
    places: HashMap<String, Place>,
    /// Counts what is kept, to find what was used least lately.
    used: u64,
}

#[derive(Debug, Default)]
struct Place {
    /// In the order of their times.
    lines: VecDeque<Event>,
    /// Up to where one has read.
    read: Option<Timestamp>,
    used: u64,
}

impl Kept {
    /// Keeps an event, if it is something that was said.
    pub(super) fn keep(&mut self, event: &Event) {
        if let Some(place) = self.place_of(event) {
            place.insert(event, |line| line.id.is_some() && line.id == event.id);
        }
    }

    /// Keeps what was read again of the past. What is known of it came as it does now, with an id or without.
    pub(super) fn keep_past(&mut self, event: &Event) {
        if let Some(place) = self.place_of(event) {
            place.insert(event, |line| match &line.id {
                Some(_) => line.id == event.id,
                None => line == event,
            });
        }
    }

    /// Where an event is kept, if it is something that was said.
    fn place_of(&mut self, event: &Event) -> Option<&mut Place> {
        text(event)?;
        let key = fold(place(event)?);
        if !self.places.contains_key(&key) && self.places.len() >= PLACES_MAX {
            self.forget_one();
        }
        self.used += 1;
        let place = self.places.entry(key).or_default();
        place.used = self.used;
        Some(place)
    }

    /// Forgets what was taken back. Gives it, if it was known; of a message of several lines the first.
    pub(super) fn redact(&mut self, id: &str) -> Option<Event> {
        let mut places = self.places.values_mut();
        places.find_map(|place| place.redact(id))
    }

    /// The last lines of a room or a person, and how many of them were read.
    pub(super) fn last(&self, target: &str, count: usize) -> (Vec<Event>, Option<usize>) {
        let Some(place) = self.places.get(&fold(target)) else {
            return (Vec::new(), None);
        };
        let skipped = place.lines.len().saturating_sub(count);
        let lines: Vec<_> = place.lines.iter().skip(skipped).cloned().collect();
        let read = place.read.map(|read| {
            let is_read = |line: &&Event| line.time <= read;
            lines.iter().take_while(is_read).count()
        });
        (lines, read)
    }

    /// The lines that hold all words, in any case, the oldest first.
    pub(super) fn search(&self, search: &Wanted<'_>) -> Vec<Event> {
        let words: Vec<String> = search
            .words
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let target = search.target.map(fold);
        let places = self.places.iter();
        let mut found: Vec<Event> = places
            .filter(|(key, _)| target.as_ref().is_none_or(|target| target == *key))
            .flat_map(|(_, place)| &place.lines)
            .filter(|line| search.since.is_none_or(|since| line.time >= since))
            .filter(|line| {
                let from = line.from.as_deref().unwrap_or_default();
                search.nick.is_none_or(|nick| eq_folded(from, nick))
            })
            .filter(|line| {
                let text = text(line).unwrap_or_default().to_lowercase();
                words.iter().all(|word| text.contains(word))
            })
            .cloned()
            .collect();
        found.sort_by_key(|line| line.time);
        found
    }

    /// The id of one of one's own messages, the last being 1; `None` if there is none to which the hub gave an id.
    ///
    /// A message of many lines has its id on the first alone.
    pub(super) fn own_id(&self, target: &str, back: usize) -> Option<&str> {
        let place = self.places.get(&fold(target))?;
        let own = place.lines.iter().rev().filter(|line| line.own);
        let mut ids = own.filter_map(|line| line.id.as_deref());
        ids.nth(back.checked_sub(1)?)
    }

    /// All of a room or a person is read. Gives up to when.
    pub(super) fn mark(&mut self, target: &str) -> Option<Timestamp> {
        let place = self.places.get_mut(&fold(target))?;
        let last = place.lines.back()?.time;
        place.read = place.read.max(Some(last));
        place.read
    }

    /// A room or a person is read up to this time, in this client or another. It never goes back.
    pub(super) fn mark_at(&mut self, target: &str, time: Timestamp) {
        let key = fold(target);
        if !self.places.contains_key(&key) && self.places.len() >= PLACES_MAX {
            self.forget_one();
        }
        let place = self.places.entry(key).or_default();
        place.read = place.read.max(Some(time));
    }

    fn forget_one(&mut self) {
        let oldest = self.places.iter().min_by_key(|(_, place)| place.used);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.places.remove(&key);
        }
    }
}

impl Place {
    /// Puts a line where it stands by its time, since what is read again of the past is older than what was said
    /// meanwhile. Leaves it out if it is one of those of its moment already.
    fn insert(&mut self, event: &Event, is_it: impl Fn(&Event) -> bool) {
        let begin = self.lines.partition_point(|line| line.time < event.time);
        let end = self.lines.partition_point(|line| line.time <= event.time);
        if self.lines.range(begin..end).any(is_it) {
            return;
        }
        let is_full = self.lines.len() >= LINES_MAX;
        let Some(index) = end.checked_sub(usize::from(is_full)) else {
            return;
        };
        if is_full {
            self.lines.pop_front();
        }
        self.lines.insert(index, event.clone());
    }

    /// Forgets the message of this id, which may be many lines.
    fn redact(&mut self, id: &str) -> Option<Event> {
        let mut gone: Option<Event> = None;
        let mut is_within = false;
        self.lines.retain(|line| {
            if line.id.is_some() {
                is_within = line.id.as_deref() == Some(id);
                if is_within {
                    gone = Some(line.clone());
                }
                return !is_within;
            }
            // Its further lines are of its moment, and have no id.
            let is_of_it = |first: &Event| first.time == line.time && first.from == line.from;
            !(is_within && gone.as_ref().is_some_and(is_of_it))
        });
        gone
    }
}

/// Where an event was said: a room, or the other person.
fn place(event: &Event) -> Option<&str> {
    let to = event.to.as_deref();
    if let Some(room) = to.and_then(room_of) {
        Some(room)
    } else if event.own {
        to
    } else {
        event.from.as_deref()
    }
}

/// What was said.
fn text(event: &Event) -> Option<&str> {
    match &event.kind {
        EventKind::Message { text } | EventKind::Action { text } | EventKind::Notice { text } => {
            Some(text)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(seconds: u64, from: &str, to: &str, text: &str) -> Event {
        Event {
            time: Timestamp::from_millis(seconds * 1000),
            id: Some(format!("id{seconds}")),
            from: Some(from.to_owned()),
            account: None,
            to: Some(to.to_owned()),
            own: from == "ann",
            kind: EventKind::Message {
                text: text.to_owned(),
            },
        }
    }

    fn kept() -> Kept {
        let mut kept = Kept::default();
        for event in [
            said(1, "bob", "#dev", "The build FAILED again"),
            said(2, "ann", "#dev", "mine"),
            said(3, "bob", "ann", "a secret build"),
            said(4, "ann", "bob", "yes"),
            said(5, "eve", "#dev", "failed build, again"),
        ] {
            kept.keep(&event);
        }
        kept
    }

    #[track_caller]
    fn check(events: &[Event], expected: &[&str]) {
        let texts: Vec<_> = events.iter().filter_map(text).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn history_is_of_one_place() {
        let kept = kept();
        check(&kept.last("#DEV", 2).0, &["mine", "failed build, again"]);
        check(&kept.last("bob", 9).0, &["a secret build", "yes"]);
        check(&kept.last("#none", 9).0, &[]);
    }

    #[test]
    fn what_is_said_to_those_with_a_rank_is_of_the_room() {
        let mut kept = Kept::default();
        kept.keep(&said(1, "bob", "@#dev", "for operators"));
        check(&kept.last("#dev", 9).0, &["for operators"]);
        check(&kept.last("bob", 9).0, &[]);
    }

    #[test]
    fn search_finds_all_words_in_any_order_and_case() {
        let kept = kept();
        let words = |words| Wanted {
            words,
            ..Wanted::default()
        };
        let found = kept.search(&words("build failed"));
        check(&found, &["The build FAILED again", "failed build, again"]);
        let in_dev_of_eve = Wanted {
            target: Some("#dev"),
            nick: Some("EVE"),
            ..words("build")
        };
        check(&kept.search(&in_dev_of_eve), &["failed build, again"]);
        let late = Wanted {
            since: Some(Timestamp::from_millis(3000)),
            ..words("build")
        };
        check(
            &kept.search(&late),
            &["a secret build", "failed build, again"],
        );
    }

    #[test]
    fn own_lines_are_counted_from_the_last() {
        let mut kept = kept();
        kept.keep(&said(6, "ann", "#dev", "mine too"));
        assert_eq!(kept.own_id("#dev", 1), Some("id6"));
        assert_eq!(kept.own_id("#dev", 2), Some("id2"));
        assert_eq!(kept.own_id("#dev", 3), None);
        assert_eq!(kept.own_id("#dev", 0), None);
        let taken = kept.redact("id6");
        assert_eq!(taken, Some(said(6, "ann", "#dev", "mine too")));
        assert_eq!(kept.redact("id6"), None);
        assert_eq!(kept.own_id("#dev", 1), Some("id2"));
    }

    #[test]
    fn a_message_of_many_lines_is_one_to_take_back() {
        let mut kept = kept();
        let further = |text| Event {
            id: None,
            ..said(6, "ann", "#dev", text)
        };
        kept.keep(&said(6, "ann", "#dev", "one"));
        kept.keep(&further("two"));
        kept.keep(&Event {
            id: None,
            ..said(6, "bob", "#dev", "without an id")
        });
        kept.keep(&further("three"));
        assert_eq!(kept.own_id("#dev", 1), Some("id6"));
        assert_eq!(kept.own_id("#dev", 2), Some("id2"));
        kept.redact("id6");
        let left = ["mine", "failed build, again", "without an id"];
        check(&kept.last("#dev", 3).0, &left);
    }

    #[test]
    fn mark_divides_what_is_read() {
        let mut kept = kept();
        assert_eq!(kept.mark("#dev"), Some(Timestamp::from_millis(5000)));
        kept.keep(&said(6, "bob", "#dev", "new"));
        let (lines, read) = kept.last("#dev", 2);
        check(&lines, &["failed build, again", "new"]);
        assert_eq!(read, Some(1));
        assert_eq!(kept.mark("#none"), None);
    }

    #[test]
    fn what_is_read_elsewhere_is_read_here() {
        let mut kept = kept();
        let second = |second: u64| Timestamp::from_millis(second * 1000);
        kept.mark_at("#DEV", second(2));
        assert_eq!(kept.last("#dev", 9).1, Some(2));
        kept.mark_at("#dev", second(1));
        assert_eq!(kept.last("#dev", 9).1, Some(2));
        for number in 0..PLACES_MAX as u64 {
            kept.mark_at(&format!("#room{number}"), second(1));
        }
        assert_eq!(kept.places.len(), PLACES_MAX);
    }

    #[test]
    fn what_came_before_is_not_kept_twice() {
        let mut kept = kept();
        kept.keep(&said(1, "bob", "#dev", "The build FAILED again"));
        assert_eq!(kept.last("#dev", 9).0.len(), 3);
        let further = Event {
            id: None,
            ..said(5, "eve", "#dev", "its further line")
        };
        kept.keep(&further);
        kept.keep_past(&further);
        let all = [
            "The build FAILED again",
            "mine",
            "failed build, again",
            "its further line",
        ];
        check(&kept.last("#dev", 9).0, &all);
    }

    #[test]
    fn what_is_read_again_stands_before_what_was_said_since() {
        let mut kept = Kept::default();
        kept.keep(&said(9, "ann", "#dev", "new"));
        for second in [7, 8, 9, 3, 4] {
            kept.keep_past(&said(second, "ann", "#dev", "old"));
        }
        check(
            &kept.last("#dev", 9).0,
            &["old", "old", "old", "old", "new"],
        );
        assert_eq!(kept.own_id("#dev", 1), Some("id9"));
        assert_eq!(kept.own_id("#dev", 2), Some("id8"));
        assert_eq!(kept.mark("#dev"), Some(Timestamp::from_millis(9000)));
        kept.mark_at("#dev", Timestamp::from_millis(10_000));
        assert_eq!(kept.mark("#dev"), Some(Timestamp::from_millis(10_000)));
    }

    #[test]
    fn what_is_read_again_takes_no_place_of_what_is_newer() {
        let mut kept = Kept::default();
        for number in 0..LINES_MAX as u64 {
            kept.keep(&said(100 + number, "bob", "#dev", "new"));
        }
        kept.keep_past(&said(99, "bob", "#dev", "old"));
        let (lines, _) = kept.last("#dev", usize::MAX);
        assert_eq!(lines.len(), LINES_MAX);
        assert_eq!(lines[0].id.as_deref(), Some("id100"));
    }

    #[test]
    fn memory_is_bounded() {
        let mut kept = Kept::default();
        for number in 0..LINES_MAX as u64 + 10 {
            kept.keep(&said(number, "bob", "#dev", "x"));
        }
        assert_eq!(kept.last("#dev", usize::MAX).0.len(), LINES_MAX);
        for number in 0..PLACES_MAX as u64 {
            kept.keep(&said(number, "bob", &format!("#room{number}"), "x"));
        }
        assert_eq!(kept.places.len(), PLACES_MAX);
        check(&kept.last("#dev", 1).0, &[]);
    }
}
