//! The one thread that writes: whatever waits goes into one transaction, and each sender is told when it is committed.
//!
//! In between it clears away, in small steps, what is beyond retention and what nobody can read any more.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension as _, Params, Transaction, params};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::indexing::Indexing;
use super::wal::Wal;
use super::{marks, notes, presence, row, search, streams};
use crate::clock;
use crate::event::{Body, MessageId, Seq, StreamId};
use crate::log::{Group, LogError, MemoryLog, RoomRecord};

/// How many events one transaction takes, unless a single group is larger.
const TRANSACTION_EVENTS: usize = 4_096;

/// How many rows one step of clearing away deletes.
const CLEARING_ROWS: u64 = 1_000;

/// How many streams are cleared away at once at most.
const CLEARING_STREAMS: usize = 64;

/// How often the streams are looked at for events that are too old.
const AGING_INTERVAL: Duration = Duration::from_mins(1);

/// Who waits for a task.
type Done = oneshot::Sender<Result<(), LogError>>;

/// What is to be written.
pub(super) type Write = dyn FnOnce(&mut Connection) -> rusqlite::Result<()> + Send;

/// What the thread is asked for.
pub(super) enum Task {
    Append(Box<Group>, Done),
    /// Writes something small that is no event, in a transaction of its own.
    Write(Box<Write>, Done),
    Forget(StreamId),
}

/// How much is kept of each stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retention {
    /// Events a stream; nothing keeps all.
    pub(super) events_max: Option<u64>,
    /// How old an event may become; nothing keeps it for good.
    pub(super) age_max: Option<Duration>,
}

/// See the module.
pub(super) struct Writer {
    connection: Connection,
    tasks: mpsc::Receiver<Task>,
    recent: Arc<MemoryLog>,
    retention: Retention,
    /// The first event that is kept of each stream that was written to.
    oldest: HashMap<StreamId, Seq>,
    /// Streams to be deleted, a step at a time.
    doomed: VecDeque<StreamId>,
    /// Streams that have more than is to be kept, with the first event to keep.
    overfull: HashMap<StreamId, Seq>,
    /// Streams to be looked at for events that are too old.
    aging: VecDeque<StreamId>,
    aged: Option<Instant>,
    indexing: Indexing,
    wal: Wal,
    /// For waiting a certain time alone.
    runtime: Runtime,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        tasks: mpsc::Receiver<Task>,
        recent: Arc<MemoryLog>,
        retention: Retention,
        (runtime, wal): (Runtime, Wal),
    ) -> Self {
        Self {
            connection,
            tasks,
            recent,
            retention,
            oldest: HashMap::new(),
            doomed: VecDeque::new(),
            overfull: HashMap::new(),
            aging: VecDeque::new(),
            aged: None,
            indexing: Indexing::default(),
            wal,
            runtime,
        }
    }

    /// Works until nobody can ask for anything any more.
    pub(super) fn run(mut self) {
        self.doom_orphans();
        while let Some(first) = self.next_task() {
            let mut groups = Vec::new();
            let mut events = 0;
            let mut next = Some(first);
            while let Some(task) = next {
                match task {
                    Task::Append(group, done) => {
                        events += group.events.len();
                        groups.push((*group, done));
                    }
                    Task::Write(write, done) => {
                        let kept = write(&mut self.connection);
                        // Whoever waited may be gone; what is stored is stored.
                        let _ = done.send(kept.map_err(|error| refused(&error)));
                    }
                    Task::Forget(stream) => self.doomed.push_back(stream),
                }
                next = if events < TRANSACTION_EVENTS {
                    self.tasks.try_recv().ok()
                } else {
                    None
                };
            }
            self.append(groups);
            self.look_after_wal();
            self.begin_aging();
        }
    }

    /// Has what an earlier run left of streams that nobody can read any more cleared away. No task was done yet, so there is
    /// no stream that is about to become somebody's.
    fn doom_orphans(&mut self) {
        match streams::orphans(&self.connection) {
            Ok(orphans) => self.doomed.extend(orphans),
            Err(error) => {
                tracing::warn!(%error, "the log could not look for streams that are nobody's");
            }
        }
    }

    /// Notes from time to time that all streams are to be looked at for events that are too old.
    fn begin_aging(&mut self) {
        let due = self
            .aged
            .is_none_or(|aged| aged.elapsed() >= AGING_INTERVAL);
        if self.retention.age_max.is_none() || !due || !self.aging.is_empty() {
            return;
        }
        match streams::used(&self.connection) {
            Ok(streams) => self.aging = streams,
            Err(error) => tracing::warn!(%error, "the log could not list its streams"),
        }
        self.aged = Some(Instant::now());
    }

    fn look_after_wal(&mut self) {
        if let Err(error) = self.wal.written(&self.connection) {
            tracing::warn!(%error, "the write-ahead log could not be emptied");
        }
    }

    /// Waits for work; puts messages into the index and clears away while there is none.
    fn next_task(&mut self) -> Option<Task> {
        loop {
            match self.tasks.try_recv() {
                Ok(task) => return Some(task),
                Err(mpsc::error::TryRecvError::Disconnected) => return None,
                Err(mpsc::error::TryRecvError::Empty) => {}
            }
            let due_in = self.indexing.due_in(Instant::now());
            if due_in == Some(Duration::ZERO) {
                if let Err(error) = self.indexing.step(&mut self.connection) {
                    tracing::warn!(%error, "the log could not index messages");
                }
                self.look_after_wal();
                continue;
            }
            match self.clear_away() {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    // A full disk, for instance: the next append will tell. Clearing goes on after it.
                    tracing::warn!(%error, "the log could not clear away old events");
                    return self.tasks.blocking_recv();
                }
            }
            let Some(due_in) = due_in else {
                return self.tasks.blocking_recv();
            };
            let tasks = &mut self.tasks;
            let received = self
                .runtime
                .block_on(async move { timeout(due_in, tasks.recv()).await });
            if let Ok(task) = received {
                return task;
            }
        }
    }

    fn append(&mut self, groups: Vec<(Group, Done)>) {
        if groups.is_empty() {
            return;
        }
        let stored = store(&mut self.connection, groups.iter().map(|(group, _)| group));
        let now = Instant::now();
        for (group, done) in groups {
            let result = match &stored {
                Ok(()) => {
                    self.note(&group);
                    self.indexing
                        .appended(group.stream, group.events.len(), now);
                    self.recent.keep(group.stream, group.events);
                    Ok(())
                }
                Err(error) => Err(refused(error)),
            };
            // Whoever waited may be gone; what is stored is stored.
            let _ = done.send(result);
        }
    }

    /// Notes what has become too much of a stream.
    fn note(&mut self, group: &Group) {
        let (Some(events_max), Some(last)) = (self.retention.events_max, group.events.last())
        else {
            return;
        };
        let first = Seq((last.id.seq.0 + 1).saturating_sub(events_max));
        let oldest = self.oldest.entry(group.stream).or_insert(Seq(1));
        // Half a step of slack, so that it is not a row a message.
        if first.0 > oldest.0 + CLEARING_ROWS / 2 {
            self.overfull.insert(group.stream, first);
        }
    }

    /// Deletes some of the streams that are gone, or the beginning of a large one.
    fn clear_doomed(&mut self) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        let (mut gone, mut rows) = (0, 0);
        for stream in self.doomed.iter().take(CLEARING_STREAMS) {
            marks::retire_stream(&transaction, *stream)?;
            while rows < CLEARING_ROWS
                && let Some(deleted) = delete(&transaction, *stream, Seq(u64::MAX))?
            {
                rows += deleted as u64;
            }
            if rows >= CLEARING_ROWS {
                break;
            }
            delete_room(&transaction, *stream)?;
            gone += 1;
        }
        transaction.commit()?;
        for stream in self.doomed.drain(..gone) {
            self.indexing.forget(stream);
            self.oldest.remove(&stream);
            self.overfull.remove(&stream);
        }
        Ok(())
    }

    /// Does one small step of deleting; says whether there was one to do.
    fn clear_away(&mut self) -> rusqlite::Result<bool> {
        if !self.doomed.is_empty() {
            self.clear_doomed()?;
            return Ok(true);
        }
        if let (Some(stream), Some(age_max)) = (self.aging.front().copied(), self.retention.age_max)
        {
            let now = clock::now().as_millis();
            let age_max = u64::try_from(age_max.as_millis()).unwrap_or(u64::MAX);
            if !delete_old(&self.connection, stream, now.saturating_sub(age_max))? {
                self.aging.pop_front();
            }
            return Ok(true);
        }
        let Some((stream, first)) = self
            .overfull
            .iter()
            .next()
            .map(|(stream, first)| (*stream, *first))
        else {
            return Ok(false);
        };
        if delete(&self.connection, stream, first)?.is_none() {
            self.overfull.remove(&stream);
            self.oldest.insert(stream, first);
        }
        Ok(true)
    }
}

fn refused(error: &rusqlite::Error) -> LogError {
    LogError::Refused {
        reason: error.to_string(),
    }
}

/// Deletes a stream's oldest events before a place, at most [`CLEARING_ROWS`]; gives the number, nothing when none
/// were left.
fn delete(
    connection: &Connection,
    stream: StreamId,
    before: Seq,
) -> rusqlite::Result<Option<usize>> {
    let end = row::id_of(stream, before);
    let oldest: Option<i64> = connection
        .prepare_cached("SELECT id FROM event WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 1")?
        .query_row([row::id_of(stream, Seq(0)), end], |row| row.get(0))
        .optional()?;
    let Some(oldest) = oldest else {
        return Ok(None);
    };
    let upper = end.min(oldest.saturating_add(CLEARING_ROWS.cast_signed()));
    search::forget(connection, oldest, upper - 1)?;
    let mut statement =
        connection.prepare_cached("DELETE FROM event WHERE id >= ?1 AND id < ?2")?;
    statement.execute([oldest, upper]).map(Some)
}

/// Deletes a stream's oldest events if they are from before a time, at most [`CLEARING_ROWS`]; says whether they were.
fn delete_old(connection: &Connection, stream: StreamId, before: u64) -> rusqlite::Result<bool> {
    let bounds = [
        row::id_of(stream, Seq(0)),
        row::id_of(stream, Seq(u64::MAX)),
    ];
    let oldest: Option<(i64, i64)> = connection
        .prepare_cached(
            "SELECT id, time FROM event WHERE id >= ?1 AND id <= ?2 ORDER BY id LIMIT 1",
        )?
        .query_row(bounds, |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((oldest, _)) = oldest.filter(|(_, time)| time.cast_unsigned() < before) else {
        return Ok(false);
    };
    let [_, last] = bounds;
    marks::keep_place(connection, stream, bounds)?;
    let upper = last.min(oldest.saturating_add(CLEARING_ROWS.cast_signed() - 1));
    connection
        .prepare_cached(
            "DELETE FROM event_words WHERE rowid IN (SELECT id FROM event WHERE id >= ?1 AND id <= ?2 AND time < ?3)",
        )?
        .execute([oldest, upper, before.cast_signed()])?;
    connection
        .prepare_cached("DELETE FROM event WHERE id >= ?1 AND id <= ?2 AND time < ?3")?
        .execute([oldest, upper, before.cast_signed()])?;
    Ok(true)
}

/// Runs a statement that is kept prepared.
fn run(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(params).map(|_| ())
}

/// Deletes all that is known of a room, or nothing where the stream is none's.
fn delete_room(connection: &Connection, stream: StreamId) -> rusqlite::Result<()> {
    let id = [stream.0.cast_signed()];
    run(connection, "DELETE FROM room WHERE stream = ?1", id)?;
    run(connection, "DELETE FROM room_mask WHERE stream = ?1", id)?;
    presence::delete_members(connection, stream)?;
    run(
        connection,
        "DELETE FROM room_metadata WHERE stream = ?1",
        id,
    )?;
    run(connection, "DELETE FROM indexed WHERE stream = ?1", id)
}

/// Stores all groups, or none.
fn store<'a>(
    connection: &mut Connection,
    groups: impl Iterator<Item = &'a Group>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction.prepare_cached(row::INSERT)?;
        for group in groups {
            if let Some(room) = &group.room {
                store_room(&transaction, room)?;
            }
            for member in &group.members {
                presence::write_member(&transaction, group.stream, member)?;
            }
            for event in &group.events {
                row::write(&mut insert, event)?;
                if let Body::Redact { message, .. } = &event.body {
                    redact(&transaction, *message)?;
                }
                if let Body::Rename { to, .. } = &event.body {
                    notes::rename(&transaction, &event.target, to.as_str())?;
                }
            }
        }
    }
    transaction.commit()
}

/// Takes a message back: where it stood stays, what it said goes.
fn redact(transaction: &Transaction<'_>, message: MessageId) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE event SET kind = ?2, text = NULL, tags = NULL, detail = NULL
             WHERE id = ?1 AND kind IN ('privmsg', 'notice', 'tagmsg')",
        )?
        .execute(params![
            row::id_of(message.stream, message.seq),
            row::REDACTED
        ])?;
    let id = row::id_of(message.stream, message.seq);
    search::forget(transaction, id, id)
}

fn store_room(transaction: &Transaction<'_>, room: &RoomRecord) -> rusqlite::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::tests::said;
    use crate::log::sqlite::schema;
    use tokio::runtime::Builder;

    fn tables() -> Connection {
        let mut connection = Connection::open_in_memory().expect("memory");
        schema::migrate(&mut connection).expect("tables");
        connection
    }

    fn group(stream: u64, seqs: std::ops::RangeInclusive<u64>, text: &str) -> Group {
        let events = seqs.map(|seq| Arc::new(said(stream, seq, text))).collect();
        Group {
            stream: StreamId(stream),
            events,
            room: None,
            members: Vec::new(),
        }
    }

    fn count(connection: &Connection, stream: u64) -> i64 {
        let bounds = [
            row::id_of(StreamId(stream), Seq(0)),
            row::id_of(StreamId(stream + 1), Seq(0)),
        ];
        connection
            .query_row(
                "SELECT count(*) FROM event WHERE id >= ?1 AND id < ?2",
                bounds,
                |row| row.get(0),
            )
            .expect("a count")
    }

    #[test]
    fn a_full_disk_stores_nothing_of_a_transaction_and_recovers() {
        let mut connection = tables();
        let pages: u32 = connection
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .expect("a count");
        let limit = |connection: &Connection, pages: u32| {
            connection
                .query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
                .expect("a limit");
        };
        limit(&connection, pages + 2);
        let groups = [group(1, 1..=3, "fits"), group(2, 1..=200, &"x".repeat(400))];
        let error = store(&mut connection, groups.iter()).expect_err("full");
        assert_eq!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DiskFull)
        );
        assert_eq!((count(&connection, 1), count(&connection, 2)), (0, 0));
        limit(&connection, pages + 1_000);
        store(&mut connection, groups.iter()).expect("there is room again");
        assert_eq!((count(&connection, 1), count(&connection, 2)), (3, 200));
    }

    fn writer(events_max: u64) -> (Writer, mpsc::Sender<Task>) {
        let (tasks, inbox) = mpsc::channel(4);
        let recent = Arc::new(MemoryLog::new(1, 10));
        let retention = Retention {
            events_max: Some(events_max),
            age_max: Some(Duration::from_hours(24)),
        };
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime = runtime.expect("a runtime");
        (
            Writer::new(
                tables(),
                inbox,
                recent,
                retention,
                (runtime, Wal::new("none".into())),
            ),
            tasks,
        )
    }

    fn append(writer: &mut Writer, group: Group) {
        let (done, mut stored) = oneshot::channel();
        writer.append(vec![(group, done)]);
        stored.try_recv().expect("an answer").expect("stored");
    }

    #[test]
    fn what_is_beyond_retention_goes_in_small_steps() {
        let (mut writer, _tasks) = writer(1_000);
        append(&mut writer, group(1, 1..=3_600, "x"));
        let mut steps = 0;
        while writer.clear_away().expect("deleted") {
            steps += 1;
        }
        assert_eq!((steps, count(&writer.connection, 1)), (4, 1_000));
    }

    #[test]
    fn what_is_too_old_goes_and_the_rest_stays() {
        let (mut writer, _tasks) = writer(1_000_000);
        // The events of the tests are from 1970.
        append(&mut writer, group(1, 1..=1_500, "old"));
        let mut fresh = said(1, 1_501, "new");
        fresh.time = clock::now();
        let events = vec![Arc::new(fresh)];
        append(
            &mut writer,
            Group {
                stream: StreamId(1),
                events,
                room: None,
                members: Vec::new(),
            },
        );
        append(&mut writer, group(2, 1..=10, "old"));
        writer.begin_aging();
        while writer.clear_away().expect("deleted") {}
        assert_eq!(
            (count(&writer.connection, 1), count(&writer.connection, 2)),
            (1, 0)
        );
    }

    fn indexed(connection: &Connection) -> i64 {
        connection
            .query_row("SELECT count(*) FROM event_words", [], |row| row.get(0))
            .expect("a count")
    }

    #[test]
    fn messages_are_indexed_in_small_steps_and_go_with_their_events() {
        let (mut writer, _tasks) = writer(1_000);
        // Of an earlier run.
        let left = group(7, 1..=10, "word");
        store(&mut writer.connection, [&left].into_iter()).expect("stored");
        append(&mut writer, group(1, 1..=1_500, "word"));
        append(&mut writer, group(1, 1_501..=2_000, "word"));
        let mut steps = 0;
        while writer.indexing.due_in(Instant::now()).is_some() {
            writer
                .indexing
                .step(&mut writer.connection)
                .expect("indexed");
            steps += 1;
        }
        // Eight of the one stream, one for finding the other, and one of that.
        assert_eq!((steps, indexed(&writer.connection)), (10, 2_010));
        while writer.clear_away().expect("deleted") {}
        assert_eq!(indexed(&writer.connection), 1_010);
    }

    #[test]
    fn a_forgotten_stream_goes_and_its_neighbours_stay() {
        let (mut writer, _tasks) = writer(1_000_000);
        for stream in 1..=3 {
            append(&mut writer, group(stream, 1..=1_500, "x"));
        }
        writer.doomed.push_back(StreamId(2));
        while writer.clear_away().expect("deleted") {}
        let counts = [1, 2, 3].map(|stream| count(&writer.connection, stream));
        assert_eq!(counts, [1_500, 0, 1_500]);
    }
}
