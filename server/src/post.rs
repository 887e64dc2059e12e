//! The post office: the one task that gives direct messages their order.
//!
//! What a room is for a room's events this is for what goes to one user: it gives each message its place in the
//! receiver's stream, commits it to the log, puts it into the inboxes of the receiver's connections and of the sender's
//! other ones, and then answers the sender.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use futures_util::future::join_all;
use salon_protocol::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::clock;
use crate::event::{Audience, Body, Event, MessageId, StreamId};
use crate::log::{Group, Log};
use crate::metrics::{Metrics, Refusal};
use crate::reply::{Reply, not_stored};
use crate::room::{Asker, next_time};
use crate::user::{Mailbox, Reached, User};

/// How many letters wait before those who send more wait themselves.
const LETTERS_MAX: usize = 1_024;

/// How many letters are committed together at most.
const GROUP_MAX: usize = 512;

/// Direct messages of one sender to one receiver, in order.
#[derive(Debug)]
struct Letter {
    asker: Asker,
    receiver: Arc<User>,
    target: Arc<str>,
    bodies: Vec<Body>,
    answers: oneshot::Sender<Vec<Result<Arc<Event>, Reply>>>,
}

/// How the post office is reached.
#[derive(Debug, Clone)]
pub(crate) struct PostOffice {
    letters: mpsc::Sender<Letter>,
}

impl PostOffice {
    /// Starts the task, which ends when nobody can send any more.
    pub(crate) fn open(log: Arc<dyn Log>, metrics: Arc<Metrics>, tasks: &TaskTracker) -> Self {
        let (letters, mut inbox) = mpsc::channel(LETTERS_MAX);
        tasks.spawn(async move {
            let mut group = Vec::new();
            let mut latest = Timestamp::from_millis(0);
            while inbox.recv_many(&mut group, GROUP_MAX).await > 0 {
                let letters = std::mem::take(&mut group);
                deliver(log.as_ref(), &metrics, letters, &mut latest).await;
            }
        });
        Self { letters }
    }

    /// Sends messages, or an invitation to the room `target`, to a user; gives for each the event that is stored, or
    /// why it is not.
    pub(crate) async fn send(
        &self,
        asker: &Asker,
        receiver: &Arc<User>,
        target: &str,
        bodies: Vec<Body>,
    ) -> Vec<Result<Arc<Event>, Reply>> {
        let count = bodies.len();
        let (answers, answered) = oneshot::channel();
        let letter = Letter {
            asker: asker.clone(),
            receiver: Arc::clone(receiver),
            target: target.into(),
            bodies,
            answers,
        };
        if self.letters.send(letter).await.is_ok()
            && let Ok(results) = answered.await
        {
            return results;
        }
        vec![Err(not_stored(target)); count]
    }
}

/// `latest` is the time of the newest message: the two halves of a conversation are in two streams, and are put together
/// by their times.
async fn deliver(log: &dyn Log, metrics: &Metrics, group: Vec<Letter>, latest: &mut Timestamp) {
    let mut before = BTreeMap::new();
    let placed: Vec<(Letter, Mailbox, Vec<Arc<Event>>)> = group
        .into_iter()
        .map(|mut letter| {
            // The receiver may log in meanwhile, and get another one.
            let mailbox = letter.receiver.mailbox();
            before
                .entry(mailbox.stream)
                .or_insert_with(|| reached(&mailbox).given);
            let events = place(log.epoch(), &mut letter, &mailbox, latest);
            (letter, mailbox, events)
        })
        .collect();
    let mut streams: BTreeMap<StreamId, Vec<Arc<Event>>> = BTreeMap::new();
    for (_, mailbox, events) in &placed {
        streams
            .entry(mailbox.stream)
            .or_default()
            .extend(events.iter().map(Arc::clone));
    }
    let commits = streams.into_iter().map(|(stream, events)| async move {
        let (count, begun) = (events.len(), Instant::now());
        let stored = log.append(Group::of_events(stream, events)).await;
        match &stored {
            Ok(()) => metrics.committed(count, begun.elapsed()),
            Err(error) => {
                tracing::error!(%error, "direct messages were not stored");
                metrics.refused(Refusal::Log);
            }
        }
        (stream, stored.is_ok())
    });
    let stored: BTreeMap<StreamId, bool> = join_all(commits).await.into_iter().collect();
    for (letter, mailbox, events) in placed {
        let ok = stored.get(&mailbox.stream).copied().unwrap_or(false);
        if let (false, Some(place)) = (ok, before.get(&mailbox.stream)) {
            // A stream has no holes: the next message takes the place that this one did not get.
            reached(&mailbox).given = *place;
        }
        if let (true, Some(last)) = (ok, events.last()) {
            // Before it is delivered: a connection that comes behind this finds it in the log, any other in its inbox.
            reached(&mailbox).stored = last.id.seq;
        }
        let results = events.into_iter().map(|event| {
            if !ok {
                return Err(not_stored(&event.target));
            }
            letter.receiver.deliver(&event);
            if letter.receiver.id != letter.asker.user.id
                && !matches!(event.body, Body::Invite { .. })
            {
                letter.asker.user.show_sent(letter.asker.session, &event);
            }
            Ok(event)
        });
        // The sender may be gone; the message is stored all the same.
        let _ = letter.answers.send(results.collect());
    }
}

fn place(
    epoch: u64,
    letter: &mut Letter,
    mailbox: &Mailbox,
    latest: &mut Timestamp,
) -> Vec<Arc<Event>> {
    let now = clock::now();
    let bodies = std::mem::take(&mut letter.bodies).into_iter();
    let mut reached = reached(mailbox);
    let place = &mut reached.given;
    let events = bodies.map(|body| {
        *latest = next_time(place.1.max(*latest), now);
        *place = (place.0.next(), *latest);
        Arc::new(Event {
            id: MessageId {
                epoch,
                stream: mailbox.stream,
                seq: place.0,
            },
            time: place.1,
            origin: letter.asker.session,
            user: letter.asker.user.id,
            source: Arc::clone(&letter.asker.identity),
            target: Arc::clone(&letter.target),
            body,
            audience: Audience::Everyone,
            spread: None,
        })
    });
    events.collect()
}

fn reached(mailbox: &Mailbox) -> MutexGuard<'_, Reached> {
    mailbox.place.lock().unwrap_or_else(PoisonError::into_inner)
}
