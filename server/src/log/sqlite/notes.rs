//! What accounts keep: up to where they have read, whom they wrote to, their keys and values.

use rusqlite::{Connection, params};
use salon_protocol::{Nick, fold};

use super::row;
use crate::log::{Note, Notebook};
use crate::metadata::Metadata;

/// Stores a note. One of an account that was deleted meanwhile would be found by whoever takes its name, and is not stored.
pub(super) fn write(connection: &Connection, account: &Nick, note: &Note) -> rusqlite::Result<()> {
    let account = account.as_str();
    let done = match note {
        Note::Read(target, time) => connection
            .prepare_cached(
                "INSERT INTO account_marker (account, target, time) SELECT name, ?2, ?3 FROM account WHERE name = ?1
                 ON CONFLICT (account, target) DO UPDATE SET time = max(time, excluded.time)",
            )?
            .execute(params![account, target, time.as_millis().cast_signed()]),
        Note::Partner(nick, time) => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO account_partner (account, nick, time)
                 SELECT name, ?2, ?3 FROM account WHERE name = ?1",
            )?
            .execute(params![
                account,
                nick.as_str(),
                time.as_millis().cast_signed()
            ]),
        Note::Metadata(key, Some(value)) => connection.execute(
            "INSERT OR REPLACE INTO account_metadata (account, key, value)
             SELECT name, ?2, ?3 FROM account WHERE name = ?1",
            [account, key, value],
        ),
        Note::Metadata(key, None) => connection.execute(
            "DELETE FROM account_metadata WHERE account = ?1 AND key = ?2",
            [account, key],
        ),
        Note::Unread(target) => connection.execute(
            "DELETE FROM account_marker WHERE account = ?1 AND target = ?2",
            [account, target],
        ),
        Note::NoPartner(nick) => connection.execute(
            "DELETE FROM account_partner WHERE account = ?1 AND nick = ?2",
            [account, nick.as_str()],
        ),
    };
    done.map(|_| ())
}

/// Files what was read of a room under its new name.
pub(super) fn rename(connection: &Connection, before: &str, name: &str) -> rusqlite::Result<()> {
    let (before, name) = (fold(before), fold(name));
    if before == name {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO account_marker (account, target, time)
             SELECT account, ?2, time FROM account_marker WHERE target = ?1
             ON CONFLICT (account, target) DO UPDATE SET time = max(time, excluded.time)",
        )?
        .execute([&before, &name])?;
    connection
        .prepare_cached("DELETE FROM account_marker WHERE target = ?1")?
        .execute([&before])?;
    Ok(())
}

/// All that was noted of an account.
pub(super) fn read(connection: &Connection, account: &Nick) -> rusqlite::Result<Notebook> {
    let account = account.as_str();
    let mut markers =
        connection.prepare_cached("SELECT target, time FROM account_marker WHERE account = ?1")?;
    let markers = markers.query_map([account], |row| {
        Ok((row.get(0)?, row::time_of(row.get(1)?)))
    })?;
    let mut partners =
        connection.prepare_cached("SELECT nick, time FROM account_partner WHERE account = ?1")?;
    let partners = partners.query_map([account], |row| {
        Ok((row.get::<_, String>(0)?, row::time_of(row.get(1)?)))
    })?;
    let partners = partners.filter_map(|row| match row {
        // A nick that is none by the rules of this version is nobody's.
        Ok((nick, time)) => Some(Ok((nick.parse::<Nick>().ok()?, time))),
        Err(error) => Some(Err(error)),
    });
    Ok(Notebook {
        markers: markers.collect::<rusqlite::Result<_>>()?,
        partners: partners.collect::<rusqlite::Result<_>>()?,
        metadata: metadata(connection, account)?,
    })
}

/// The keys and values of an account.
pub(super) fn metadata(connection: &Connection, account: &str) -> rusqlite::Result<Metadata> {
    let mut statement =
        connection.prepare_cached("SELECT key, value FROM account_metadata WHERE account = ?1")?;
    let rows = statement.query_map([account], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut metadata = Metadata::default();
    for row in rows {
        let (key, value) = row?;
        metadata = metadata.with(&key, Some(&value));
    }
    Ok(metadata)
}
