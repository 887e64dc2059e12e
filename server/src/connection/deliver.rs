//! From the rings, the log and the inbox to the client's output.

use std::sync::Arc;

use bytes::Bytes;
use salon_protocol::numeric;

use super::caps::Caps;
use super::client::Client;
use super::feed::Next;
use crate::encode::{self, Wire};
use crate::event::{Body, Event, Seq, StreamId};
use crate::inbox::{Closing, News};
use crate::run::Run;

/// How many direct messages are read from the log at once.
const DIRECT_PAGE_EVENTS: usize = 64;

/// How many happenings that go through several rooms are remembered at most while some of these are behind.
const SPREADS_MAX: usize = 1_024;

impl Client {
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
        self.take_news(news).await;
        let streams: Vec<StreamId> = self
            .feeds
            .iter()
            .filter(|(_, feed)| feed.has_news())
            .map(|(stream, _)| *stream)
            .collect();
        for stream in streams {
            self.read_feed(stream, None).await;
        }
    }

    /// Whether a room has something that was not delivered yet.
    pub(super) fn has_news(&self) -> bool {
        self.feeds.values().any(super::feed::Feed::has_news)
    }

    /// Delivers a room's events up to and including a place, whatever the peer has yet to read; or, without one, until
    /// there is nothing more or the peer has enough to read.
    pub(super) async fn read_feed(&mut self, stream: StreamId, until: Option<Seq>) {
        let log = Arc::clone(&self.hub.log);
        loop {
            let Some(feed) = self.feeds.get_mut(&stream) else {
                return;
            };
            let enough = match until {
                Some(seq) => feed.is_past(seq),
                None => self.output.is_full(),
            };
            if enough {
                return;
            }
            match feed.next(log.as_ref()).await {
                Ok(Next::Nothing) => return,
                Ok(Next::Event(event)) => {
                    let mut lines = Vec::new();
                    encode::encode(&event, self.caps.wire(), &mut lines);
                    self.deliver(&event, lines.into());
                }
                Ok(Next::Run(run, index)) => self.deliver_run(stream, &run, index, until),
                Ok(Next::Expired(count)) => {
                    let name = feed.room.name.clone();
                    self.tell_expired(name.as_str(), count);
                }
                Err(error) => {
                    tracing::error!(%error, "a reader could not read on");
                    self.ending = Some("the hub's log cannot be read".to_owned());
                    return;
                }
            }
        }
    }

    fn deliver_run(&mut self, stream: StreamId, run: &Run, index: usize, until: Option<Seq>) {
        let wire = self.caps.wire();
        let encoded = run.encoded(wire);
        let count = run.events.len();
        let last = until.map_or(count, |seq| count.min(run.index_of(seq) + 1));
        if run.is_plain_for(self.session) {
            self.output.push_shared(encoded.slice(index, last));
        } else {
            for at in index..last {
                if let Some(event) = run.events.get(at) {
                    self.deliver(event, encoded.slice(at, at + 1));
                }
                // Whoever was kicked sees nothing of what follows.
                if !self.feeds.contains_key(&stream) {
                    return;
                }
            }
        }
        if let Some(feed) = self.feeds.get_mut(&stream) {
            feed.advance_to(Seq(run.first().0 + last as u64));
        }
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
        let others = spread
            .rooms
            .iter()
            .filter(|room| **room != stream && self.feeds.contains_key(room));
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
        if let (Some(feed), Some(user)) = (self.feeds.remove(&stream), &self.user) {
            user.leave(&feed.room.name);
        }
        self.spreads.retain(|_, left| {
            left.retain(|room| *room != stream);
            !left.is_empty()
        });
    }

    /// Says that events of a room, or messages to a nick, are missing.
    fn tell_expired(&mut self, name: &str, count: u64) {
        let text =
            format!("{count} events are missing here: they were no longer kept when you read on");
        self.apart(|client| client.hub_line("NOTE", &["*", "HISTORY_EXPIRED", name, &text]));
    }

    async fn take_news(&mut self, news: News) {
        self.direct_behind |= news.direct_lagged;
        if self.direct_behind {
            // What is in the news is in the log as well.
            self.read_direct().await;
        } else {
            for event in &news.direct {
                self.deliver_direct(event);
            }
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
                .read(user.direct, self.direct_next, DIRECT_PAGE_EVENTS)
                .await
            {
                Ok(page) if page.events.is_empty() => {
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

    fn deliver_direct(&mut self, event: &Event) {
        if event.id.seq < self.direct_next {
            return;
        }
        self.direct_next = event.id.seq.next();
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
