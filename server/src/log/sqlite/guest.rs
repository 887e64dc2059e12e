//! Whom the rooms by invitation let in again.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use crate::event::StreamId;
use crate::log::GuestRecord;

/// Stores that a room lets somebody in again, or lets them in again no more.
pub(super) fn write(
    connection: &Connection,
    stream: StreamId,
    guest: &GuestRecord,
) -> rusqlite::Result<()> {
    let sql = if guest.is_noted {
        "INSERT OR IGNORE INTO room_guest (stream, name) VALUES (?1, ?2)"
    } else {
        "DELETE FROM room_guest WHERE stream = ?1 AND name = ?2"
    };
    let done = connection
        .prepare_cached(sql)?
        .execute(params![stream.0.cast_signed(), guest.name]);
    done.map(|_| ())
}

/// Whom a room lets in again.
pub(super) fn of_room(
    connection: &Connection,
    stream: StreamId,
) -> rusqlite::Result<BTreeSet<Box<str>>> {
    let mut statement =
        connection.prepare_cached("SELECT name FROM room_guest WHERE stream = ?1")?;
    let names = statement.query_map([stream.0.cast_signed()], |row| {
        row.get::<_, String>(0).map(String::into_boxed_str)
    })?;
    names.collect()
}
