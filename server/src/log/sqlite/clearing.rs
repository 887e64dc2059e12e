//! Clears away, in small steps, what is beyond retention and what nobody can read any more: while nothing is appended or,
//! where there is always something, in a small share of the time.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension as _};

use super::indexing::Indexing;
use super::{marks, rooms, row, search, streams};
use crate::clock;
use crate::event::{Seq, StreamId};
use crate::log::Group;

/// How many rows one step of clearing away deletes. To take a message out of the index takes several times as long as to store
/// it, and who speaks meanwhile waits.
const CLEARING_ROWS: u64 = 250;

/// How many streams are cleared away at once at most.
const CLEARING_STREAMS: usize = 64;

/// How long few streams wait to be cleared away together: where rooms come and go all the time, one transaction for each
/// would cost more than all that was in them.
const DOOMED_MAX: Duration = Duration::from_millis(100);

/// How often the streams are looked at for events that are too old.
const AGING_INTERVAL: Duration = Duration::from_mins(1);

/// After how long without an append the hub is calm, and all its time is there for what is beyond retention.
const CALM: Duration = Duration::from_millis(50);

/// How many times as long as a step others have the time after it, where something is always to be appended.
const PAUSE_STEPS: u32 = 15;

/// After how long it is tried again there, where the log could not write.
const RETRY: Duration = Duration::from_secs(10);

/// How much is kept of each stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retention {
    /// Events a stream; nothing keeps all.
    pub(super) events_max: Option<u64>,
    /// How old an event may become; nothing keeps it for good.
    pub(super) age_max: Option<Duration>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Clearing {
    retention: Retention,
    /// The first event that is kept of each stream that was written to.
    oldest: HashMap<StreamId, Seq>,
    /// Streams to be deleted, a step at a time.
    doomed: VecDeque<StreamId>,
    /// Since when there are some.
    doomed_since: Option<Instant>,
    /// Streams that have more than is to be kept, with the first event to keep.
    overfull: HashMap<StreamId, Seq>,
    /// Streams to be looked at for events that are too old.
    aging: VecDeque<StreamId>,
    aged: Option<Instant>,
    /// When something was appended last.
    appended: Option<Instant>,
    /// Until when others have the time.
    pause_ends: Option<Instant>,
}

impl Clearing {
    pub(super) fn new(retention: Retention) -> Self {
        Self {
            retention,
            oldest: HashMap::new(),
            doomed: VecDeque::new(),
            doomed_since: None,
            overfull: HashMap::new(),
            aging: VecDeque::new(),
            aged: None,
            appended: None,
            pause_ends: None,
        }
    }

    /// Has a stream deleted.
    pub(super) fn doom(&mut self, stream: StreamId) {
        self.doomed.push_back(stream);
        self.doomed_since.get_or_insert_with(Instant::now);
    }

    /// Has what an earlier run left of streams that nobody can read any more deleted. Asked before the first task is done:
    /// later there are streams that are about to become somebody's.
    pub(super) fn doom_orphans(&mut self, connection: &Connection) {
        match streams::orphans(connection) {
            Ok(orphans) => orphans.into_iter().for_each(|stream| self.doom(stream)),
            Err(error) => {
                tracing::warn!(%error, "the log could not look for streams that are nobody's");
            }
        }
    }

    /// Notes from time to time that all streams are to be looked at for events that are too old.
    pub(super) fn begin_aging(&mut self, connection: &Connection) {
        let due = self
            .aged
            .is_none_or(|aged| aged.elapsed() >= AGING_INTERVAL);
        if self.retention.age_max.is_none() || !due || !self.aging.is_empty() {
            return;
        }
        match streams::used(connection) {
            Ok(streams) => self.aging = streams,
            Err(error) => tracing::warn!(%error, "the log could not list its streams"),
        }
        self.aged = Some(Instant::now());
    }

    /// Notes what has become too much of a stream.
    pub(super) fn note(&mut self, group: &Group, now: Instant) {
        self.appended = Some(now);
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

    /// In how long the next step is due, if nothing is appended until then; nothing where there is none to do.
    pub(super) fn due_in(&self, now: Instant) -> Option<Duration> {
        let until = |time: Instant| time.saturating_duration_since(now);
        // What waits for its end is gone for everybody. What is only too much has no hurry.
        let gone = self.doomed_until().map(until);
        let calm = || {
            self.appended
                .map_or(Duration::ZERO, |appended| until(appended + CALM))
        };
        let excess = self.has_excess().then(|| {
            let turn = self.pause_ends.map_or(Duration::ZERO, until);
            turn.min(calm())
        });
        gone.into_iter().chain(excess).min()
    }

    /// Whether a step is due that is not put off for what is to be appended: a hub that is never calm would keep for good
    /// what nobody is to read any more.
    pub(super) fn has_turn(&self, now: Instant) -> bool {
        let is_due = self.has_excess() || self.doomed_until().is_some_and(|until| until <= now);
        is_due && self.pause_ends.is_none_or(|end| end <= now)
    }

    /// Until when streams that are gone wait for others.
    fn doomed_until(&self) -> Option<Instant> {
        let since = self.doomed_since?;
        let is_enough = self.doomed.len() >= CLEARING_STREAMS;
        Some(if is_enough { since } else { since + DOOMED_MAX })
    }

    /// Whether there is more than is to be kept.
    fn has_excess(&self) -> bool {
        !self.aging.is_empty() || !self.overfull.is_empty()
    }

    /// Does one small step of deleting.
    pub(super) fn step(
        &mut self,
        connection: &mut Connection,
        indexing: &mut Indexing,
    ) -> rusqlite::Result<()> {
        let begun = Instant::now();
        let result = self.advance(connection, indexing);
        let ended = Instant::now();
        let pause = match result {
            Ok(()) => ended.duration_since(begun) * PAUSE_STEPS,
            Err(_) => RETRY,
        };
        self.pause_ends = Some(ended + pause);
        result
    }

    fn advance(
        &mut self,
        connection: &mut Connection,
        indexing: &mut Indexing,
    ) -> rusqlite::Result<()> {
        if !self.doomed.is_empty() {
            return self.delete_doomed(connection, indexing);
        }
        if let (Some(stream), Some(age_max)) = (self.aging.front().copied(), self.retention.age_max)
        {
            let now = clock::now().as_millis();
            let age_max = u64::try_from(age_max.as_millis()).unwrap_or(u64::MAX);
            if !delete_old(connection, stream, now.saturating_sub(age_max))? {
                self.aging.pop_front();
            }
            return Ok(());
        }
        let Some((stream, first)) = self
            .overfull
            .iter()
            .next()
            .map(|(stream, first)| (*stream, *first))
        else {
            return Ok(());
        };
        if delete(connection, stream, first)?.is_none() {
            self.overfull.remove(&stream);
            self.oldest.insert(stream, first);
        }
        Ok(())
    }

    /// Leaves what is still to be deleted to the next start, which finds nobody's streams.
    pub(super) fn end(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        let transaction = connection.transaction()?;
        for stream in &self.doomed {
            rooms::delete(&transaction, *stream)?;
        }
        transaction.commit()
    }

    /// Deletes some of the streams that are gone, or the beginning of a large one.
    fn delete_doomed(
        &mut self,
        connection: &mut Connection,
        indexing: &mut Indexing,
    ) -> rusqlite::Result<()> {
        let transaction = connection.transaction()?;
        let (mut gone, mut rows) = (0, 0);
        for stream in self.doomed.iter().take(CLEARING_STREAMS) {
            while rows < CLEARING_ROWS
                && let Some(deleted) = delete(&transaction, *stream, Seq(u64::MAX))?
            {
                rows += deleted as u64;
            }
            if rows >= CLEARING_ROWS {
                break;
            }
            rooms::delete(&transaction, *stream)?;
            gone += 1;
        }
        transaction.commit()?;
        for stream in self.doomed.drain(..gone) {
            indexing.forget(stream);
            self.oldest.remove(&stream);
            self.overfull.remove(&stream);
        }
        if self.doomed.is_empty() {
            self.doomed_since = None;
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::sqlite::schema;

    #[track_caller]
    fn check(clearing: &Clearing, now: Instant, expected: bool) {
        assert_eq!(clearing.has_turn(now), expected);
    }

    #[test]
    fn a_step_has_its_turn_when_it_is_due_and_others_had_theirs() {
        let mut connection = Connection::open_in_memory().expect("memory");
        let retention = Retention {
            events_max: None,
            age_max: None,
        };
        let mut clearing = Clearing::new(retention);
        check(&clearing, Instant::now() + DOOMED_MAX, false);
        clearing.doom(StreamId(1));
        check(&clearing, Instant::now() + DOOMED_MAX, true);
        // There are no tables yet.
        let failed = clearing.step(&mut connection, &mut Indexing::default());
        failed.expect_err("nothing to delete from");
        check(&clearing, Instant::now() + RETRY / 2, false);
        check(&clearing, Instant::now() + RETRY, true);
        schema::migrate(&mut connection).expect("tables");
        let deleted = clearing.step(&mut connection, &mut Indexing::default());
        deleted.expect("deleted");
        check(&clearing, Instant::now() + RETRY, false);
    }

    #[test]
    fn what_is_too_much_waits_for_a_calm_hub_or_its_turn() {
        let now = Instant::now();
        let retention = Retention {
            events_max: Some(1),
            age_max: None,
        };
        let clearing = Clearing {
            overfull: [(StreamId(1), Seq(9))].into(),
            appended: Some(now),
            pause_ends: Some(now + RETRY),
            ..Clearing::new(retention)
        };
        for (after, expected) in [(Duration::ZERO, CALM), (CALM, Duration::ZERO)] {
            assert_eq!(clearing.due_in(now + after), Some(expected));
        }
        check(&clearing, now + CALM, false);
        check(&clearing, now + RETRY, true);
        let is_its_turn = Clearing {
            pause_ends: None,
            ..clearing
        };
        assert_eq!(is_its_turn.due_in(now), Some(Duration::ZERO));
    }
}
