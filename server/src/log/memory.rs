//! The log's home in memory: the last events of each stream, gone with the process.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{self, BoxFuture};
use salon_protocol::{Nick, Timestamp};

use super::{Found, Group, Log, LogError, Note, Notebook, Page, Search, Selection};
use crate::event::{Body, Event, Seq, StreamId};

/// Keeps at most a number of events a stream; the oldest go first.
#[derive(Debug)]
pub(crate) struct MemoryLog {
    epoch: u64,
    retained_max: usize,
    // A lock and not a task: an append is a few pushes, and readers of other streams wait at most that long.
    streams: Mutex<HashMap<StreamId, VecDeque<Arc<Event>>>>,
    notebooks: Mutex<HashMap<Nick, Notebook>>,
}

impl MemoryLog {
    /// An empty log that keeps `retained_max` events a stream; 0 keeps all.
    pub(crate) fn new(epoch: u64, retained_max: usize) -> Self {
        let retained_max = if retained_max == 0 {
            usize::MAX
        } else {
            retained_max
        };
        Self {
            epoch,
            retained_max,
            streams: Mutex::default(),
            notebooks: Mutex::default(),
        }
    }

    fn with_streams<T>(
        &self,
        act: impl FnOnce(&mut HashMap<StreamId, VecDeque<Arc<Event>>>) -> T,
    ) -> T {
        act(&mut self.streams.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn notebooks(&self) -> MutexGuard<'_, HashMap<Nick, Notebook>> {
        self.notebooks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets a stream at once.
    pub(crate) fn drop_stream(&self, stream: StreamId) {
        self.with_streams(|streams| streams.remove(&stream));
    }

    /// Adds events that continue a stream.
    pub(crate) fn keep(&self, stream: StreamId, events: Vec<Arc<Event>>) {
        self.with_streams(|streams| {
            let kept = streams.entry(stream).or_default();
            for event in events {
                if let Body::Redact { message, .. } = &event.body {
                    redact(kept, message.seq);
                }
                kept.push_back(event);
            }
            let surplus = kept.len().saturating_sub(self.retained_max);
            kept.drain(..surplus);
        });
    }

    /// What is kept of a stream from a place on, unless what comes first is no longer kept, or never was.
    pub(crate) fn page_from(
        &self,
        stream: StreamId,
        first: Seq,
        events_max: usize,
    ) -> Option<Page> {
        self.with_streams(|streams| {
            let kept = streams.get(&stream)?;
            let oldest = kept.front()?.id.seq;
            (oldest <= first).then(|| page(kept, first, events_max))
        })
    }
}

/// Takes a message back: where it stood stays, what it said goes.
fn redact(kept: &mut VecDeque<Arc<Event>>, seq: Seq) {
    let index = kept.partition_point(|event| event.id.seq < seq);
    if let Some(event) = kept.get_mut(index).filter(|event| event.id.seq == seq)
        && event.is_speech()
    {
        *event = Arc::new(Event {
            body: Body::Redacted,
            ..Event::clone(event)
        });
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
            let kept = streams.get(&stream)?;
            Some(page(kept, first, events_max))
        });
        Box::pin(future::ready(Ok(found.unwrap_or_default())))
    }

    fn select(&self, selection: Selection) -> BoxFuture<'_, Result<Vec<Arc<Event>>, LogError>> {
        let events = self.with_streams(|streams| {
            let kept = streams.get(&selection.stream).into_iter().flatten();
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
            let kept = streams.get(&stream)?;
            let index = kept.partition_point(|event| event.time < time);
            let found = kept.get(index).map(|event| event.id.seq);
            found.or_else(|| kept.back().map(|event| event.id.seq.next()))
        });
        Box::pin(future::ready(Ok(place.unwrap_or(Seq(1)))))
    }

    fn authors(&self, stream: StreamId) -> BoxFuture<'_, Result<Vec<String>, LogError>> {
        let nicks: BTreeSet<Nick> = self.with_streams(|streams| {
            let kept = streams.get(&stream).into_iter().flatten();
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
                let kept = streams.get(stream)?;
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
    fn a_forgotten_stream_is_empty() {
        let log = filled(0, 5);
        log.drop_stream(StreamId(1));
        check(&log, 1, 10, &[]);
    }
}
