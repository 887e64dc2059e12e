//! Messages on their way from a client to rooms and users.
//!
//! A client that sends many lines at once has them read before the first is answered; consecutive messages to one
//! target then go there together, and so into one commit. Their answers come in the order of the lines all the same.

use std::collections::VecDeque;
use std::sync::Arc;

use salon_protocol::{RoomName, numeric};

use super::caps::Caps;
use super::client::Client;
use crate::clock;
use crate::event::{Body, Event, Speech};
use crate::reply::{Reply, no_such_nick, not_stored};
use crate::room::modes::Rank;
use crate::room::{Answer, Asker, Request};

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    /// To everyone in a room, or to those of at least a rank.
    Room(RoomName, Option<(char, Rank)>),
    /// To whoever has the nick.
    Nick(String),
}

/// What a message says.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub(crate) speech: Speech,
    pub(crate) text: String,
    pub(crate) client_tags: String,
}

impl Content {
    fn into_body(self) -> Body {
        Body::Said {
            speech: self.speech,
            text: self.text.into(),
            client_tags: self.client_tags.into(),
        }
    }
}

/// A message that was read and not yet sent.
#[derive(Debug)]
pub(crate) struct Posting {
    pub(crate) label: Option<String>,
    pub(crate) destinations: Vec<Destination>,
    pub(crate) content: Content,
    /// Why it is not sent, where that is known already.
    pub(crate) refusal: Option<Reply>,
}

/// What came of one message to one destination.
#[derive(Debug, Default)]
struct Outcome {
    event: Option<Arc<Event>>,
    replies: Vec<Reply>,
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Self {
            event: answer.event,
            replies: answer.replies,
        }
    }
}

impl Client {
    /// Sends what was read, and answers each message.
    pub(crate) async fn flush_postings(&mut self) {
        if !self.postings.is_empty() {
            // Boxed: every line looks whether there is something, and seldom there is.
            Box::pin(self.send_postings()).await;
        }
    }

    async fn send_postings(&mut self) {
        if let Some(user) = &self.user {
            user.touch(clock::now());
        }
        let mut queue = VecDeque::from(std::mem::take(&mut self.postings));
        while let Some(first) = queue.pop_front() {
            if let [destination] = first.destinations.as_slice() {
                let destination = destination.clone();
                let mut group = vec![first];
                while let Some(next) =
                    queue.pop_front_if(|next| next.destinations.as_slice() == [destination.clone()])
                {
                    group.push(next);
                }
                self.send_group(&destination, group).await;
            } else {
                self.send_to_several(first).await;
            }
        }
    }

    async fn send_group(&mut self, destination: &Destination, group: Vec<Posting>) {
        let (labels, contents): (Vec<_>, Vec<_>) = group
            .into_iter()
            .map(|posting| (posting.label, posting.content))
            .unzip();
        let speeches: Vec<Speech> = contents.iter().map(|content| content.speech).collect();
        let outcomes = self.send(destination, contents).await;
        for ((label, speech), outcome) in labels.into_iter().zip(speeches).zip(outcomes) {
            self.begin(label);
            self.show(speech, outcome).await;
            self.finish();
        }
    }

    async fn send_to_several(&mut self, posting: Posting) {
        self.begin(posting.label);
        if let Some(reply) = &posting.refusal {
            self.reply(reply);
        }
        for destination in &posting.destinations {
            for outcome in self.send(destination, vec![posting.content.clone()]).await {
                self.show(posting.content.speech, outcome).await;
            }
        }
        self.finish();
    }

    /// Sends messages to one destination; gives an outcome for each.
    async fn send(&mut self, destination: &Destination, contents: Vec<Content>) -> Vec<Outcome> {
        let count = contents.len();
        let outcomes = match (self.asker(), destination) {
            (Err(reply), _) => Err(reply),
            (Ok(asker), Destination::Room(name, at_least)) => {
                self.send_to_room(&asker, name, *at_least, contents).await
            }
            (Ok(asker), Destination::Nick(nick)) => self.send_to_nick(&asker, nick, contents).await,
        };
        outcomes.unwrap_or_else(|reply| {
            let refuse = || Outcome {
                event: None,
                replies: vec![reply.clone()],
            };
            std::iter::repeat_with(refuse).take(count).collect()
        })
    }

    async fn send_to_room(
        &self,
        asker: &Asker,
        name: &RoomName,
        at_least: Option<(char, Rank)>,
        contents: Vec<Content>,
    ) -> Result<Vec<Outcome>, Reply> {
        let refused = || no_such_channel(name.as_str());
        let room = self.hub.directory.room(name).ok_or_else(refused)?;
        let requests = contents.into_iter().map(|content| Request::Say {
            speech: content.speech,
            text: content.text,
            client_tags: content.client_tags,
            at_least,
        });
        let answers = room.ask(asker, requests.collect()).await;
        let answers = answers.map_err(|_| refused())?;
        Ok(answers.into_iter().map(Outcome::from).collect())
    }

    async fn send_to_nick(
        &mut self,
        asker: &Asker,
        nick: &str,
        contents: Vec<Content>,
    ) -> Result<Vec<Outcome>, Reply> {
        let receiver = self
            .hub
            .directory
            .user(nick)
            .ok_or_else(|| no_such_nick(nick))?;
        let identity = receiver.identity();
        let notes = asker.user.notes();
        let now = clock::now();
        let partner = || notes.of_writing_to(&identity.nick, now);
        // Before the message, so that whoever finds the one finds the other.
        let kept = self.hub.accounts.note(&notes, partner);
        kept.await.map_err(|_| not_stored(nick))?;
        let nick = identity.nick.as_str();
        let speeches: Vec<Speech> = contents.iter().map(|one| one.speech).collect();
        let bodies: Vec<Body> = contents.into_iter().map(Content::into_body).collect();
        let stored = self.hub.post.send(asker, &receiver, nick, bodies).await;
        let away = identity.away.as_ref();
        let away = away.map(|text| Reply::numeric(numeric::RPL_AWAY, &[nick, text]));
        let outcome = |(result, speech)| match result {
            Ok(event) => Outcome {
                event: Some(event),
                // No typing notification or notice wants to know.
                replies: away
                    .iter()
                    .filter(|_| speech == Speech::Privmsg)
                    .cloned()
                    .collect(),
            },
            Err(reply) => Outcome {
                event: None,
                replies: vec![reply],
            },
        };
        Ok(stored.into_iter().zip(speeches).map(outcome).collect())
    }

    /// Answers one message: with its echo where that was negotiated, and with what there is to say about it. A
    /// `NOTICE` is never answered, unless its sender asked for it with a label.
    async fn show(&mut self, speech: Speech, outcome: Outcome) {
        if let Some(event) = outcome.event {
            if self.feeds.contains_key(&event.id.stream) {
                self.read_feed(event.id.stream, Some(event.id.seq)).await;
            } else if self.caps.contains(Caps::ECHO_MESSAGE) {
                self.show_own(&event);
            }
        }
        if speech != Speech::Notice || self.is_labelled() {
            for reply in &outcome.replies {
                self.reply(reply);
            }
        }
    }
}

/// Where a message goes whose target is written so.
pub(crate) fn destination(name: &str) -> Destination {
    let (name_of_room, at_least) = match name
        .chars()
        .next()
        .and_then(|first| Some((first, Rank::from_prefix(first)?)))
    {
        Some((prefix, rank)) => (name.get(1..).unwrap_or_default(), Some((prefix, rank))),
        None => (name, None),
    };
    match name_of_room.parse::<RoomName>() {
        Ok(room) => Destination::Room(room, at_least),
        Err(_) => Destination::Nick(name.to_owned()),
    }
}

/// `403`
pub(crate) fn no_such_channel(name: &str) -> Reply {
    Reply::numeric(numeric::ERR_NOSUCHCHANNEL, &[name, "No such channel"])
}
