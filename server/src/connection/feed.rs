//! A connection's place in a room: a cursor into the room's stream.
//!
//! The ring is the warm end of the stream. A reader whom it has overtaken reads on from the log, page by page, until
//! the ring holds what comes next; so it loses nothing as long as the log keeps it.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::broadcast::{self, error::TryRecvError};

use crate::event::{Event, Seq};
use crate::log::{Log, LogError};
use crate::room::Room;
use crate::run::Run;

/// How many events one page of the log holds at most.
const PAGE_EVENTS: u64 = 256;

/// What comes next for a reader.
#[derive(Debug)]
pub(super) enum Next {
    /// Nothing yet.
    Nothing,
    /// A run, of which the events before this index are not the reader's.
    Run(Arc<Run>, usize),
    /// An event of the log.
    Event(Arc<Event>),
    /// This many events are no longer in the log.
    Expired(u64),
}

/// See the module.
#[derive(Debug)]
pub(super) struct Feed {
    pub(super) room: Arc<Room>,
    ring: broadcast::Receiver<Arc<Run>>,
    next: Seq,
    run: Option<Arc<Run>>,
    page: VecDeque<Arc<Event>>,
}

impl Feed {
    /// A reader whose first event is at `next`; the ring holds all from there.
    pub(super) fn new(room: Arc<Room>, ring: broadcast::Receiver<Arc<Run>>, next: Seq) -> Self {
        Self {
            room,
            ring,
            next,
            run: None,
            page: VecDeque::new(),
        }
    }

    /// Whether there is something for the reader.
    pub(super) fn has_news(&self) -> bool {
        self.room.published() >= self.next
    }

    /// Whether the event at a place has been read.
    pub(super) fn is_past(&self, seq: Seq) -> bool {
        self.next > seq
    }

    /// Says that the reader has taken everything before a place.
    pub(super) fn advance_to(&mut self, next: Seq) {
        self.next = next;
        if self
            .run
            .as_ref()
            .is_some_and(|run| run.index_of(next) >= run.events.len())
        {
            self.run = None;
        }
    }

    /// The run that comes next as a whole, if the ring has it. It stays until [`Self::advance_to`].
    pub(super) fn next_run(&mut self) -> Option<Arc<Run>> {
        if !self.page.is_empty() {
            return None;
        }
        if self.run.is_none() {
            self.receive();
        }
        self.run.clone().filter(|run| run.first() == self.next)
    }

    /// Gives an event of the log back, to be taken later.
    pub(super) fn put_back(&mut self, event: Arc<Event>) {
        self.next = event.id.seq;
        self.page.push_front(event);
    }

    /// What comes next. A [`Next::Run`] stays until [`Self::advance_to`]; all else is taken with this call.
    pub(super) async fn next(&mut self, log: &dyn Log) -> Result<Next, LogError> {
        loop {
            if let Some(event) = self.page.pop_front() {
                self.next = event.id.seq.next();
                return Ok(Next::Event(event));
            }
            if let Some(run) = &self.run
                && run.first() <= self.next
            {
                return Ok(Next::Run(Arc::clone(run), run.index_of(self.next)));
            }
            if !self.has_news() {
                return Ok(Next::Nothing);
            }
            if self.run.is_none() {
                self.receive();
            }
            if self.run.as_ref().is_none_or(|run| run.first() > self.next)
                && let Some(expired) = self.read_page(log).await?
            {
                return Ok(Next::Expired(expired));
            }
        }
    }

    /// Takes the next run that holds something new from the ring, if it still has one.
    fn receive(&mut self) {
        loop {
            match self.ring.try_recv() {
                Ok(run) if run.index_of(self.next) >= run.events.len() => {}
                Ok(run) => {
                    self.run = Some(run);
                    return;
                }
                // The oldest run that is left comes next; the log has what was before it.
                Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    /// Reads on from the log up to where the ring begins; gives the number of events that it has no longer.
    async fn read_page(&mut self, log: &dyn Log) -> Result<Option<u64>, LogError> {
        let until = self
            .run
            .as_ref()
            .map_or(self.room.published().next(), |run| run.first());
        let missing = until.0.saturating_sub(self.next.0);
        let events_max = usize::try_from(missing.min(PAGE_EVENTS)).unwrap_or(usize::MAX);
        let page = log.read(self.room.id, self.next, events_max).await?;
        self.page = page
            .events
            .into_iter()
            .take_while(|event| event.id.seq < until)
            .collect();
        let resumes = self.page.front().map_or(until, |event| event.id.seq);
        let expired = resumes.0.saturating_sub(self.next.0);
        self.next = resumes;
        Ok((expired > 0).then_some(expired))
    }
}
