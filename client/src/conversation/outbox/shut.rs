//! Rooms that messages wait for and that we are not in. What is said there is kept, and holds up nothing else.

use std::collections::BTreeMap;

use salon_protocol::{eq_folded, fold};

use super::{Outbox, State, Unsent};

impl Outbox {
    /// The rooms that messages are for.
    pub(in super::super) fn rooms(&self) -> Vec<String> {
        let mut rooms: BTreeMap<String, &str> = BTreeMap::new();
        for message in &self.messages {
            if let Some(room) = message.target.room() {
                rooms.entry(fold(room)).or_insert(room);
            }
        }
        rooms.into_values().map(str::to_owned).collect()
    }

    /// From now on these rooms are shut: what is for them waits until they are open.
    pub(in super::super) fn shut(&mut self, rooms: &[String]) {
        self.shut = rooms.iter().map(|room| fold(room)).collect();
    }

    /// Opens the rooms that are open; says whether there are any.
    pub(in super::super) fn reopen(&mut self, is_open: impl Fn(&str) -> bool) -> bool {
        let before = self.shut.len();
        self.shut.retain(|room| !is_open(room));
        self.shut.len() < before
    }

    /// Whether a message is for a room that is shut.
    pub(in super::super) fn is_shut(&self, message: &Unsent) -> bool {
        !self.shut.is_empty() && self.shut.contains(&fold(message.target.place()))
    }

    /// How many messages could be on their way and are not.
    pub(in super::super) fn pending(&self) -> usize {
        let is_pending =
            |message: &&Unsent| !matches!(message.state, State::Sent(_)) && !self.is_shut(message);
        self.messages.iter().filter(is_pending).count()
    }

    /// The numbers of the messages for a room that are not on their way.
    pub(in super::super) fn waiting_for(&self, room: &str) -> Vec<u64> {
        let is_for = |message: &&Unsent| {
            eq_folded(message.target.place(), room) && !matches!(message.state, State::Sent(_))
        };
        let messages = self.messages.iter().filter(is_for);
        messages.map(|message| message.number).collect()
    }
}
