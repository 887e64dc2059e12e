//! What a person reads again of what was said: the last lines of a room or conversation, or those from a point on, and
//! page by page what was before. It goes back from the end, in as many pages as the server's limit makes necessary, and
//! shows the lines in their order once all are there.

use std::collections::HashMap;

use super::past::{Found, Page, PageArriving, Point, asking_for};
use super::requests::{Purpose, Request};
use super::{Incoming, Output, Session, Ticket};

/// What somebody reads, as far as it has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// How many messages are wanted still.
    wanted: u32,
    /// How many of them were asked for with this page.
    asked: u32,
    /// Nothing is wanted that stands there or before.
    since: Option<Point>,
    /// The lines of the page that is on its way.
    page: PageArriving,
    /// The lines behind it.
    later: Vec<Found>,
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
    /// Asks the server for so many of the last messages of a page that stand behind `since`; `false` if it keeps none.
    pub(crate) fn ask_history(
        &mut self,
        ticket: Ticket,
        target: &str,
        page: &Page,
        since: Option<Point>,
        count: u32,
    ) -> bool {
        if !self.is_ready() || !self.keeps_history() {
            return false;
        }
        let reading = Reading {
            wanted: count,
            since,
            ..Reading::default()
        };
        self.requests.open_ticket(ticket);
        self.ask_to_read(Some(ticket), target, page, reading);
        if let Some(outcome) = self.requests.complete_ticket(ticket) {
            self.resolve(ticket, outcome);
        }
        true
    }

    /// Asks for a page of what somebody reads. The server may give less at once than is wanted.
    fn ask_to_read(
        &mut self,
        ticket: Option<Ticket>,
        target: &str,
        page: &Page,
        mut reading: Reading,
    ) {
        reading.asked = self
            .history_limit()
            .map_or(reading.wanted, |limit| reading.wanted.min(limit.max(1)));
        let message = asking_for(target, page, reading.asked);
        let request = Request {
            ticket,
            purpose: Purpose::Read(reading),
            subject: target.to_owned(),
            refusal: None,
        };
        self.request(request, message);
    }

    /// What comes before all that somebody has read of a place by one question after the other; the last of it, if nobody has.
    pub(crate) fn page_before(&self, target: &str) -> Page {
        let read = self.read_again.up_to.get(&self.server.names().fold(target));
        read.cloned().map_or(Page::Latest, Page::Before)
    }

    /// Takes a line of a page that somebody reads.
    pub(super) fn take_read_line(&mut self, incoming: &Incoming<'_>) {
        let mut found = self.found(incoming);
        if self.is_ignored(incoming.message) {
            found.event = None;
        }
        let number = self.answered_by(incoming);
        let purpose = number.and_then(|number| self.requests.purpose_mut(number));
        if let Some(Purpose::Read(reading)) = purpose {
            reading.page.push(*found);
        }
    }

    /// A page that somebody reads is there whole, or was refused: then those behind it are shown, if there are any, and it
    /// is told why there are no more.
    pub(super) fn has_read(&mut self, request: &mut Request) {
        let Purpose::Read(reading) = &mut request.purpose else {
            return;
        };
        let mut reading = std::mem::take(reading);
        let page = reading.page.take();
        if request.refusal.is_none() {
            request.refusal = page.as_ref().err().map(|reason| (*reason).to_owned());
        }
        match page.ok().filter(|_| request.refusal.is_none()) {
            Some(page) => self.go_on_reading(request.ticket, &request.subject, reading, page),
            None if reading.later.is_empty() => {}
            None => self.show_read(&request.subject, reading, false),
        }
    }

    /// Asks for the page before this one, if that is wanted, or shows what has come.
    fn go_on_reading(
        &mut self,
        ticket: Option<Ticket>,
        target: &str,
        mut reading: Reading,
        mut page: Vec<Found>,
    ) {
        let came = messages(&page);
        let first = page.first().map(place);
        let is_met = reading.leave_out_unwanted(&mut page);
        let has_more = came >= reading.asked && !is_met;
        reading.wanted = reading.wanted.saturating_sub(came);
        page.append(&mut reading.later);
        reading.later = page;
        match first {
            Some(first) if has_more && reading.wanted > 0 => {
                self.ask_to_read(ticket, target, &Page::Before(first), reading);
            }
            _ => {
                if let Some(Point::Id(id)) = &reading.since
                    && !is_met
                {
                    self.show_info(&format!(
                        "the message '{id}' is not among these: it is older, or the server does not have it"
                    ));
                }
                self.show_read(target, reading, has_more);
            }
        }
    }

    fn show_read(&mut self, target: &str, reading: Reading, has_more: bool) {
        let key = self.server.names().fold(target);
        let Some(first) = reading.later.first().map(place) else {
            let has_begun = self.read_again.up_to.contains_key(&key);
            let when = match reading.since {
                Some(_) => " since then",
                None if has_begun => " before that",
                None => "",
            };
            self.show_info(&format!(
                "the server has nothing that was said in {target}{when}"
            ));
            return;
        };
        self.read_again.up_to.insert(key, first);
        let events = reading.later.into_iter().filter_map(|found| found.event);
        self.outputs.extend(events.map(Output::ShowPast));
        if has_more && !self.read_again.has_told_of_more {
            self.read_again.has_told_of_more = true;
            self.show_info("':history --more' shows what was said before that");
        }
    }
}

impl Reading {
    /// Leaves out of a page what is not wanted; says whether there is such.
    fn leave_out_unwanted(&self, page: &mut Vec<Found>) -> bool {
        let Some(since) = &self.since else {
            return false;
        };
        let Some(last) = page.iter().rposition(|found| found.is_up_to(since)) else {
            return false;
        };
        let mut unwanted = page.drain(..=last);
        let time = unwanted.next_back().map(|found| found.time);
        drop(unwanted);
        // A message of many lines has its id on the first alone.
        let is_rest = |found: &Found| found.id.is_none() && Some(found.time) == time;
        let rest = page.iter().take_while(|found| is_rest(found)).count();
        page.drain(..rest);
        true
    }
}

/// How many messages lines are. One of many lines has its id on the first alone; some servers know no ids.
fn messages(lines: &[Found]) -> u32 {
    let ids = lines.iter().filter(|found| found.id.is_some()).count();
    let count = if ids == 0 { lines.len() } else { ids };
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Where a line stands.
fn place(found: &Found) -> Point {
    let id = found.id.clone();
    id.map_or(Point::Time(found.time), Point::Id)
}
