//! Whom a room that is by invitation (`+i`) lets in again.
//!
//! Its members and those who were invited are noted with the room until they part, are kicked, or the room is opened. So
//! neither a lost connection nor a new start of the hub keeps them out: after a start nobody is inside who could invite
//! them. Bans, key and limit hold for them as for everybody.

use std::collections::BTreeSet;

use salon_protocol::fold;

use super::journal::Before;
use super::modes::Flags;
use super::state::RoomState;
use super::{Answer, Asker, Member};
use crate::identity::Identity;
use crate::log::GuestRecord;

/// How many are noted beyond those who are in the room; nobody is added while there are so many.
const ABSENT_MAX: usize = 1_000;

impl RoomState {
    /// Whether somebody is let in without another invitation.
    pub(super) fn is_guest(&self, identity: &Identity) -> bool {
        let names = [identity.account.as_deref(), Some(identity.mask())];
        let mut names = names.into_iter().flatten();
        names.any(|name| self.guests.contains(fold(name).as_str()))
    }

    /// Notes somebody who is a member now, perhaps under another name than before, or is invited.
    pub(super) fn note_guest(&mut self, before: Option<&Identity>, now: &Identity) {
        if !self.is_by_invitation() {
            return;
        }
        let name = name_of(now);
        if let Some(before) = before.filter(|before| name_of(before) != name) {
            self.forget_guest(before);
        }
        self.set_guest(name, true);
    }

    /// Notes no more who has left for good, unless another member is known by the same account.
    pub(super) fn forget_guest(&mut self, identity: &Identity) {
        let name = name_of(identity);
        let mut members = self.members.values();
        if !members.any(|member| name_of(&member.identity) == name) {
            self.set_guest(name, false);
        }
    }

    /// Forgets the asker's account, which is about to be deleted: who gets its name later is somebody else.
    pub(super) fn forget_account(&mut self, asker: &Asker) -> Answer {
        if let Some(account) = &asker.identity.account {
            self.set_guest(fold(account).into(), false);
        }
        Answer::default()
    }

    /// Notes the members when the room has become one by invitation, and nobody when it is one no more.
    pub(super) fn note_guests(&mut self, before: Flags) {
        let is_by_invitation = self.is_by_invitation();
        if before.contains(Flags::INVITE_ONLY) == is_by_invitation {
            return;
        }
        let names: Vec<Box<str>> = if is_by_invitation {
            let identity = |member: &Member| name_of(&member.identity);
            self.members.values().map(identity).collect()
        } else {
            self.guests.iter().cloned().collect()
        };
        for name in names {
            self.set_guest(name, is_by_invitation);
        }
    }

    /// Who is noted, or not any more, since the last commit.
    pub(super) fn changed_guests(&self) -> Vec<GuestRecord> {
        let mut seen = BTreeSet::new();
        let mut changed = Vec::new();
        for before in &self.journal {
            let Before::Guest(name, was_noted) = before else {
                continue;
            };
            let is_noted = self.guests.contains(name);
            // Of several changes, the first one tells how it was.
            if seen.insert(name) && *was_noted != is_noted {
                changed.push(GuestRecord {
                    name: name.clone(),
                    is_noted,
                });
            }
        }
        changed
    }

    fn is_by_invitation(&self) -> bool {
        self.settings.flags.contains(Flags::INVITE_ONLY)
    }

    fn set_guest(&mut self, name: Box<str>, noted: bool) {
        let changed = if !noted {
            self.guests.remove(&name)
        } else if self.guests.len() < self.members.len() + ABSENT_MAX {
            self.guests.insert(name.clone())
        } else {
            false
        };
        if changed {
            self.journal.push(Before::Guest(name, !noted));
        }
    }
}

/// What somebody is known by: the account, and without one as on lists of masks. No account's name has a `!`.
fn name_of(identity: &Identity) -> Box<str> {
    let name = identity.account.as_deref();
    fold(name.unwrap_or(identity.mask())).into()
}
