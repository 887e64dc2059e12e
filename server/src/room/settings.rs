//! What the operators of a room set: its topic, modes and lists, and whom the lists are about.

use salon_protocol::Timestamp;
use salon_protocol::mask::Mask;

use super::Topic;
use super::modes::{Flags, ListKind};
use crate::identity::Identity;
use crate::metadata::Metadata;

/// What a mask begins with that is about accounts. <https://ircv3.net/specs/extensions/account-extban>
pub(super) const ACCOUNT_EXTBAN: &str = "~a:";

/// What a mask begins with that is about speaking alone: as a ban it silences, as an exception it lets speak.
pub(super) const MUTE_EXTBAN: &str = "~m:";

/// A mask on one of a room's lists.
#[derive(Debug, Clone)]
pub(super) struct ListEntry {
    pub(super) mask: Mask,
    pub(super) setter: Box<str>,
    pub(super) time: Timestamp,
}

impl ListEntry {
    /// Whether the entry is about somebody: by a mask, or by the account ([`ACCOUNT_EXTBAN`]).
    fn matches(&self, identity: &Identity) -> bool {
        let text = self.mask.as_str();
        let who = text.strip_prefix(MUTE_EXTBAN).unwrap_or(text);
        match who.strip_prefix(ACCOUNT_EXTBAN) {
            Some(account) => identity
                .account
                .as_deref()
                .is_some_and(|own| salon_protocol::mask::matches(account, own)),
            None => salon_protocol::mask::matches(who, identity.mask()),
        }
    }

    fn is_about_speech(&self) -> bool {
        self.mask.as_str().starts_with(MUTE_EXTBAN)
    }
}

/// The part of a room that its operators set. Small, so that a change keeps the whole of it for the way back.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    pub(super) topic: Option<Topic>,
    pub(super) metadata: Metadata,
    pub(super) flags: Flags,
    pub(super) key: Option<String>,
    pub(super) limit: Option<usize>,
    /// How many seconds a member without rank waits from one message to the next.
    pub(super) slow_seconds: Option<u32>,
    pub(super) bans: Vec<ListEntry>,
    pub(super) exceptions: Vec<ListEntry>,
    pub(super) invite_exceptions: Vec<ListEntry>,
    /// The account that registered the room.
    pub(super) founder: Option<Box<str>>,
}

impl Settings {
    pub(super) fn list(&self, kind: ListKind) -> &Vec<ListEntry> {
        match kind {
            ListKind::Ban => &self.bans,
            ListKind::Exception => &self.exceptions,
            ListKind::InviteException => &self.invite_exceptions,
        }
    }

    pub(super) fn list_mut(&mut self, kind: ListKind) -> &mut Vec<ListEntry> {
        match kind {
            ListKind::Ban => &mut self.bans,
            ListKind::Exception => &mut self.exceptions,
            ListKind::InviteException => &mut self.invite_exceptions,
        }
    }

    pub(super) fn lists(&self, kind: ListKind, identity: &Identity) -> bool {
        self.list(kind).iter().any(|entry| entry.matches(identity))
    }

    /// Whether somebody is kept out.
    pub(super) fn bans(&self, identity: &Identity) -> bool {
        let keeps_out = |kind| {
            let mut entries = self.list(kind).iter().filter(|one| !one.is_about_speech());
            entries.any(|entry| entry.matches(identity))
        };
        keeps_out(ListKind::Ban) && !keeps_out(ListKind::Exception)
    }

    /// Whether somebody may say nothing: those who would be kept out may not either.
    pub(super) fn silences(&self, identity: &Identity) -> bool {
        self.lists(ListKind::Ban, identity) && !self.lists(ListKind::Exception, identity)
    }
}
