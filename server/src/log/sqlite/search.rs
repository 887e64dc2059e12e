//! The index of words, and searches in it.
//!
//! It is behind the events: [`indexing`](super::indexing) says when a message is put in, so that an append costs what it
//! costs without one. What is not in there yet is found by looking at the texts themselves.

use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, named_params, params};

use super::row;
use crate::event::{Event, Seq, StreamId};
use crate::log::{Author, Found, Search};

/// How many events one step of indexing looks at.
pub(super) const STEP_ROWS: usize = 256;

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
            i64::try_from(STEP_ROWS).unwrap_or(i64::MAX)
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

/// Whether a stream has events behind those that are in the index.
pub(super) fn is_behind(connection: &Connection, stream: StreamId) -> rusqlite::Result<bool> {
    let bounds = [
        row::id_of(stream, indexed(connection, stream)?),
        row::id_of(stream, Seq(u64::MAX)),
    ];
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM event WHERE id > ?1 AND id <= ?2)")?
        .query_row(bounds, |row| row.get(0))
}

/// Up to where a stream is in the index.
fn indexed(connection: &Connection, stream: StreamId) -> rusqlite::Result<Seq> {
    let seq: Option<i64> = connection
        .prepare_cached("SELECT seq FROM indexed WHERE stream = ?1")?
        .query_row([stream.0.cast_signed()], |row| row.get(0))
        .optional()?;
    Ok(Seq(seq.unwrap_or(0).cast_unsigned()))
}

/// What a search finds: of the words by the index, as far as that goes, and behind it by the texts themselves. When it is
/// interrupted it gives what it has found, unless that is nothing.
pub(super) fn search(
    connection: &Connection,
    epoch: u64,
    search: &Search,
) -> rusqlite::Result<Found> {
    // Of one moment: what is put into the index meanwhile would be found twice or not at all.
    let moment = connection.unchecked_transaction()?;
    let mut events = Vec::new();
    let mut interrupted = None;
    for part in [Part::Indexed, Part::Behind] {
        // Without words the events are looked through in any case.
        if part == Part::Indexed && search.text.is_none() {
            continue;
        }
        for (stream, author) in &search.scopes {
            match look_through(&moment, epoch, search, part, (*stream, author), &mut events) {
                Ok(()) => {}
                Err(error) if is_interrupted(&error) => interrupted = Some(error),
                Err(error) => return Err(error),
            }
        }
    }
    match interrupted {
        Some(error) if events.is_empty() => Err(error),
        interrupted => Ok(search.found(events, interrupted.is_none())),
    }
}

/// What of a stream is looked through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What is in the index of words.
    Indexed,
    /// What is not there yet, or all where no words are wanted.
    Behind,
}

/// Adds what is found in one part of a stream, as far as it comes, to `events`.
fn look_through(
    connection: &Connection,
    epoch: u64,
    search: &Search,
    part: Part,
    (stream, author): (StreamId, &Author),
    events: &mut Vec<Arc<Event>>,
) -> rusqlite::Result<()> {
    let (source, place) = match part {
        // A cross join, so that the words come first and each of their rows is looked up.
        Part::Indexed => (
            "event_words CROSS JOIN event ON event.id = event_words.rowid WHERE event_words MATCH :text AND",
            "event_words.rowid",
        ),
        Part::Behind => ("event WHERE :text IS NULL AND", "id"),
    };
    let (first, words) = match (part, &search.text) {
        (Part::Behind, Some(words)) => (indexed(connection, stream)?, Some(words)),
        _ => (Seq(0), None),
    };
    let order = if search.newest() { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT {} FROM {source} {place} > :first AND {place} <= :last AND kind IN ('privmsg', 'notice')
         AND (audience IS NULL OR instr(' ' || audience || ' ', :reader) > 0)
         AND (:from IS NULL OR nick = :from COLLATE NOCASE)
         AND (:nick IS NULL OR nick = :nick COLLATE NOCASE)
         AND (:user IS NULL OR user = :user OR (account = :account AND time >= :since))
         AND (:after IS NULL OR time >= :after) AND (:before IS NULL OR time <= :before)
         ORDER BY {place} {order}",
        row::COLUMNS
    );
    let (nick, user, owner) = match author {
        Author::Anyone => (None, None, None),
        Author::Nick(nick) => (Some(nick.as_str()), None, None),
        Author::User(user, owner) => (None, Some(user.0.cast_signed()), owner.as_ref()),
    };
    let wanted = search.text.as_ref().filter(|_| part == Part::Indexed);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(named_params! {
        ":text": wanted.map(|words| phrases(words.written())),
        ":first": row::id_of(stream, first),
        ":last": row::id_of(stream, Seq(u64::MAX)),
        ":reader": format!(" {} ", search.reader.0),
        ":from": search.from.as_ref().map(salon_protocol::Nick::as_str),
        ":nick": nick,
        ":user": user,
        ":account": owner.map(|owner| &*owner.account),
        ":since": owner.map(|owner| owner.since.as_millis().cast_signed()),
        ":after": search.after.map(|time| time.as_millis().cast_signed()),
        ":before": search.before.map(|time| time.as_millis().cast_signed()),
    })?;
    let mut found = 0;
    while found < search.events_max
        && let Some(row) = rows.next()?
    {
        if words.is_none_or(|words| row::text(row).is_some_and(|text| words.are_in(text))) {
            events.push(Arc::new(row::read(row, epoch)?));
            found += 1;
        }
    }
    Ok(())
}

/// Whether a question was cut off by its time.
pub(super) fn is_interrupted(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted)
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
