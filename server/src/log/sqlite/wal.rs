//! The size of the write-ahead log.
//!
//! SQLite moves what was committed into the file after each commit, and begins its log anew when all was moved and nobody
//! reads there. Where somebody always reads, that moment never comes, and the log would grow for as long as it is written to.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;

/// From which size on it is made empty, in bytes, as soon as those who read let it. It is some megabytes otherwise.
const WAL_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// After how many writes its size is looked at.
const WRITES: u32 = 64;

/// The same after somebody kept it from being emptied, for instance for a backup.
const WRITES_AFTER_FAILURE: u32 = 16 * WRITES;

/// How long those who read may keep it from being emptied; who comes meanwhile reads from the file and does not.
const READERS_TIMEOUT: Duration = Duration::from_millis(50);

/// How long anything else waits for another process, such as one that makes a backup.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// See the module.
#[derive(Debug)]
pub(super) struct Wal {
    path: PathBuf,
    /// After how many more writes its size is looked at.
    writes_left: u32,
}

impl Wal {
    /// The write-ahead log at a path.
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            writes_left: WRITES,
        }
    }

    /// Notes that something was written. From time to time, a log that has become too long is emptied, unless somebody reads
    /// there for long.
    pub(super) fn written(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.writes_left -= 1;
        if self.writes_left > 0 {
            return Ok(());
        }
        self.writes_left = WRITES;
        // In memory there is no such file.
        let bytes = fs::metadata(&self.path).map_or(0, |file| file.len());
        if bytes < WAL_BYTES_MAX {
            return Ok(());
        }
        connection.busy_timeout(READERS_TIMEOUT)?;
        let emptied = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            row.get::<_, i64>(0).map(|busy| busy == 0)
        });
        connection.busy_timeout(BUSY_TIMEOUT)?;
        if !emptied? {
            self.writes_left = WRITES_AFTER_FAILURE;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commits so many times 64 KiB.
    fn write(wal: &mut Wal, connection: &Connection, times: u32) {
        for _ in 0..times {
            connection
                .execute("INSERT INTO x VALUES (zeroblob(65536))", [])
                .expect("written");
            wal.written(connection).expect("looked after");
        }
    }

    #[test]
    fn it_is_emptied_once_nobody_reads_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.db");
        let connection = Connection::open(&path).expect("a file");
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE x (y)",
            )
            .expect("a table");
        let log = folder.path().join("x.db-wal");
        let mut wal = Wal::new(log.clone());
        let bytes = || fs::metadata(&log).expect("a file").len();
        let reader = Connection::open(&path).expect("a file");
        reader
            .execute_batch("BEGIN; SELECT count(*) FROM x")
            .expect("a moment that is read");
        write(&mut wal, &connection, WRITES * 10);
        assert!(bytes() > WAL_BYTES_MAX, "nothing is taken from a reader");
        reader.execute_batch("COMMIT").expect("read");
        write(&mut wal, &connection, WRITES_AFTER_FAILURE);
        assert!(bytes() < WAL_BYTES_MAX, "{}", bytes());
    }
}
