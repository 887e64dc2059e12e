//! A registered user, as others reach it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use salon_protocol::{RoomName, Timestamp, fold};

use crate::event::{Seq, StreamId};
use crate::identity::{Identity, UserId, UserModes};
use crate::inbox::Inbox;
use crate::room::Room;

/// How many invitations are remembered for a user.
const INVITATIONS_MAX: usize = 100;

/// How many conversations have a marker of what was read; the one that was read longest ago goes first.
const MARKERS_MAX: usize = 1_024;

/// The last place in a stream of direct messages, and its time.
pub(crate) type DirectPlace = Arc<Mutex<(Seq, Timestamp)>>;

/// The direct messages to an account.
#[derive(Debug, Clone)]
pub(crate) struct Mailbox {
    pub(crate) stream: StreamId,
    pub(crate) place: DirectPlace,
}

/// A user from the end of registration to the end of the connection.
pub(crate) struct User {
    pub(crate) id: UserId,
    /// The stream of the direct messages to this user.
    pub(crate) direct: StreamId,
    pub(crate) inbox: Arc<Inbox>,
    /// The last place in the stream of direct messages; the post office alone moves it.
    pub(crate) direct_place: DirectPlace,
    /// Whether the stream is an account's, and stays when the user goes.
    keeps_direct: AtomicBool,
    pub(crate) connected: Timestamp,
    last_active: AtomicU64,
    // Both are written by the user's own connection and read by others for as long as a clone takes.
    identity: Mutex<Arc<Identity>>,
    rooms: Mutex<BTreeMap<RoomName, Arc<Room>>>,
    invitations: Mutex<BTreeSet<RoomName>>,
    /// Up to when conversations were read, by their folded names.
    markers: Mutex<BTreeMap<String, Timestamp>>,
}

impl User {
    /// A user with an identity, in no room.
    pub(crate) fn new(
        id: UserId,
        direct: StreamId,
        inbox: Arc<Inbox>,
        identity: Arc<Identity>,
        connected: Timestamp,
    ) -> Self {
        Self {
            id,
            direct,
            inbox,
            direct_place: DirectPlace::default(),
            keeps_direct: AtomicBool::new(false),
            connected,
            last_active: AtomicU64::new(connected.as_millis()),
            identity: Mutex::new(identity),
            rooms: Mutex::default(),
            invitations: Mutex::default(),
            markers: Mutex::default(),
        }
    }

    /// The same user, before anybody knows it, with the direct messages of an account.
    pub(crate) fn with_mailbox(self, mailbox: Mailbox) -> Self {
        Self {
            direct: mailbox.stream,
            direct_place: mailbox.place,
            keeps_direct: AtomicBool::new(true),
            ..self
        }
    }

    /// The user's direct messages, which become an account's; nothing where they are one's already.
    pub(crate) fn give_mailbox(&self) -> Option<Mailbox> {
        let given = self.keeps_direct.swap(true, Ordering::Relaxed);
        (!given).then(|| Mailbox {
            stream: self.direct,
            place: Arc::clone(&self.direct_place),
        })
    }

    /// The place of the newest direct message.
    pub(crate) fn last_direct(&self) -> Seq {
        lock(&self.direct_place).0
    }

    /// Whether the user's direct messages stay when the user goes.
    pub(crate) fn keeps_direct(&self) -> bool {
        self.keeps_direct.load(Ordering::Relaxed)
    }

    /// Who the user is now.
    pub(crate) fn identity(&self) -> Arc<Identity> {
        Arc::clone(&lock(&self.identity))
    }

    /// Makes the user somebody else; rooms learn it through their own order.
    pub(crate) fn set_identity(&self, identity: Arc<Identity>) {
        *lock(&self.identity) = identity;
    }

    /// The rooms that the user is in, by name.
    pub(crate) fn rooms(&self) -> Vec<Arc<Room>> {
        lock(&self.rooms).values().map(Arc::clone).collect()
    }

    /// Whether the user is in a room.
    pub(crate) fn is_in(&self, room: &RoomName) -> bool {
        lock(&self.rooms).contains_key(room)
    }

    /// Whether two users share a room.
    pub(crate) fn shares_a_room_with(&self, other: &User) -> bool {
        if self.id == other.id {
            return true;
        }
        let mine: Vec<RoomName> = lock(&self.rooms).keys().cloned().collect();
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
            invitations.insert(room.name.clone());
        }
    }

    /// The rooms that the user is invited to and has not entered.
    pub(crate) fn invitations(&self) -> Vec<RoomName> {
        lock(&self.invitations).iter().cloned().collect()
    }

    /// Up to when a conversation was read.
    pub(crate) fn marker(&self, target: &str) -> Option<Timestamp> {
        lock(&self.markers).get(&fold(target)).copied()
    }

    /// Notes that a conversation was read up to a time, unless it was read further already.
    pub(crate) fn mark_read(&self, target: &str, time: Timestamp) {
        let mut markers = lock(&self.markers);
        let marker = markers.entry(fold(target)).or_insert(time);
        *marker = (*marker).max(time);
        if markers.len() > MARKERS_MAX {
            let stalest = markers.iter().min_by_key(|(_, time)| **time);
            let stalest = stalest.map(|(target, _)| target.clone());
            stalest.map(|target| markers.remove(&target));
        }
    }

    pub(crate) fn enter(&self, room: &Arc<Room>) {
        lock(&self.invitations).remove(&room.name);
        lock(&self.rooms).insert(room.name.clone(), Arc::clone(room));
    }

    pub(crate) fn leave(&self, room: &RoomName) {
        lock(&self.rooms).remove(room);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::person;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_marker_only_ever_rises() {
        let user = person(1, "alice").user;
        user.mark_read("#Lobby", at(20));
        user.mark_read("#lobby", at(10));
        assert_eq!(user.marker("#LOBBY"), Some(at(20)));
        assert_eq!(user.marker("#other"), None);
    }

    #[test]
    fn beyond_their_bound_the_stalest_marker_goes() {
        let user = person(1, "alice").user;
        for number in 0..=MARKERS_MAX as u64 {
            user.mark_read(&format!("#{number}"), at(number + 1));
        }
        assert_eq!((user.marker("#0"), user.marker("#1")), (None, Some(at(2))));
    }
}
