//! A run: the events that a room committed together, delivered together.
//!
//! The ring carries runs and not events, so a reader is woken once a run and writes it with one system call, and the
//! lines of a run are made once for each kind of recipient.

use std::sync::{Arc, Mutex, PoisonError};

use crate::encode::{Encoded, Wire};
use crate::event::{Event, Seq};
use crate::identity::SessionId;

/// Consecutive events of one stream. Never empty.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) events: Vec<Arc<Event>>,
    first: Seq,
    plain: bool,
    origins: Vec<SessionId>,
    // Held for a look-up in a list of one entry a kind; a kind is encoded by the first recipient who needs it.
    encoded: Mutex<Vec<(Wire, Arc<Encoded>)>>,
}

impl Run {
    /// A run of events that follow each other, the first of them at `first`.
    pub(crate) fn new(first: Seq, events: Vec<Arc<Event>>) -> Self {
        let plain = events.iter().all(|event| {
            event.is_speech()
                && event.spread.is_none()
                && event.audience == crate::event::Audience::Everyone
        });
        let mut origins: Vec<SessionId> = events.iter().map(|event| event.origin).collect();
        origins.sort_unstable();
        origins.dedup();
        Self {
            events,
            first,
            plain,
            origins,
            encoded: Mutex::default(),
        }
    }

    /// The place of the first event.
    pub(crate) fn first(&self) -> Seq {
        self.first
    }

    /// The index of the event at a place, 0 for what is before the run.
    pub(crate) fn index_of(&self, seq: Seq) -> usize {
        usize::try_from(seq.0.saturating_sub(self.first.0)).unwrap_or(usize::MAX)
    }

    /// Whether a session that caused none of the events can be sent the run's bytes without a look at each event:
    /// all of it is speech to everyone.
    pub(crate) fn is_plain_for(&self, session: SessionId) -> bool {
        self.plain && !self.origins.contains(&session)
    }

    /// The lines for a kind of recipient.
    pub(crate) fn encoded(&self, wire: Wire) -> Arc<Encoded> {
        let mut known = self.encoded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, encoded)) = known.iter().find(|(kind, _)| *kind == wire) {
            return Arc::clone(encoded);
        }
        let encoded = Arc::new(Encoded::new(&self.events, wire));
        known.push((wire, Arc::clone(&encoded)));
        encoded
    }
}
