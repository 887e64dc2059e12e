//! What a prompt shows and completion offers.

use super::rooms::Room;
use super::{Phase, Session, Wire};

/// Who we are and where, at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// The hub, as one would write it; empty where nobody said which.
    pub(crate) hub: String,
    /// The own nick.
    pub(crate) nick: String,
    /// The room or nick that a plain line goes to.
    pub(crate) current: Option<String>,
    /// The rooms joined, sorted.
    pub(crate) rooms: Vec<String>,
    /// Whether there is a hub.
    pub(crate) is_online: bool,
    /// How many messages wait to be sent.
    pub(crate) waiting: usize,
    /// Who is in the current room, sorted.
    pub(crate) nicks: Vec<String>,
    /// In how many messages a text goes to the others.
    pub(crate) wire: Wire,
    /// What the server can do with accounts.
    pub(crate) accounts: Accounts,
}

/// What a server can do with accounts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Accounts {
    /// One can log in.
    pub(crate) has_login: bool,
    /// One can make an account.
    pub(crate) has_registration: bool,
}

impl Session {
    /// The status, if it may have changed since it was last taken.
    pub(crate) fn take_status(&mut self) -> Option<Status> {
        let wire = self.wire();
        let accounts = self.accounts();
        let has_changed = std::mem::take(&mut self.changed)
            || (wire, accounts) != (self.told_wire, self.told_accounts);
        (self.told_wire, self.told_accounts) = (wire, accounts);
        has_changed.then(|| self.status())
    }

    /// Who we are and where.
    pub(crate) fn status(&self) -> Status {
        let current = self.rooms.current();
        let room = current.and_then(|current| self.rooms.get(current));
        let members = room.into_iter().flat_map(Room::members);
        Status {
            hub: String::new(),
            nick: self.me.nick.clone(),
            current: current.map(str::to_owned),
            is_online: matches!(self.phase, Phase::Ready | Phase::Leaving(_)),
            rooms: self.rooms.iter().map(|room| room.name.clone()).collect(),
            waiting: 0,
            nicks: members.map(|member| member.nick.clone()).collect(),
            wire: self.wire(),
            accounts: self.accounts(),
        }
    }
}
