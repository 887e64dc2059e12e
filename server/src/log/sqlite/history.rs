//! Parts of a stream out of the file.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, named_params};
use salon_protocol::Timestamp;

use super::row;
use crate::event::{Event, Seq, StreamId};
use crate::log::{Author, Kinds, Page, Selection};

/// The events of a stream from a place on, in order.
pub(super) fn page(
    connection: &Connection,
    epoch: u64,
    stream: StreamId,
    first: Seq,
    events_max: usize,
) -> rusqlite::Result<Page> {
    let sql = format!(
        "SELECT {} FROM event WHERE id >= ?1 AND id <= ?2 ORDER BY id LIMIT ?3",
        row::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let bounds = (
        row::id_of(stream, first),
        row::id_of(stream, Seq(u64::MAX)),
        i64::try_from(events_max).unwrap_or(i64::MAX),
    );
    let events = statement.query_map(bounds, |row| row::read(row, epoch).map(Arc::new))?;
    Ok(Page {
        events: events.collect::<rusqlite::Result<_>>()?,
    })
}

/// The events of a selection, in their order.
pub(super) fn select(
    connection: &Connection,
    epoch: u64,
    selection: &Selection,
) -> rusqlite::Result<Vec<Arc<Event>>> {
    let (kinds, order) = (
        kinds(selection.kinds),
        if selection.newest { "DESC" } else { "ASC" },
    );
    let sql = format!(
        "SELECT {} FROM event WHERE id > :after AND id < :before AND kind {kinds}
         AND (audience IS NULL OR instr(' ' || audience || ' ', :reader) > 0)
         AND (:nick IS NULL OR nick = :nick COLLATE NOCASE)
         AND (:user IS NULL OR user = :user OR (account = :account AND time >= :since))
         ORDER BY id {order} LIMIT :most",
        row::COLUMNS
    );
    let (nick, user, owner) = match &selection.author {
        Author::Anyone => (None, None, None),
        Author::Nick(nick) => (Some(nick.as_str()), None, None),
        Author::User(user, owner) => (None, Some(user.0.cast_signed()), owner.as_ref()),
    };
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map(
        named_params! {
            ":after": row::id_of(selection.stream, selection.after),
            ":before": row::id_of(selection.stream, selection.before),
            ":reader": format!(" {} ", selection.reader.0),
            ":nick": nick,
            ":user": user,
            ":account": owner.map(|owner| &*owner.account),
        ":since": owner.map(|owner| owner.since.as_millis().cast_signed()),
            ":most": i64::try_from(selection.events_max).unwrap_or(i64::MAX),
        },
        |row| row::read(row, epoch).map(Arc::new),
    )?;
    let mut events = found.collect::<rusqlite::Result<Vec<_>>>()?;
    if selection.newest {
        events.reverse();
    }
    Ok(events)
}

fn kinds(kinds: Kinds) -> &'static str {
    match kinds {
        Kinds::Messages => "IN ('privmsg', 'notice')",
        Kinds::Playback => {
            "NOT IN ('away', 'account', 'setname', 'invite', 'invited', 'redacted', 'metadata', 'wallops')"
        }
    }
}

/// The first place of a stream whose event is not before a time, or the place behind the last event.
///
/// Times rise with the places, so it is found by halving: no index is kept for it.
pub(super) fn place_at(
    connection: &Connection,
    stream: StreamId,
    time: Timestamp,
) -> rusqlite::Result<Seq> {
    let bounds = [
        row::id_of(stream, Seq(0)),
        row::id_of(stream, Seq(u64::MAX)),
    ];
    let edge = |order: &str| -> rusqlite::Result<Option<i64>> {
        let sql =
            format!("SELECT id FROM event WHERE id >= ?1 AND id <= ?2 ORDER BY id {order} LIMIT 1");
        connection
            .prepare_cached(&sql)?
            .query_row(bounds, |row| row.get(0))
            .optional()
    };
    let (Some(first), Some(last)) = (edge("ASC")?, edge("DESC")?) else {
        return Ok(Seq(1));
    };
    let mut time_from = connection
        .prepare_cached("SELECT id, time FROM event WHERE id >= ?1 ORDER BY id LIMIT 1")?;
    // Everything below `low` is before the time; `high` and all above are not.
    let (mut low, mut high) = (first, last + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let (id, found): (i64, i64) =
            time_from.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if found.cast_unsigned() < time.as_millis() {
            low = id + 1;
        } else {
            high = middle;
        }
    }
    Ok(row::place_of(low).1)
}

/// The nicks of those who said something in a stream, each once.
pub(super) fn authors(connection: &Connection, stream: StreamId) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT nick FROM event WHERE id >= ?1 AND id <= ?2 AND kind IN ('privmsg', 'notice')
         GROUP BY nick COLLATE NOCASE",
    )?;
    let bounds = [
        row::id_of(stream, Seq(0)),
        row::id_of(stream, Seq(u64::MAX)),
    ];
    statement.query_map(bounds, |row| row.get(0))?.collect()
}
