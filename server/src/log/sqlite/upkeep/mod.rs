//! What may be done with a data folder besides running a hub on it: to look whether it is sound, to copy it, to read out
//! what was said. All of it reads alone, and a hub may be running on the folder all the while.

mod backup;
mod check;
mod export;

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

pub use backup::backup;
pub use check::{Depth, Report, check};
pub use export::{Filter, MomentError, export, moment};

use super::{FILE, schema};

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpkeepError {
    /// No hub has ever run on the folder.
    #[error(
        "there is no log '{}'; expected a folder that salond has used (--data-dir or --config)",
        path.display()
    )]
    Absent {
        /// The file that a hub would have made.
        path: PathBuf,
    },
    /// The log is not one, is damaged, or is of a newer version.
    #[error("cannot use the log '{}': {reason}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A copy would overwrite something.
    #[error(
        "'{}' is there already; expected a place for a new file, so move it away or name another",
        path.display()
    )]
    Exists {
        /// Where the copy was to be.
        path: PathBuf,
    },
    /// A file cannot be made or written.
    #[error("cannot write '{}': {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Whoever was to get what is read out does not take it.
    #[error("cannot write what was read: {source}")]
    Output {
        /// What the system said.
        source: io::Error,
    },
}

/// A log that is read and never written.
struct Reader {
    path: PathBuf,
    connection: Connection,
    version: u32,
}

impl Reader {
    /// Opens the log of a data folder, of this version or an earlier one.
    fn open(folder: &Path) -> Result<Self, UpkeepError> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Err(UpkeepError::Absent { path });
        }
        let refuse = |reason: String| UpkeepError::Unusable {
            path: path.clone(),
            reason,
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(&path, flags).map_err(|error| refuse(error.to_string()))?;
        let version = schema::version(&connection).map_err(|error| refuse(error.to_string()))?;
        if version == 0 {
            return Err(refuse("it has no tables of salond".to_owned()));
        }
        Ok(Self {
            path,
            connection,
            version,
        })
    }

    fn refuse(&self, error: &rusqlite::Error) -> UpkeepError {
        UpkeepError::Unusable {
            path: self.path.clone(),
            reason: error.to_string(),
        }
    }

    /// The first column of the only row of a question.
    fn one<T: rusqlite::types::FromSql>(&self, sql: &str) -> Result<T, UpkeepError> {
        let found = self.connection.query_row(sql, [], |row| row.get(0));
        found.map_err(|error| self.refuse(&error))
    }
}
