//! The tables of the log, and how a file of an earlier version becomes one of this.
//!
//! Meant to be read with `sqlite3` too: the view `message` shows what was said, where, when and by whom.

use rusqlite::Connection;

/// The step from each version to the next; a new file takes all of them. A step that was published never changes.
const STEPS: &[&str] = &[
    // 1: events, rooms and their lists. An event's id is its stream, shifted by 32 bits, plus its place there: one
    // tree, in the order in which streams are read, and no index to keep beside it.
    "CREATE TABLE hub (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
     CREATE TABLE room (
         stream INTEGER PRIMARY KEY,
         name TEXT NOT NULL COLLATE NOCASE UNIQUE,
         created INTEGER NOT NULL,
         topic TEXT, topic_setter TEXT, topic_time INTEGER,
         flags TEXT NOT NULL, key TEXT, member_limit INTEGER
     );
     CREATE TABLE room_mask (
         stream INTEGER NOT NULL, list TEXT NOT NULL, mask TEXT NOT NULL, setter TEXT NOT NULL, time INTEGER NOT NULL,
         PRIMARY KEY (stream, list, mask)
     ) WITHOUT ROWID;
     CREATE TABLE event (
         id INTEGER PRIMARY KEY,
         time INTEGER NOT NULL,
         kind TEXT NOT NULL,
         nick TEXT NOT NULL, username TEXT NOT NULL, host TEXT NOT NULL, account TEXT, modes INTEGER NOT NULL,
         target TEXT NOT NULL,
         text TEXT, tags TEXT, detail TEXT,
         session INTEGER NOT NULL, user INTEGER NOT NULL, audience TEXT, spread TEXT
     );
     CREATE VIEW message AS
         SELECT event.id, strftime('%Y-%m-%dT%H:%M:%fZ', event.time / 1000.0, 'unixepoch') AS time,
                room.name AS room, event.target, event.nick, event.account, event.kind, event.text
         FROM event LEFT JOIN room ON room.stream = event.id >> 32
         WHERE event.kind IN ('privmsg', 'notice');",
    // 2: accounts, the certificates that stand for them, and who founded a room.
    "CREATE TABLE account (
         name TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
         created INTEGER NOT NULL,
         email TEXT,
         password TEXT NOT NULL,
         scram TEXT NOT NULL
     ) WITHOUT ROWID;
     CREATE TABLE account_certificate (
         fingerprint TEXT NOT NULL PRIMARY KEY,
         account TEXT NOT NULL COLLATE NOCASE
     ) WITHOUT ROWID;
     CREATE INDEX account_certificate_account ON account_certificate (account);
     ALTER TABLE room ADD COLUMN founder TEXT;",
    // 3: the words of messages, and up to which place each stream is in there. The table keeps no texts of its own.
    "CREATE VIRTUAL TABLE event_words USING fts5(
         words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
     );
     CREATE TABLE indexed (stream INTEGER PRIMARY KEY, seq INTEGER NOT NULL);",
    // 4: the stream of the direct messages to an account.
    "ALTER TABLE account ADD COLUMN stream INTEGER;",
    // 5: keys and values of rooms.
    "CREATE TABLE room_metadata (
         stream INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
         PRIMARY KEY (stream, key)
     ) WITHOUT ROWID;",
    // 6: who is kept from the hub, and rooms in which members wait between messages.
    "CREATE TABLE ban (
         kind TEXT NOT NULL, mask TEXT NOT NULL COLLATE NOCASE, reason TEXT NOT NULL, setter TEXT NOT NULL,
         created INTEGER NOT NULL, expires INTEGER,
         PRIMARY KEY (kind, mask)
     ) WITHOUT ROWID;
     ALTER TABLE room ADD COLUMN slow_seconds INTEGER;",
    // 7: what accounts want, up to where they have read, whom they wrote to, their keys and values; and those who are
    // always on, with the rooms that they are in.
    "ALTER TABLE account ADD COLUMN multiclient INTEGER;
     ALTER TABLE account ADD COLUMN always_on INTEGER;
     CREATE TABLE account_marker (
         account TEXT NOT NULL COLLATE NOCASE, target TEXT NOT NULL, time INTEGER NOT NULL,
         PRIMARY KEY (account, target)
     ) WITHOUT ROWID;
     CREATE TABLE account_partner (
         account TEXT NOT NULL COLLATE NOCASE, nick TEXT NOT NULL COLLATE NOCASE, time INTEGER NOT NULL,
         PRIMARY KEY (account, nick)
     ) WITHOUT ROWID;
     CREATE TABLE account_metadata (
         account TEXT NOT NULL COLLATE NOCASE, key TEXT NOT NULL, value TEXT NOT NULL,
         PRIMARY KEY (account, key)
     ) WITHOUT ROWID;
     CREATE TABLE presence (
         account TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
         user INTEGER NOT NULL, nick TEXT NOT NULL, username TEXT NOT NULL, host TEXT NOT NULL, realname TEXT NOT NULL,
         away TEXT, modes INTEGER NOT NULL, connected INTEGER NOT NULL
     ) WITHOUT ROWID;
     CREATE TABLE room_member (
         stream INTEGER NOT NULL, account TEXT NOT NULL COLLATE NOCASE, rank TEXT NOT NULL,
         PRIMARY KEY (stream, account)
     ) WITHOUT ROWID;",
    // 8: whom the rooms by invitation let in again: the name of an account, or nick!user@host, in lower case.
    "CREATE TABLE room_guest (
         stream INTEGER NOT NULL, name TEXT NOT NULL,
         PRIMARY KEY (stream, name)
     ) WITHOUT ROWID;",
];

/// The version that this program writes.
pub(super) const VERSION: u32 = 8;

/// Why a file's tables cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum SchemaError {
    #[error(
        "its tables are of version {found}, and this salond knows versions up to {VERSION}; use a newer salond"
    )]
    Newer { found: u32 },
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

/// The version of a file that is not changed; 0 where it has no tables.
pub(super) fn version(connection: &Connection) -> Result<u32, SchemaError> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > VERSION {
        return Err(SchemaError::Newer { found });
    }
    Ok(found)
}

/// Brings a file to this version: all of the steps that it lacks, or none.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), SchemaError> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let missing = usize::try_from(found)
        .ok()
        .and_then(|found| STEPS.get(found..))
        .ok_or(SchemaError::Newer { found })?;
    if missing.is_empty() {
        // Not even the version again: a file that turns out to be damaged is left as it is.
        return Ok(());
    }
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_gets_the_present_version_and_keeps_it() {
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection).expect("a new file");
        migrate(&mut connection).expect("a file of this version");
        let version: u32 = connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .expect("a version");
        assert_eq!(version, VERSION);
    }

    #[test]
    fn the_version_is_the_number_of_steps() {
        assert_eq!(usize::try_from(VERSION), Ok(STEPS.len()));
    }

    #[test]
    fn a_newer_file_is_refused_and_left_alone() {
        let mut connection = Connection::open_in_memory().expect("memory");
        connection
            .pragma_update(None, "user_version", 99)
            .expect("a version");
        let error = migrate(&mut connection).expect_err("a file from the future");
        assert!(matches!(error, SchemaError::Newer { found: 99 }), "{error}");
    }
}
