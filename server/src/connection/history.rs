//! What was said before, out of the log: which streams a target stands for, and where in them a reference points.
//!
//! A room is one stream. A conversation with somebody is two: what they sent is in one's own stream of direct
//! messages, what one sent is in theirs. They are merged by time; of one millisecond, by stream.

use std::sync::Arc;

use salon_protocol::{Nick, RoomName, Timestamp};

use super::caps::Caps;
use super::client::Client;
use crate::encode::{self, Wire};
use crate::event::{Body, Event, MessageId, Seq, StreamId};
use crate::identity::UserModes;
use crate::log::{Author, Kinds, LogError, Selection};
use crate::reply::Reply;
use crate::room::Room;

/// A point in a conversation that a client names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reference {
    /// A message, by its id.
    Message(MessageId),
    /// A time.
    Time(Timestamp),
}

/// Which part of a conversation is wanted; the references themselves are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) after: Option<Reference>,
    pub(crate) before: Option<Reference>,
    pub(crate) events_max: usize,
    /// Where there are more events than that, whether the last ones are wanted and not the first.
    pub(crate) newest: bool,
}

/// The streams of a conversation that a client may read, and whose events in them are of it.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    pub(super) scopes: Vec<(StreamId, Author)>,
}

/// Where a reference divides a stream.
#[derive(Debug, Clone, Copy)]
struct Cut {
    /// The last place before the reference, and the first one behind it: two apart for the stream of a message that
    /// is referred to, one otherwise.
    below: Seq,
    above: Seq,
}

impl Conversation {
    /// Whose events in a stream are of the conversation; nothing for a stream that is not.
    fn author_in(&self, stream: StreamId) -> Option<&Author> {
        let mut scopes = self.scopes.iter();
        let (_, author) = scopes.find(|(known, _)| *known == stream)?;
        Some(author)
    }
}

impl Client {
    /// What a target stands for; nothing where it is not for this client to read.
    pub(crate) fn conversation(&self, target: &str) -> Option<Conversation> {
        let user = self.user.as_ref()?;
        if let Ok(name) = target.parse::<RoomName>() {
            let room = self
                .hub
                .directory
                .room(&name)
                .filter(|room| self.may_read(room.id))?;
            return Some(Conversation {
                scopes: vec![(room.id, Author::Anyone)],
            });
        }
        let nick: Nick = target.parse().ok()?;
        let own = user.direct_streams().into_iter();
        let mut scopes: Vec<_> = own
            .map(|stream| (stream, Author::Nick(Nick::clone(&nick))))
            .collect();
        let here = self.hub.directory.user(target);
        let here = here.map(|peer| peer.direct_streams()).unwrap_or_default();
        // Whoever has an account need not be here.
        let kept = self.hub.accounts.named(target).and_then(|one| one.direct);
        let own = self.owner();
        for stream in here.into_iter().chain(kept) {
            if scopes.iter().all(|(known, _)| *known != stream) {
                scopes.push((stream, Author::User(user.id, own.clone())));
            }
        }
        Some(Conversation { scopes })
    }

    /// Whether the client may read what is said in a room: it listens there, and nobody has put it out meanwhile, which it
    /// may have still to read itself.
    pub(super) fn may_read(&self, room: StreamId) -> bool {
        let user = self.user.as_ref();
        self.feeds.contains_key(&room) && user.is_some_and(|user| user.is_member_of(room))
    }

    /// The events of a window, in their order.
    pub(crate) async fn history(
        &self,
        conversation: &Conversation,
        window: Window,
    ) -> Result<Vec<Arc<Event>>, LogError> {
        let Some(reader) = self.user.as_ref().map(|user| user.id) else {
            return Ok(Vec::new());
        };
        let mut events = Vec::new();
        for (stream, author) in &conversation.scopes {
            let after = match window.after {
                Some(reference) => {
                    let cut = self.cut(conversation, *stream, reference).await?;
                    Seq(cut.above.0.saturating_sub(1))
                }
                None => Seq(0),
            };
            let before = match window.before {
                Some(reference) => {
                    let cut = self.cut(conversation, *stream, reference).await?;
                    cut.below.next()
                }
                None => Seq(u64::MAX),
            };
            let selection = Selection {
                stream: *stream,
                after,
                before,
                kinds: self.history_kinds(),
                author: author.clone(),
                reader,
                events_max: window.events_max,
                newest: window.newest,
            };
            events.extend(self.hub.log.select(selection).await?);
        }
        events.sort_by_key(|event| (event.time, event.id.stream, event.id.seq));
        let surplus = events.len().saturating_sub(window.events_max);
        if window.newest {
            events.drain(..surplus);
        } else {
            events.truncate(window.events_max);
        }
        Ok(events)
    }

    /// The message of an id, if it is of the conversation.
    pub(crate) async fn message(
        &self,
        conversation: &Conversation,
        id: MessageId,
    ) -> Result<Option<Arc<Event>>, LogError> {
        let (Some(author), Some(user)) = (conversation.author_in(id.stream), &self.user) else {
            return Ok(None);
        };
        let selection = Selection {
            stream: id.stream,
            after: Seq(id.seq.0.saturating_sub(1)),
            before: id.seq.next(),
            kinds: self.history_kinds(),
            author: author.clone(),
            reader: user.id,
            events_max: 1,
            newest: false,
        };
        Ok(self.hub.log.select(selection).await?.pop())
    }

    fn history_kinds(&self) -> Kinds {
        if self.caps.contains(Caps::EVENT_PLAYBACK) {
            Kinds::Playback
        } else {
            Kinds::Messages
        }
    }

    /// Turns a window round whose first reference is the later one, where only the log knows it: two messages of
    /// different streams.
    pub(crate) async fn put_in_order(
        &self,
        conversation: &Conversation,
        window: &mut Window,
    ) -> Result<(), LogError> {
        let (Some(Reference::Message(first)), Some(Reference::Message(last))) =
            (window.after, window.before)
        else {
            return Ok(());
        };
        if first.stream != last.stream {
            let from = self.time_of(conversation, first).await?;
            let to = self.time_of(conversation, last).await?;
            if (from, first.stream) > (to, last.stream) {
                std::mem::swap(&mut window.after, &mut window.before);
                window.newest = !window.newest;
            }
        }
        Ok(())
    }

    /// The time of a message of the conversation. The beginning of time for one that is not kept, and for what is not the
    /// client's to read: not even when something was said elsewhere, or whether, is to be learnt from what comes back.
    async fn time_of(
        &self,
        conversation: &Conversation,
        id: MessageId,
    ) -> Result<Timestamp, LogError> {
        let unknown = Timestamp::from_millis(0);
        let (Some(author), Some(user)) = (conversation.author_in(id.stream), &self.user) else {
            return Ok(unknown);
        };
        let page = self.hub.log.read(id.stream, id.seq, 1).await?;
        let is_meant =
            |event: &&Arc<Event>| event.id == id && author.wrote(event) && event.is_for(user.id);
        let found = page.events.first().filter(is_meant);
        Ok(found.map_or(unknown, |event| event.time))
    }

    async fn cut(
        &self,
        conversation: &Conversation,
        stream: StreamId,
        reference: Reference,
    ) -> Result<Cut, LogError> {
        let log = &self.hub.log;
        let time = match reference {
            Reference::Time(time) => time,
            Reference::Message(id) if id.stream == stream => {
                return Ok(Cut {
                    below: Seq(id.seq.0.saturating_sub(1)),
                    above: id.seq.next(),
                });
            }
            // In the other stream of the conversation: by its time, which it shares with what is in a later stream.
            Reference::Message(id) => {
                let time = self.time_of(conversation, id).await?;
                let time = if stream > id.stream {
                    time
                } else {
                    after(time)
                };
                let above = log.place_at(stream, time).await?;
                return Ok(Cut {
                    below: Seq(above.0.saturating_sub(1)),
                    above,
                });
            }
        };
        let first = log.place_at(stream, time).await?;
        let above = log.place_at(stream, after(time)).await?;
        Ok(Cut {
            below: Seq(first.0.saturating_sub(1)),
            above,
        })
    }

    /// Shows one who has just joined a room what was said last before that, if the settings want it: to clients that
    /// cannot ask for it themselves, and to no bots, which would answer.
    pub(super) async fn replay(&mut self, room: &Room, joined: Seq) {
        let most = self.hub.config().history.replay_on_join;
        let Some((most, identity)) = most.zip(self.identity()) else {
            return;
        };
        if self.caps.contains(Caps::CHATHISTORY) || identity.modes.contains(UserModes::BOT) {
            return;
        }
        let Some(reader) = self.user.as_ref().map(|user| user.id) else {
            return;
        };
        let selection = Selection {
            stream: room.id,
            after: Seq(0),
            before: joined,
            kinds: Kinds::Messages,
            author: Author::Anyone,
            reader,
            events_max: usize::try_from(most.get()).unwrap_or(usize::MAX),
            newest: true,
        };
        match self.hub.log.select(selection).await {
            Ok(events) => {
                let mut lines = Vec::new();
                for event in &events {
                    let event = self.under_present_name(event);
                    encode::encode(&event, self.caps.wire() - Wire::MULTILINE, &mut lines);
                }
                self.push(&lines);
            }
            // They are in the room all the same.
            Err(error) => tracing::error!(%error, "history could not be read"),
        }
    }

    /// Answers with events in a batch of a kind, where batches were negotiated.
    pub(crate) fn push_events(&mut self, kind: &str, params: &[&str], events: &[Arc<Event>]) {
        let lines: Vec<Vec<u8>> = events
            .iter()
            .map(|event| {
                let mut lines = Vec::new();
                let event = self.under_present_name(event);
                encode::encode(&event, self.caps.wire() - Wire::AWAY_NOTIFY, &mut lines);
                lines
            })
            .collect();
        self.push_batch(kind, params, &lines);
    }

    /// An event of a room as of today: the room may have been renamed since, and whoever reads what was said there knows
    /// it by one name.
    fn under_present_name(&self, event: &Arc<Event>) -> Arc<Event> {
        let feed = self.feeds.get(&event.id.stream);
        let is_rename = matches!(event.body, Body::Rename { .. });
        let Some(name) = feed.map(|feed| feed.room.name()).filter(|_| !is_rename) else {
            return Arc::clone(event);
        };
        let (prefix, written) = match event.target.find('#') {
            Some(at) => event.target.split_at(at),
            None => ("", &*event.target),
        };
        if salon_protocol::eq_folded(written, name.as_str()) {
            return Arc::clone(event);
        }
        Arc::new(Event {
            target: format!("{prefix}{name}").into(),
            ..Event::clone(event)
        })
    }

    /// The targets of all conversations of the client: its rooms, those who wrote to it, and those it wrote to.
    pub(crate) async fn partners(&self) -> Result<Vec<String>, LogError> {
        let Some(user) = &self.user else {
            return Ok(Vec::new());
        };
        let rooms = self.feeds.values().map(|feed| feed.room.name().to_string());
        let mut authors = Vec::new();
        for stream in user.direct_streams() {
            authors.extend(self.hub.log.authors(stream).await?);
        }
        let mut found: Vec<String> = rooms
            .chain(authors)
            .chain(user.notes().partners().iter().map(ToString::to_string))
            .collect();
        found.sort_by_key(|name| salon_protocol::fold(name));
        found.dedup_by(|one, other| salon_protocol::eq_folded(one, other));
        Ok(found)
    }

    /// The newest message of a conversation.
    pub(crate) async fn latest(
        &self,
        conversation: &Conversation,
    ) -> Result<Option<Timestamp>, LogError> {
        let window = Window {
            after: None,
            before: None,
            events_max: 1,
            newest: true,
        };
        Ok(self
            .history(conversation, window)
            .await?
            .last()
            .map(|event| event.time))
    }
}

fn after(time: Timestamp) -> Timestamp {
    Timestamp::from_millis(time.as_millis().saturating_add(1))
}

/// What is said where the log cannot be read, or what is asked for lies too far off. The cause is for the hub's operator.
pub(crate) fn unreadable(error: &LogError, subcommand: &str, target: &str) -> Reply {
    if let LogError::TakesTooLong { .. } = error {
        let text = "Messages could not be retrieved: looking for them takes too long; ask for a shorter time";
        return Reply::fail("CHATHISTORY", "MESSAGE_ERROR", &[subcommand, target], text);
    }
    tracing::error!(%error, "history could not be read");
    let text = "Messages could not be retrieved: the hub's log cannot be read at the moment";
    Reply::fail("CHATHISTORY", "MESSAGE_ERROR", &[subcommand, target], text)
}

/// The same for other verbs than `CHATHISTORY`.
pub(crate) fn unreadable_for(verb: &str, error: &LogError, context: &[&str]) -> Reply {
    if let LogError::TakesTooLong { .. } = error {
        let text =
            "That takes too long: ask for less, such as one room, one nick or a shorter time";
        return Reply::fail(verb, "TOO_BROAD", context, text);
    }
    tracing::error!(%error, "the log could not be read");
    let text = "The hub's log cannot be read at the moment";
    Reply::fail(verb, "INTERNAL_ERROR", context, text)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_question_that_takes_too_long_is_told_from_a_log_that_cannot_be_read() {
        let answer = |error: &LogError| match unreadable(error, "LATEST", "#lobby") {
            Reply::Standard { code, text, .. } => (code, text),
            Reply::Numeric { .. } => panic!("a FAIL is expected"),
        };
        let said = |why: &str| {
            let text = format!("Messages could not be retrieved: {why}");
            ("MESSAGE_ERROR", text)
        };
        let limit = Duration::from_secs(2);
        let reason = "disk".to_owned();
        assert_eq!(
            [
                answer(&LogError::TakesTooLong { limit }),
                answer(&LogError::Unreadable { reason }),
            ],
            [
                said("looking for them takes too long; ask for a shorter time"),
                said("the hub's log cannot be read at the moment"),
            ]
        );
    }
}
