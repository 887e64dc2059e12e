//! What a person reads again of what was said: the last lines of a room or conversation, and page by page what was before.

use std::collections::HashMap;

use super::past::{Page, Point, asking_for};
use super::requests::{Purpose, Request};
use super::{Incoming, Session, Ticket};

/// What came of a page that somebody reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// How many messages were asked for.
    wanted: u32,
    /// How many have come.
    came: u32,
    /// Where the first of them stands.
    first: Option<Point>,
}

/// What of the past a person has read again.
#[derive(Debug, Default)]
pub(super) struct ReadAgain {
    /// Where the first line stands that was read last, by rooms and people.
    up_to: HashMap<String, Point>,
    /// Whether it was said that there is more to read.
    has_told_of_more: bool,
}

impl Session {
    /// Asks the server for what was said before a point, or for the last of it; `false` if it keeps none. The server may
    /// give less at once than is wanted.
    pub(crate) fn ask_history(
        &mut self,
        ticket: Ticket,
        target: &str,
        page: &Page,
        count: u32,
    ) -> bool {
        if !self.is_ready() || !self.keeps_history() {
            return false;
        }
        let wanted = self
            .history_limit()
            .map_or(count, |limit| count.min(limit.max(1)));
        self.requests.open_ticket(ticket);
        let request = Request {
            ticket: Some(ticket),
            purpose: Purpose::Read(Reading {
                wanted,
                ..Reading::default()
            }),
            subject: target.to_owned(),
            refusal: None,
        };
        self.request(request, asking_for(target, page, wanted));
        if let Some(outcome) = self.requests.complete_ticket(ticket) {
            self.resolve(ticket, outcome);
        }
        true
    }

    /// What comes before all that somebody has read of a place by one question after the other; the last of it, if nobody has.
    pub(crate) fn page_before(&self, target: &str) -> Page {
        let read = self.read_again.up_to.get(&self.server.names().fold(target));
        read.cloned().map_or(Page::Latest, Page::Before)
    }

    /// Takes note of a line that stands in a page which somebody reads.
    pub(super) fn note_read(&mut self, incoming: &Incoming<'_>) {
        if !self.batches.holds_past(incoming.message) || incoming.message.is("BATCH") {
            return;
        }
        let number = self.answered_by(incoming);
        let purpose = number.and_then(|number| self.requests.purpose_mut(number));
        let Some(Purpose::Read(reading)) = purpose else {
            return;
        };
        let id = incoming.message.tags.get("msgid").map(str::to_owned);
        // A message of many lines has its id on the first alone.
        reading.came += u32::from(id.is_some() || reading.came == 0);
        let place = || id.map_or(Point::Time(incoming.time), Point::Id);
        reading.first.get_or_insert_with(place);
    }

    /// A page that somebody reads is there whole: says whether there may be more before it.
    pub(super) fn has_read(&mut self, target: &str, reading: Reading) {
        let place = self.server.names().fold(target);
        let Some(first) = reading.first else {
            let has_begun = self.read_again.up_to.contains_key(&place);
            let before = if has_begun { " before that" } else { "" };
            self.show_info(&format!(
                "the server has nothing that was said in {target}{before}"
            ));
            return;
        };
        self.read_again.up_to.insert(place, first);
        if reading.came >= reading.wanted && !self.read_again.has_told_of_more {
            self.read_again.has_told_of_more = true;
            self.show_info("':history --more' shows what was said before that");
        }
    }
}
