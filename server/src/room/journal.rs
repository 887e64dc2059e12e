//! What changed in a room since the last commit: what of it the log has to have, and the way back when it refuses.

use std::collections::BTreeSet;
use std::sync::Arc;

use salon_protocol::{RoomName, Timestamp};

use super::settings::Settings;
use super::state::RoomState;
use super::{Member, record};
use crate::event::Seq;
use crate::identity::UserId;
use crate::log::{MemberRecord, RoomRecord};
use crate::user::User;

/// How many invitations that nobody has followed a room remembers.
const INVITED_MAX: usize = 1_000;

/// Somebody who came in, and the place at which.
pub(super) type Arrival = (Arc<User>, Seq);

/// What was, where an event that is not yet committed changed it.
#[derive(Debug)]
pub(super) enum Before {
    Member(UserId, Option<Member>),
    Guest(Box<str>, bool),
    Settings(Box<Settings>),
    Invitation(UserId, bool),
    Spoke(UserId, Option<Timestamp>),
    Name(RoomName),
}

impl RoomState {
    /// What outlives the process, where it has changed since the last commit.
    pub(super) fn changed_record(&self) -> Option<RoomRecord> {
        let is_new = self.committed.0 == Seq(0);
        (is_new || self.is_set_anew()).then(|| record::of(self))
    }

    /// Whether the settings or the name have changed since the last commit.
    pub(super) fn is_set_anew(&self) -> bool {
        self.journal
            .iter()
            .any(|before| matches!(before, Before::Settings(_) | Before::Name(_)))
    }

    /// Those members who are always on, as far as the log has them otherwise.
    pub(super) fn changed_members(&self) -> Vec<MemberRecord> {
        let mut seen = BTreeSet::new();
        let mut changed = Vec::new();
        for before in &self.journal {
            let Before::Member(user, before) = before else {
                continue;
            };
            let old = before.as_ref().and_then(record::of_member);
            let new = self.members.get(user).and_then(record::of_member);
            // Of several changes, the first one tells how it was.
            if (old.is_none() && new.is_none()) || !seen.insert(*user) || old == new {
                continue;
            }
            let gone = old.filter(|old| new.as_ref().is_none_or(|new| new.account != old.account));
            changed.extend(gone.map(|old| MemberRecord { rank: None, ..old }));
            changed.extend(new);
        }
        changed
    }

    /// Says that the events taken are in the log; gives those who came and those who left since the last commit.
    pub(super) fn commit(&mut self) -> (Vec<Arrival>, Vec<Arc<User>>) {
        self.journal.clear();
        self.committed = (self.last_seq, self.last_time);
        (
            std::mem::take(&mut self.arrived),
            std::mem::take(&mut self.left),
        )
    }

    /// Says that the log refused the events taken: the room is again what it was at the last commit.
    pub(super) fn roll_back(&mut self) {
        while let Some(before) = self.journal.pop() {
            match before {
                Before::Member(user, Some(member)) => {
                    self.members.insert(user, member);
                }
                Before::Member(user, None) => {
                    self.members.remove(&user);
                }
                Before::Guest(name, true) => {
                    self.guests.insert(name);
                }
                Before::Guest(name, false) => {
                    self.guests.remove(&name);
                }
                Before::Settings(settings) => {
                    self.settings = *settings;
                    self.silenced.clear();
                }
                Before::Invitation(user, true) => {
                    self.invited.insert(user);
                }
                Before::Invitation(user, false) => {
                    self.invited.remove(&user);
                }
                Before::Spoke(user, Some(time)) => {
                    self.spoke.insert(user, time);
                }
                Before::Spoke(user, None) => {
                    self.spoke.remove(&user);
                }
                Before::Name(name) => self.name = name,
            }
        }
        (self.last_seq, self.last_time) = self.committed;
        self.arrived.clear();
        self.left.clear();
    }

    pub(super) fn set_member(&mut self, user: UserId, member: Option<Member>) {
        let arriving = member.as_ref().map(|member| Arc::clone(&member.user));
        let now = member.as_ref().map(|member| Arc::clone(&member.identity));
        let before = match member {
            Some(member) => self.members.insert(user, member),
            None => self.members.remove(&user),
        };
        match (&before, arriving) {
            // What brings somebody in has the next place.
            (None, Some(arriving)) => self.arrived.push((arriving, self.last_seq.next())),
            (Some(leaving), None) => self.left.push(Arc::clone(&leaving.user)),
            (None, None) | (Some(_), Some(_)) => {}
        }
        if let Some(now) = now {
            let before = before.as_ref().map(|member| &*member.identity);
            self.note_guest(before, &now);
        }
        self.journal.push(Before::Member(user, before));
    }

    pub(super) fn set_invited(&mut self, user: UserId, invited: bool) {
        let changed = if invited {
            if self.invited.len() >= INVITED_MAX
                && let Some(oldest) = self.invited.pop_first()
            {
                self.journal.push(Before::Invitation(oldest, true));
            }
            self.invited.insert(user)
        } else {
            self.invited.remove(&user)
        };
        if changed {
            self.journal.push(Before::Invitation(user, !invited));
        }
    }

    /// Gives the room another name.
    pub(super) fn set_name(&mut self, name: RoomName) {
        let before = std::mem::replace(&mut self.name, name);
        self.journal.push(Before::Name(before));
    }

    /// Notes what the settings were before they changed.
    pub(super) fn keep_settings(&mut self, before: Settings) {
        self.silenced.clear();
        self.journal.push(Before::Settings(Box::new(before)));
    }
}
