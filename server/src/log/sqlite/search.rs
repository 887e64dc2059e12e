//! The index of words, and searches in it.
//!
//! It is behind the events: [`indexing`](super::indexing) says when a message is put in, so that an append costs what it
//! costs without one. What is not in there yet is found by looking at the texts themselves.

use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, named_params, params};

use super::row;
use crate::event::{Event, Seq, StreamId};
use crate::log::{Author, Found, Search, Words};

/// How many events one step of indexing looks at.
pub(super) const STEP_ROWS: usize = 256;

/// How many events that are not in the index are looked through at once.
const PIECE_ROWS: i64 = 8_192;

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
    let mut events = Vec::new();
    let mut interrupted = None;
    for (stream, author) in &search.scopes {
        let mut looking = Looking {
            connection,
            epoch,
            search,
            author,
            left: search.events_max,
            events: &mut events,
        };
        match looking.through(*stream) {
            Ok(()) => {}
            Err(error) if is_interrupted(&error) => interrupted = Some(error),
            Err(error) => return Err(error),
        }
    }
    match interrupted {
        Some(error) if events.is_empty() => Err(error),
        interrupted => Ok(search.found(events, interrupted.is_none())),
    }
}

/// A search in one stream.
struct Looking<'a> {
    connection: &'a Connection,
    epoch: u64,
    search: &'a Search,
    author: &'a Author,
    /// How many more are wanted.
    left: usize,
    events: &'a mut Vec<Arc<Event>>,
}

impl Looking<'_> {
    /// Looks through a stream. Up to where the index goes is asked for once, so that what gets into it meanwhile is found
    /// neither twice nor not at all.
    fn through(&mut self, stream: StreamId) -> rusqlite::Result<()> {
        let (first, last) = (
            row::id_of(stream, Seq(0)),
            row::id_of(stream, Seq(u64::MAX)),
        );
        let Some(words) = &self.search.text else {
            return self.through_texts(first, last, None);
        };
        let indexed = row::id_of(stream, indexed(self.connection, stream)?);
        // First what takes least. Of both parts together, what counts is told at the end.
        self.through_index(first, indexed, words)?;
        self.left = self.search.events_max;
        self.through_texts(indexed, last, Some(words))
    }

    /// A cross join, so that the words come first and each of their rows is looked up.
    fn through_index(&mut self, first: i64, last: i64, words: &Words) -> rusqlite::Result<()> {
        let source = "event_words CROSS JOIN event ON event.id = event_words.rowid WHERE event_words MATCH :text AND";
        let place = (source, "event_words.rowid");
        let matched = phrases(words.written());
        self.ask(place, (first, last), Some(&matched), None)
    }

    /// In pieces, so that no moment of the log is held on to for long.
    fn through_texts(
        &mut self,
        first: i64,
        last: i64,
        words: Option<&Words>,
    ) -> rusqlite::Result<()> {
        let bounds = self
            .connection
            .prepare_cached(
                "SELECT (SELECT min(id) FROM event WHERE id > ?1 AND id <= ?2),
                        (SELECT max(id) FROM event WHERE id > ?1 AND id <= ?2)",
            )?
            .query_row([first, last], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (Some(lowest), Some(highest)): (Option<i64>, Option<i64>) = bounds else {
            return Ok(());
        };
        let source = ("event WHERE :text IS NULL AND", "id");
        let (mut before, mut end) = (lowest - 1, highest);
        while self.left > 0 && before < end {
            if self.search.newest() {
                let middle = before.max(end - PIECE_ROWS);
                self.ask(source, (middle, end), None, words)?;
                end = middle;
            } else {
                let middle = end.min(before + PIECE_ROWS);
                self.ask(source, (before, middle), None, words)?;
                before = middle;
            }
        }
        Ok(())
    }

    /// Adds what is found between two rows, of which the first is no part.
    fn ask(
        &mut self,
        (source, place): (&str, &str),
        (first, last): (i64, i64),
        matched: Option<&str>,
        words: Option<&Words>,
    ) -> rusqlite::Result<()> {
        let search = self.search;
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
        let (nick, user, owner) = match self.author {
            Author::Anyone => (None, None, None),
            Author::Nick(nick) => (Some(nick.as_str()), None, None),
            Author::User(user, owner) => (None, Some(user.0.cast_signed()), owner.as_ref()),
        };
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(named_params! {
            ":text": matched,
            ":first": first,
            ":last": last,
            ":reader": format!(" {} ", search.reader.0),
            ":from": search.from.as_ref().map(salon_protocol::Nick::as_str),
            ":nick": nick,
            ":user": user,
            ":account": owner.map(|owner| &*owner.account),
            ":since": owner.map(|owner| owner.since.as_millis().cast_signed()),
            ":after": search.after.map(|time| time.as_millis().cast_signed()),
            ":before": search.before.map(|time| time.as_millis().cast_signed()),
        })?;
        while self.left > 0
            && let Some(row) = rows.next()?
        {
            if words.is_none_or(|words| row::text(row).is_some_and(|text| words.are_in(text))) {
                self.events.push(Arc::new(row::read(row, self.epoch)?));
                self.left -= 1;
            }
        }
        Ok(())
    }
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
