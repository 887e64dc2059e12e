//! The log's home in memory: the last events of each stream, gone with the process.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{self, BoxFuture};
use salon_protocol::{Nick, Timestamp};

use super::{Found, Group, Log, LogError, Note, Notebook, Page, Search, Selection};
use crate::event::{Body, Event, Seq, StreamId};

/// How much is kept at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Events a stream; the oldest go first.
    pub(crate) stream_events: usize,
    /// The same in bytes: an event may be as large as a hundred others.
    pub(crate) stream_bytes: usize,
    /// Of all streams together. Beyond it all of them go but the one that was written to last.
    pub(crate) bytes: usize,
}

/// Keeps the last events of each stream, within bounds.
#[derive(Debug)]
pub(crate) struct MemoryLog {
    epoch: u64,
    bounds: Bounds,
    // A lock and not a task: an append is a few pushes, and readers of other streams wait at most that long.
    streams: Mutex<Streams>,
    notebooks: Mutex<HashMap<Nick, Notebook>>,
}

/// All that is kept, and how many bytes that is.
#[derive(Debug, Default)]
struct Streams {
    kept: HashMap<StreamId, Kept>,
    bytes: usize,
}

/// What is kept of a stream, and how many bytes that is.
#[derive(Debug, Default)]
struct Kept {
    events: VecDeque<Arc<Event>>,
    bytes: usize,
}

impl Kept {
    fn add(&mut self, event: Arc<Event>) {
        if let Body::Redact { message, .. } = &event.body {
            self.redact(message.seq);
        }
        self.bytes += event.bytes();
        self.events.push_back(event);
    }

    /// Lets the oldest go that are too many.
    fn trim(&mut self, bounds: &Bounds) {
        while self.events.len() > bounds.stream_events || self.bytes > bounds.stream_bytes {
            let Some(oldest) = self.events.pop_front() else {
                return;
            };
            self.bytes -= oldest.bytes();
        }
    }

    /// Takes a message back: where it stood stays, what it said goes.
    fn redact(&mut self, seq: Seq) {
        let index = self.events.partition_point(|event| event.id.seq < seq);
        if let Some(event) = self
            .events
            .get_mut(index)
            .filter(|event| event.id.seq == seq)
            && event.is_speech()
        {
            self.bytes -= event.bytes();
            *event = Arc::new(Event {
                body: Body::Redacted,
                ..Event::clone(event)
            });
            self.bytes += event.bytes();
        }
    }
}

impl MemoryLog {
    /// An empty log that keeps `retained_max` events a stream; 0 keeps all.
    pub(crate) fn new(epoch: u64, retained_max: usize) -> Self {
        let stream_events = if retained_max == 0 {
            usize::MAX
        } else {
            retained_max
        };
        let bounds = Bounds {
            stream_events,
            stream_bytes: usize::MAX,
            bytes: usize::MAX,
        };
        Self::within(epoch, bounds)
    }

    /// An empty log that keeps so much and no more.
    pub(crate) fn within(epoch: u64, bounds: Bounds) -> Self {
        Self {
            epoch,
            bounds,
            streams: Mutex::default(),
            notebooks: Mutex::default(),
        }
    }

    fn with_streams<T>(&self, act: impl FnOnce(&HashMap<StreamId, Kept>) -> T) -> T {
        act(&self.streams().kept)
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notebooks(&self) -> MutexGuard<'_, HashMap<Nick, Notebook>> {
        self.notebooks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets a stream at once.
    pub(crate) fn drop_stream(&self, stream: StreamId) {
        let mut streams = self.streams();
        if let Some(dropped) = streams.kept.remove(&stream) {
            streams.bytes -= dropped.bytes;
        }
    }

    /// Adds events that continue a stream.
    pub(crate) fn keep(&self, stream: StreamId, events: Vec<Arc<Event>>) {
        let mut streams = self.streams();
        let kept = streams.kept.entry(stream).or_default();
        let before = kept.bytes;
        for event in events {
            kept.add(event);
        }
        kept.trim(&self.bounds);
        let after = kept.bytes;
        streams.bytes = streams.bytes - before + after;
        if streams.bytes > self.bounds.bytes {
            let last = streams.kept.remove(&stream);
            let others = std::mem::take(&mut streams.kept);
            streams.bytes = after;
            streams.kept.extend(last.map(|last| (stream, last)));
            // They may be many, and nobody is to wait for their end.
            drop(streams);
            drop(others);
        }
    }

    /// What is kept of a stream from a place on, unless what comes first is no longer kept, or never was.
    pub(crate) fn page_from(
        &self,
        stream: StreamId,
        first: Seq,
        events_max: usize,
    ) -> Option<Page> {
        self.with_streams(|streams| {
            let kept = &streams.get(&stream)?.events;
            let oldest = kept.front()?.id.seq;
            (oldest <= first).then(|| page(kept, first, events_max))
        })
    }
}

/// The events from a place on, or from the oldest kept.
fn page(kept: &VecDeque<Arc<Event>>, first: Seq, events_max: usize) -> Page {
    let oldest = kept.front().map_or(first, |event| event.id.seq);
    let skip = usize::try_from(first.0.saturating_sub(oldest.0)).unwrap_or(usize::MAX);
    Page {
        events: kept.iter().skip(skip).take(events_max).cloned().collect(),
    }
}

impl Log for MemoryLog {
    fn epoch(&self) -> u64 {
        self.epoch
    }

    fn has_noted(&self, _: StreamId) -> bool {
        // Its epoch ends with it.
        true
    }

    fn append(&self, group: Group) -> BoxFuture<'_, Result<(), LogError>> {
        self.keep(group.stream, group.events);
        Box::pin(future::ready(Ok(())))
    }

    fn read(
        &self,
        stream: StreamId,
        first: Seq,
        events_max: usize,
    ) -> BoxFuture<'_, Result<Page, LogError>> {
        let found = self.with_streams(|streams| {
            let kept = &streams.get(&stream)?.events;
            Some(page(kept, first, events_max))
        });
        Box::pin(future::ready(Ok(found.unwrap_or_default())))
    }

    fn select(&self, selection: Selection) -> BoxFuture<'_, Result<Vec<Arc<Event>>, LogError>> {
        let events = self.with_streams(|streams| {
            let kept = streams.get(&selection.stream);
            let kept = kept.into_iter().flat_map(|kept| &kept.events);
            let found = kept
                .filter(|event| event.id.seq > selection.after && event.id.seq < selection.before)
                .filter(|event| selection.holds(event))
                .cloned();
            if selection.newest {
                let mut found: Vec<_> = found.rev().take(selection.events_max).collect();
                found.reverse();
                found
            } else {
                found.take(selection.events_max).collect()
            }
        });
        Box::pin(future::ready(Ok(events)))
    }

    fn place_at(&self, stream: StreamId, time: Timestamp) -> BoxFuture<'_, Result<Seq, LogError>> {
        let place = self.with_streams(|streams| {
            let kept = &streams.get(&stream)?.events;
            let index = kept.partition_point(|event| event.time < time);
            let found = kept.get(index).map(|event| event.id.seq);
            found.or_else(|| kept.back().map(|event| event.id.seq.next()))
        });
        Box::pin(future::ready(Ok(place.unwrap_or(Seq(1)))))
    }

    fn authors(&self, stream: StreamId) -> BoxFuture<'_, Result<Vec<String>, LogError>> {
        let nicks: BTreeSet<Nick> = self.with_streams(|streams| {
            let kept = streams.get(&stream);
            let kept = kept.into_iter().flat_map(|kept| &kept.events);
            let said = kept.filter(|event| event.is_speech());
            said.map(|event| event.source.nick.clone()).collect()
        });
        Box::pin(future::ready(Ok(nicks
            .iter()
            .map(ToString::to_string)
            .collect())))
    }

    fn drop_account(&self, account: Nick) -> BoxFuture<'_, Result<(), LogError>> {
        self.notebooks().remove(&account);
        Box::pin(future::ready(Ok(())))
    }

    fn keep_note(&self, account: Nick, note: Note) -> BoxFuture<'_, Result<(), LogError>> {
        self.notebooks().entry(account).or_default().keep(note);
        Box::pin(future::ready(Ok(())))
    }

    fn notebook(&self, account: Nick) -> BoxFuture<'_, Result<Notebook, LogError>> {
        let found = self.notebooks().get(&account).cloned();
        Box::pin(future::ready(Ok(found.unwrap_or_default())))
    }

    fn search(&self, search: Search) -> BoxFuture<'_, Result<Found, LogError>> {
        let found: Vec<Arc<Event>> = self.with_streams(|streams| {
            let scopes = search.scopes.iter().filter_map(|(stream, author)| {
                let kept = &streams.get(stream)?.events;
                Some(kept.iter().filter(|event| search.finds(event, author)))
            });
            scopes.flatten().cloned().collect()
        });
        Box::pin(future::ready(Ok(search.found(found, true))))
    }

    fn forget(&self, stream: StreamId) -> BoxFuture<'_, ()> {
        self.drop_stream(stream);
        Box::pin(future::ready(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::tests::said;

    fn filled(retained_max: usize, count: u64) -> MemoryLog {
        let log = MemoryLog::new(7, retained_max);
        let events = (1..=count).map(|seq| Arc::new(said(1, seq, "x"))).collect();
        now(log.append(Group::of_events(StreamId(1), events))).expect("memory takes everything");
        log
    }

    fn now<T>(future: BoxFuture<'_, T>) -> T {
        futures_util::FutureExt::now_or_never(future).expect("memory answers at once")
    }

    #[track_caller]
    fn check(log: &MemoryLog, first: u64, events_max: usize, expected: &[u64]) {
        let page = now(log.read(StreamId(1), Seq(first), events_max)).expect("memory reads");
        let seqs: Vec<u64> = page.events.iter().map(|event| event.id.seq.0).collect();
        assert_eq!(seqs, expected);
    }

    #[test]
    fn a_page_begins_where_asked_and_ends_at_its_limit() {
        let log = filled(0, 5);
        check(&log, 2, 3, &[2, 3, 4]);
        check(&log, 5, 3, &[5]);
        check(&log, 6, 3, &[]);
    }

    #[test]
    fn a_page_begins_with_the_oldest_that_is_kept() {
        let log = filled(3, 5);
        check(&log, 1, 10, &[3, 4, 5]);
        check(&log, 3, 1, &[3]);
    }

    #[test]
    fn large_events_are_fewer() {
        let bounds = Bounds {
            stream_events: 10,
            stream_bytes: 40_000,
            bytes: usize::MAX,
        };
        let log = MemoryLog::within(7, bounds);
        let large = "x".repeat(9_000);
        for seq in 1..=20 {
            log.keep(StreamId(1), vec![Arc::new(said(1, seq, &large))]);
        }
        check(&log, 1, 20, &[17, 18, 19, 20]);
        assert!(log.page_from(StreamId(1), Seq(16), 1).is_none());
        for seq in 21..=40 {
            log.keep(StreamId(1), vec![Arc::new(said(1, seq, "x"))]);
        }
        check(&log, 1, 20, &(31..=40).collect::<Vec<_>>());
    }

    #[test]
    fn beyond_the_bound_of_all_the_stream_that_was_written_to_last_stays() {
        let bounds = Bounds {
            stream_events: 10,
            stream_bytes: 40_000,
            bytes: 100_000,
        };
        let log = MemoryLog::within(7, bounds);
        let large = "x".repeat(9_000);
        for stream in 1..=10 {
            log.keep(StreamId(stream), vec![Arc::new(said(stream, 1, &large))]);
        }
        assert_eq!(log.streams().kept.len(), 10);
        let redact = Body::Redact {
            message: said(10, 1, "").id,
            reason: None,
        };
        let taken_back = Event {
            body: redact,
            ..said(10, 2, "")
        };
        log.keep(StreamId(10), vec![Arc::new(taken_back)]);
        log.keep(StreamId(11), vec![Arc::new(said(11, 1, &large))]);
        let count = log.streams().kept.len();
        assert_eq!(count, 11, "what was taken back counts no more");
        log.keep(StreamId(11), vec![Arc::new(said(11, 2, &large))]);
        let kept: Vec<u64> = log.streams().kept.keys().map(|stream| stream.0).collect();
        assert_eq!(kept, [11]);
        log.drop_stream(StreamId(11));
        assert_eq!(log.streams().bytes, 0);
    }

    #[test]
    fn a_forgotten_stream_is_empty() {
        let log = filled(0, 5);
        log.drop_stream(StreamId(1));
        check(&log, 1, 10, &[]);
    }
}
