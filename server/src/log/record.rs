//! What outlives the process, apart from events: of rooms, of accounts, and of those who are always on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use salon_protocol::{Nick, RoomName, Timestamp};

use crate::account::Account;
use crate::ban::Ban;
use crate::event::{Event, Seq, StreamId};
use crate::identity::{UserId, UserModes};
use crate::metadata::Metadata;

/// A room's name and settings, in the terms of the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoomRecord {
    pub(crate) stream: StreamId,
    pub(crate) name: RoomName,
    pub(crate) created: Timestamp,
    pub(crate) topic: Option<TopicRecord>,
    /// Keys and values, by key.
    pub(crate) metadata: Vec<(String, String)>,
    /// The letters of the modes without argument that are set.
    pub(crate) flags: String,
    pub(crate) key: Option<String>,
    pub(crate) limit: Option<u64>,
    /// How many seconds a member without rank waits between messages.
    pub(crate) slow_seconds: Option<u32>,
    pub(crate) masks: Vec<MaskRecord>,
    /// The account that registered the room.
    pub(crate) founder: Option<Box<str>>,
}

/// A room's topic, who set it, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TopicRecord {
    pub(crate) text: Box<str>,
    pub(crate) setter: Box<str>,
    pub(crate) time: Timestamp,
}

/// An entry of one of a room's lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MaskRecord {
    /// The letter of the list: `b`, `e` or `I`.
    pub(crate) list: char,
    pub(crate) mask: String,
    pub(crate) setter: Box<str>,
    pub(crate) time: Timestamp,
}

/// A room's member who is always on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemberRecord {
    pub(crate) account: Box<str>,
    /// The letters of the member's rank; nothing for one who is a member no more.
    pub(crate) rank: Option<String>,
}

/// Somebody whom a room by invitation lets in again, or lets in again no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GuestRecord {
    /// The account or the mask, folded.
    pub(crate) name: Box<str>,
    pub(crate) is_noted: bool,
}

/// What is committed together: events that continue a stream and, where they changed it, the room's record, those of its
/// members who are always on and came, went or have another rank, and whom it lets in again.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) stream: StreamId,
    pub(crate) events: Vec<Arc<Event>>,
    pub(crate) room: Option<RoomRecord>,
    pub(crate) members: Vec<MemberRecord>,
    pub(crate) guests: Vec<GuestRecord>,
}

impl Group {
    /// Events alone.
    pub(crate) fn of_events(stream: StreamId, events: Vec<Arc<Event>>) -> Self {
        Self {
            stream,
            events,
            room: None,
            members: Vec::new(),
            guests: Vec::new(),
        }
    }
}

/// A room as an earlier run of the hub left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RestoredRoom {
    pub(crate) record: RoomRecord,
    pub(crate) members: Vec<MemberRecord>,
    /// Whom it lets in again, by account or mask, folded.
    pub(crate) guests: BTreeSet<Box<str>>,
    pub(crate) last_seq: Seq,
    pub(crate) last_time: Timestamp,
}

/// An account as an earlier run of the hub left it, and the last of its direct messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RestoredAccount {
    pub(crate) account: Account,
    pub(crate) last_seq: Seq,
    pub(crate) last_time: Timestamp,
}

/// Somebody who is always on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PresenceRecord {
    pub(crate) account: Nick,
    pub(crate) user: UserId,
    pub(crate) nick: Nick,
    pub(crate) username: String,
    pub(crate) host: String,
    pub(crate) realname: String,
    pub(crate) away: Option<String>,
    pub(crate) modes: UserModes,
    pub(crate) connected: Timestamp,
    /// The keys and values of the account; they are kept with it.
    pub(crate) metadata: Metadata,
}

/// Something small that an account keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Note {
    /// Up to when it has read a conversation. A time that is not later than the one that is kept changes nothing.
    Read(String, Timestamp),
    /// Since when it has written to somebody.
    Partner(Nick, Timestamp),
    /// A key has another value, or none any more.
    Metadata(String, Option<String>),
    /// A conversation whose marker is kept no more.
    Unread(String),
    /// Somebody who is remembered no more.
    NoPartner(Nick),
}

/// All that an account keeps of what a [`Note`] says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Notebook {
    pub(crate) markers: BTreeMap<String, Timestamp>,
    pub(crate) partners: BTreeMap<Nick, Timestamp>,
    pub(crate) metadata: Metadata,
}

impl Notebook {
    /// Files the marker of a room under its new name; both are folded.
    pub(crate) fn rename(&mut self, before: &str, name: String) {
        if let Some(time) = self.markers.remove(before) {
            self.keep(Note::Read(name, time));
        }
    }

    /// Adds a note.
    pub(crate) fn keep(&mut self, note: Note) {
        match note {
            Note::Read(target, time) => {
                let marker = self.markers.entry(target).or_insert(time);
                *marker = time.max(*marker);
            }
            Note::Partner(nick, time) => {
                self.partners.insert(nick, time);
            }
            Note::Metadata(key, value) => {
                self.metadata = self.metadata.with(&key, value.as_deref());
            }
            Note::Unread(target) => {
                self.markers.remove(&target);
            }
            Note::NoPartner(nick) => {
                self.partners.remove(&nick);
            }
        }
    }
}

/// What an earlier run of the hub left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Restored {
    pub(crate) rooms: Vec<RestoredRoom>,
    pub(crate) accounts: Vec<RestoredAccount>,
    pub(crate) bans: Vec<Ban>,
    pub(crate) presences: Vec<PresenceRecord>,
    /// All ids of streams from here on are free.
    pub(crate) next_stream: u64,
}
