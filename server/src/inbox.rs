//! What reaches a connection from others, apart from what is on the rings of its rooms.
//!
//! Everything here is bounded, and nobody who puts something in waits. Direct messages beyond the bound are not
//! lost: they are in the log, and the connection is told to read on from there. Presence is kept as the last state a
//! watched nick has, so it is bounded by the list of watched nicks; so are their other changes, the last one of a kind.

use std::collections::{BTreeMap, HashMap};
use std::mem::Discriminant;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use salon_protocol::Nick;

use crate::event::{Body, Event};

/// How many direct messages wait here for a reader before the log takes over.
const DIRECT_MAX: usize = 64;

/// What a connection finds when it looks.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Direct messages, in order.
    pub(crate) direct: Vec<Arc<Event>>,
    /// There were more than fit: read on from the log.
    pub(crate) direct_lagged: bool,
    /// Watched nicks that came (with their mask) or went.
    pub(crate) presence: BTreeMap<Nick, Option<String>>,
    /// What else changed about watched nicks: the last change of each kind.
    pub(crate) changes: HashMap<(Nick, Discriminant<Body>), Arc<Event>>,
    /// The connection is to end.
    pub(crate) closing: Option<Closing>,
}

/// Why a connection is ended from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closing {
    /// A line to send before the `ERROR`, for instance the `KILL`.
    pub(crate) line: Option<String>,
    /// The text of the `ERROR`, and of the `QUIT` that others see.
    pub(crate) reason: String,
}

/// There may be something new in the rooms or in here.
const WOKEN: u8 = 1;
/// The connection is to end. Apart from the other, for a connection that takes nothing else because its peer does not
/// read.
const ENDED: u8 = 1 << 1;
/// There is something in here.
const NEWS: u8 = 1 << 2;

/// The way into a connection. One that waits owns nothing but this: a room that has news sets a bit and wakes a task.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    signals: AtomicU8,
    waker: AtomicWaker,
    news: Mutex<Option<Box<News>>>,
}

impl Inbox {
    /// Puts a stored direct message in.
    pub(crate) fn deliver(&self, event: Arc<Event>) {
        self.put(|news| {
            if news.direct_lagged || news.direct.len() >= DIRECT_MAX {
                news.direct_lagged = true;
                news.direct.clear();
            } else {
                news.direct.push(event);
            }
        });
    }

    /// Says that a watched nick came, with its mask, or went.
    pub(crate) fn presence(&self, nick: Nick, mask: Option<String>) {
        self.put(|news| {
            news.presence.insert(nick, mask);
        });
    }

    /// Says that something else about a watched nick changed.
    pub(crate) fn change(&self, event: Arc<Event>) {
        let key = (
            event.source.nick.clone(),
            std::mem::discriminant(&event.body),
        );
        self.put(|news| {
            news.changes.insert(key, event);
        });
    }

    /// Ends the connection; the first reason counts.
    pub(crate) fn close(&self, closing: Closing) {
        self.put(|news| {
            news.closing.get_or_insert(closing);
        });
        self.signal(ENDED);
    }

    /// Makes the connection look at its rooms and in here.
    pub(crate) fn wake(&self) {
        self.signal(WOKEN);
    }

    /// Whether there may be something new since this was last ready; otherwise the task is woken once there is.
    pub(crate) fn poll_woken(&self, context: &mut Context<'_>) -> Poll<()> {
        self.poll_signal(WOKEN, context)
    }

    /// Whether the connection is to end; otherwise the task is woken once it is.
    pub(crate) fn poll_ended(&self, context: &mut Context<'_>) -> Poll<()> {
        self.poll_signal(ENDED, context)
    }

    /// Waits until there may be something new.
    #[cfg(test)]
    pub(crate) async fn woken(&self) {
        std::future::poll_fn(|context| self.poll_woken(context)).await;
    }

    /// Takes the word that the connection is to end, and leaves all else.
    pub(crate) fn take_closing(&self) -> Option<Closing> {
        self.lock().as_mut()?.closing.take()
    }

    /// Whether there is something to take.
    pub(crate) fn has_news(&self) -> bool {
        self.signals.load(Ordering::Acquire) & NEWS != 0
    }

    /// Takes what is there.
    pub(crate) fn take(&self) -> Option<Box<News>> {
        // Cleared first: what comes in between sets it again.
        if self.signals.fetch_and(!NEWS, Ordering::AcqRel) & NEWS == 0 {
            return None;
        }
        self.lock().take()
    }

    fn put(&self, put: impl FnOnce(&mut News)) {
        put(self.lock().get_or_insert_default());
        self.signal(NEWS | WOKEN);
    }

    fn signal(&self, bits: u8) {
        // Whoever set a bit that is still there has woken the task for it.
        if self.signals.fetch_or(bits, Ordering::AcqRel) & bits != bits {
            self.waker.wake();
        }
    }

    fn poll_signal(&self, bit: u8, context: &mut Context<'_>) -> Poll<()> {
        let is_set = || self.signals.fetch_and(!bit, Ordering::AcqRel) & bit != 0;
        if is_set() {
            return Poll::Ready(());
        }
        self.waker.register(context.waker());
        if is_set() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    // A lock and not a queue: a waiting connection costs no slots, and what is put in is a push.
    fn lock(&self) -> MutexGuard<'_, Option<Box<News>>> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::tests::said;

    #[test]
    fn beyond_its_bound_the_log_takes_over() {
        let inbox = Inbox::default();
        for seq in 1..=DIRECT_MAX as u64 {
            inbox.deliver(Arc::new(said(1, seq, "x")));
        }
        inbox.deliver(Arc::new(said(1, 65, "x")));
        inbox.deliver(Arc::new(said(1, 66, "x")));
        let news = inbox.take().unwrap_or_default();
        assert!(news.direct_lagged && news.direct.is_empty());
        inbox.deliver(Arc::new(said(1, 67, "x")));
        assert_eq!(inbox.take().unwrap_or_default().direct.len(), 1);
    }

    #[test]
    fn presence_keeps_the_last_state_of_a_nick() {
        let inbox = Inbox::default();
        let nick: Nick = "bob".parse().expect("a nick");
        inbox.presence(nick.clone(), Some("bob!b@h".into()));
        inbox.presence(nick.clone(), None);
        assert_eq!(
            inbox.take().unwrap_or_default().presence,
            BTreeMap::from([(nick, None)])
        );
    }

    #[test]
    fn of_the_changes_of_a_nick_the_last_of_a_kind_is_kept() {
        let inbox = Inbox::default();
        let change = |body: Body, seq| {
            let mut event = said(1, seq, "x");
            event.body = body;
            inbox.change(Arc::new(event));
        };
        change(Body::Away, 1);
        change(Body::Setname, 2);
        change(Body::Away, 3);
        let changes = inbox.take().unwrap_or_default().changes;
        let mut kept: Vec<u64> = changes.values().map(|event| event.id.seq.0).collect();
        kept.sort_unstable();
        assert_eq!(kept, [2, 3]);
    }

    #[test]
    fn the_first_reason_to_close_counts() {
        let inbox = Inbox::default();
        for reason in ["killed", "shutdown"] {
            inbox.close(Closing {
                line: None,
                reason: reason.into(),
            });
        }
        assert_eq!(
            inbox
                .take()
                .unwrap_or_default()
                .closing
                .map(|closing| closing.reason)
                .as_deref(),
            Some("killed")
        );
    }
}
