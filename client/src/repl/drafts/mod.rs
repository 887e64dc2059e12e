//! What is half typed, by the room that it is for: it stays there while one is elsewhere, and is kept in a file for
//! the next start, whatever ends this one. It must not read keys or print.
//!
//! The line that is being typed is noted at each key, in memory; a thread of its own writes what there is once no
//! key has come for a moment. A line that carries a secret is in no file.

mod file;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use self::file::{Slot, Stored};
use super::commands::Commands;
use super::guard::Guard;
use super::secret::{self, Lead};

/// For how long no key has come when it is written.
const IDLE: Duration = Duration::from_millis(300);
/// After how long it is written although keys come.
const LATEST: Duration = Duration::from_secs(2);
/// How many places have a text.
const PLACES_MAX: usize = 256;
/// No longer text is kept in the file.
const TEXT_BYTES_MAX: usize = 256 * 1024;

/// A room or a person on a hub.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    hub: String,
    room: String,
}

/// The texts, and their file.
#[derive(Debug)]
pub(super) struct Drafts {
    state: Mutex<State>,
    changed: Condvar,
    commands: Arc<Commands>,
    guard: Arc<Guard>,
}

#[derive(Debug, Default)]
struct State {
    /// Where the conversation is.
    place: Option<Place>,
    /// Where the line is for that is being typed.
    line_place: Option<Place>,
    line: String,
    texts: BTreeMap<Place, String>,
    /// The line by its number that may lead elsewhere, and where: what is typed behind it goes along.
    follows: Option<(u64, Lead)>,
    /// Since when something is to be written, and the last change.
    dirty: Option<(Instant, Instant)>,
    slot: Option<Slot>,
    /// Whether somebody writes, and has taken the slot for it.
    is_writing: bool,
    is_over: bool,
}

impl Drafts {
    /// Those of earlier, which this client has for itself while it runs. Without a file, or where there can be none,
    /// they last as long as the program.
    pub(super) fn open(path: Option<&Path>, commands: &Arc<Commands>, guard: &Arc<Guard>) -> Self {
        let (slot, stored) = path.and_then(Slot::take).unzip();
        let mut texts = BTreeMap::new();
        for (hub, rooms) in stored.unwrap_or_default() {
            for (room, text) in rooms {
                let hub = hub.clone();
                texts.insert(Place { hub, room }, text);
            }
        }
        Self {
            state: Mutex::new(State {
                texts,
                slot,
                ..State::default()
            }),
            changed: Condvar::new(),
            commands: Arc::clone(commands),
            guard: Arc::clone(guard),
        }
    }

    /// The room or person in front from now on; none is nowhere else.
    pub(super) fn go(&self, hub: &str, current: Option<&str>) {
        if let Some(current) = current {
            self.lock().place = Some(Place {
                hub: hub.to_owned(),
                room: current.to_ascii_lowercase(),
            });
        }
    }

    /// What is typed next goes along to where the line of this number leads; with none it stays in its room.
    pub(super) fn follow(&self, line: Option<(u64, Lead)>) {
        self.lock().follows = line;
    }

    /// The line of this number is done. If it has not led to another room by now, it doesn't.
    pub(super) fn resolve(&self, number: u64) {
        let mut state = self.lock();
        if state.follows == Some((number, Lead::Room)) && state.place == state.line_place {
            state.follows = None;
        }
    }

    /// A line begins to be typed, or is gone on with. Gives what stands in it: what stood there, or what is half
    /// typed for the room in front.
    pub(super) fn begin(&self, typed: (String, String)) -> (String, String) {
        let mut state = self.lock();
        let mut typed = typed;
        let is_blank = |typed: &(String, String)| typed.0.is_empty() && typed.1.is_empty();
        if state.place != state.line_place {
            let follows = state.follows.take().is_some();
            let left = state.line_place.take();
            if let Some(left) = left.filter(|_| !follows && !is_blank(&typed)) {
                let (before, after) = std::mem::take(&mut typed);
                // What was pasted may be forgotten before one is back.
                state.put(left, self.guard.pastes.expand(&(before + &after)));
                self.note(&mut state);
            }
            let here = state.place.clone();
            state.line_place = here;
        }
        if is_blank(&typed)
            && let Some(place) = state.line_place.clone()
            && let Some(text) = state.texts.remove(&place)
        {
            drop(state);
            typed.0 = self.guard.place(text);
            state = self.lock();
        }
        let line = format!("{}{}", typed.0, typed.1);
        if state.line != line {
            state.line = line;
            self.note(&mut state);
        }
        typed
    }

    /// The other rooms of this hub for which something is half typed.
    pub(super) fn elsewhere(&self) -> Vec<String> {
        let state = self.lock();
        let Some(here) = &state.place else {
            return Vec::new();
        };
        let places = state.texts.keys();
        places
            .filter(|place| place.hub == here.hub && place.room != here.room)
            .map(|place| place.room.clone())
            .collect()
    }

    /// This is what stands in the line now.
    pub(super) fn typing(&self, line: &str) {
        let mut state = self.lock();
        if state.line != line {
            line.clone_into(&mut state.line);
            self.note(&mut state);
        }
    }

    /// The line was sent or given up. It is to be in no file any more, soon.
    pub(super) fn done(&self) {
        let mut state = self.lock();
        if !state.line.is_empty() {
            state.line.clear();
            self.note(&mut state);
            if let Some((since, _)) = &mut state.dirty {
                *since = since.checked_sub(LATEST).unwrap_or(*since);
            }
        }
    }

    /// Writes what changes until [`Drafts::finish`]. An error is the last word: nothing more is written.
    pub(super) fn keep(&self) -> std::io::Result<()> {
        let mut state = self.lock();
        while !state.is_over {
            let Some((since, last)) = state.dirty else {
                state = self.wait(state);
                continue;
            };
            let due = (last + IDLE).min(since + LATEST);
            let left = due.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(state);
                self.write()?;
                state = self.lock();
            } else {
                let waited = self.changed.wait_timeout(state, left);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
        }
        Ok(())
    }

    /// Nothing changes any more, and all is written.
    pub(super) fn finish(&self) -> std::io::Result<()> {
        self.lock().is_over = true;
        self.changed.notify_all();
        self.write()
    }

    fn write(&self) -> std::io::Result<()> {
        let (texts, slot) = {
            let mut state = self.lock();
            // What that one writes may be no longer true.
            while state.is_writing {
                state = self.wait(state);
            }
            if state.dirty.take().is_none() {
                return Ok(());
            }
            let mut texts = state.texts.clone();
            if let Some(place) = state.line_place.clone().filter(|_| !state.line.is_empty()) {
                texts.insert(place, state.line.clone());
            }
            let slot = state.slot.take();
            state.is_writing = slot.is_some();
            (texts, slot)
        };
        let Some(slot) = slot else {
            return Ok(());
        };
        let mut stored = Stored::new();
        for (Place { hub, room }, text) in texts {
            let text = self.guard.pastes.expand(&text);
            if text.len() <= TEXT_BYTES_MAX && !self.is_secret(&room, &text) {
                stored.entry(hub).or_default().insert(room, text);
            }
        }
        let written = slot.write(&stored);
        let mut state = self.lock();
        state.slot = Some(slot);
        state.is_writing = false;
        self.changed.notify_all();
        written
    }

    fn is_secret(&self, room: &str, text: &str) -> bool {
        let registry = self.commands.registry().unwrap_or_default();
        text.lines()
            .any(|line| secret::is_secret(&registry, line, Some(room)))
    }

    fn note(&self, state: &mut State) {
        let now = Instant::now();
        let since = state.dirty.map_or(now, |(since, _)| since);
        state.dirty = Some((since, now));
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, place: Place, text: String) {
        if self.texts.len() < PLACES_MAX || self.texts.contains_key(&place) {
            self.texts.insert(place, text);
        }
    }
}

#[cfg(test)]
mod tests;
