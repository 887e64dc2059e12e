//! How far numbers were given, where there are no events that would show it.
//!
//! An id of a message is its stream and its place there, and it is given once for good: neither a stream nor a place
//! comes again after a restart. They are kept in the table `hub`: places when events go, and streams some thousands ahead,
//! before anybody hears of an id that may never be stored.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, OptionalExtension as _};

use super::row;
use crate::event::{Seq, StreamId};

const STREAM: &str = "last_stream";

/// How many streams are noted ahead. After each start that many numbers may be left out, of the 2^31 that there are.
const AHEAD: u64 = 4_096;

/// The streams whose numbers come never again, as the hub's tasks see it.
#[derive(Debug, Clone)]
pub(super) struct Noted(Arc<AtomicU64>);

impl Noted {
    /// What the file says.
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let last = read(connection, STREAM)?.unwrap_or_default();
        Ok(Self(Arc::new(AtomicU64::new(last.cast_unsigned()))))
    }

    /// Whether a stream is one of them.
    pub(super) fn has(&self, stream: StreamId) -> bool {
        stream.0 <= self.0.load(Ordering::Acquire)
    }

    /// What is to be noted with a stream that is stored, if anything.
    pub(super) fn next(&self, stream: StreamId) -> Option<StreamId> {
        (!self.has(stream)).then(|| StreamId(stream.0 + AHEAD))
    }

    /// Says that streams up to one are noted in the file.
    pub(super) fn advance(&self, to: StreamId) {
        self.0.fetch_max(to.0, Ordering::Release);
    }
}

/// Notes that a stream, and all before it, are given to nobody else.
pub(super) fn note_stream(connection: &Connection, stream: StreamId) -> rusqlite::Result<()> {
    raise(connection, STREAM, stream.0.cast_signed())
}

/// The last of the streams that are noted.
pub(super) fn last_noted_stream(connection: &Connection) -> rusqlite::Result<Option<StreamId>> {
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
    fn the_last_stream_noted_is_the_one_of_the_highest_number() {
        let connection = tables();
        assert_eq!(last_noted_stream(&connection), Ok(None));
        for stream in [9, 10, 3] {
            note_stream(&connection, StreamId(stream)).expect("noted");
        }
        assert_eq!(last_noted_stream(&connection), Ok(Some(StreamId(10))));
    }

    #[test]
    fn streams_are_noted_some_thousands_at_a_time() {
        let connection = tables();
        let noted = Noted::read(&connection).expect("read");
        let next = noted.next(StreamId(1)).expect("nothing is noted yet");
        note_stream(&connection, next).expect("noted");
        noted.advance(next);
        assert!(noted.has(next) && !noted.has(StreamId(next.0 + 1)));
        assert_eq!(noted.next(StreamId(2)), None);
        let later = Noted::read(&connection).expect("read");
        assert!(later.has(next) && !later.has(StreamId(next.0 + 1)));
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
