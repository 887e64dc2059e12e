//! The log's home on disk: one SQLite file in the hub's data folder.
//!
//! One thread writes ([`writer`]); readers take what is recent from memory, and the rest from the file on threads of
//! their own. Durability `process` leaves the flushing to the system, which survives the end of the process in any
//! way; `power` flushes once for each group. One hub at a time holds the folder, by a lock on `hub.lock`.

mod account;
mod ban;
mod history;
mod indexing;
mod marks;
mod notes;
mod presence;
mod restore;
mod row;
mod schema;
mod search;
mod streams;
pub mod upkeep;
mod wal;
mod writer;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use rusqlite::{Connection, OpenFlags};
use salon_config::Durability;
use salon_protocol::{Nick, Timestamp};
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::{
    Found, Group, Log, LogError, MemoryLog, Note, Notebook, Page, PresenceRecord, Restored, Search,
    Selection,
};
use crate::account::Account;
use crate::ban::Ban;
use crate::event::{Event, Seq, StreamId};
use wal::Wal;
use writer::{Retention, Task, Writer};

/// The file of the log, in the data folder.
const FILE: &str = "hub.db";

/// The file whose lock says that a hub uses the folder.
const LOCK: &str = "hub.lock";

/// How many events of each stream are kept in memory for readers who are a little behind.
const RECENT_EVENTS: usize = 512;

/// How many groups wait for the writer before rooms wait.
const GROUPS_MAX: usize = 1_024;

/// How many connections for reading are kept open.
const READERS_MAX: usize = 4;

/// How long a question to the file may take that looks at no certain number of events. A page of history takes a few
/// milliseconds; a search for what nobody said would go through everything that was ever said.
const READ_TIME_MAX: Duration = Duration::from_secs(2);

/// After how many steps of SQLite's machine the time is looked at; some microseconds.
const READ_STEPS: i32 = 4_096;

/// How many searches run at a time; the others wait for their turn, and pages of history for none of them.
const SEARCHES_AT_ONCE: usize = 2;

/// Why the log in a folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder or a file in it cannot be made or opened.
    #[error("cannot use the data folder {}: {source}; choose another with --data-dir", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another hub has the folder.
    #[error("another hub uses the data folder {}; stop it, or choose another folder with --data-dir", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The file is not a log, is damaged, or is of a newer version. It was not changed.
    #[error(
        "cannot use the log {}: {reason}; it was left as it is: move it away to start anew, or restore a backup",
        path.display()
    )]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

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
    path: PathBuf,
    recent: Arc<MemoryLog>,
    tasks: mpsc::Sender<Task>,
    // Taken for a moment, to take a connection out or put it back.
    readers: Arc<Mutex<Vec<Connection>>>,
    searching: Semaphore,
    read_time_max: Duration,
    /// Done when the folder is free.
    released: Option<oneshot::Receiver<()>>,
}

impl SqliteLog {
    /// Opens the log in a folder, which is made if there is none; gives what an earlier run left. `epoch` becomes that
    /// of a new log.
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
        let recent = Arc::new(MemoryLog::new(epoch, RECENT_EVENTS));
        let (tasks, inbox) = mpsc::channel(GROUPS_MAX);
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
            inbox,
            Arc::clone(&recent),
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
                path,
                recent,
                tasks,
                readers: Arc::default(),
                searching: Semaphore::new(SEARCHES_AT_ONCE),
                read_time_max: READ_TIME_MAX,
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

    /// Reads from the file, however long the disk takes.
    fn on_file<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, LogError>> {
        Box::pin(self.ask_file(None, read))
    }

    /// Reads from the file what may be far off, and gives up after a while.
    fn on_file_in_time<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, LogError>> {
        Box::pin(self.ask_file(Some(self.read_time_max), read))
    }

    /// Reads from the file on a thread that may wait for it.
    async fn ask_file<T: Send + 'static>(
        &self,
        time_max: Option<Duration>,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, LogError> {
        let (path, readers) = (self.path.clone(), Arc::clone(&self.readers));
        let read = move || {
            with_reader(&path, &readers, |connection| match time_max {
                Some(time_max) => within(connection, time_max, read),
                None => read(connection),
            })
        };
        let unreadable = |reason: String| LogError::Unreadable { reason };
        let read = tokio::task::spawn_blocking(read).await;
        let read = read.map_err(|error| unreadable(error.to_string()))?;
        read.map_err(|error| match time_max {
            Some(limit) if search::is_interrupted(&error) => LogError::TakesTooLong { limit },
            Some(_) | None => unreadable(error.to_string()),
        })
    }

    /// Writes something small that is no event, and waits until it is committed.
    fn write(
        &self,
        write: impl FnOnce(&mut Connection) -> rusqlite::Result<()> + Send + 'static,
    ) -> BoxFuture<'_, Result<(), LogError>> {
        Box::pin(self.commit(|done| Task::Write(Box::new(write), done)))
    }

    /// Gives the writer a task, and waits until it is done.
    async fn commit(
        &self,
        task: impl FnOnce(oneshot::Sender<Result<(), LogError>>) -> Task,
    ) -> Result<(), LogError> {
        let ended = || LogError::Refused {
            reason: "its thread has ended".to_owned(),
        };
        let (done, stored) = oneshot::channel();
        self.tasks.send(task(done)).await.map_err(|_| ended())?;
        stored.await.map_err(|_| ended())?
    }
}

/// The folder, for its user alone, and its lock.
fn lock(folder: &Path) -> Result<File, OpenError> {
    let refuse = |source| OpenError::Folder {
        path: folder.to_owned(),
        source,
    };
    make_folder(folder).map_err(refuse)?;
    let path = folder.join(LOCK);
    private(&path).map_err(refuse)?;
    let file = File::options().write(true).open(&path).map_err(refuse)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            path: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(refuse(source)),
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Makes sure that a file is there that only its user may read, also one that was put there with other permissions, such
/// as a backup.
fn private(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mut permissions = file.metadata()?.permissions();
        if permissions.mode() & 0o077 != 0 {
            permissions.set_mode(0o600);
            file.set_permissions(permissions)?;
        }
    }
    Ok(())
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

    fn append(&self, group: Group) -> BoxFuture<'_, Result<(), LogError>> {
        Box::pin(self.commit(|done| Task::Append(Box::new(group), done)))
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
        self.on_file(move |connection| notes::read(connection, &account))
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
        self.on_file(move |connection| read_page(connection, epoch, stream, first, events_max))
    }

    fn select(&self, selection: Selection) -> BoxFuture<'_, Result<Vec<Arc<Event>>, LogError>> {
        let epoch = self.epoch;
        self.on_file_in_time(move |connection| history::select(connection, epoch, &selection))
    }

    fn place_at(&self, stream: StreamId, time: Timestamp) -> BoxFuture<'_, Result<Seq, LogError>> {
        self.on_file(move |connection| history::place_at(connection, stream, time))
    }

    fn authors(&self, stream: StreamId) -> BoxFuture<'_, Result<Vec<String>, LogError>> {
        self.on_file_in_time(move |connection| history::authors(connection, stream))
    }

    fn search(&self, search: Search) -> BoxFuture<'_, Result<Found, LogError>> {
        Box::pin(async move {
            let epoch = self.epoch;
            // Never closed.
            let _turn = self.searching.acquire().await.ok();
            self.on_file_in_time(move |connection| search::search(connection, epoch, &search))
                .await
        })
    }

    fn forget(&self, stream: StreamId) {
        self.recent.forget(stream);
        // Where the queue is full, the next start clears it away, since the stream is nobody's then.
        let _ = self.tasks.try_send(Task::Forget(stream));
    }
}

/// Reads with a connection of the pool, which grows as far as is needed at once and keeps a few.
fn with_reader<T>(
    path: &Path,
    readers: &Mutex<Vec<Connection>>,
    read: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let pool = || readers.lock().unwrap_or_else(PoisonError::into_inner);
    let idle = pool().pop();
    let mut connection = match idle {
        Some(connection) => connection,
        None => Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?,
    };
    let result = read(&mut connection);
    let mut pool = pool();
    if pool.len() < READERS_MAX {
        pool.push(connection);
    }
    result
}

/// Reads, unless it takes longer than a time: then it is interrupted, which is the error.
fn within<T>(
    connection: &mut Connection,
    time_max: Duration,
    read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let deadline = Instant::now() + time_max;
    connection.progress_handler(READ_STEPS, Some(move || Instant::now() >= deadline))?;
    let result = read(connection);
    connection.progress_handler(READ_STEPS, None::<fn() -> bool>)?;
    result
}

fn read_page(
    connection: &Connection,
    epoch: u64,
    stream: StreamId,
    first: Seq,
    events_max: usize,
) -> rusqlite::Result<Page> {
    let sql = format!(
        "SELECT {} FROM event WHERE id >= ?1 AND id <= ?2 ORDER BY id LIMIT ?3",
        row::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let bounds = (
        row::id_of(stream, first),
        row::id_of(stream, Seq(u64::MAX)),
        i64::try_from(events_max).unwrap_or(i64::MAX),
    );
    let events = statement.query_map(bounds, |row| row::read(row, epoch).map(Arc::new))?;
    Ok(Page {
        events: events.collect::<rusqlite::Result<_>>()?,
    })
}

#[cfg(test)]
pub(crate) mod tests;
