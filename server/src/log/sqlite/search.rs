//! The index of words, and searches in it.
//!
//! It is behind the events: a message is put in when the hub is calm, or when somebody searches its stream. So an
//! append costs what it costs without one.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, named_params, params};

use super::row;
use crate::event::{Event, Seq, StreamId};
use crate::log::{Author, Search};

/// How many events one step of indexing looks at.
const STEP_ROWS: i64 = 256;

/// Puts the next events of a stream into the index; says whether there may be more.
pub(super) fn index_step(connection: &mut Connection, stream: StreamId) -> rusqlite::Result<bool> {
    let transaction = connection.transaction()?;
    let done = indexed(&transaction, stream)?;
    let mut rows = 0;
    let mut last = done;
    {
        let mut next = transaction.prepare_cached(
            "SELECT id, iif(kind IN ('privmsg', 'notice'), text, NULL) FROM event WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3",
        )?;
        let mut insert =
            transaction.prepare_cached("INSERT INTO event_words (rowid, words) VALUES (?1, ?2)")?;
        let bounds = params![
            row::id_of(stream, done),
            row::id_of(stream, Seq(u64::MAX)),
            STEP_ROWS
        ];
        let mut found = next.query(bounds)?;
        while let Some(row) = found.next()? {
            let id: i64 = row.get(0)?;
            let text: Option<String> = row.get(1)?;
            if let Some(text) = text {
                insert.execute(params![id, text])?;
            }
            last = row::place_of(id).1;
            rows += 1;
        }
    }
    if rows > 0 {
        transaction
            .prepare_cached("INSERT OR REPLACE INTO indexed (stream, seq) VALUES (?1, ?2)")?
            .execute([stream.0.cast_signed(), last.0.cast_signed()])?;
    }
    transaction.commit()?;
    Ok(rows == STEP_ROWS)
}

/// Up to where a stream is in the index.
fn indexed(connection: &Connection, stream: StreamId) -> rusqlite::Result<Seq> {
    let seq: Option<i64> = connection
        .prepare_cached("SELECT seq FROM indexed WHERE stream = ?1")?
        .query_row([stream.0.cast_signed()], |row| row.get(0))
        .optional()?;
    Ok(Seq(seq.unwrap_or(0).cast_unsigned()))
}

/// What a search finds, in order.
pub(super) fn search(
    connection: &Connection,
    epoch: u64,
    search: &Search,
) -> rusqlite::Result<Vec<Arc<Event>>> {
    let (source, place) = if search.text.is_some() {
        // A cross join, so that the words come first and each of their rows is looked up.
        (
            "event_words CROSS JOIN event ON event.id = event_words.rowid WHERE event_words MATCH :text AND",
            "event_words.rowid",
        )
    } else {
        ("event WHERE :text IS NULL AND", "id")
    };
    let order = if search.newest() { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT {} FROM {source} {place} > :first AND {place} <= :last AND kind IN ('privmsg', 'notice')
         AND (audience IS NULL OR instr(' ' || audience || ' ', :reader) > 0)
         AND (:from IS NULL OR nick = :from COLLATE NOCASE)
         AND (:nick IS NULL OR nick = :nick COLLATE NOCASE)
         AND (:user IS NULL OR user = :user OR (account = :account AND time >= :since))
         AND (:after IS NULL OR time >= :after) AND (:before IS NULL OR time <= :before)
         ORDER BY {place} {order} LIMIT :most",
        row::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut events = Vec::new();
    for (stream, author) in &search.scopes {
        let (nick, user, owner) = match author {
            Author::Anyone => (None, None, None),
            Author::Nick(nick) => (Some(nick.as_str()), None, None),
            Author::User(user, owner) => (None, Some(user.0.cast_signed()), owner.as_ref()),
        };
        let found = statement.query_map(
            named_params! {
                ":text": search.text.as_deref().map(phrases),
                ":first": row::id_of(*stream, Seq(0)),
                ":last": row::id_of(*stream, Seq(u64::MAX)),
                ":reader": format!(" {} ", search.reader.0),
                ":from": search.from.as_ref().map(salon_protocol::Nick::as_str),
                ":nick": nick,
                ":user": user,
                ":account": owner.map(|owner| &*owner.account),
            ":since": owner.map(|owner| owner.since.as_millis().cast_signed()),
                ":after": search.after.map(|time| time.as_millis().cast_signed()),
                ":before": search.before.map(|time| time.as_millis().cast_signed()),
                ":most": i64::try_from(search.events_max).unwrap_or(i64::MAX),
            },
            |row| row::read(row, epoch).map(Arc::new),
        )?;
        events.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(search.cut(events))
}

/// The words of a text, each quoted, so that nothing in it is taken for an operator.
fn phrases(text: &str) -> String {
    let quoted = text
        .split_whitespace()
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")));
    quoted.collect::<Vec<_>>().join(" ")
}

/// Takes the events between two rows, both included, out of the index.
pub(super) fn forget(connection: &Connection, first: i64, last: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM event_words WHERE rowid >= ?1 AND rowid <= ?2")?
        .execute([first, last])?;
    Ok(())
}
