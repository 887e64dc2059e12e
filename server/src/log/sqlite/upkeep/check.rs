//! Whether a log is sound, and how much is in it.

use std::path::{Path, PathBuf};

use super::{Reader, UpkeepError};
use crate::log::sqlite::row;

/// How many of the things that are wrong are told one by one.
const PROBLEMS_MAX: usize = 10;

/// How thoroughly a log is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The pages of the file and how they hang together. Takes a few seconds for ten million events.
    Quick,
    /// Also every index against its table, and whether every event can be read.
    Full,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The file.
    pub path: PathBuf,
    /// The version of its tables.
    pub version: u32,
    /// How large it is, in bytes, without what is still in the write-ahead log.
    pub bytes: u64,
    /// The rooms that it keeps.
    pub rooms: u64,
    /// The accounts.
    pub accounts: u64,
    /// Everything that happened and is kept.
    pub events: u64,
    /// What of that was said by somebody.
    pub messages: u64,
    /// What is wrong, the first of it; nothing for a log that is sound.
    pub problems: Vec<String>,
}

/// Looks at the log of a data folder, as it is at one moment. Fails where it cannot be looked at at all.
pub fn check(folder: &Path, depth: Depth) -> Result<Report, UpkeepError> {
    let reader = Reader::open(folder)?;
    // One moment for all that follows, also while a hub writes.
    let begun = reader.connection.execute_batch("BEGIN");
    begun.map_err(|error| reader.refuse(&error))?;
    let mut problems = integrity(&reader, depth)?;
    if problems.is_empty() && depth == Depth::Full {
        problems = unreadable(&reader)?;
    }
    let messages = "SELECT count(*) FROM event WHERE kind IN ('privmsg', 'notice')";
    Ok(Report {
        version: reader.version,
        bytes: std::fs::metadata(&reader.path).map_or(0, |file| file.len()),
        rooms: count(&reader, "SELECT count(*) FROM room")?,
        // The second version brought them.
        accounts: if reader.version >= 2 {
            count(&reader, "SELECT count(*) FROM account")?
        } else {
            0
        },
        events: count(&reader, "SELECT count(*) FROM event")?,
        messages: count(&reader, messages)?,
        problems,
        path: reader.path,
    })
}

fn count(reader: &Reader, sql: &str) -> Result<u64, UpkeepError> {
    Ok(reader.one::<i64>(sql)?.cast_unsigned())
}

/// What SQLite finds. <https://sqlite.org/pragma.html#pragma_integrity_check>
fn integrity(reader: &Reader, depth: Depth) -> Result<Vec<String>, UpkeepError> {
    let pragma = match depth {
        Depth::Quick => "quick_check",
        Depth::Full => "integrity_check",
    };
    let found = || -> rusqlite::Result<Vec<String>> {
        let sql = format!("PRAGMA {pragma}({PROBLEMS_MAX})");
        let mut statement = reader.connection.prepare(&sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        rows.collect()
    };
    let mut lines = found().map_err(|error| reader.refuse(&error))?;
    if lines == ["ok"] {
        lines.clear();
    }
    Ok(lines)
}

/// The events that this version cannot read.
fn unreadable(reader: &Reader) -> Result<Vec<String>, UpkeepError> {
    let read = || -> rusqlite::Result<Vec<String>> {
        let sql = format!("SELECT {} FROM event ORDER BY id", row::COLUMNS);
        let mut statement = reader.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut problems = Vec::new();
        while let Some(row) = rows.next()? {
            if let Err(error) = row::read(row, 0) {
                let (stream, seq) = row::place_of(row.get(0)?);
                problems.push(format!("event {} of stream {}: {error}", seq.0, stream.0));
            }
            if problems.len() >= PROBLEMS_MAX {
                break;
            }
        }
        Ok(problems)
    };
    read().map_err(|error| reader.refuse(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::sqlite::tests::{connection, hub_of};

    #[test]
    fn a_sound_log_is_counted_also_while_a_hub_has_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let running = hub_of(folder.path(), &["one", "two", "three"]);
        for depth in [Depth::Quick, Depth::Full] {
            let report = check(folder.path(), depth).expect("a log");
            assert_eq!(
                (
                    report.rooms,
                    report.accounts,
                    report.events,
                    report.messages
                ),
                (1, 0, 3, 3)
            );
            assert_eq!(report.problems, Vec::<String>::new());
        }
        drop(running);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(hub_of(folder.path(), &["one", "two"]));
        let connection = connection(folder.path());
        let changed = connection.execute("UPDATE event SET kind = 'dance' WHERE text = 'two'", []);
        assert_eq!(changed, Ok(1));
        let report = check(folder.path(), Depth::Full).expect("a log");
        assert_eq!(report.problems.len(), 1, "{report:?}");
        assert!(
            report.problems.concat().contains("event 2 of stream 3")
                && report.problems.concat().contains("dance"),
            "{report:?}"
        );
        let quick = check(folder.path(), Depth::Quick).expect("a log");
        assert_eq!(quick.problems, Vec::<String>::new(), "not looked at");
    }

    #[test]
    fn a_damaged_page_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let texts: Vec<String> = (0..500).map(|number| format!("{number:0200}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        drop(hub_of(folder.path(), &texts));
        let connection = connection(folder.path());
        connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .expect("into the file");
        drop(connection);
        let path = folder.path().join("hub.db");
        let mut bytes = std::fs::read(&path).expect("the file");
        let middle = bytes.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 4096].fill(0xa5);
        std::fs::write(&path, &bytes).expect("written");
        let damaged = check(folder.path(), Depth::Quick);
        assert!(
            !damaged.is_ok_and(|report| report.problems.is_empty()),
            "the damage is seen"
        );
        assert_eq!(std::fs::read(&path).expect("the file"), bytes, "left alone");
    }

    #[test]
    fn what_is_no_log_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = |expected: &str| {
            let error = check(folder.path(), Depth::Quick).expect_err("no log");
            assert!(error.to_string().contains(expected), "{error}");
        };
        refused("there is no log");
        let path = folder.path().join("hub.db");
        std::fs::write(&path, "").expect("written");
        refused("it has no tables of salond");
        std::fs::write(&path, "x".repeat(5_000)).expect("written");
        refused("file is not a database");
    }
}
