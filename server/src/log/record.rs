//! What of a room outlives the process, apart from its events.

use salon_protocol::{RoomName, Timestamp};

use crate::account::Account;
use crate::ban::Ban;
use crate::event::{Event, Seq, StreamId};
use std::sync::Arc;

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

/// What is committed together: events that continue a stream and, where they changed it, the room's record.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) stream: StreamId,
    pub(crate) events: Vec<Arc<Event>>,
    pub(crate) room: Option<RoomRecord>,
}

/// A room as an earlier run of the hub left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RestoredRoom {
    pub(crate) record: RoomRecord,
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

/// What an earlier run of the hub left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Restored {
    pub(crate) rooms: Vec<RestoredRoom>,
    pub(crate) accounts: Vec<RestoredAccount>,
    pub(crate) bans: Vec<Ban>,
    /// All ids of streams from here on are free.
    pub(crate) next_stream: u64,
}
