//! A registered user, as others reach it: one, however many connections it has at the moment.

mod mailbox;
mod notes;
mod sessions;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use salon_protocol::{RoomName, Timestamp};

use crate::event::{Seq, StreamId};
use crate::identity::{Identity, UserId, UserModes};
use crate::room::Room;
use mailbox::Mail;
use sessions::Sessions;

pub(crate) use mailbox::{DirectPlace, Mailbox, Reached};
pub(crate) use notes::Notes;
pub(crate) use sessions::{AttachError, Detached, Link};

/// How many invitations are remembered for a user.
const INVITATIONS_MAX: usize = 100;

/// A user from the end of registration to the end of its last connection, or beyond it for one that is always on.
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) connected: Timestamp,
    last_active: AtomicU64,
    mail: Mutex<Mail>,
    sessions: Mutex<Sessions>,
    /// Held while the user changes in all its rooms, or enters one, so that its connections do this one after the other.
    /// A lock of tokio, since rooms are asked meanwhile; a room's task never takes it.
    pub(crate) changing: tokio::sync::Mutex<()>,
    // Written by whoever holds `changing`, and read by others for as long as a clone takes.
    identity: Mutex<Arc<Identity>>,
    // Written by the tasks of the rooms: what is here is committed. By their ids: a name may be another room's before all
    // members of the one that had it have heard so.
    rooms: Mutex<BTreeMap<StreamId, (Arc<Room>, Seq)>>,
    invitations: Mutex<BTreeSet<RoomName>>,
    notes: Mutex<Option<Arc<Notes>>>,
}

impl User {
    /// A user with an identity, on no connection and in no room.
    pub(crate) fn new(
        id: UserId,
        direct: StreamId,
        identity: Arc<Identity>,
        connected: Timestamp,
    ) -> Self {
        Self {
            id,
            connected,
            last_active: AtomicU64::new(connected.as_millis()),
            mail: Mutex::new(Mail::new(direct)),
            sessions: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
            identity: Mutex::new(identity),
            rooms: Mutex::default(),
            invitations: Mutex::default(),
            notes: Mutex::default(),
        }
    }

    /// Who the user is now.
    pub(crate) fn identity(&self) -> Arc<Identity> {
        Arc::clone(&lock(&self.identity))
    }

    /// Makes the user somebody else; rooms learn it through their own order.
    pub(crate) fn set_identity(&self, identity: Arc<Identity>) {
        *lock(&self.identity) = identity;
    }

    /// The rooms that the user is in, those first that were made first.
    pub(crate) fn rooms(&self) -> Vec<Arc<Room>> {
        let rooms = lock(&self.rooms);
        rooms.values().map(|(room, _)| Arc::clone(room)).collect()
    }

    /// The same, each with the place at which the user came in.
    pub(crate) fn places(&self) -> Vec<(Arc<Room>, Seq)> {
        lock(&self.rooms).values().cloned().collect()
    }

    /// In how many rooms the user is.
    pub(crate) fn room_count(&self) -> usize {
        lock(&self.rooms).len()
    }

    /// Whether the user is in a room as of its last commit, whatever a connection has read of it.
    pub(crate) fn is_member_of(&self, room: StreamId) -> bool {
        lock(&self.rooms).contains_key(&room)
    }

    /// Whether two users share a room.
    pub(crate) fn shares_a_room_with(&self, other: &User) -> bool {
        if self.id == other.id {
            return true;
        }
        let mine: Vec<StreamId> = lock(&self.rooms).keys().copied().collect();
        let theirs = lock(&other.rooms);
        mine.iter().any(|room| theirs.contains_key(room))
    }

    /// Whether somebody who shares no room may be shown this user.
    pub(crate) fn is_visible_from_outside(&self) -> bool {
        !self.identity().modes.contains(UserModes::INVISIBLE)
    }

    /// Remembers an invitation until the room is entered.
    pub(crate) fn note_invitation(&self, room: &Room) {
        let mut invitations = lock(&self.invitations);
        if invitations.len() < INVITATIONS_MAX {
            invitations.insert(room.name());
        }
    }

    /// The rooms that the user is invited to and has not entered.
    pub(crate) fn invitations(&self) -> Vec<RoomName> {
        lock(&self.invitations).iter().cloned().collect()
    }

    /// Notes that the user is in a room since a place, and has the other connections follow.
    pub(crate) fn enter(&self, room: &Arc<Room>, since: Seq) {
        lock(&self.invitations).remove(&room.name());
        lock(&self.rooms).insert(room.id, (Arc::clone(room), since));
        lock(&self.sessions).follow();
    }

    /// Notes that a room of the user has another name.
    pub(crate) fn rename_room(&self, before: &RoomName, now: &RoomName) {
        if let Some(notes) = &*lock(&self.notes) {
            notes.rename(before.as_str(), now.as_str());
        }
    }

    /// Notes that the user is no longer in a room.
    pub(crate) fn leave(&self, room: StreamId) {
        lock(&self.rooms).remove(&room);
    }

    /// Notes that the user said something.
    pub(crate) fn touch(&self, now: Timestamp) {
        self.last_active.store(now.as_millis(), Ordering::Relaxed);
    }

    /// How long the user has said nothing, in whole seconds.
    pub(crate) fn idle_seconds(&self, now: Timestamp) -> u64 {
        now.as_millis()
            .saturating_sub(self.last_active.load(Ordering::Relaxed))
            / 1000
    }
}

impl fmt::Debug for User {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("User")
            .field("id", &self.id)
            .field("mask", &self.identity().mask())
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
