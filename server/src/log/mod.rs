//! The log: where events are before anybody is told of them.
//!
//! Everything above this trait knows streams, places and pages, and not where they are kept. The rule that hangs on
//! it: an event is committed here before it is delivered, and so before its sender is told. A reader who fell behind
//! the warm ring reads on from here.

mod memory;
mod record;
mod search;
mod selection;
pub(crate) mod sqlite;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use salon_protocol::{Nick, Timestamp};

use crate::account::Account;
use crate::ban::Ban;
use crate::event::{Event, Seq, StreamId};

pub(crate) use memory::{Bounds, MemoryLog};
pub(crate) use record::{
    Group, GuestRecord, MaskRecord, MemberRecord, Note, Notebook, PresenceRecord, Restored,
    RestoredAccount, RestoredRoom, RoomRecord, TopicRecord,
};
pub(crate) use search::{Found, Search, Words};
pub(crate) use selection::{Author, Kinds, Selection};
pub(crate) use sqlite::SqliteLog;

/// Why the log did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum LogError {
    /// Nothing of the group was stored.
    #[error("the log cannot store events: {reason}")]
    Refused { reason: String },
    /// Nothing was read.
    #[error("the log cannot be read: {reason}")]
    Unreadable { reason: String },
    /// What was asked for has more to look at than a reader may take time for.
    #[error("reading took longer than {} ms", limit.as_millis())]
    TakesTooLong { limit: Duration },
}

/// Some consecutive events of a stream.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// In order, from the first one asked for that is still kept. Where that is not the first one asked for, those
    /// between are no longer kept.
    pub(crate) events: Vec<Arc<Event>>,
}

/// An append-only store of streams of events.
pub(crate) trait Log: Send + Sync {
    /// Distinguishes this log from every other one, so that message ids are unique for good.
    fn epoch(&self) -> u64;

    /// Whether the number of a stream is given to no other one, even where nothing of the stream was ever stored.
    fn has_noted(&self, stream: StreamId) -> bool;

    /// Stores all of the group, whose events continue the stream, or nothing. When it returns they are committed.
    fn append(&self, group: Group) -> BoxFuture<'_, Result<(), LogError>>;

    /// At most `events_max` events from `first` on.
    fn read(
        &self,
        stream: StreamId,
        first: Seq,
        events_max: usize,
    ) -> BoxFuture<'_, Result<Page, LogError>>;

    /// The events of a selection, in their order.
    fn select(&self, selection: Selection) -> BoxFuture<'_, Result<Vec<Arc<Event>>, LogError>>;

    /// The first place of a stream whose event is not before a time, or the place behind the last event.
    fn place_at(&self, stream: StreamId, time: Timestamp) -> BoxFuture<'_, Result<Seq, LogError>>;

    /// The nicks of those who said something in a stream, each once.
    fn authors(&self, stream: StreamId) -> BoxFuture<'_, Result<Vec<String>, LogError>>;

    /// Stores an account, new or changed. When it returns it is committed. A home in memory has nothing to do: the
    /// accounts themselves are in memory in any case.
    fn keep_account(&self, account: Arc<Account>) -> BoxFuture<'_, Result<(), LogError>> {
        drop(account);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Stores the bans of operators in the place of those before. When it returns they are committed. In memory, as with
    /// accounts, there is nothing to do.
    fn keep_bans(&self, bans: Arc<[Ban]>) -> BoxFuture<'_, Result<(), LogError>> {
        drop(bans);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Deletes an account and all that it keeps; its direct messages are a stream.
    fn drop_account(&self, account: Nick) -> BoxFuture<'_, Result<(), LogError>> {
        drop(account);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Notes something of an account.
    fn keep_note(&self, account: Nick, note: Note) -> BoxFuture<'_, Result<(), LogError>>;

    /// All that was noted of an account.
    fn notebook(&self, account: Nick) -> BoxFuture<'_, Result<Notebook, LogError>>;

    /// Stores who somebody is who is always on. A home in memory has nothing to do, since there is nobody to come back.
    fn keep_presence(&self, presence: PresenceRecord) -> BoxFuture<'_, Result<(), LogError>> {
        drop(presence);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Says that an account has nobody any more who is always on. Rooms are told on their own.
    fn drop_presence(&self, account: Nick) -> BoxFuture<'_, Result<(), LogError>> {
        drop(account);
        Box::pin(std::future::ready(Ok(())))
    }

    /// The messages that a search finds, in the order of their times. One that would take too long gives what it has found
    /// until then, and is an error where that is nothing.
    fn search(&self, search: Search) -> BoxFuture<'_, Result<Found, LogError>>;

    /// Drops a stream that nobody can read any more: it is not there when the hub starts again.
    fn forget(&self, stream: StreamId) -> BoxFuture<'_, ()>;
}
