//! What need not be stored of a room yet (pure).
//!
//! Most rooms of a busy hub are a place where somebody came, looked around and left. Until something is said or set in a
//! room, or somebody is in it who is always on, nobody would miss it after a crash: whoever comes back makes it anew. So
//! that people come and go there waits, and is stored with the first thing that is more than that, before it.

use std::sync::Arc;

use crate::event::{Body, Event};

/// How many events may wait. Fewer than the runs of the ring, so that nobody who reads from the log looks for them there.
const WAITING_MAX: usize = 16;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Beginning {
    /// Published, and not stored.
    waiting: Vec<Arc<Event>>,
    is_asked_for: bool,
    is_over: bool,
}

impl Beginning {
    /// The beginning of a room that is in the log, or has to be in any case.
    pub(super) fn over() -> Self {
        Self {
            is_over: true,
            ..Self::default()
        }
    }

    /// Whether anything of the room is stored.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Says that somebody is about to read in the log what was here.
    pub(super) fn ask_for(&mut self) {
        self.is_asked_for = true;
    }

    /// Whether what waits is to be stored, though nothing else is.
    pub(super) fn is_due(&self) -> bool {
        self.is_asked_for && !self.waiting.is_empty()
    }

    /// Has events wait, and says so, if they only tell of people who come and go, and not of too many.
    pub(super) fn puts_off(&mut self, events: &[Arc<Event>]) -> bool {
        let may_wait = !self.is_over
            && !self.is_asked_for
            && self.waiting.len() + events.len() <= WAITING_MAX
            && events.iter().all(|event| is_passing(&event.body));
        if may_wait {
            self.waiting.extend_from_slice(events);
        }
        may_wait
    }

    /// What is to be stored with events: what has waited, and then they.
    pub(super) fn and(&self, events: &[Arc<Event>]) -> Vec<Arc<Event>> {
        [&self.waiting, events].concat()
    }

    /// Says that all of it is stored.
    pub(super) fn end(&mut self) {
        *self = Self::over();
    }
}

/// Whether something says only who is here, and how they are called.
fn is_passing(body: &Body) -> bool {
    matches!(
        body,
        Body::Join
            | Body::Part { .. }
            | Body::Quit { .. }
            | Body::Nick { .. }
            | Body::Away
            | Body::Account
            | Body::Setname
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::tests::said;

    fn joined(seq: u64) -> Arc<Event> {
        Arc::new(Event {
            body: Body::Join,
            ..said(1, seq, "")
        })
    }

    #[test]
    fn who_comes_and_goes_waits_until_something_is_said() {
        let mut beginning = Beginning::default();
        assert!(beginning.puts_off(&[joined(1), joined(2)]));
        let said = [joined(3), Arc::new(said(1, 4, "hello"))];
        assert!(!beginning.puts_off(&said));
        let seqs = |events: Vec<Arc<Event>>| events.iter().map(|e| e.id.seq.0).collect::<Vec<_>>();
        assert_eq!(seqs(beginning.and(&said)), [1, 2, 3, 4]);
        beginning.end();
        assert!(!beginning.puts_off(&[joined(5)]));
        assert_eq!(seqs(beginning.and(&[joined(5)])), [5]);
    }

    #[test]
    fn nothing_waits_where_somebody_looks_for_it_in_the_log() {
        let mut beginning = Beginning::default();
        assert!(beginning.puts_off(&[joined(1)]) && !beginning.is_due());
        beginning.ask_for();
        assert!(beginning.is_due() && !beginning.puts_off(&[joined(2)]));
        beginning.end();
        assert!(!beginning.is_due());
    }

    #[test]
    fn no_more_wait_than_the_ring_holds() {
        let mut beginning = Beginning::default();
        for seq in 1..=WAITING_MAX as u64 {
            assert!(beginning.puts_off(&[joined(seq)]));
        }
        assert!(!beginning.puts_off(&[joined(100)]));
        const { assert!(WAITING_MAX < super::super::task::RING_RUNS) };
    }
}
