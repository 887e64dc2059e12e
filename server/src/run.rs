//! A run: the events that a room committed together, delivered together.
//!
//! The ring carries runs and not events, so a reader is woken once a run and writes it with one system call, and the
//! lines of a run are made once for each kind of recipient.

use std::sync::{Arc, Mutex, PoisonError};

use crate::encode::{Encoded, Wire};
use crate::event::{Audience, Body, Event, Seq};
use crate::identity::UserId;

/// Consecutive events of one stream. Never empty.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) events: Vec<Arc<Event>>,
    first: Seq,
    plain: bool,
    /// Those whose doing it is.
    users: Vec<UserId>,
    // Held for a look-up in a list of one entry a kind; a kind is encoded by the first recipient who needs it.
    encoded: Mutex<Vec<(Wire, Arc<Encoded>)>>,
}

impl Run {
    /// A run of events that follow each other, the first of them at `first`.
    pub(crate) fn new(first: Seq, events: Vec<Arc<Event>>) -> Self {
        let plain = events.iter().all(|event| is_plain(event));
        let mut users: Vec<UserId> = events.iter().map(|event| event.user).collect();
        users.sort_unstable();
        users.dedup();
        Self {
            events,
            first,
            plain,
            users,
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

    /// Whether somebody who did none of it can be sent the run's bytes without a look at each event.
    pub(crate) fn is_plain_for(&self, user: UserId) -> bool {
        self.plain && !self.users.contains(&user)
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

/// Whether all others of the room are shown an event alike, once, and as nothing but its lines.
fn is_plain(event: &Event) -> bool {
    let is_here_alone = event
        .spread
        .as_ref()
        .is_none_or(|spread| spread.rooms.len() <= 1);
    let is_plain = match &event.body {
        Body::Said { .. }
        | Body::Part { .. }
        | Body::Quit { .. }
        | Body::Nick { .. }
        | Body::Topic { .. }
        | Body::Mode { .. }
        | Body::Away
        | Body::Account
        | Body::Setname => true,
        // Some are told what whoever joins has noted of itself.
        Body::Join => event.source.metadata.is_empty(),
        Body::Kick { .. }
        | Body::Rename { .. }
        | Body::Invite { .. }
        | Body::Metadata { .. }
        | Body::Wallops { .. }
        | Body::Redact { .. }
        | Body::Redacted => false,
    };
    is_plain && is_here_alone && event.audience == Audience::Everyone
}
