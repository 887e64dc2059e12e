//! Who is here and which rooms there are.
//!
//! One lock over a few maps, held for a look-up and never across an `.await`: every registration, every direct message
//! and every `JOIN` passes here, and a task in its place would cost each of them two switches.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use salon_protocol::{Nick, RoomName, Timestamp};
use tokio::sync::oneshot;

use crate::event::{Event, StreamId};
use crate::identity::{Identity, SessionId, UserId, UserModes};
use crate::inbox::Inbox;
use crate::room::Room;
use crate::user::User;

/// How many departures `WHOWAS` knows.
const DEPARTED_MAX: usize = 1_000;

/// Somebody who was here.
#[derive(Debug, Clone)]
pub(crate) struct Departed {
    pub(crate) identity: Arc<Identity>,
    pub(crate) time: Timestamp,
}

/// The nick belongs to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the nick is in use")]
pub(crate) struct NickInUse;

/// The numbers that `LUSERS` shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Census {
    pub(crate) users: usize,
    pub(crate) invisible: usize,
    pub(crate) operators: usize,
    pub(crate) rooms: usize,
    pub(crate) users_peak: usize,
}

/// A connection that watches a nick.
#[derive(Debug, Clone)]
pub(crate) struct Watcher {
    pub(crate) session: SessionId,
    pub(crate) user: Arc<User>,
    pub(crate) inbox: Arc<Inbox>,
}

#[derive(Debug, Default)]
struct State {
    users: HashMap<Nick, Arc<User>>,
    /// One that is being renamed has several names here, of which it answers to the one that it has.
    rooms: HashMap<RoomName, Arc<Room>>,
    /// The names that are kept for rooms which may get them, one for each renaming under way.
    kept_names: Vec<(StreamId, RoomName)>,
    watchers: HashMap<Nick, BTreeMap<SessionId, Watcher>>,
    departed: VecDeque<Departed>,
    users_peak: usize,
    invisible: usize,
    operators: usize,
    /// Those who wait for somebody to leave; told by the end of the channel.
    departures: HashMap<UserId, Vec<oneshot::Sender<()>>>,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    state: Mutex<State>,
}

impl Directory {
    /// Gives a nick to a user who is arriving, and tells those who watch it.
    pub(crate) fn claim(&self, user: &Arc<User>) -> Result<(), NickInUse> {
        let identity = user.identity();
        let mut state = self.lock();
        if state.users.contains_key(&identity.nick) {
            return Err(NickInUse);
        }
        state.users.insert(identity.nick.clone(), Arc::clone(user));
        state.users_peak = state.users_peak.max(state.users.len());
        state.count(UserModes::empty(), identity.modes);
        state.tell_watchers(&identity.nick, Some(identity.mask()));
        Ok(())
    }

    /// Gives a user another nick as well. The one before stays reserved until [`Self::release`], so that nobody takes
    /// it while rooms still show it.
    pub(crate) fn reserve(&self, user: &Arc<User>, nick: &Nick) -> Result<(), NickInUse> {
        let mut state = self.lock();
        match state.users.get(nick) {
            Some(holder) if holder.id != user.id => Err(NickInUse),
            Some(_) => Ok(()),
            None => {
                state.users.insert(nick.clone(), Arc::clone(user));
                Ok(())
            }
        }
    }

    /// Ends the reservation of a nick that a user has given up for the one it has now.
    pub(crate) fn release(&self, user: &User, old: &Arc<Identity>, now: Timestamp) {
        let new = user.identity();
        let mut state = self.lock();
        state.remember(old, now);
        if old.nick == new.nick {
            return;
        }
        if state.has(user, &old.nick) {
            state.users.remove(&old.nick);
        }
        state.tell_watchers(&old.nick, None);
        state.tell_watchers(&new.nick, Some(new.mask()));
    }

    /// Takes a user out who has left, and who ends their watches with [`Self::unwatch`].
    pub(crate) fn depart(&self, user: &User, now: Timestamp) {
        let identity = user.identity();
        let mut state = self.lock();
        if state.has(user, &identity.nick) {
            state.users.remove(&identity.nick);
            state.count(identity.modes, UserModes::empty());
        }
        state.departures.remove(&user.id);
        state.remember(&identity, now);
        state.tell_watchers(&identity.nick, None);
    }

    /// Is done, with whatever result, when a user has left.
    pub(crate) fn departure(&self, user: &User) -> oneshot::Receiver<()> {
        let (waiting, departure) = oneshot::channel();
        let mut state = self.lock();
        let here = state.users.get(&user.identity().nick);
        if here.is_some_and(|here| here.id == user.id) {
            state.departures.entry(user.id).or_default().push(waiting);
        }
        departure
    }

    /// The user who has a nick.
    pub(crate) fn user(&self, nick: &str) -> Option<Arc<User>> {
        let nick = nick.parse::<Nick>().ok()?;
        self.lock().users.get(&nick).map(Arc::clone)
    }

    /// Everybody, in no order.
    pub(crate) fn users(&self) -> Vec<Arc<User>> {
        self.lock().users.values().map(Arc::clone).collect()
    }

    /// Those who had a nick, the latest first.
    pub(crate) fn departed(&self, nick: &Nick) -> Vec<Departed> {
        self.lock()
            .departed
            .iter()
            .rev()
            .filter(|departed| departed.identity.nick == *nick)
            .cloned()
            .collect()
    }

    /// The room of a name.
    pub(crate) fn room(&self, name: &RoomName) -> Option<Arc<Room>> {
        let state = self.lock();
        let room = state.rooms.get(name).filter(|room| room.name() == *name);
        room.map(Arc::clone)
    }

    /// The room of a name, made if there is none; nothing while the name is kept for a room that may get it.
    pub(crate) fn room_or_make(
        &self,
        name: &RoomName,
        make: impl FnOnce() -> Arc<Room>,
    ) -> Option<Arc<Room>> {
        let mut state = self.lock();
        if let Some(holder) = state.holder(name) {
            return (holder.name() == *name).then(|| Arc::clone(holder));
        }
        let room = make();
        state.rooms.insert(name.clone(), Arc::clone(&room));
        Some(room)
    }

    /// All rooms, in no order.
    pub(crate) fn rooms(&self) -> Vec<Arc<Room>> {
        let state = self.lock();
        // One that is being renamed has two names.
        let named = state
            .rooms
            .iter()
            .filter(|(name, room)| room.name() == **name);
        named.map(|(_, room)| Arc::clone(room)).collect()
    }

    /// Gives a room another name as well, so that nobody takes it; says whether it was free. Ended by
    /// [`Self::settle_room_name`].
    pub(crate) fn reserve_room_name(&self, room: &Arc<Room>, name: &RoomName) -> bool {
        let mut state = self.lock();
        // One that has ended meanwhile is given nothing.
        let is_here = state.holder(&room.name()).map(|here| here.id) == Some(room.id);
        if !is_here || state.holder(name).is_some_and(|known| known.id != room.id) {
            return false;
        }
        state.rooms.insert(name.clone(), Arc::clone(room));
        state.kept_names.push((room.id, name.clone()));
        true
    }

    /// Ends the reservation of a name. The room has the name alone that it has now, and those that other renamings keep.
    pub(crate) fn settle_room_name(&self, room: &Room, name: &RoomName) {
        let now = room.name();
        let mut state = self.lock();
        let State {
            rooms, kept_names, ..
        } = &mut *state;
        let is_it = |kept: &(StreamId, RoomName)| kept.0 == room.id && kept.1 == *name;
        if let Some(at) = kept_names.iter().position(is_it) {
            kept_names.swap_remove(at);
        }
        let is_kept = |name: &RoomName| {
            let mut kept = kept_names.iter();
            kept.any(|(of, kept)| *of == room.id && kept == name)
        };
        rooms.retain(|name, known| known.id != room.id || *name == now || is_kept(name));
    }

    /// Takes a room out that is over; says whether it was there.
    pub(crate) fn remove_room(&self, room: &Room) -> bool {
        let name = room.name();
        let mut state = self.lock();
        // Hubs have many rooms that come and go. Only one that is being renamed has more names here than its own.
        if state.kept_names.iter().any(|(kept, _)| *kept == room.id) {
            let before = state.rooms.len();
            state.rooms.retain(|_, known| known.id != room.id);
            return state.rooms.len() < before;
        }
        let is_here = state
            .rooms
            .get(&name)
            .is_some_and(|known| known.id == room.id);
        is_here && state.rooms.remove(&name).is_some()
    }

    /// Makes `watcher` hear of a nick's coming and going; gives the mask of whoever has it.
    pub(crate) fn watch(&self, watcher: &Watcher, nick: &Nick) -> Option<String> {
        let mut state = self.lock();
        state
            .watchers
            .entry(nick.clone())
            .or_default()
            .insert(watcher.session, watcher.clone());
        state
            .users
            .get(nick)
            .map(|user| user.identity().mask().to_owned())
    }

    /// Tells those who watch a nick of a change, unless they share a room with its user: the room tells them.
    pub(crate) fn tell_change(&self, user: &User, event: &Arc<Event>) {
        let watchers: Vec<Watcher> = {
            let state = self.lock();
            let watchers = state.watchers.get(&event.source.nick);
            watchers
                .into_iter()
                .flat_map(BTreeMap::values)
                .cloned()
                .collect()
        };
        for watcher in watchers
            .iter()
            .filter(|watcher| !watcher.user.shares_a_room_with(user))
        {
            watcher.inbox.change(Arc::clone(event));
        }
    }

    /// Ends a watch.
    pub(crate) fn unwatch(&self, watcher: SessionId, nick: &Nick) {
        let mut state = self.lock();
        if let Some(watchers) = state.watchers.get_mut(nick) {
            watchers.remove(&watcher);
            if watchers.is_empty() {
                state.watchers.remove(nick);
            }
        }
    }

    /// Notes that the modes of somebody who is here have changed.
    pub(crate) fn modes_changed(&self, before: UserModes, after: UserModes) {
        self.lock().count(before, after);
    }

    /// The numbers of `LUSERS`.
    pub(crate) fn census(&self) -> Census {
        let state = self.lock();
        Census {
            users: state.users.len(),
            invisible: state.invisible,
            operators: state.operators,
            rooms: state.rooms.len(),
            users_peak: state.users_peak,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The room that a name is kept from others for: it has the name, or may get it. A name that a room had before a
    /// renaming is free at once.
    fn holder(&self, name: &RoomName) -> Option<&Arc<Room>> {
        let room = self.rooms.get(name)?;
        let mut kept = self.kept_names.iter();
        let holds = room.name() == *name || kept.any(|kept| kept.0 == room.id && kept.1 == *name);
        holds.then_some(room)
    }

    /// Keeps the numbers of the census, which every arrival asks for.
    fn count(&mut self, before: UserModes, after: UserModes) {
        for (number, mode) in [
            (&mut self.invisible, UserModes::INVISIBLE),
            (&mut self.operators, UserModes::OPERATOR),
        ] {
            *number += usize::from(after.contains(mode));
            *number = number.saturating_sub(usize::from(before.contains(mode)));
        }
    }

    fn has(&self, user: &User, nick: &Nick) -> bool {
        self.users
            .get(nick)
            .is_some_and(|known| known.id == user.id)
    }

    fn tell_watchers(&self, nick: &Nick, mask: Option<&str>) {
        for watcher in self
            .watchers
            .get(nick)
            .into_iter()
            .flat_map(BTreeMap::values)
        {
            watcher
                .inbox
                .presence(nick.clone(), mask.map(ToOwned::to_owned));
        }
    }

    fn remember(&mut self, identity: &Arc<Identity>, time: Timestamp) {
        if self.departed.len() >= DEPARTED_MAX {
            self.departed.pop_front();
        }
        self.departed.push_back(Departed {
            identity: Arc::clone(identity),
            time,
        });
    }
}
