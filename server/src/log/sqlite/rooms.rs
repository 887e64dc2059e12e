//! What is stored of a room beside its events.

use rusqlite::{Connection, Params, Transaction, params};

use super::presence;
use crate::event::StreamId;
use crate::log::RoomRecord;

/// Stores a room as it is now.
pub(super) fn store(transaction: &Transaction<'_>, room: &RoomRecord) -> rusqlite::Result<()> {
    let stream = room.stream.0.cast_signed();
    let topic = room.topic.as_ref();
    // A room of the same name that is being deleted makes way at once.
    run(
        transaction,
        "DELETE FROM room WHERE name = ?1 AND stream <> ?2",
        params![room.name.as_str(), stream],
    )?;
    run(
        transaction,
        "INSERT OR REPLACE INTO room (stream, name, created, topic, topic_setter, topic_time, flags, key, member_limit,
             founder, slow_seconds)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            stream,
            room.name.as_str(),
            room.created.as_millis().cast_signed(),
            topic.map(|topic| &*topic.text),
            topic.map(|topic| &*topic.setter),
            topic.map(|topic| topic.time.as_millis().cast_signed()),
            room.flags,
            room.key,
            room.limit.map(u64::cast_signed),
            room.founder.as_deref(),
            room.slow_seconds,
        ],
    )?;
    run(
        transaction,
        "DELETE FROM room_metadata WHERE stream = ?1",
        [stream],
    )?;
    for (key, value) in &room.metadata {
        run(
            transaction,
            "INSERT INTO room_metadata (stream, key, value) VALUES (?1, ?2, ?3)",
            params![stream, key, value],
        )?;
    }
    run(
        transaction,
        "DELETE FROM room_mask WHERE stream = ?1",
        [stream],
    )?;
    for mask in &room.masks {
        run(
            transaction,
            "INSERT INTO room_mask (stream, list, mask, setter, time) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                stream,
                mask.list.to_string(),
                mask.mask,
                &*mask.setter,
                mask.time.as_millis().cast_signed()
            ],
        )?;
    }
    Ok(())
}

/// Deletes all that is known of a room, or nothing where the stream is none's.
pub(super) fn delete(connection: &Connection, stream: StreamId) -> rusqlite::Result<()> {
    let id = [stream.0.cast_signed()];
    run(connection, "DELETE FROM room WHERE stream = ?1", id)?;
    run(connection, "DELETE FROM room_mask WHERE stream = ?1", id)?;
    presence::delete_members(connection, stream)?;
    run(connection, "DELETE FROM room_guest WHERE stream = ?1", id)?;
    run(
        connection,
        "DELETE FROM room_metadata WHERE stream = ?1",
        id,
    )?;
    run(connection, "DELETE FROM indexed WHERE stream = ?1", id)
}

/// Runs a statement that is kept prepared.
fn run(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(params).map(|_| ())
}
