//! What was told already, so that what history brings after a lost connection is joined to it without a double
//! and without a hole. It knows messages by their ids, and on servers without ids by time, sender and text.
//! The memory is bounded: what is older than all of it was told before. It must not know how pages are had.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};

use salon_protocol::{Timestamp, fold};

use crate::event::{Event, EventKind};

/// How many messages of one room or person are known.
const LINES_MAX: usize = 2_000;
/// How many rooms and people. Those that were silent longest are forgotten first.
const PLACES_MAX: usize = 256;
/// How many of a room's last messages history must begin with. One that was taken back is not in it.
const OVERLAP_LINES: usize = 3;
/// How much further back a conversation with a person is joined: the two directions have no common order.
const OVERLAP_MILLIS: u64 = 10_000;

/// Where a message comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It arrives as it is said.
    Live,
    /// It is in a page of history, or was put aside while pages were asked for.
    Page,
}

/// What was told.
#[derive(Debug, Default)]
pub(super) struct Seen {
    places: HashMap<String, Place>,
    hasher: RandomState,
    /// The first time of the server, and the latest.
    began: Option<Timestamp>,
    clock: Option<Timestamp>,
    used: u64,
}

/// A room or a person.
#[derive(Debug, Default)]
struct Place {
    name: String,
    /// All until then was told.
    floor: Timestamp,
    /// How many lines were told of each message: one of many lines has its id on the first alone.
    counts: HashMap<u64, u32>,
    order: VecDeque<(u64, Timestamp)>,
    last_own: Option<Timestamp>,
    last_other: Option<Timestamp>,
    /// The message with an id whose further lines may follow: its key, its sender, and which line was the last.
    open: Option<(u64, String, u32)>,
    used: u64,
}

/// Where history is to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seam {
    /// Behind which time.
    pub(super) after: Timestamp,
    /// The time of the last message, if one is to be found there again.
    pub(super) last: Option<Timestamp>,
}

impl Seen {
    /// The latest time of the server that was told.
    pub(super) fn clock(&self) -> Option<Timestamp> {
        self.clock
    }

    /// We came into a room, or began to talk to somebody: nothing before that is missing.
    pub(super) fn enter(&mut self, name: &str, time: Timestamp) {
        self.note_time(time);
        let key = fold(name);
        if !self.places.contains_key(&key) {
            self.place(name).floor = time.just_before();
        }
    }

    /// We left a room: what is said there is not missed.
    pub(super) fn leave(&mut self, name: &str) {
        self.places.remove(&fold(name));
    }

    /// Forgets all: what follows is of another server.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The rooms and people, those who spoke last first.
    pub(super) fn names(&self) -> Vec<String> {
        let mut places: Vec<&Place> = self.places.values().collect();
        places.sort_by_key(|place| std::cmp::Reverse(place.used));
        places.iter().map(|place| place.name.clone()).collect()
    }

    /// Where the history of a place is to go on; `None` if it is not known.
    pub(super) fn seam(&self, name: &str, is_room: bool) -> Option<Seam> {
        let place = self.places.get(&fold(name))?;
        let last = place.order.iter().map(|(_, time)| *time).max();
        let after = if is_room {
            let back = place.order.iter().rev().take(OVERLAP_LINES);
            let earliest = back.map(|(_, time)| *time).min();
            earliest.map(Timestamp::just_before)
        } else {
            let earliest = [place.last_own, place.last_other]
                .into_iter()
                .flatten()
                .min();
            let earliest = earliest.map(|time| time.as_millis().saturating_sub(OVERLAP_MILLIS));
            earliest.map(Timestamp::from_millis)
        };
        let after = after.unwrap_or(place.floor);
        Some(Seam {
            after: after.max(place.floor),
            last: last.filter(|last| *last > place.floor),
        })
    }

    /// Takes note of a message of a place. Says whether it is new.
    pub(super) fn take(&mut self, name: &str, event: &Event, origin: Origin) -> bool {
        if !is_said(event) {
            return true;
        }
        let key = self.key(event);
        self.note_time(event.time);
        let place = self.place(name);
        let from = event.from.clone().unwrap_or_default();
        if event.id.is_none()
            && let Some((of, sender, line)) = &mut place.open
            && *sender == from
        {
            *line += 1;
            let (of, line) = (*of, *line);
            let told = place.counts.entry(of).or_insert(0);
            let is_new = line > *told;
            *told = (*told).max(line);
            return is_new;
        }
        if origin == Origin::Live && place.order.len() < LINES_MAX {
            // We were there. Where a server gives no time to our coming, ours may be ahead of its own.
            place.floor = place.floor.min(event.time.just_before());
        }
        let is_known = place.counts.contains_key(&key);
        if origin == Origin::Page && !is_known && event.time <= place.floor {
            place.open = None;
            return false;
        }
        place.open = event.id.as_ref().map(|_| (key, from, 1));
        // Two equal lines without ids may both be meant when they arrive as they are said.
        let is_double = is_known && (event.id.is_some() || origin == Origin::Page);
        if !is_double {
            place.remember(key, event.time, event.own);
        }
        !is_double
    }

    /// Whether a message is known already; nothing is taken note of.
    pub(super) fn knows(&self, name: &str, event: &Event) -> bool {
        let place = self.places.get(&fold(name));
        place.is_some_and(|place| place.counts.contains_key(&self.key(event)))
    }

    /// Names a message within this run of the program.
    fn key(&self, event: &Event) -> u64 {
        match &event.id {
            Some(id) => self.hasher.hash_one(id),
            None => self.hasher.hash_one((event.time, &event.from, said(event))),
        }
    }

    fn note_time(&mut self, time: Timestamp) {
        self.began.get_or_insert(time);
        self.clock = self.clock.max(Some(time));
    }

    fn place(&mut self, name: &str) -> &mut Place {
        let key = fold(name);
        if !self.places.contains_key(&key) && self.places.len() >= PLACES_MAX {
            let oldest = self.places.iter().min_by_key(|(_, place)| place.used);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.places.remove(&oldest);
            }
        }
        self.used += 1;
        let used = self.used;
        let floor = self.began.unwrap_or_default();
        let place = self.places.entry(key).or_insert_with(|| Place {
            name: name.to_owned(),
            // What was said before this program came was never to be told.
            floor: floor.just_before(),
            ..Place::default()
        });
        place.used = used;
        place
    }
}

impl Place {
    fn remember(&mut self, key: u64, time: Timestamp, own: bool) {
        self.counts.insert(key, 1);
        self.order.push_back((key, time));
        if self.order.len() > LINES_MAX
            && let Some((key, time)) = self.order.pop_front()
        {
            self.counts.remove(&key);
            self.floor = self.floor.max(time);
        }
        let last = if own {
            &mut self.last_own
        } else {
            &mut self.last_other
        };
        *last = (*last).max(Some(time));
    }
}

/// Whether an event is a message, and so in every history.
pub(super) fn is_said(event: &Event) -> bool {
    said(event).is_some()
}

fn said(event: &Event) -> Option<(u8, &str)> {
    match &event.kind {
        EventKind::Message { text } => Some((0, text)),
        EventKind::Action { text } => Some((1, text)),
        EventKind::Notice { text } => Some((2, text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn line(id: Option<&str>, millis: u64, from: &str, text: &str) -> Event {
        Event {
            time: at(millis),
            id: id.map(str::to_owned),
            from: Some(from.to_owned()),
            account: None,
            to: Some("#dev".to_owned()),
            own: from == "ann",
            kind: EventKind::Message {
                text: text.to_owned(),
            },
        }
    }

    /// What of these messages is new, by their texts.
    #[track_caller]
    fn check(seen: &mut Seen, origin: Origin, events: &[Event], expected: &[&str]) {
        let new = events
            .iter()
            .filter(|event| seen.take("#dev", event, origin));
        let new: Vec<_> = new
            .filter_map(|event| said(event).map(|(_, text)| text))
            .collect();
        assert_eq!(new, expected);
    }

    #[test]
    fn what_was_told_is_new_only_once_however_it_comes() {
        let mut seen = Seen::default();
        let (one, two) = (
            line(Some("1"), 1, "bob", "one"),
            line(Some("2"), 2, "ann", "two"),
        );
        check(
            &mut seen,
            Origin::Live,
            &[one.clone(), one.clone()],
            &["one"],
        );
        check(
            &mut seen,
            Origin::Page,
            &[one.clone(), two.clone()],
            &["two"],
        );
        check(&mut seen, Origin::Live, &[two], &[]);
        assert!(seen.knows("#DEV", &one));
        assert!(!seen.knows("#dev", &line(Some("3"), 3, "bob", "three")));
    }

    #[test]
    fn the_rest_of_a_message_of_many_lines_is_new() {
        let mut seen = Seen::default();
        let whole = [
            line(Some("1"), 1, "bob", "a"),
            line(None, 1, "bob", "a"),
            line(None, 1, "bob", "c"),
            line(Some("2"), 2, "bob", "d"),
        ];
        check(&mut seen, Origin::Live, &whole[..2], &["a", "a"]);
        check(&mut seen, Origin::Page, &whole, &["c", "d"]);
        check(&mut seen, Origin::Page, &whole, &[]);
    }

    #[test]
    fn without_ids_equal_lines_of_history_are_one_and_live_ones_two() {
        let mut seen = Seen::default();
        let same = line(None, 1, "bob", "same");
        check(
            &mut seen,
            Origin::Live,
            &[same.clone(), same.clone()],
            &["same", "same"],
        );
        let later = line(None, 2, "bob", "same");
        check(
            &mut seen,
            Origin::Page,
            &[same, later.clone(), later],
            &["same"],
        );
    }

    #[test]
    fn a_room_goes_on_from_a_few_lines_back_and_a_person_from_the_slower_direction() {
        let mut seen = Seen::default();
        seen.enter("#dev", at(50_000));
        assert_eq!(
            seen.seam("#dev", true),
            Some(Seam {
                after: at(49_999),
                last: None
            })
        );
        for number in 1..=9 {
            let id = number.to_string();
            seen.take(
                "#dev",
                &line(Some(&id), 60_000 + number, "bob", "x"),
                Origin::Live,
            );
        }
        let last = Some(at(60_009));
        assert_eq!(
            seen.seam("#dev", true),
            Some(Seam {
                after: at(60_006),
                last
            })
        );
        seen.take("#dev", &line(Some("own"), 70_000, "ann", "x"), Origin::Live);
        let last = Some(at(70_000));
        assert_eq!(
            seen.seam("#dev", false),
            Some(Seam {
                after: at(50_009),
                last
            })
        );
        seen.leave("#Dev");
        assert_eq!(seen.seam("#dev", true), None);
    }

    #[test]
    fn who_came_by_a_clock_that_is_ahead_misses_nothing() {
        let mut seen = Seen::default();
        seen.enter("#dev", at(50_000));
        seen.take("#dev", &line(Some("1"), 10_000, "bob", "x"), Origin::Live);
        let expected = Seam {
            after: at(9_999),
            last: Some(at(10_000)),
        };
        assert_eq!(seen.seam("#dev", true), Some(expected));
    }

    #[test]
    fn memory_is_bounded_and_what_it_has_lost_was_told() {
        let mut seen = Seen::default();
        let last = LINES_MAX as u64 + 10;
        let event = |number: u64| line(Some(&number.to_string()), number, "bob", "x");
        for number in 1..=last {
            assert!(seen.take("#dev", &event(number), Origin::Live));
        }
        for number in 1..=last {
            assert!(!seen.take("#dev", &event(number), Origin::Page), "{number}");
        }
        assert!(seen.take("#dev", &event(last + 1), Origin::Page));
        for number in 0..PLACES_MAX {
            seen.enter(&format!("#room{number}"), at(1));
        }
        assert_eq!(seen.places.len(), PLACES_MAX);
        assert_eq!(seen.seam("#dev", true), None);
    }
}
