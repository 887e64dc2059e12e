//! The log's home on disk: one SQLite file in the hub's data folder.
//!
//! One thread writes ([`writer`]); readers take what is recent from memory, and the rest from the file on threads of
//! their own. Durability `process` leaves the flushing to the system, which survives the end of the process in any
//! way; `power` flushes once for each group. One hub at a time holds the folder, by a lock on `hub.lock`.

mod account;
mod ban;
mod clearing;
mod folder;
mod gate;
mod guest;
mod history;
mod indexing;
mod marks;
mod notes;
mod presence;
mod reading;
mod restore;
mod rooms;
mod row;
mod schema;
mod search;
mod storing;
mod streams;
pub mod upkeep;
mod wal;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use rusqlite::Connection;
use salon_config::Durability;
use salon_protocol::{Nick, Timestamp};
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use super::{
    Bounds, Found, Group, Log, LogError, MemoryLog, Note, Notebook, Page, PresenceRecord, Restored,
    Search, Selection,
};
use crate::account::Account;
use crate::ban::Ban;
use crate::event::{Event, Seq, StreamId};
use clearing::Retention;
pub use folder::OpenError;
use folder::{FILE, lock, private};
use gate::Inlet;
use marks::Noted;
use reading::Reading;
use wal::Wal;
use writer::{Task, Writer};

/// What is kept in memory for readers who are a little behind; the file has the rest.
const RECENT: Bounds = Bounds {
    stream_events: 512,
    stream_bytes: 256 * 1024,
    bytes: 64 * 1024 * 1024,
};

/// How many searches run at a time; the others wait for their turn, and pages of history for none of them.
const SEARCHES_AT_ONCE: usize = 2;

/// How the log is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    pub(crate) durability: Durability,
    /// Events a stream; nothing keeps all.
    pub(crate) events_max: Option<u64>,
    /// How old an event may become; nothing keeps it for good.
    pub(crate) age_max: Option<Duration>,
}

/// See the module.
pub(crate) struct SqliteLog {
    epoch: u64,
    noted: Noted,
    recent: Arc<MemoryLog>,
    inlet: Inlet,
    reading: Reading,
    searching: Semaphore,
    /// Done when the folder is free.
    released: Option<oneshot::Receiver<()>>,
}

impl SqliteLog {
    /// Opens the log in a folder, which is made if there is none; gives what an earlier run left. `epoch` becomes that
    /// of a new log. Starts tasks, so it wants a runtime.
    pub(crate) fn open(
        folder: &Path,
        options: Options,
        epoch: u64,
    ) -> Result<(Self, Restored), OpenError> {
        let lock = lock(folder)?;
        let path = folder.join(FILE);
        let refuse = |reason: String| OpenError::File {
            path: path.clone(),
            reason,
        };
        private(&path).map_err(|source| OpenError::Folder {
            path: path.clone(),
            source,
        })?;
        let mut connection = Connection::open(&path).map_err(|error| refuse(error.to_string()))?;
        let refused = |error: rusqlite::Error| refuse(error.to_string());
        begin(&connection, options.durability).map_err(refused)?;
        schema::migrate(&mut connection).map_err(|error| refuse(error.to_string()))?;
        prepare(&connection, options.durability).map_err(refused)?;
        let (epoch, restored) =
            restore::restore(&connection, epoch).map_err(|error| refuse(error.to_string()))?;
        let noted = Noted::read(&connection).map_err(|error| refuse(error.to_string()))?;
        let recent = Arc::new(MemoryLog::within(epoch, RECENT));
        let (inlet, outlet) = gate::open();
        let retention = Retention {
            events_max: options.events_max,
            age_max: options.age_max,
        };
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|source| OpenError::Folder {
            path: path.clone(),
            source,
        })?;
        let wal = Wal::new(folder.join(format!("{FILE}-wal")));
        let writer = Writer::new(
            connection,
            outlet,
            (Arc::clone(&recent), noted.clone()),
            retention,
            (runtime, wal),
        );
        let (release, released) = oneshot::channel();
        let started = std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || {
                // The folder is in use for as long as something may be written there.
                let (_release, _lock) = (release, lock);
                writer.run();
            });
        started.map_err(|source| OpenError::Folder {
            path: path.clone(),
            source,
        })?;
        Ok((
            Self {
                epoch,
                noted,
                recent,
                inlet,
                reading: Reading::new(path),
                searching: Semaphore::new(SEARCHES_AT_ONCE),
                released: Some(released),
            },
            restored,
        ))
    }
}

impl SqliteLog {
    /// What is done, with an error, once nobody uses the log any more and another hub may have the folder; for the first
    /// who asks.
    pub(crate) fn released(&mut self) -> Option<oneshot::Receiver<()>> {
        self.released.take()
    }

    /// Writes something small that is no event, and waits until it is committed.
    fn write(
        &self,
        write: impl FnOnce(&mut Connection) -> rusqlite::Result<()> + Send + 'static,
    ) -> BoxFuture<'_, Result<(), LogError>> {
        Box::pin(self.inlet.commit(|done| Task::Write(Box::new(write), done)))
    }
}

/// Makes the file what it has to be before anything is looked for in it. One that is empty holds nothing that a loss of power
/// could take: to wait for the disk, six times, would only make the first start slow, on a busy disk by seconds.
fn begin(connection: &Connection, durability: Durability) -> rusqlite::Result<()> {
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    if pages == 0 && durability == Durability::Process {
        connection.pragma_update(None, "synchronous", "OFF")?;
    }
    connection.pragma_update(None, "journal_mode", "WAL")
}

fn prepare(connection: &Connection, durability: Durability) -> rusqlite::Result<()> {
    let synchronous = match durability {
        Durability::Process => "NORMAL",
        Durability::Power => "FULL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "cache_size", -8_000)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

impl Log for SqliteLog {
    fn epoch(&self) -> u64 {
        self.epoch
    }

    fn has_noted(&self, stream: StreamId) -> bool {
        self.noted.has(stream)
    }

    fn append(&self, group: Group) -> BoxFuture<'_, Result<(), LogError>> {
        Box::pin(
            self.inlet
                .commit(|done| Task::Append(Box::new(group), done)),
        )
    }

    fn keep_account(&self, account: Arc<Account>) -> BoxFuture<'_, Result<(), LogError>> {
        self.write(move |connection| account::write(connection, &account))
    }

    fn drop_account(&self, account: Nick) -> BoxFuture<'_, Result<(), LogError>> {
        self.write(move |connection| account::delete(connection, &account))
    }

    fn keep_note(&self, account: Nick, note: Note) -> BoxFuture<'_, Result<(), LogError>> {
        self.write(move |connection| notes::write(connection, &account, &note))
    }

    fn notebook(&self, account: Nick) -> BoxFuture<'_, Result<Notebook, LogError>> {
        self.reading
            .ask(move |connection| notes::read(connection, &account))
    }

    fn keep_presence(&self, presence: PresenceRecord) -> BoxFuture<'_, Result<(), LogError>> {
        self.write(move |connection| presence::write(connection, &presence))
    }

    fn drop_presence(&self, account: Nick) -> BoxFuture<'_, Result<(), LogError>> {
        self.write(move |connection| presence::delete(connection, &account))
    }

    fn keep_bans(&self, bans: Arc<[Ban]>) -> BoxFuture<'_, Result<(), LogError>> {
        self.write(move |connection| ban::write(connection, &bans))
    }

    fn read(
        &self,
        stream: StreamId,
        first: Seq,
        events_max: usize,
    ) -> BoxFuture<'_, Result<Page, LogError>> {
        if let Some(page) = self.recent.page_from(stream, first, events_max) {
            return Box::pin(std::future::ready(Ok(page)));
        }
        let epoch = self.epoch;
        self.reading
            .ask(move |connection| history::page(connection, epoch, stream, first, events_max))
    }

    fn select(&self, selection: Selection) -> BoxFuture<'_, Result<Vec<Arc<Event>>, LogError>> {
        let epoch = self.epoch;
        self.reading
            .ask_in_time(move |connection| history::select(connection, epoch, &selection))
    }

    fn place_at(&self, stream: StreamId, time: Timestamp) -> BoxFuture<'_, Result<Seq, LogError>> {
        self.reading
            .ask(move |connection| history::place_at(connection, stream, time))
    }

    fn authors(&self, stream: StreamId) -> BoxFuture<'_, Result<Vec<String>, LogError>> {
        self.reading
            .ask_in_time(move |connection| history::authors(connection, stream))
    }

    fn search(&self, search: Search) -> BoxFuture<'_, Result<Found, LogError>> {
        Box::pin(async move {
            let epoch = self.epoch;
            // Who waits is to be told in time as well.
            let limit = self.reading.time_max;
            let turn = timeout(limit, self.searching.acquire()).await;
            let _turn = turn.map_err(|_| LogError::TakesTooLong { limit })?;
            self.reading
                .ask_in_time(move |connection| search::search(connection, epoch, &search))
                .await
        })
    }

    fn forget(&self, stream: StreamId) -> BoxFuture<'_, ()> {
        self.recent.drop_stream(stream);
        Box::pin(self.inlet.forget(stream))
    }
}

#[cfg(test)]
pub(crate) mod tests;
