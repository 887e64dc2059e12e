//! How far numbers were given, where the events that would show it are deleted.
//!
//! An id of a message is its stream and its place there, and it is given once for good: neither a stream nor a place
//! comes again after a restart. They are kept in the table `hub`, and only when events go.

use rusqlite::{Connection, OptionalExtension as _};

use super::row;
use crate::event::{Seq, StreamId};

const STREAM: &str = "last_stream";

/// Notes that a stream goes.
pub(super) fn retire_stream(connection: &Connection, stream: StreamId) -> rusqlite::Result<()> {
    raise(connection, STREAM, stream.0.cast_signed())
}

/// The last of the streams that went.
pub(super) fn last_retired_stream(connection: &Connection) -> rusqlite::Result<Option<StreamId>> {
    let last = read(connection, STREAM)?;
    Ok(last.map(|stream| StreamId(stream.cast_unsigned())))
}

/// Notes the place of a stream's last event, which may go; `bounds` are the first and the last id it could have.
pub(super) fn keep_place(
    connection: &Connection,
    stream: StreamId,
    bounds: [i64; 2],
) -> rusqlite::Result<()> {
    let last: Option<i64> = connection
        .prepare_cached("SELECT max(id) FROM event WHERE id >= ?1 AND id <= ?2")?
        .query_row(bounds, |row| row.get(0))?;
    match last {
        Some(id) => {
            let place = row::place_of(id).1.0.cast_signed();
            raise(connection, &place_key(stream), place)
        }
        None => Ok(()),
    }
}

/// The last place that is noted of a stream, 0 where none is.
pub(super) fn last_place(connection: &Connection, stream: StreamId) -> rusqlite::Result<Seq> {
    let last = read(connection, &place_key(stream))?;
    Ok(Seq(last.unwrap_or_default().cast_unsigned()))
}

fn place_key(stream: StreamId) -> String {
    format!("last_place_{}", stream.0)
}

fn raise(connection: &Connection, key: &str, value: i64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO hub (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value
         WHERE CAST(excluded.value AS INTEGER) > CAST(hub.value AS INTEGER)",
    )?;
    statement.execute((key, value)).map(|_| ())
}

fn read(connection: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT CAST(value AS INTEGER) FROM hub WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::sqlite::schema;

    fn tables() -> Connection {
        let mut connection = Connection::open_in_memory().expect("memory");
        schema::migrate(&mut connection).expect("tables");
        connection
    }

    #[test]
    fn the_last_stream_that_went_is_the_one_of_the_highest_number() {
        let connection = tables();
        assert_eq!(last_retired_stream(&connection), Ok(None));
        for stream in [9, 10, 3] {
            retire_stream(&connection, StreamId(stream)).expect("noted");
        }
        assert_eq!(last_retired_stream(&connection), Ok(Some(StreamId(10))));
    }

    #[test]
    fn places_are_kept_for_each_stream() {
        let connection = tables();
        raise(&connection, &place_key(StreamId(1)), 12).expect("noted");
        raise(&connection, &place_key(StreamId(1)), 7).expect("noted");
        assert_eq!(last_place(&connection, StreamId(1)), Ok(Seq(12)));
        assert_eq!(last_place(&connection, StreamId(2)), Ok(Seq(0)));
    }
}
