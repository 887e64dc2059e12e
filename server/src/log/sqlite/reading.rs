//! Questions to the file: on threads that may wait for the disk, beside the thread that writes.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use rusqlite::{Connection, OpenFlags};

use super::search;
use crate::log::LogError;

/// How many connections for reading are kept open.
const READERS_MAX: usize = 4;

/// How long a question to the file may take that looks at no certain number of events. A page of history takes a few
/// milliseconds; a search for what nobody said would go through everything that was ever said.
const READ_TIME_MAX: Duration = Duration::from_secs(2);

/// After how many steps of SQLite's machine the time is looked at; some microseconds.
const READ_STEPS: i32 = 4_096;

/// See the module.
pub(super) struct Reading {
    pool: Arc<Pool>,
    /// How long what may be far off is looked for.
    pub(super) time_max: Duration,
}

/// Connections for reading, as many as are needed at once; a few are kept.
struct Pool {
    path: PathBuf,
    // Taken for a moment, to take a connection out or put it back.
    idle: Mutex<Vec<Connection>>,
}

impl Reading {
    /// Reads a file, which need not be there yet.
    pub(super) fn new(path: PathBuf) -> Self {
        let idle = Mutex::default();
        Self {
            pool: Arc::new(Pool { path, idle }),
            time_max: READ_TIME_MAX,
        }
    }

    /// Reads, however long the disk takes.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, LogError>> {
        Box::pin(self.ask_within(None, read))
    }

    /// Reads what may be far off, and gives up after a while.
    pub(super) fn ask_in_time<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, LogError>> {
        Box::pin(self.ask_within(Some(self.time_max), read))
    }

    async fn ask_within<T: Send + 'static>(
        &self,
        time_max: Option<Duration>,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, LogError> {
        let pool = Arc::clone(&self.pool);
        let read = move || {
            pool.lend(|connection| match time_max {
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
}

impl Pool {
    fn lend<T>(
        &self,
        read: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = idle().pop();
        let mut connection = match connection {
            Some(connection) => connection,
            None => Connection::open_with_flags(
                &self.path,
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?,
        };
        let result = read(&mut connection);
        let mut idle = idle();
        if idle.len() < READERS_MAX {
            idle.push(connection);
        }
        result
    }
}

/// Reads, unless it takes longer than a time: then it is interrupted, which is the error.
pub(super) fn within<T>(
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
