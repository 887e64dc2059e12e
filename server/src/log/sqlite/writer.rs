//! The one thread that writes: whatever waits goes into one transaction, and each sender is told when it is committed.
//!
//! In between, in small steps, it puts messages into the index ([`Indexing`]) and clears away ([`Clearing`]).

use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::time::timeout;

use super::clearing::{Clearing, Retention};
use super::gate::{Answer, Done, Outlet};
use super::indexing::Indexing;
use super::marks::Noted;
use super::storing;
use super::wal::Wal;
use crate::event::StreamId;
use crate::log::{Group, LogError, MemoryLog};

/// How many events one transaction takes, unless a single group is larger.
const TRANSACTION_EVENTS: usize = 4_096;

/// What is to be written.
pub(super) type Write = dyn FnOnce(&mut Connection) -> rusqlite::Result<()> + Send;

/// What the thread is asked for.
pub(super) enum Task {
    Append(Box<Group>, Done),
    /// Writes something small that is no event, in a transaction of its own.
    Write(Box<Write>, Done),
    Forget(StreamId),
}

/// See the module.
pub(super) struct Writer {
    connection: Connection,
    outlet: Outlet,
    recent: Arc<MemoryLog>,
    noted: Noted,
    clearing: Clearing,
    indexing: Indexing,
    wal: Wal,
    /// For waiting a certain time alone.
    runtime: Runtime,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        outlet: Outlet,
        (recent, noted): (Arc<MemoryLog>, Noted),
        retention: Retention,
        (runtime, wal): (Runtime, Wal),
    ) -> Self {
        Self {
            connection,
            outlet,
            recent,
            noted,
            clearing: Clearing::new(retention),
            indexing: Indexing::default(),
            wal,
            runtime,
        }
    }

    /// Works until nobody can ask for anything any more.
    pub(super) fn run(mut self) {
        self.clearing.doom_orphans(&self.connection);
        while let Some(first) = self.next_bunch() {
            let (mut groups, mut answers) = (Vec::new(), Vec::new());
            let mut events = 0;
            let mut next = Some(first);
            while let Some(bunch) = next {
                for task in bunch {
                    match task {
                        Task::Append(group, done) => {
                            events += group.events.len();
                            groups.push((*group, done));
                        }
                        Task::Write(write, done) => {
                            let kept = write(&mut self.connection);
                            answers.push((done, kept.map_err(|error| refused(&error))));
                        }
                        Task::Forget(stream) => self.clearing.doom(stream),
                    }
                }
                next = if events < TRANSACTION_EVENTS {
                    self.outlet.bunches.try_recv().ok()
                } else {
                    None
                };
            }
            self.append(groups, &mut answers);
            self.outlet.answer(answers);
            self.look_after_wal();
            self.clearing.begin_aging(&self.connection);
        }
        if let Err(error) = self.clearing.end(&mut self.connection) {
            tracing::warn!(%error, "the log could not clear away rooms that have ended");
        }
    }

    fn look_after_wal(&mut self) {
        if let Err(error) = self.wal.written(&self.connection) {
            tracing::warn!(%error, "the write-ahead log could not be emptied");
        }
    }

    /// Waits for work; puts messages into the index and clears away while there is none, and clears away now and then where
    /// there always is.
    fn next_bunch(&mut self) -> Option<Vec<Task>> {
        if self.clearing.has_turn(Instant::now()) {
            self.clear();
        }
        loop {
            match self.outlet.bunches.try_recv() {
                Ok(bunch) => return Some(bunch),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {}
            }
            let now = Instant::now();
            let indexing_due = self.indexing.due_in(now);
            if indexing_due == Some(Duration::ZERO) {
                if let Err(error) = self.indexing.step(&mut self.connection) {
                    tracing::warn!(%error, "the log could not index messages");
                }
                self.look_after_wal();
                continue;
            }
            let clearing_due = self.clearing.due_in(now);
            if clearing_due == Some(Duration::ZERO) {
                if !self.clear() {
                    // A full disk, for instance: the next append will tell. Clearing goes on after it.
                    return self.outlet.bunches.blocking_recv();
                }
                continue;
            }
            let Some(due_in) = indexing_due.into_iter().chain(clearing_due).min() else {
                return self.outlet.bunches.blocking_recv();
            };
            let bunches = &mut self.outlet.bunches;
            let received = self
                .runtime
                .block_on(async move { timeout(due_in, bunches.recv()).await });
            if let Ok(bunch) = received {
                return bunch;
            }
        }
    }

    /// Clears away one step; says whether that could be.
    fn clear(&mut self) -> bool {
        let cleared = self.clearing.step(&mut self.connection, &mut self.indexing);
        if let Err(error) = &cleared {
            tracing::warn!(%error, "the log could not clear away old events");
        }
        cleared.is_ok()
    }

    /// Stores groups, all or none, and notes what is to be answered.
    fn append(&mut self, groups: Vec<(Group, Done)>, answers: &mut Vec<Answer>) {
        if groups.is_empty() {
            return;
        }
        let last = groups.iter().map(|(group, _)| group.stream).max();
        let noted = last.and_then(|last| self.noted.next(last));
        let groups_of = groups.iter().map(|(group, _)| group);
        let stored = storing::store(&mut self.connection, groups_of, noted);
        if let (Ok(()), Some(noted)) = (&stored, noted) {
            self.noted.advance(noted);
        }
        let now = Instant::now();
        for (group, done) in groups {
            let result = match &stored {
                Ok(()) => {
                    self.clearing.note(&group, now);
                    let messages = group.events.iter().filter(|event| event.is_speech());
                    self.indexing.appended(group.stream, messages.count(), now);
                    self.recent.keep(group.stream, group.events);
                    Ok(())
                }
                Err(error) => Err(refused(error)),
            };
            answers.push((done, result));
        }
    }
}

fn refused(error: &rusqlite::Error) -> LogError {
    LogError::Refused {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::runtime::Builder;
    use tokio::sync::oneshot;

    use super::*;
    use crate::clock;
    use crate::event::Seq;
    use crate::event::tests::said;
    use crate::log::sqlite::gate::Inlet;
    use crate::log::sqlite::storing::store;
    use crate::log::sqlite::{gate, row, schema};

    fn tables() -> Connection {
        let mut connection = Connection::open_in_memory().expect("memory");
        schema::migrate(&mut connection).expect("tables");
        connection
    }

    fn group(stream: u64, seqs: std::ops::RangeInclusive<u64>, text: &str) -> Group {
        let events = seqs.map(|seq| Arc::new(said(stream, seq, text))).collect();
        Group::of_events(StreamId(stream), events)
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
        let error = store(&mut connection, groups.iter(), None).expect_err("full");
        assert_eq!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DiskFull)
        );
        assert_eq!((count(&connection, 1), count(&connection, 2)), (0, 0));
        limit(&connection, pages + 1_000);
        store(&mut connection, groups.iter(), None).expect("there is room again");
        assert_eq!((count(&connection, 1), count(&connection, 2)), (3, 200));
    }

    fn writer(events_max: u64) -> Writer {
        let (writer, _) = writer_with_inlet(events_max);
        writer
    }

    fn writer_with_inlet(events_max: u64) -> (Writer, Inlet) {
        let recent = Arc::new(MemoryLog::new(1, 10));
        let retention = Retention {
            events_max: Some(events_max),
            age_max: Some(Duration::from_hours(24)),
        };
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime = runtime.expect("a runtime");
        let (inlet, outlet) = {
            let _guard = runtime.enter();
            gate::open()
        };
        let wal = Wal::new("none".into());
        let tables = tables();
        let noted = Noted::read(&tables).expect("read");
        let writer = Writer::new(tables, outlet, (recent, noted), retention, (runtime, wal));
        (writer, inlet)
    }

    fn append(writer: &mut Writer, group: Group) {
        let (done, mut stored) = oneshot::channel();
        let mut answers = Vec::new();
        writer.append(vec![(group, done)], &mut answers);
        writer.outlet.answer(answers);
        stored.try_recv().expect("an answer").expect("stored");
    }

    /// Clears away all that there is to clear, and gives the number of steps.
    fn clear(writer: &mut Writer) -> usize {
        let mut steps = 0;
        while writer.clearing.due_in(Instant::now()).is_some() {
            let step = writer
                .clearing
                .step(&mut writer.connection, &mut writer.indexing);
            step.expect("deleted");
            steps += 1;
        }
        steps
    }

    #[test]
    fn what_is_beyond_retention_goes_in_small_steps() {
        let mut writer = writer(1_000);
        append(&mut writer, group(1, 1..=3_600, "x"));
        let steps = clear(&mut writer);
        assert_eq!((steps, count(&writer.connection, 1)), (12, 1_000));
    }

    #[test]
    fn what_is_beyond_retention_goes_also_where_there_is_always_something_to_write() {
        let (mut writer, inlet) = writer_with_inlet(1_000);
        append(&mut writer, group(1, 1..=3_600, "x"));
        let write = |done| Task::Write(Box::new(|_| Ok(())), done);
        let waiting = inlet.commit(write).now_or_never();
        assert!(waiting.is_none(), "it waits to be taken");
        assert!(writer.next_bunch().is_some());
        assert_eq!(count(&writer.connection, 1), 3_350);
    }

    #[test]
    fn what_is_too_old_goes_and_the_rest_stays() {
        let mut writer = writer(1_000_000);
        // The events of the tests are from 1970.
        append(&mut writer, group(1, 1..=1_500, "old"));
        let mut fresh = said(1, 1_501, "new");
        fresh.time = clock::now();
        let events = vec![Arc::new(fresh)];
        append(&mut writer, Group::of_events(StreamId(1), events));
        append(&mut writer, group(2, 1..=10, "old"));
        writer.clearing.begin_aging(&writer.connection);
        clear(&mut writer);
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
        let mut writer = writer(1_000);
        // Of an earlier run.
        let left = group(7, 1..=10, "word");
        store(&mut writer.connection, [&left].into_iter(), None).expect("stored");
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
        clear(&mut writer);
        assert_eq!(indexed(&writer.connection), 1_010);
    }

    #[test]
    fn a_forgotten_stream_goes_and_its_neighbours_stay() {
        let mut writer = writer(1_000_000);
        for stream in 1..=3 {
            append(&mut writer, group(stream, 1..=1_500, "x"));
        }
        writer.clearing.doom(StreamId(2));
        clear(&mut writer);
        let counts = [1, 2, 3].map(|stream| count(&writer.connection, stream));
        assert_eq!(counts, [1_500, 0, 1_500]);
    }
}
