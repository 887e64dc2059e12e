//! When messages are put into the index of words: in small steps, while nothing is appended or, where there is always
//! something, in a small share of the time.
//!
//! A search does not wait for it, but it has the less to look through the further it is.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{search, streams};
use crate::event::StreamId;

/// After how long without an append the hub is calm, and all its time is there.
const CALM: Duration = Duration::from_millis(50);

/// How many times as long as a step the writer does nothing of the kind after it, while the hub isn't calm.
const PAUSE_STEPS: u32 = 15;

/// After how long it is tried again where the log could not write.
const RETRY: Duration = Duration::from_secs(10);

/// How many streams are looked at in one step for whether they are in the index up to their end.
const STREAMS_A_STEP: usize = 64;

/// See the module.
#[derive(Debug)]
pub(super) struct Indexing {
    /// Streams that may not be in the index up to their end.
    behind: BTreeSet<StreamId>,
    /// Behind which stream to go on looking for what an earlier run has left; nothing once all were looked at.
    unknown: Option<StreamId>,
    appended: Option<Instant>,
    /// How many messages were appended since the last step.
    since_step: usize,
    /// Until when others have the time.
    pause_ends: Option<Instant>,
    /// Until when nothing is tried, after the log could not write.
    resumes: Option<Instant>,
}

impl Default for Indexing {
    fn default() -> Self {
        Self {
            behind: BTreeSet::new(),
            unknown: Some(StreamId(0)),
            appended: None,
            since_step: 0,
            pause_ends: None,
            resumes: None,
        }
    }
}

impl Indexing {
    /// Notes that something was appended to a stream, and how many messages were in it: nothing else is to be found.
    pub(super) fn appended(&mut self, stream: StreamId, messages: usize, now: Instant) {
        if messages > 0 {
            self.behind.insert(stream);
        }
        self.since_step += messages;
        self.appended = Some(now);
    }

    /// Notes that a stream is gone.
    pub(super) fn forget(&mut self, stream: StreamId) {
        self.behind.remove(&stream);
    }

    /// In how long the next step is due, if nothing is appended until then; nothing where there is none to do.
    pub(super) fn due_in(&self, now: Instant) -> Option<Duration> {
        if self.behind.is_empty() && self.unknown.is_none() {
            return None;
        }
        let until = |time: Option<Instant>| {
            time.map_or(Duration::ZERO, |time| time.saturating_duration_since(now))
        };
        let calm = until(self.appended.map(|appended| appended + CALM));
        // Where more is appended than the share of the time would do for, there is no keeping up until the hub is calm.
        let turn = if self.since_step > search::STEP_ROWS {
            calm
        } else {
            calm.min(until(self.pause_ends))
        };
        Some(turn.max(until(self.resumes)))
    }

    /// Does one step.
    pub(super) fn step(&mut self, connection: &mut Connection) -> rusqlite::Result<()> {
        let begun = Instant::now();
        let result = self.advance(connection);
        let ended = Instant::now();
        self.since_step = 0;
        self.pause_ends = Some(ended + ended.duration_since(begun) * PAUSE_STEPS);
        // A full disk, for instance.
        self.resumes = result.is_err().then(|| ended + RETRY);
        result
    }

    fn advance(&mut self, connection: &mut Connection) -> rusqlite::Result<()> {
        if let Some(stream) = self.behind.first().copied() {
            if !search::index_step(connection, stream)? {
                self.behind.remove(&stream);
            }
        } else if let Some(after) = self.unknown {
            let some = streams::used_behind(connection, after, STREAMS_A_STEP)?;
            self.unknown = some
                .last()
                .copied()
                .filter(|_| some.len() == STREAMS_A_STEP);
            for stream in some {
                if search::is_behind(connection, stream)? {
                    self.behind.insert(stream);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    /// Nothing was left by an earlier run, and a stream was written to just now.
    fn written(events: usize, now: Instant) -> Indexing {
        let mut indexing = Indexing {
            unknown: None,
            ..Indexing::default()
        };
        assert_eq!(indexing.due_in(now), None);
        indexing.appended(StreamId(1), events, now);
        indexing
    }

    #[test]
    fn a_step_waits_for_a_calm_hub_or_for_its_share_of_the_time() {
        let now = Instant::now();
        let mut indexing = written(1, now);
        assert_eq!(indexing.due_in(now), Some(Duration::ZERO));
        indexing.pause_ends = Some(now + 20 * MILLISECOND);
        assert_eq!(indexing.due_in(now), Some(20 * MILLISECOND));
        indexing.pause_ends = Some(now + 20 * CALM);
        assert_eq!(indexing.due_in(now), Some(CALM));
        assert_eq!(indexing.due_in(now + CALM), Some(Duration::ZERO));
        indexing.resumes = Some(now + RETRY);
        assert_eq!(indexing.due_in(now), Some(RETRY));
        indexing.forget(StreamId(1));
        assert_eq!(indexing.due_in(now), None);
    }

    #[test]
    fn a_flood_is_left_alone_until_it_ends() {
        let now = Instant::now();
        let indexing = written(search::STEP_ROWS + 1, now);
        assert_eq!(indexing.due_in(now), Some(CALM));
        assert_eq!(indexing.due_in(now + CALM), Some(Duration::ZERO));
    }
}
