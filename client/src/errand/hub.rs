//! A conversation that is asked for pages of the past, while what happens meanwhile is put aside.

use std::collections::VecDeque;

use salon_protocol::Timestamp;

use super::failure::Failure;
use crate::conversation::{Conversation, Plan};
use crate::driver::Report;
use crate::event::{Event, EventKind};
use crate::session::{Found, Lacking, Outcome, Page, PageArriving, Ticket, Wanted};

/// How many events may be put aside. More are forgotten, and asked for again.
const ASIDE_MAX: usize = 10_000;
/// How many events are asked for at once, where the hub gives so many.
const PAGE_EVENTS_MAX: u32 = 1_000;
/// The same where the hub doesn't say how many it gives.
const PAGE_EVENTS_UNTOLD: u32 = 100;

/// A hub that we are on.
pub(super) struct Hub {
    conversation: Conversation,
    ticket: u64,
    aside: VecDeque<Event>,
    has_forgotten: bool,
}

impl Hub {
    /// Goes there, and is in when this returns.
    pub(super) async fn open(plan: Plan) -> Result<Self, Failure> {
        let mut hub = Self {
            conversation: Conversation::open(plan).await?,
            ticket: 0,
            aside: VecDeque::new(),
            has_forgotten: false,
        };
        loop {
            match hub.report().await {
                Report::Show(Event {
                    kind: EventKind::Ready { .. },
                    ..
                }) => return Ok(hub),
                Report::Ended(ended) => return Err(ended.into()),
                _ => {}
            }
        }
    }

    /// A page of what was said in a room or with somebody, in order.
    pub(super) async fn page(&mut self, target: &str, page: &Page) -> Result<Vec<Found>, Failure> {
        let limit = self.page_events_max();
        self.page_of(target, page, limit).await
    }

    /// The same, of at most so many events.
    pub(super) async fn page_of(
        &mut self,
        target: &str,
        page: &Page,
        limit: u32,
    ) -> Result<Vec<Found>, Failure> {
        let limit = limit.min(self.page_events_max());
        let ticket = self.next_ticket();
        self.conversation.fetch(ticket, target, page, limit)?;
        self.answer(ticket).await
    }

    /// The last messages that fit and are older than `before`, in the order in which they were said.
    pub(super) async fn search(
        &mut self,
        wanted: &Wanted<'_>,
        before: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Found>, Failure> {
        let ticket = self.next_ticket();
        self.conversation
            .fetch_search(ticket, wanted, before, limit)?;
        let mut found = self.answer(ticket).await?;
        found.sort_by_key(|found| found.time);
        Ok(found)
    }

    /// How many events a page has.
    pub(super) fn page_events_max(&self) -> u32 {
        let told = self.conversation.history_limit();
        told.map_or(PAGE_EVENTS_UNTOLD, |told| told.clamp(1, PAGE_EVENTS_MAX))
    }

    /// What happens, and what was put aside before.
    pub(super) async fn next(&mut self) -> Result<Event, Failure> {
        if let Some(event) = self.aside.pop_front() {
            return Ok(event);
        }
        loop {
            match self.report().await {
                Report::Show(event) => return Ok(event),
                Report::Ended(ended) => return Err(ended.into()),
                _ => {}
            }
        }
    }

    /// What happened meanwhile.
    pub(super) fn aside(&self) -> impl Iterator<Item = &Event> {
        self.aside.iter()
    }

    /// Forgets what happened so far; says whether some of it was forgotten already.
    pub(super) fn forget_aside(&mut self) -> bool {
        self.aside.clear();
        std::mem::take(&mut self.has_forgotten)
    }

    /// Whether so much happened that some of it was forgotten.
    pub(super) fn has_forgotten(&self) -> bool {
        self.has_forgotten
    }

    /// What we are called.
    pub(super) fn nick(&self) -> &str {
        self.conversation.nick()
    }

    /// What we wanted to be called.
    pub(super) fn wanted_nick(&self) -> &str {
        self.conversation.wanted_nick()
    }

    /// Whether pages of history can be had.
    pub(super) fn keeps_history(&self) -> bool {
        self.conversation.keeps_history()
    }

    /// Where a search looks that names no place.
    pub(super) fn searched(&self) -> String {
        self.conversation.searched()
    }

    /// Whether there was no such room before we came.
    pub(super) fn has_just_made(&self, room: &str) -> bool {
        self.conversation.has_just_made(room)
    }

    /// Says goodbye, and waits for the hub to close.
    pub(super) async fn leave(mut self) {
        self.conversation.leave().await;
    }

    async fn answer(&mut self, asked: Ticket) -> Result<Vec<Found>, Failure> {
        let mut page = PageArriving::default();
        loop {
            match self.report().await {
                Report::Found(found) => page.push(*found),
                Report::Show(event) => self.put_aside(event),
                Report::Resolved { ticket, outcome } if ticket == asked => {
                    return match outcome {
                        Outcome::Ok => page
                            .take()
                            .map_err(|reason| Failure::Refused(reason.to_owned())),
                        Outcome::Refused(refusal) => Err(Failure::Refused(refusal.to_string())),
                    };
                }
                Report::Ended(ended) => return Err(ended.into()),
                Report::Resolved { .. }
                | Report::Status(_)
                | Report::Commands { .. }
                | Report::Look(_)
                | Report::Read { .. }
                | Report::Stranded { .. }
                | Report::Clear => {}
            }
        }
    }

    fn put_aside(&mut self, event: Event) {
        if self.aside.len() >= ASIDE_MAX {
            self.aside.clear();
            self.has_forgotten = true;
        }
        self.aside.push_back(event);
    }

    async fn report(&mut self) -> Report {
        loop {
            if let Some(report) = self.conversation.next_report() {
                return report;
            }
            self.conversation.turn().await;
        }
    }

    fn next_ticket(&mut self) -> Ticket {
        self.ticket += 1;
        Ticket(self.ticket)
    }
}

/// A server that lacks what it takes.
pub(super) fn history_lacking() -> Failure {
    Failure::Lacking(Lacking("draft/chathistory"))
}
