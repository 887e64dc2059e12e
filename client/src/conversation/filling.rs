//! The gap that a lost connection leaves, filled from history: for each room and person the pages behind the last
//! message that was told, joined to what arrives meanwhile.
//!
//! What arrives in a place whose gap is open is put aside. A server has in its history what it has sent us. So
//! when a page is empty, or holds something that was put aside, nothing is missing between it and what was put
//! aside, and the gap is closed. A page that does not begin with a message that is known shows that history
//! does not reach back so far, or that the server keeps none of this place: then a line says so.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use salon_commands::Target;
use salon_protocol::{Timestamp, eq_folded, fold};

use super::seen::{Origin, is_said};
use super::{Conversation, clock};
use crate::event::{Event, EventKind, room_of};
use crate::session::{Found, Page, PageArriving, Point};

/// How many events of one place may be put aside. More are forgotten, and asked for.
const ASIDE_MAX: usize = 10_000;
/// How many pages are asked for at once.
const ASKED_MAX: usize = 4;
/// How many events are asked for at once, where the server gives so many.
const PAGE_EVENTS_MAX: u32 = 1_000;
/// The same where it doesn't say how many it gives.
const PAGE_EVENTS_UNTOLD: u32 = 100;
/// How many people's conversations are looked at without a sign that they have something new.
const PEOPLE_MAX: usize = 16;
/// How many are met at most who wrote while we were away, or write before that is known.
const STRANGERS_MAX: usize = 1_000;
/// How much before the last sign of the server somebody may have spoken who was not heard.
const STRANGERS_MILLIS: u64 = 60_000;

/// How far the server's clock may be ahead of ours.
const DAY_MILLIS: u64 = 24 * 60 * 60 * 1000;

/// The gaps that are open.
#[derive(Debug, Default)]
pub(super) struct Filling {
    gaps: BTreeMap<String, Gap>,
    asked: BTreeMap<u64, Asked>,
    number: u64,
    /// Whether we have not arrived yet, or are not told yet who else has written to us.
    awaits_strangers: bool,
    /// The latest time of the server that was told before the loss.
    since: Option<Timestamp>,
    /// The places whose history does not reach back to what is known.
    broken: BTreeSet<String>,
    /// The places where it does.
    joined: BTreeSet<String>,
}

/// What was asked for.
#[derive(Debug)]
enum Asked {
    /// A page of the place with this key.
    Page(String),
    /// Who else there is.
    Strangers(Vec<String>),
}

/// A gap.
#[derive(Debug)]
struct Gap {
    name: String,
    /// Behind what to ask; `None` until it is known whether to ask at all.
    after: Option<Point>,
    /// The time of the last message, as long as it was not found again.
    last: Option<Timestamp>,
    is_asked: bool,
    page: PageArriving,
    aside: VecDeque<Event>,
    /// Whether a page that seems to be the last is not: something was forgotten, or came later.
    needs_more: bool,
    /// Whether nothing of it is told: it is looked at for what we said in an earlier run of the program.
    is_quiet: bool,
    /// The messages of ours that were found quietly.
    heard: BTreeSet<String>,
}

impl Gap {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            after: None,
            last: None,
            is_asked: false,
            page: PageArriving::default(),
            aside: VecDeque::new(),
            needs_more: false,
            is_quiet: false,
            heard: BTreeSet::new(),
        }
    }

    fn put_aside(&mut self, event: Event) {
        if self.aside.len() >= ASIDE_MAX {
            self.aside.clear();
            self.needs_more = true;
        }
        self.aside.push_back(event);
    }
}

impl Filling {
    /// Whether no gap is open.
    pub(super) fn is_over(&self) -> bool {
        self.gaps.is_empty() && self.asked.is_empty() && !self.awaits_strangers
    }

    /// Whether the history of a place was found to lack what is known.
    pub(super) fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(&fold(name))
    }

    /// Whether the history of a place was found to have what is known.
    pub(super) fn is_joined(&self, name: &str) -> bool {
        self.joined.contains(&fold(name))
    }
}

impl Conversation {
    /// We are about to come back: from now on, what arrives where something may be missing is put aside.
    pub(super) fn expect_gaps(&mut self) {
        // To come into rooms again moves the clock on before anybody is asked who wrote meanwhile.
        let asked_in_vain = self.filling.since.filter(|_| self.filling.awaits_strangers);
        self.filling = Filling {
            number: self.filling.number,
            since: asked_in_vain.or(self.seen.clock()),
            ..Filling::default()
        };
        if !self.is_for_person() || self.filling.since.is_none() {
            return;
        }
        for name in self.seen.names() {
            self.filling.gaps.insert(fold(&name), Gap::new(&name));
        }
        self.filling.awaits_strangers = true;
    }

    /// We are back: asks for what is missing, or says that it can't be had.
    pub(super) fn begin_filling(&mut self) {
        if !self.filling.awaits_strangers {
            return;
        }
        if !self.session.can_fill() {
            return self.fill_nothing();
        }
        let mut people = 0;
        let mut gone = Vec::new();
        for (key, gap) in &self.filling.gaps {
            if self.session.is_room(&gap.name) && !self.session.is_in(&gap.name) {
                gone.push(key.clone());
            }
        }
        for key in gone {
            self.close_gap(&key);
        }
        for name in self.seen.names() {
            let is_room = self.session.is_room(&name);
            people += usize::from(!is_room);
            if is_room || people <= PEOPLE_MAX {
                self.open_gap(&name);
            }
        }
        let since = strangers_since(self.filling.since);
        let number = self.next_fill(Asked::Strangers(Vec::new()));
        let limit = self.fill_limit();
        let until = Timestamp::from_millis(clock().as_millis() + DAY_MILLIS);
        self.session.fill_targets(number, since, until, limit);
        self.ask_for_pages();
    }

    /// Fills the gap of a place again, as far as one is there.
    pub(super) fn fill_again(&mut self, name: &str) {
        if self.session.is_room(name) && !self.session.is_in(name) {
            return;
        }
        let gap = self.filling.gaps.entry(fold(name));
        let gap = gap.or_insert_with(|| Gap::new(name));
        match gap.after {
            // What is under way was asked for too early, and what comes behind it is asked for next.
            Some(_) => gap.needs_more |= gap.is_asked,
            None => self.open_gap(name),
        }
        self.ask_for_pages();
    }

    /// Looks at the history of a place behind a time, for what we said there.
    pub(super) fn look_back(&mut self, name: &str, after: Timestamp) {
        let gap = self.filling.gaps.entry(fold(name));
        let gap = gap.or_insert_with(|| Gap {
            is_quiet: true,
            ..Gap::new(name)
        });
        if gap.is_quiet {
            gap.after = Some(Point::Time(after));
        }
        self.ask_for_pages();
    }

    /// An event happened: it is told now, or when the gap before it is filled.
    pub(super) fn take_live(&mut self, event: Event) {
        if !self.is_for_person() {
            return self.announce(event);
        }
        let event = self.as_ours(event);
        self.watch_ghost(&event);
        let place = self.place_of(&event);
        if let Some(place) = &place {
            let key = fold(place);
            let is_stranger = self.filling.awaits_strangers
                && is_said(&event)
                && self.filling.gaps.len() < STRANGERS_MAX
                && !self.filling.gaps.contains_key(&key)
                && !self.session.is_room(place);
            if is_stranger {
                let gap = Gap::new(place);
                self.filling.gaps.insert(key.clone(), gap);
            }
            let is_move = event.own && matches!(event.kind, EventKind::Join);
            if !is_move && let Some(gap) = self.filling.gaps.get_mut(&key) {
                return gap.put_aside(event);
            }
        }
        self.take_new(event, Origin::Live, true);
    }

    /// Tells of an event, unless it was told. Says whether one's own messages are heard in it.
    fn take_new(&mut self, event: Event, origin: Origin, hears: bool) {
        if let Some(place) = self.place_of(&event) {
            match &event.kind {
                EventKind::Join if event.own => self.enter(&event),
                EventKind::Part { .. } if event.own => self.seen.leave(&place),
                EventKind::Kick { nick, .. } if eq_folded(nick, self.session.nick()) => {
                    self.seen.leave(&place);
                }
                _ if !self.seen.take(&place, &event, origin) => return,
                _ if hears => self.heard(&place, &event),
                _ => {}
            }
        }
        self.announce(event);
    }

    /// We came into a room.
    pub(super) fn enter(&mut self, event: &Event) {
        if let Some(place) = self.place_of(event) {
            self.seen.enter(&place, event.time);
        }
    }

    /// A line of a page.
    pub(super) fn filled(&mut self, number: u64, found: Found) {
        if let Some(Asked::Page(key)) = self.filling.asked.get(&number)
            && let Some(gap) = self.filling.gaps.get_mut(key)
        {
            gap.page.push(found);
        }
    }

    /// Somebody with whom something was said.
    pub(super) fn filled_target(&mut self, number: u64, target: String) {
        if let Some(Asked::Strangers(names)) = self.filling.asked.get_mut(&number)
            && names.len() < STRANGERS_MAX
        {
            names.push(target);
        }
    }

    /// A page is over.
    pub(super) fn filled_page(&mut self, number: u64, refusal: Option<&str>) {
        match self.filling.asked.remove(&number) {
            Some(Asked::Page(key)) => self.end_page(&key, refusal),
            Some(Asked::Strangers(names)) => self.meet_strangers(&names),
            None => {}
        }
        self.ask_for_pages();
        if self.filling.is_over() {
            self.filling_is_over();
        }
    }

    /// The place that an event is of: a room, or the other person.
    pub(super) fn place_of(&self, event: &Event) -> Option<String> {
        if matches!(event.kind, EventKind::Ready { .. }) {
            // That we have arrived is no news of the room where we are.
            return None;
        }
        let to = event.to.as_deref();
        let room = to.map(|to| room_of(to).unwrap_or(to));
        let room = room.filter(|to| self.session.is_room(to));
        if room.is_some() {
            return room.map(str::to_owned);
        }
        if !is_said(event) {
            return None;
        }
        let person = if event.own { to } else { event.from.as_deref() };
        // Servers and services speak too, and no history has it.
        person.filter(|name| has_history(name)).map(str::to_owned)
    }

    fn fill_nothing(&mut self) {
        let gap = Event {
            time: clock(),
            id: None,
            from: None,
            account: None,
            to: None,
            own: false,
            kind: EventKind::Gap {
                skipped: None,
                since: self.filling.since,
            },
        };
        self.announce(gap);
        let keys: Vec<String> = self.filling.gaps.keys().cloned().collect();
        for key in keys {
            self.filling.broken.insert(key.clone());
            self.close_gap(&key);
        }
        self.filling.awaits_strangers = false;
        self.filling_is_over();
    }

    /// Says where to ask from for the history of a place.
    fn open_gap(&mut self, name: &str) {
        let is_room = self.session.is_room(name);
        let Some(gap) = self.filling.gaps.get_mut(&fold(name)) else {
            return;
        };
        let seam = self.seen.seam(name, is_room);
        gap.last = seam.as_ref().and_then(|seam| seam.last);
        let after = seam.map_or_else(|| strangers_since(self.filling.since), |seam| seam.after);
        gap.after = Some(Point::Time(after));
    }

    fn ask_for_pages(&mut self) {
        let limit = self.fill_limit();
        while self.filling.asked.len() < ASKED_MAX {
            let mut gaps = self.filling.gaps.iter_mut();
            let next = gaps.find(|(_, gap)| gap.after.is_some() && !gap.is_asked);
            let Some((key, gap)) = next else { return };
            gap.is_asked = true;
            gap.page = PageArriving::default();
            let Some(after) = gap.after.clone() else {
                return;
            };
            let (key, name) = (key.clone(), gap.name.clone());
            let number = self.next_fill(Asked::Page(key));
            self.session.fill(number, &name, &Page::After(after), limit);
        }
    }

    fn end_page(&mut self, key: &str, refusal: Option<&str>) {
        let Some(gap) = self.filling.gaps.get_mut(key) else {
            return;
        };
        gap.is_asked = false;
        let (name, page) = (gap.name.clone(), gap.page.take());
        let last = gap.last.take();
        let Some(page) = page.ok().filter(|_| refusal.is_none()) else {
            if gap.is_quiet {
                self.filling.broken.insert(key.to_owned());
            } else {
                self.tell_gap(key, &name, last, clock());
            }
            return self.close_gap(key);
        };
        let page: Vec<Found> = page
            .into_iter()
            .map(|mut found| {
                found.event = found.event.map(|event| self.as_ours(event));
                found
            })
            .collect();
        let is_known = |found: &Found| {
            let event = found.event.as_ref();
            event.is_some_and(|event| self.seen.knows(&name, event))
        };
        if last.is_some() && page.iter().any(is_known) {
            self.filling.joined.insert(key.to_owned());
        } else if last.is_some() {
            let until = page.first().map_or_else(clock, |found| found.time);
            self.tell_gap(key, &name, last, until);
        }
        let is_over = self.is_last_page(key, &page);
        for event in page.into_iter().filter_map(|found| found.event) {
            self.take_of_page(key, &name, event);
        }
        if is_over {
            self.close_gap(key);
        }
    }

    fn take_of_page(&mut self, key: &str, name: &str, event: Event) {
        match self.filling.gaps.get_mut(key) {
            Some(gap) if gap.is_quiet => {
                gap.heard.extend(event.id.clone().filter(|_| event.own));
                self.heard(name, &event);
            }
            _ => self.take_new(event, Origin::Page, true),
        }
    }

    /// Whether nothing is missing between a page and what was put aside. If something may be, it is asked for next.
    fn is_last_page(&mut self, key: &str, page: &[Found]) -> bool {
        let finds_by_id = self.session.finds_by_id();
        let Some(gap) = self.filling.gaps.get_mut(key) else {
            return true;
        };
        let ids: BTreeSet<&str> = page
            .iter()
            .filter_map(|found| found.id.as_deref())
            .collect();
        let is_aside = |event: &Event| event.id.as_deref().is_some_and(|id| ids.contains(id));
        let has_crossed = gap.aside.iter().any(is_aside);
        let next = next_point(page, finds_by_id).or_else(|| gap.after.clone());
        let is_stuck = page.is_empty() || next == gap.after;
        if (has_crossed || is_stuck) && !std::mem::take(&mut gap.needs_more) {
            return true;
        }
        gap.after = next;
        false
    }

    /// What was put aside is told.
    fn close_gap(&mut self, key: &str) {
        let Some(gap) = self.filling.gaps.remove(key) else {
            return;
        };
        for event in gap.aside {
            let is_heard = event.id.as_ref().is_some_and(|id| gap.heard.contains(id));
            self.take_new(event, Origin::Page, !is_heard);
        }
    }

    fn tell_gap(&mut self, key: &str, name: &str, since: Option<Timestamp>, until: Timestamp) {
        self.filling.broken.insert(key.to_owned());
        self.announce(Event {
            time: until,
            id: None,
            from: None,
            account: None,
            to: Some(name.to_owned()),
            own: false,
            kind: EventKind::Gap {
                skipped: None,
                since: since.or(self.filling.since),
            },
        });
    }

    /// Those who wrote while we were away are known now.
    fn meet_strangers(&mut self, names: &[String]) {
        self.filling.awaits_strangers = false;
        for name in names {
            let is_open = |gap: &Gap| gap.after.is_some();
            let gap = self.filling.gaps.get(&fold(name));
            let is_person = !self.session.is_room(name) && has_history(name);
            if is_person && !gap.is_some_and(is_open) {
                self.fill_again(name);
            }
        }
        let is_idle = |gap: &Gap| gap.after.is_none();
        let gaps = self.filling.gaps.iter();
        let idle: Vec<String> = gaps
            .filter(|(_, gap)| is_idle(gap))
            .map(|(key, _)| key.clone())
            .collect();
        for key in idle {
            self.close_gap(&key);
        }
    }

    fn next_fill(&mut self, asked: Asked) -> u64 {
        self.filling.number += 1;
        let number = self.filling.number;
        self.filling.asked.insert(number, asked);
        number
    }

    fn fill_limit(&self) -> u32 {
        let told = self.session.history_limit();
        // A limit of 0 is none.
        let told = told.filter(|told| *told > 0);
        told.map_or(PAGE_EVENTS_UNTOLD, |told| told.min(PAGE_EVENTS_MAX))
    }
}

/// Since when somebody may have spoken who was not heard, where this is the last that was heard.
fn strangers_since(last: Option<Timestamp>) -> Timestamp {
    let last = last.unwrap_or_default().as_millis();
    Timestamp::from_millis(last.saturating_sub(STRANGERS_MILLIS))
}

/// Whether what somebody says may be in a history: somebody who is no server and none of a network's services.
fn has_history(name: &str) -> bool {
    let is_services = || Target::new(name).is_ok_and(|target| target.is_services());
    !name.contains('.') && !is_services()
}

/// Where the next page begins.
fn next_point(page: &[Found], finds_by_id: bool) -> Option<Point> {
    let last = page.last()?;
    // A message of many lines has its id on the first alone.
    let id = page.iter().rev().find_map(|found| found.id.clone());
    let id = id.filter(|_| finds_by_id);
    // Behind a time, what was said at that very moment would be left out.
    Some(id.map_or_else(|| Point::just_before(last.time), Point::Id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::ClosedRoom;
    use crate::conversation::tests::started;

    #[tokio::test(start_paused = true)]
    async fn strangers_without_end_are_not_kept() {
        let (mut talk, _hub) = started().await;
        talk.closed_room = ClosedRoom::Tell;
        talk.filling.awaits_strangers = true;
        let number = talk.next_fill(Asked::Strangers(Vec::new()));
        for stranger in 0..=STRANGERS_MAX {
            talk.filled_target(number, format!("told{stranger}"));
            talk.take_live(Event {
                time: clock(),
                id: None,
                from: Some(format!("heard{stranger}")),
                account: None,
                to: Some("ann".to_owned()),
                own: false,
                kind: EventKind::Message {
                    text: "psst".to_owned(),
                },
            });
        }
        assert_eq!(talk.filling.gaps.len(), STRANGERS_MAX);
        let Some(Asked::Strangers(names)) = talk.filling.asked.get(&number) else {
            panic!("they are asked for")
        };
        assert_eq!(names.len(), STRANGERS_MAX);
    }
}
