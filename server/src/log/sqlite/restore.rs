//! What an earlier run of the hub left, read once at the start.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use salon_protocol::{RoomName, Timestamp};

use super::{account, ban, guest, marks, presence, row};
use crate::event::{Seq, StreamId};
use crate::log::{MaskRecord, Restored, RestoredAccount, RestoredRoom, RoomRecord, TopicRecord};

/// The log's epoch, which a new file is given, and the rooms. It takes a look at each room's last event and no walk
/// over events.
pub(super) fn restore(connection: &Connection, epoch: u64) -> rusqlite::Result<(u64, Restored)> {
    connection.execute(
        "INSERT OR IGNORE INTO hub (key, value) VALUES ('epoch', ?1)",
        [epoch.cast_signed()],
    )?;
    let epoch: i64 = connection.query_row(
        "SELECT CAST(value AS INTEGER) FROM hub WHERE key = 'epoch'",
        [],
        |row| row.get(0),
    )?;
    let presences = presence::read_all(connection)?;
    let mut statement = connection.prepare(
        "SELECT stream, name, created, topic, topic_setter, topic_time, flags, key, member_limit, founder,
                slow_seconds
         FROM room",
    )?;
    let records = statement.query_map([], record)?;
    let mut rooms = Vec::new();
    for record in records {
        let Some(mut record) = record? else { continue };
        record.masks = masks(connection, record.stream)?;
        record.metadata = metadata(connection, record.stream)?;
        let (last_seq, last_time) = last_event(connection, record.stream)?;
        rooms.push(RestoredRoom {
            members: presence::members(connection, record.stream)?,
            guests: guest::of_room(connection, record.stream)?,
            record,
            last_seq,
            last_time,
        });
    }
    let mut accounts = Vec::new();
    for account in account::read_all(connection)? {
        let (last_seq, last_time) = match account.direct {
            Some(stream) => last_event(connection, stream)?,
            None => (Seq(0), row::time_of(0)),
        };
        accounts.push(RestoredAccount {
            account,
            last_seq,
            last_time,
        });
    }
    let last_id: Option<i64> =
        connection.query_row("SELECT max(id) FROM event", [], |row| row.get(0))?;
    let noted = marks::last_noted_stream(connection)?;
    let last_used = rooms
        .iter()
        .map(|room| room.record.stream)
        .chain(accounts.iter().filter_map(|kept| kept.account.direct))
        .chain(last_id.map(|id| row::place_of(id).0))
        .chain(noted)
        .max();
    if let Some(last) = last_used.filter(|last| Some(*last) > noted) {
        // It may be an orphan's, of which nothing tells once it is cleared away. Earlier versions noted less.
        marks::note_stream(connection, last)?;
    }
    let next_stream = last_used.map_or(1, |stream| stream.0 + 1);
    let restored = Restored {
        rooms,
        accounts,
        bans: ban::read_all(connection)?,
        presences,
        next_stream,
    };
    Ok((epoch.cast_unsigned(), restored))
}

/// A room; nothing for a name that is none by the rules of this version.
fn record(row: &Row<'_>) -> rusqlite::Result<Option<RoomRecord>> {
    let name: String = row.get(1)?;
    let Ok(name) = name.parse::<RoomName>() else {
        tracing::warn!(name, "a room of the log has no valid name and is left out");
        return Ok(None);
    };
    let topic: Option<String> = row.get(3)?;
    let setter: Option<String> = row.get(4)?;
    let time: Option<i64> = row.get(5)?;
    Ok(Some(RoomRecord {
        stream: StreamId(row.get::<_, i64>(0)?.cast_unsigned()),
        name,
        created: row::time_of(row.get(2)?),
        topic: topic.map(|text| TopicRecord {
            text: text.into(),
            setter: setter.unwrap_or_default().into(),
            time: row::time_of(time.unwrap_or_default()),
        }),
        flags: row.get(6)?,
        key: row.get(7)?,
        limit: row.get::<_, Option<i64>>(8)?.map(i64::cast_unsigned),
        slow_seconds: row.get(10)?,
        masks: Vec::new(),
        metadata: Vec::new(),
        founder: row.get::<_, Option<String>>(9)?.map(Into::into),
    }))
}

fn metadata(connection: &Connection, stream: StreamId) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = connection
        .prepare_cached("SELECT key, value FROM room_metadata WHERE stream = ?1 ORDER BY key")?;
    let found = statement.query_map([stream.0.cast_signed()], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    found.collect()
}

fn masks(connection: &Connection, stream: StreamId) -> rusqlite::Result<Vec<MaskRecord>> {
    let mut statement = connection.prepare_cached(
        "SELECT list, mask, setter, time FROM room_mask WHERE stream = ?1 ORDER BY time, mask",
    )?;
    let masks = statement.query_map([stream.0.cast_signed()], |row| {
        Ok(MaskRecord {
            list: row.get::<_, String>(0)?.chars().next().unwrap_or('b'),
            mask: row.get(1)?,
            setter: row.get::<_, String>(2)?.into(),
            time: row::time_of(row.get(3)?),
        })
    })?;
    masks.collect()
}

fn last_event(connection: &Connection, stream: StreamId) -> rusqlite::Result<(Seq, Timestamp)> {
    let mut statement = connection.prepare_cached(
        "SELECT id, time FROM event WHERE id >= ?1 AND id <= ?2 ORDER BY id DESC LIMIT 1",
    )?;
    let bounds = params![
        row::id_of(stream, Seq(0)),
        row::id_of(stream, Seq(u64::MAX))
    ];
    let last = statement
        .query_row(bounds, |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })
        .optional()?;
    match last {
        Some((id, time)) => Ok((row::place_of(id).1, row::time_of(time))),
        None => Ok((marks::last_place(connection, stream)?, row::time_of(0))),
    }
}
