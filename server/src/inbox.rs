//! What reaches a connection from others, apart from what is on the rings of its rooms.
//!
//! Everything here is bounded, and nobody who puts something in waits. Direct messages beyond the bound are not
//! lost: they are in the log, and the connection is told to read on from there. Presence is kept as the last state a
//! watched nick has, so it is bounded by the list of watched nicks; so are their other changes, the last one of a kind.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::mem::Discriminant;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use salon_protocol::{Nick, Timestamp};

use crate::event::{Body, Event, StreamId};

/// How many direct messages wait here for a reader before the log takes over.
const DIRECT_MAX: usize = 64;

/// How many messages that another connection of the user sent wait here; of more, the reader is told the number.
const SENT_MAX: usize = 256;

/// How much else that another connection of the user did waits here. The oldest goes: what counts is how it is now.
const OWN_MAX: usize = 64;

/// How many markers wait here, the last one of each conversation.
const MARKERS_MAX: usize = 1_024;

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
    /// What the user's other connections did. Most users have none, so it is apart.
    pub(crate) family: Option<Box<Family>>,
    /// The connection is to end.
    pub(crate) closing: Option<Closing>,
}

/// What other connections of the same user did, and what is to be asked of rooms.
#[derive(Debug, Default)]
pub(crate) struct Family {
    /// What they wrote to others, in order.
    pub(crate) sent: Vec<Arc<Event>>,
    /// How much more of that did not fit.
    pub(crate) sent_lost: u64,
    /// The user may be in rooms that the connection does not know yet.
    pub(crate) follow: bool,
    /// Rooms that were renamed, and are to be shown anew.
    pub(crate) renamed: BTreeSet<StreamId>,
    pub(crate) own: VecDeque<Own>,
    /// Up to when conversations were read.
    pub(crate) markers: BTreeMap<String, Timestamp>,
}

/// Something that another connection of the same user did.
#[derive(Debug, Clone)]
pub(crate) enum Own {
    /// The user became somebody else, while in no room that would tell it.
    Event(Arc<Event>),
    /// A line of the hub or of the user, with its end.
    Line(Arc<str>),
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

    /// Says that another connection of the user may have joined a room.
    pub(crate) fn follow(&self) {
        self.put(|news| news.family.get_or_insert_default().follow = true);
    }

    /// Has the connection show its client a room anew that was renamed.
    pub(crate) fn look_into(&self, room: StreamId) {
        self.put(|news| {
            news.family.get_or_insert_default().renamed.insert(room);
        });
    }

    /// Puts in a stored message that another connection of the user sent.
    pub(crate) fn sent(&self, event: Arc<Event>) {
        self.put(|news| {
            let family = news.family.get_or_insert_default();
            if family.sent_lost > 0 || family.sent.len() >= SENT_MAX {
                family.sent_lost += 1;
            } else {
                family.sent.push(event);
            }
        });
    }

    /// Puts in what another connection of the user did.
    pub(crate) fn own(&self, own: Own) {
        self.put(|news| {
            let family = news.family.get_or_insert_default();
            if family.own.len() >= OWN_MAX {
                family.own.pop_front();
            }
            family.own.push_back(own);
        });
    }

    /// Puts in up to when another connection of the user has read a conversation.
    pub(crate) fn read(&self, target: &str, time: Timestamp) {
        self.put(|news| {
            let family = news.family.get_or_insert_default();
            family.markers.insert(target.to_owned(), time);
            if family.markers.len() > MARKERS_MAX {
                family.markers.pop_first();
            }
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

    /// Whether the connection is to end, for whoever has something else to do before it looks in here.
    pub(crate) fn is_ended(&self) -> bool {
        self.signals.load(Ordering::Acquire) & ENDED != 0
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
    fn what_others_of_the_user_sent_is_counted_beyond_its_bound() {
        let inbox = Inbox::default();
        for seq in 1..=SENT_MAX as u64 + 3 {
            inbox.sent(Arc::new(said(1, seq, "x")));
        }
        let family = inbox
            .take()
            .unwrap_or_default()
            .family
            .expect("something came");
        assert_eq!((family.sent.len(), family.sent_lost), (SENT_MAX, 3));
    }

    #[test]
    fn of_what_others_of_the_user_did_the_last_is_kept() {
        let inbox = Inbox::default();
        for number in 0..=OWN_MAX {
            inbox.own(Own::Line(number.to_string().into()));
        }
        for time in [5, 7] {
            inbox.read("#room", Timestamp::from_millis(time));
        }
        let family = inbox
            .take()
            .unwrap_or_default()
            .family
            .expect("something came");
        assert_eq!(family.own.len(), OWN_MAX);
        assert!(matches!(family.own.front(), Some(Own::Line(line)) if &**line == "1"));
        let read = BTreeMap::from([("#room".to_owned(), Timestamp::from_millis(7))]);
        assert_eq!(family.markers, read);
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
