//! From the rings, the log and the inbox to the client's output.

use std::sync::Arc;

use bytes::Bytes;
use salon_protocol::numeric;

use super::caps::Caps;
use super::client::Client;
use super::feed::{Feed, Next};
use super::output::Output;
use crate::encode::{self, Wire};
use crate::event::{Body, Event, Seq, StreamId};
use crate::identity::UserId;
use crate::inbox::{Closing, News};
use crate::metrics::Metrics;
use crate::run::Run;

/// How many direct messages are read from the log at once.
const DIRECT_PAGE_EVENTS: usize = 64;

/// How many happenings that go through several rooms are remembered at most while some of these are behind.
const SPREADS_MAX: usize = 1_024;

/// What comes of an event that went through other rooms as well which are behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spreads {
    /// These come first.
    Wait,
    /// It is shown all the same.
    Pass,
}

/// Delivers what the ring of a room has, as far as that needs neither the log nor a look at each event, which is what most
/// of a busy room is. Says whether that is all there is.
fn take_runs(
    feed: &mut Feed,
    reader: UserId,
    wire: Wire,
    output: &mut Output,
    metrics: &Metrics,
) -> bool {
    while feed.has_news() {
        let Some(run) = feed.next_run() else {
            return false;
        };
        if !run.is_plain_for(reader) || output.is_full() {
            return false;
        }
        output.push_shared(run.encoded(wire).bytes.clone());
        metrics.delivered(run.first(), run.events.last());
        feed.advance_to(Seq(run.first().0 + run.events.len() as u64));
    }
    true
}

impl Client {
    /// Takes from the rings what takes no waiting; says whether there is more to be had, by [`Self::collect`].
    pub(super) fn collect_plain(&mut self) -> bool {
        if self.output.is_full() || self.inbox.has_news() || self.direct_behind {
            return true;
        }
        // Who has no name yet is in no room.
        let Some(user) = self.user.as_ref().map(|user| user.id) else {
            return false;
        };
        let wire = self.caps.wire();
        let mut is_all = true;
        for feed in self.feeds.values_mut() {
            is_all &= take_runs(feed, user, wire, &mut self.output, &self.hub.metrics);
        }
        !is_all
    }

    /// Takes what there is from everywhere until the peer has enough to read.
    pub(crate) async fn collect(&mut self) {
        if self.output.is_full() {
            // All waits where it is bounded, but an end is not put off.
            if let Some(closing) = self.inbox.take_closing() {
                self.end(closing);
            }
            // Looked at again once there is room.
            self.inbox.wake();
            return;
        }
        let news = self.inbox.take();
        if news.is_some() || self.direct_behind {
            self.take_news(news.unwrap_or_default()).await;
        }
        let mut next = StreamId(0);
        while let Some(stream) = self.with_news_from(next) {
            self.read_feed(stream, None).await;
            next = StreamId(stream.0 + 1);
        }
    }

    /// The first room from a number on that has something that was not delivered yet.
    fn with_news_from(&self, first: StreamId) -> Option<StreamId> {
        let mut feeds = self.feeds.range(first..);
        let (stream, _) = feeds.find(|(_, feed)| feed.has_news())?;
        Some(*stream)
    }

    /// Whether a room has something that was not delivered yet.
    pub(super) fn has_news(&self) -> bool {
        self.feeds.values().any(Feed::has_news)
    }

    /// Delivers a room's events up to and including a place, whatever the peer has yet to read; or, without one, until
    /// there is nothing more or the peer has enough to read.
    ///
    /// What happened in all rooms of somebody, as a `QUIT`, comes after what the other rooms that the client shares
    /// with them had until then: who has left says nothing more.
    pub(super) async fn read_feed(&mut self, stream: StreamId, until: Option<Seq>) {
        while let Some(others) = self.read_feed_to_spread(stream, until, Spreads::Wait).await {
            for (other, published) in others {
                let other_until = until.map(|_| published);
                // Nobody waits for somebody who waits: what follows there is in the order of that room.
                self.read_feed_to_spread(other, other_until, Spreads::Pass)
                    .await;
                let is_behind = |feed: &Feed| !feed.is_past(published);
                if self.feeds.get(&other).is_some_and(is_behind) {
                    return;
                }
            }
        }
    }

    /// Reads a room; where that stops at what happened in other rooms as well, gives those that are behind, and up to
    /// where each is to be read first.
    async fn read_feed_to_spread(
        &mut self,
        stream: StreamId,
        until: Option<Seq>,
        spreads: Spreads,
    ) -> Option<Vec<(StreamId, Seq)>> {
        let log = Arc::clone(&self.hub.log);
        loop {
            let feed = self.feeds.get_mut(&stream)?;
            let enough = match until {
                Some(seq) => feed.is_past(seq),
                None => self.output.is_full(),
            };
            if enough {
                return None;
            }
            match feed.next(log.as_ref()).await {
                Ok(Next::Nothing) => return None,
                Ok(Next::Event(event)) => {
                    let behind = self.rooms_before(&event, spreads);
                    if !behind.is_empty() {
                        if let Some(feed) = self.feeds.get_mut(&stream) {
                            feed.put_back(event);
                        }
                        return Some(behind);
                    }
                    let mut lines = Vec::new();
                    encode::encode(&event, self.caps.wire(), &mut lines);
                    self.hub.metrics.delivered(event.id.seq, Some(&event));
                    self.deliver(&event, lines.into());
                }
                Ok(Next::Run(run, index)) => {
                    let behind = self.deliver_run(stream, &run, index, (until, spreads));
                    if !behind.is_empty() {
                        return Some(behind);
                    }
                }
                Ok(Next::Expired(count)) => {
                    let name = feed.room.name();
                    self.tell_expired(name.as_str(), count);
                }
                Err(error) => {
                    tracing::error!(%error, "a reader could not read on");
                    self.ending = Some("the hub's log cannot be read".to_owned());
                    return None;
                }
            }
        }
    }

    /// Delivers a run from an index on; gives what is to be read first where that ends it early.
    fn deliver_run(
        &mut self,
        stream: StreamId,
        run: &Run,
        index: usize,
        (until, spreads): (Option<Seq>, Spreads),
    ) -> Vec<(StreamId, Seq)> {
        let encoded = run.encoded(self.caps.wire());
        let count = run.events.len();
        let last = until.map_or(count, |seq| count.min(run.index_of(seq) + 1));
        let mut behind = Vec::new();
        let mut next = last;
        self.hub.metrics.delivered(run.first(), run.events.last());
        let user = self.user.as_ref().map(|user| user.id);
        if user.is_some_and(|user| run.is_plain_for(user)) {
            self.output.push_shared(encoded.slice(index, last));
        } else {
            for at in index..last {
                let Some(event) = run.events.get(at) else {
                    break;
                };
                behind = self.rooms_before(event, spreads);
                if !behind.is_empty() {
                    next = at;
                    break;
                }
                self.deliver(event, encoded.slice(at, at + 1));
                // Whoever was kicked sees nothing of what follows.
                if !self.feeds.contains_key(&stream) {
                    return behind;
                }
            }
        }
        if let Some(feed) = self.feeds.get_mut(&stream) {
            feed.advance_to(Seq(run.first().0 + next as u64));
        }
        behind
    }

    /// The rooms that are to be read before an event is shown for the first time, and up to where.
    fn rooms_before(&self, event: &Event, spreads: Spreads) -> Vec<(StreamId, Seq)> {
        let Some(spread) = event.spread.as_ref().filter(|spread| {
            spreads == Spreads::Wait
                && spread.rooms.len() > 1
                && !self.spreads.contains_key(&spread.id)
        }) else {
            return Vec::new();
        };
        let others = spread.rooms.iter().filter(|room| **room != event.id.stream);
        others
            .filter_map(|room| self.feeds.get_key_value(room))
            .filter(|(_, feed)| feed.has_news())
            .map(|(room, feed)| (*room, feed.room.published()))
            .collect()
    }

    /// Sends one event of a room, if it is for this client to see.
    fn deliver(&mut self, event: &Event, lines: Bytes) {
        let Some(user) = self.user.as_ref().map(|user| user.id) else {
            return;
        };
        if !event.is_for(user) || !self.is_first_sight(event) {
            return;
        }
        let own = event.origin == self.session;
        if own && self.wants_no_echo(event) {
            return;
        }
        if let Body::Rename { to, reason } = &event.body
            && !self.caps.contains(Caps::CHANNEL_RENAME)
        {
            return self.move_to_renamed(event, to, reason);
        }
        if own {
            self.push_own(event, &lines);
        } else {
            self.output.push_shared(lines);
            self.tell_metadata(event);
        }
        if event.takes_out(user) {
            self.leave(event.id.stream);
        }
    }

    pub(super) fn wants_no_echo(&self, event: &Event) -> bool {
        match event.body {
            Body::Said { .. } => !self.caps.contains(Caps::ECHO_MESSAGE),
            // Who goes away is told by 305 and 306, who logs in by 900, and who sets a key by 761 or 766.
            Body::Away | Body::Account | Body::Metadata { .. } => true,
            _ => false,
        }
    }

    /// Whether a happening that goes through several rooms was not shown by another one of them.
    fn is_first_sight(&mut self, event: &Event) -> bool {
        let Some(spread) = event
            .spread
            .as_ref()
            .filter(|spread| spread.rooms.len() > 1)
        else {
            return true;
        };
        let stream = event.id.stream;
        if let Some(left) = self.spreads.get_mut(&spread.id) {
            left.retain(|room| *room != stream);
            if left.is_empty() {
                self.spreads.remove(&spread.id);
            }
            return false;
        }
        // In some rooms of its user a further connection does not listen yet, and is to be shown nothing twice there.
        let user = self.user.as_ref();
        let unheard = user.filter(|user| user.room_count() > self.feeds.len());
        let unheard = unheard.map(|user| user.places()).unwrap_or_default();
        let is_own = |room: &StreamId| {
            self.feeds.contains_key(room) || unheard.iter().any(|(known, _)| known.id == *room)
        };
        let others = spread.rooms.iter();
        let others = others.filter(|room| **room != stream && is_own(room));
        let others: Vec<StreamId> = others.copied().collect();
        if !others.is_empty() {
            self.spreads.insert(spread.id, others);
            if self.spreads.len() > SPREADS_MAX {
                self.spreads.pop_first();
            }
        }
        true
    }

    /// Ends the membership of a room.
    fn leave(&mut self, stream: StreamId) {
        if let (Some(_), Some(user)) = (self.feeds.remove(&stream), &self.user)
            && user.is_member_of(stream)
        {
            // Another connection has come back in.
            self.inbox.follow();
        }
        self.spreads.retain(|_, left| {
            left.retain(|room| *room != stream);
            !left.is_empty()
        });
    }

    /// Says that events of a room, or messages to a nick, are missing.
    pub(super) fn tell_expired(&mut self, name: &str, count: u64) {
        let text =
            format!("{count} events are missing here: they were no longer kept when you read on");
        self.apart(|client| client.hub_line("NOTE", &["*", "HISTORY_EXPIRED", name, &text]));
    }

    async fn take_news(&mut self, mut news: Box<News>) {
        self.direct_behind |= news.direct_lagged;
        let sent = news
            .family
            .as_mut()
            .map(|family| std::mem::take(&mut family.sent));
        let sent = sent.unwrap_or_default();
        if self.direct_behind {
            // What is in the news is in the log as well.
            self.read_direct().await;
            news.direct.clear();
        }
        if !sent.is_empty() {
            // The post office gives all its messages rising times.
            news.direct.extend(sent);
            news.direct.sort_by_key(|event| event.time);
        }
        for event in &news.direct {
            self.deliver_direct(event);
        }
        for (nick, mask) in news.presence {
            if self.monitored.contains(&nick) {
                self.apart(|client| match mask {
                    Some(mask) => client.numeric(numeric::RPL_MONONLINE, &[&mask]),
                    None => client.numeric(numeric::RPL_MONOFFLINE, &[nick.as_str()]),
                });
            }
        }
        self.tell_changes(news.changes.into_values());
        if let Some(family) = news.family {
            self.take_family(*family).await;
        }
        if let Some(closing) = news.closing {
            self.end(closing);
        }
    }

    /// Shows what changed about nicks that the client watches and shares no room with.
    fn tell_changes(&mut self, changes: impl Iterator<Item = Arc<Event>>) {
        let watches = self.caps.contains(Caps::EXTENDED_MONITOR);
        for event in changes {
            if watches && self.monitored.contains(&event.source.nick) {
                let mut lines = Vec::new();
                encode::encode(&event, self.caps.wire(), &mut lines);
                self.output.push(&lines);
            }
        }
    }

    fn end(&mut self, closing: Closing) {
        if let Some(line) = closing.line {
            self.output.push(line.as_bytes());
        }
        self.ending.get_or_insert(closing.reason);
    }

    async fn read_direct(&mut self) {
        let Some(user) = self.user.clone() else {
            return;
        };
        let log = Arc::clone(&self.hub.log);
        while !self.output.is_full() {
            match log
                .read(self.direct, self.direct_next, DIRECT_PAGE_EVENTS)
                .await
            {
                Ok(page) if page.events.is_empty() => {
                    let now = user.direct_since();
                    if now.0 != self.direct {
                        (self.direct, self.direct_next) = now;
                        continue;
                    }
                    self.direct_behind = false;
                    return;
                }
                Ok(page) => {
                    let first = page.events.first().map_or(0, |event| event.id.seq.0);
                    let expired = first.saturating_sub(self.direct_next.0);
                    if expired > 0 {
                        let nick = self.nick();
                        self.tell_expired(&nick, expired);
                    }
                    for event in &page.events {
                        self.deliver_direct(event);
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "a reader could not read on");
                    self.ending = Some("the hub's log cannot be read".to_owned());
                    return;
                }
            }
        }
        self.inbox.wake();
    }

    /// Sends a message to the user, or one that another connection of the user sent.
    fn deliver_direct(&mut self, event: &Event) {
        if event.id.stream != self.direct
            && let Some(user) = &self.user
        {
            // Whoever has logged in reads on in the account's stream.
            let now = user.direct_since();
            if now.0 == event.id.stream {
                (self.direct, self.direct_next) = now;
            }
        }
        if event.id.stream == self.direct {
            if event.id.seq < self.direct_next {
                return;
            }
            self.direct_next = event.id.seq.next();
        }
        let mut lines = Vec::new();
        encode::encode(event, self.caps.wire(), &mut lines);
        self.output.push(&lines);
    }

    /// Answers with an event that reaches this client in no other way.
    pub(crate) fn show_own(&mut self, event: &Event) {
        let mut lines = Vec::new();
        encode::encode(event, self.caps.wire() | Wire::SETNAME, &mut lines);
        self.push_own(event, &lines);
    }

    /// Answers with the lines of an event, which for a message of many lines may be a batch.
    fn push_own(&mut self, event: &Event, lines: &[u8]) {
        if event.has_lines() && self.caps.wire().contains(Wire::MULTILINE) {
            self.push_whole_batch(lines);
        } else {
            self.push(lines);
        }
    }
}
