//! The task of a room: the only place where its state lives.
//!
//! One turn of the loop takes whatever requests wait, lets the state step through them, commits the events as one
//! group, publishes them as one run, and answers. The clock and the log are here so that the state needs neither.

use std::collections::HashMap;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use salon_protocol::{Nick, RoomName, numeric};
use tokio::sync::{broadcast, mpsc};
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};

use super::beginning::Beginning;
use super::herald::Herald;
use super::modes::Rank;
use super::record;
use super::state::RoomState;
use super::{Answer, Asker, Envelope, Request, Room};
use crate::clock;
use crate::event::{Body, Event, Seq, StreamId};
use crate::hub::Hub;
use crate::log::{Group, GuestRecord, LogError, MemberRecord, RestoredRoom};
use crate::metrics::Refusal;
use crate::reply::{NOT_STORED, Reply};
use crate::run::Run;
use crate::user::User;

/// How many envelopes wait for a room before those who send more wait themselves.
const ENVELOPES_MAX: usize = 256;

/// How many requests are committed together, unless one envelope holds more.
const GROUP_REQUESTS: usize = 1_024;

/// How many changes of users are kept for a log that refuses; who leaves is never dropped.
const OWED_MAX: usize = 1_024;

/// How often a log that refused is tried again when nobody asks for anything.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// How many runs the ring keeps warm; a reader further behind reads from the log.
pub(super) const RING_RUNS: usize = 64;

/// Where a room comes from.
pub(crate) enum Origin {
    /// It is made now.
    New(StreamId, RoomName),
    /// An earlier run of the hub left it, with the users who are always on, by their accounts.
    Restored(Box<RestoredRoom>, Residents),
}

/// Users who are always on, by their accounts.
pub(crate) type Residents = HashMap<Nick, Arc<User>>;

/// The members of a room that are here again.
fn residents_of(room: &RestoredRoom, residents: &Residents) -> Vec<(Arc<User>, Rank)> {
    let members = room.members.iter().filter_map(|member| {
        let user = residents.get(&member.account.parse::<Nick>().ok()?)?;
        Some((Arc::clone(user), record::rank_of(member)))
    });
    members.collect()
}

/// Starts a room and gives its handle; one that is permanent stays when nobody is in it.
pub(crate) fn spawn(hub: &Arc<Hub>, origin: Origin, permanent: bool) -> Arc<Room> {
    let (requests, inbox) = mpsc::channel(ENVELOPES_MAX);
    let epoch = hub.log.epoch();
    let is_dormant = matches!(origin, Origin::Restored(..));
    let (state, beginning) = match origin {
        Origin::New(id, name) => {
            let beginning = if permanent || !hub.log.has_noted(id) {
                Beginning::over()
            } else {
                Beginning::default()
            };
            let state = RoomState::new(id, name, clock::now(), permanent, epoch);
            (state, beginning)
        }
        Origin::Restored(room, residents) => {
            let members = residents_of(&room, &residents);
            let state = RoomState::restored(&room, members, permanent, epoch);
            (state, Beginning::over())
        }
    };
    let room = Arc::new(Room {
        id: state.id,
        name: Mutex::new(state.name.clone()),
        created: state.created,
        requests,
        ring: broadcast::Sender::new(RING_RUNS),
        published: AtomicU64::new(0),
        summary: Mutex::new(state.summary()),
    });
    for member in state.members.values() {
        member.user.enter(&room, state.last_seq.next());
    }
    let task = Box::new(Task {
        hub: Arc::clone(hub),
        room: Arc::clone(&room),
        state,
        beginning,
        herald: Herald::default(),
        owed: Vec::new(),
        is_dormant,
    });
    let ending = hub.ending.clone();
    hub.tasks.spawn(async move {
        // In its place: to move it in would take the room twice.
        let watched = pin!(watch_over(task, inbox));
        ending.run_until_cancelled(watched).await
    });
    room
}

/// Runs a room. One that breaks by a mistake of ours takes nobody else with it, and its name becomes free.
async fn watch_over(mut task: Box<Task>, inbox: mpsc::Receiver<Envelope>) {
    let (hub, room) = (Arc::clone(&task.hub), Arc::clone(&task.room));
    if AssertUnwindSafe(task.run(inbox))
        .catch_unwind()
        .await
        .is_err()
    {
        tracing::error!(room = %room.name(), "a room broke; this is a mistake in salond");
        hub.directory.remove_room(&room);
    }
}

struct Task {
    hub: Arc<Hub>,
    room: Arc<Room>,
    state: RoomState,
    beginning: Beginning,
    /// Whom to wake when there is news: the connections of the members, and of those who leave with the run that is
    /// published. Nobody, for a member who is on no connection.
    herald: Herald,
    /// What happened to users while the log refused: they have gone on, and so must the room.
    owed: Vec<(Asker, Request)>,
    /// An earlier run of the hub left it, and nobody has been in it or changed it since. One who is refused does not end
    /// it; whoever gives it up does.
    is_dormant: bool,
}

impl Task {
    async fn run(&mut self, mut inbox: mpsc::Receiver<Envelope>) {
        while let Some(group) = self.next_group(&mut inbox).await {
            self.turn(group).await;
            self.is_dormant &= self.state.is_over();
            let is_over = self.state.is_over() && !self.is_dormant;
            // Taken out of the directory first, so that who comes too late makes a new room.
            if is_over && self.hub.directory.remove_room(&self.room) {
                break;
            }
        }
        inbox.close();
        // A hub that ends sends everybody away, and finds the room as it was when it starts again.
        if self.beginning.is_over() && !self.hub.is_stopping() {
            self.hub.log.forget(self.room.id).await;
        }
    }

    /// Waits for requests; an empty group says that it is time to try again what is owed.
    async fn next_group(&mut self, inbox: &mut mpsc::Receiver<Envelope>) -> Option<Vec<Envelope>> {
        while self.herald.is_behind() {
            self.herald.step();
            yield_now().await;
        }
        let first = if self.owed.is_empty() {
            self.while_heralding(inbox.recv()).await?
        } else {
            let first = timeout(RETRY_INTERVAL, inbox.recv());
            match self.while_heralding(first).await {
                Ok(first) => first?,
                Err(_) => return Some(Vec::new()),
            }
        };
        let mut count = first.requests.len();
        let mut group = vec![first];
        while count < GROUP_REQUESTS
            && let Ok(next) = inbox.try_recv()
        {
            count += next.requests.len();
            group.push(next);
        }
        Some(group)
    }

    /// Waits for something, and wakes listeners meanwhile, a few each time that all who were woken have had their turn.
    async fn while_heralding<T>(&mut self, awaited: impl Future<Output = T>) -> T {
        let mut awaited = pin!(awaited);
        poll_fn(|context| {
            let polled = awaited.as_mut().poll(context);
            if polled.is_pending() && self.herald.is_under_way() {
                self.herald.step();
                context.waker().wake_by_ref();
            }
            polled
        })
        .await
    }

    async fn turn(&mut self, group: Vec<Envelope>) {
        let now = clock::now();
        let mut changes = std::mem::take(&mut self.owed);
        for (asker, change) in &changes {
            // Nobody waits for the answer any more.
            self.state.step(asker, change.clone(), now);
        }
        let mut answered = Vec::with_capacity(group.len());
        for Envelope {
            asker,
            requests,
            answers,
        } in group
        {
            let done: Vec<Answer> = requests
                .into_iter()
                .map(|request| {
                    if matches!(request, Request::Change { .. }) {
                        changes.push((asker.clone(), request.clone()));
                    }
                    match request {
                        Request::Detach => {
                            self.herald.dismiss((asker.user.id, asker.session));
                        }
                        // Another connection of the user reads on from where the user came in.
                        Request::Attach => self.beginning.ask_for(),
                        _ => {}
                    }
                    self.state.step(&asker, request, now)
                })
                .collect();
            answered.push((answers, done));
        }
        let events = self.state.take_events();
        let members = self.state.changed_members();
        let guests = self.state.changed_guests();
        let is_due = self.beginning.is_due();
        if is_due || !events.is_empty() || !members.is_empty() || !guests.is_empty() {
            match self.store(&events, members, guests).await {
                Ok(()) => {
                    // Somebody else may write into it from outside; what it is does not change by that.
                    self.is_dormant &= events.iter().all(|event| event.is_speech());
                    let first = events.first().map(|event| event.id.seq);
                    if let Some(first) = first {
                        self.publish(first, events, answered_mut(&mut answered));
                    } else {
                        self.state.commit();
                        self.let_listen(answered_mut(&mut answered));
                    }
                }
                Err(error) => {
                    tracing::error!(room = %self.room.name(), %error, "events were not stored");
                    self.hub.metrics.refused(Refusal::Log);
                    self.state.roll_back();
                    self.owe(changes);
                    refuse(&self.room, answered_mut(&mut answered));
                }
            }
        } else {
            // What changed without an event (a user mode) has nothing to be stored, and is not to be taken back.
            self.state.commit();
            self.let_listen(answered_mut(&mut answered));
        }
        for (answers, done) in answered {
            // Whoever asked may be gone; what they asked for has happened all the same.
            let _ = answers.send(done);
        }
    }

    /// Commits what has happened. The end of a room is not stored: it is forgotten next, with all that was before.
    async fn store(
        &mut self,
        events: &[Arc<Event>],
        members: Vec<MemberRecord>,
        guests: Vec<GuestRecord>,
    ) -> Result<(), LogError> {
        let is_the_end = self.state.is_over()
            && members.is_empty()
            && guests.is_empty()
            && !events.iter().any(|event| event.is_speech());
        if is_the_end && !self.hub.is_stopping() {
            return Ok(());
        }
        let concerns_none = members.is_empty() && guests.is_empty();
        if concerns_none && !self.state.is_set_anew() && self.beginning.puts_off(events) {
            return Ok(());
        }
        let events = self.beginning.and(events);
        let count = events.len();
        let is_begun = self.beginning.is_over();
        let record = self
            .state
            .changed_record()
            .or_else(|| (!is_begun).then(|| record::of(&self.state)));
        let group = Group {
            stream: self.room.id,
            room: record.filter(|_| count > 0),
            events,
            members,
            guests,
        };
        let begun = Instant::now();
        let log = Arc::clone(&self.hub.log);
        self.while_heralding(log.append(group)).await?;
        self.beginning.end();
        self.hub.metrics.committed(count, begun.elapsed());
        Ok(())
    }

    /// Keeps changes for the next turn. Where there are too many, the oldest go that do not end a membership.
    fn owe(&mut self, changes: Vec<(Asker, Request)>) {
        let mut surplus = changes.len().saturating_sub(OWED_MAX);
        self.owed = changes;
        self.owed.retain(|(_, change)| {
            let leaves = matches!(
                change,
                Request::Change {
                    body: Some(Body::Quit { .. }),
                    ..
                }
            );
            let kept = leaves || surplus == 0;
            surplus -= usize::from(!kept);
            kept
        });
    }

    fn publish<'a>(
        &mut self,
        first: Seq,
        events: Vec<Arc<Event>>,
        answers: impl Iterator<Item = &'a mut Answer>,
    ) {
        self.let_listen(answers);
        let (arrived, left) = self.state.commit();
        for (user, since) in &arrived {
            if self.state.members.contains_key(&user.id) {
                user.enter(&self.room, *since);
            }
        }
        if events.iter().any(|event| !event.is_speech()) {
            *self
                .room
                .summary
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = self.state.summary();
        }
        self.take_name();
        let last = events.last().map_or(first, |event| event.id.seq);
        // An error says that nobody listens, which is no error.
        let _ = self.room.ring.send(Arc::new(Run::new(first, events)));
        self.room.published.store(last.0, Ordering::Release);
        self.herald.announce();
        // Somebody may have left and come back within the group.
        for user in left
            .into_iter()
            .filter(|user| !self.state.members.contains_key(&user.id))
        {
            user.leave(self.room.id);
            self.herald.dismiss_user(user.id);
        }
    }

    /// Takes the name that the room may have got, for everybody who knows the room by its name.
    fn take_name(&mut self) {
        let before = self.room.name();
        if before.as_str() == self.state.name.as_str() {
            return;
        }
        let mut name = self
            .room
            .name
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        name.clone_from(&self.state.name);
        drop(name);
        for member in self.state.members.values() {
            member.user.rename_room(&before, &self.state.name);
        }
    }

    /// Lets those listen who have joined, from the run that is published next.
    fn let_listen<'a>(&mut self, answers: impl Iterator<Item = &'a mut Answer>) {
        for joined in answers.filter_map(|answer| answer.joined.as_mut()) {
            joined.ring = Some(self.room.ring.subscribe());
            let (user, session) = &joined.listener;
            // A connection may have ended meanwhile, and then nobody needs to be woken.
            if let Some(inbox) = user.inbox(*session) {
                self.herald.admit((user.id, *session), inbox);
            }
        }
    }
}

fn answered_mut<T>(answered: &mut [(T, Vec<Answer>)]) -> impl Iterator<Item = &mut Answer> {
    answered.iter_mut().flat_map(|(_, answers)| answers)
}

/// Nothing of the group is in the log: whoever wanted something stored is told that it was not.
fn refuse<'a>(room: &Room, answers: impl Iterator<Item = &'a mut Answer>) {
    for answer in answers {
        if answer.event.is_none() && answer.joined.is_some() {
            // What it tells may be of the group.
            let reply = Reply::numeric(
                numeric::ERR_UNKNOWNERROR,
                &[room.name().as_str(), NOT_STORED],
            );
            *answer = Answer::refused(reply);
        }
        if let Some(event) = answer.event.take() {
            let reply = match &event.body {
                Body::Said { .. } => Reply::numeric(
                    numeric::ERR_CANNOTSENDTOCHAN,
                    &[room.name().as_str(), NOT_STORED],
                ),
                _ => Reply::numeric(
                    numeric::ERR_UNKNOWNERROR,
                    &[room.name().as_str(), NOT_STORED],
                ),
            };
            *answer = Answer {
                replies: vec![reply],
                refused: true,
                ..Answer::default()
            };
        }
    }
}
