//! Which streams the file has, and whose they are.

use std::collections::{HashSet, VecDeque};

use rusqlite::{Connection, OptionalExtension as _};

use super::row;
use crate::event::{Seq, StreamId};

/// The streams that have events.
pub(super) fn used(connection: &Connection) -> rusqlite::Result<VecDeque<StreamId>> {
    used_behind(connection, StreamId(0), usize::MAX).map(VecDeque::from)
}

/// The first so many of the streams behind one that have events, found by leaping from one to the next.
pub(super) fn used_behind(
    connection: &Connection,
    stream: StreamId,
    most: usize,
) -> rusqlite::Result<Vec<StreamId>> {
    let mut next =
        connection.prepare_cached("SELECT id FROM event WHERE id > ?1 ORDER BY id LIMIT 1")?;
    let mut found = Vec::new();
    let mut after = row::id_of(stream, Seq(u64::MAX));
    while found.len() < most
        && let Some(id) = next.query_row([after], |row| row.get(0)).optional()?
    {
        let (stream, _) = row::place_of(id);
        found.push(stream);
        after = row::id_of(stream, Seq(u64::MAX));
    }
    Ok(found)
}

/// The streams that have events and are neither a room's nor an account's: direct messages to a guest, or what was
/// forgotten and not cleared away before the hub ended. When a hub starts nobody can read them, and never will.
pub(super) fn orphans(connection: &Connection) -> rusqlite::Result<Vec<StreamId>> {
    let mut statement = connection.prepare(
        "SELECT stream FROM room UNION SELECT stream FROM account WHERE stream IS NOT NULL",
    )?;
    let owned = statement
        .query_map([], |row| row.get::<_, i64>(0))?
        .map(|stream| stream.map(|stream| StreamId(stream.cast_unsigned())))
        .collect::<rusqlite::Result<HashSet<_>>>()?;
    let used = used(connection)?.into_iter();
    Ok(used.filter(|stream| !owned.contains(stream)).collect())
}
