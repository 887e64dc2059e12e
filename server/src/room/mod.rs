//! Rooms: what may be asked of one, what it answers, and the handle through which it is asked.
//!
//! A room is a task that owns a [`state::RoomState`]. Whoever wants something sends an [`Envelope`]; the task puts the
//! requests in order, commits what they bring about to the log, publishes it on the ring, and then answers. So an
//! answer means: stored.

mod beginning;
mod founder;
mod guests;
mod herald;
mod journal;
mod measured;
mod membership;
mod metadata;
mod mode_change;
pub(crate) mod modes;
mod record;
mod rename;
mod settings;
mod speech;
mod state;
mod task;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use salon_protocol::{Nick, RoomName, Timestamp};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::event::{Body, Event, Seq, Speech, Spread, StreamId};
use crate::identity::{Identity, SessionId};
use crate::metadata::Metadata;
use crate::reply::Reply;
use crate::run::Run;
use crate::user::User;
use modes::Rank;

pub use measured::Talk;

pub(crate) use mode_change::{KEY_BYTES_MAX, LIST_ENTRIES_MAX};
pub(crate) use speech::{redaction_forbidden, topic_replies};
pub(crate) use state::next_time;
pub(crate) use task::{Origin, Residents, spawn};

/// Who asks, and on which connection.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    pub(crate) session: SessionId,
    pub(crate) user: Arc<User>,
    pub(crate) identity: Arc<Identity>,
}

/// What can be asked of a room.
#[derive(Debug, Clone)]
pub(crate) enum Request {
    Join {
        key: Option<String>,
    },
    /// One more connection of a member listens; answered as a `Join`, without an event.
    Attach,
    /// A connection of a member listens no more; the member stays.
    Detach,
    Part {
        reason: Option<String>,
    },
    /// To everyone in the room, or to those who have at least a rank.
    Say {
        speech: Speech,
        text: String,
        client_tags: String,
        at_least: Option<(char, Rank)>,
    },
    /// Takes a message of the room back.
    Redact {
        message: Arc<Event>,
        /// Whether whoever asks wrote it.
        is_own: bool,
        reason: Option<String>,
    },
    /// Shows the topic, or sets it.
    Topic {
        text: Option<String>,
    },
    ShowMetadata,
    SetMetadata {
        key: String,
        value: Option<String>,
    },
    ClearMetadata,
    /// Gives the room another name, which the directory keeps for it.
    Rename {
        to: RoomName,
        reason: String,
    },
    /// Shows the modes, or changes them: the letters with their signs, then the arguments.
    Mode {
        changes: Vec<String>,
    },
    Kick {
        nick: Nick,
        reason: String,
    },
    /// Checks the right to invite, remembers the invitation of an operator and announces it to the other ones.
    Invite {
        guest: Arc<User>,
        nick: Nick,
    },
    /// Who is here, as far as the asker may see.
    Members,
    /// What rank a user has here, as far as the asker may see that the user is here at all.
    Standing {
        of: Arc<User>,
    },
    Own(Ownership),
    /// Lets nobody in for being logged in to the asker's account.
    ForgetAccount,
    /// A happening of the asker that goes through every room of theirs: `NICK`, `QUIT`, `AWAY`, `SETNAME`; no body
    /// where the others are not told (a user mode).
    Change {
        identity: Arc<Identity>,
        body: Option<Body>,
        spread: Arc<Spread>,
    },
}

/// What the account that a room belongs to, or is to belong to, asks for.
#[derive(Debug, Clone)]
pub(crate) enum Ownership {
    Register,
    Unregister,
    /// Makes a member an operator, or takes that back.
    Operator {
        nick: Nick,
        set: bool,
    },
}

/// What a room answers to one request.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// What the request brought about: committed, and on the ring.
    pub(crate) event: Option<Arc<Event>>,
    pub(crate) replies: Vec<Reply>,
    /// Whether the request was refused; `replies` says why.
    pub(crate) refused: bool,
    /// After a `Join` or an `Attach`: where to listen, and what a joiner is told.
    pub(crate) joined: Option<Joined>,
    pub(crate) members: Option<Arc<[Member]>>,
    /// To `ShowMetadata`, and to `ClearMetadata` what was.
    pub(crate) metadata: Option<Metadata>,
    /// To `Standing`.
    pub(crate) rank: Option<Rank>,
}

impl Answer {
    fn refused(reply: Reply) -> Self {
        Self {
            replies: vec![reply],
            refused: true,
            ..Self::default()
        }
    }
}

/// What somebody gets who has joined.
#[derive(Debug)]
pub(crate) struct Joined {
    /// Receives every run from the one that holds the join.
    pub(crate) ring: Option<broadcast::Receiver<Arc<Run>>>,
    /// Who listens there.
    listener: (Arc<User>, SessionId),
    /// The place of the last event before the answer, as of which the rest is.
    pub(crate) as_of: Seq,
    pub(crate) topic: Option<Topic>,
    pub(crate) metadata: Metadata,
    pub(crate) secret: bool,
    pub(crate) members: Arc<[Member]>,
}

/// A room's topic, who set it, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Topic {
    pub(crate) text: Box<str>,
    pub(crate) setter: Box<str>,
    pub(crate) time: Timestamp,
}

/// Somebody in a room.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) user: Arc<User>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) rank: Rank,
}

/// What is known of a room without asking it, for `LIST` and `WHOIS`; as of the last commit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Summary {
    pub(crate) members: usize,
    pub(crate) topic: Option<Topic>,
    pub(crate) secret: bool,
    /// The account that the room belongs to.
    pub(crate) founder: Option<Box<str>>,
}

/// Some requests of one asker, answered together and in order.
#[derive(Debug)]
pub(crate) struct Envelope {
    asker: Asker,
    requests: Vec<Request>,
    answers: oneshot::Sender<Vec<Answer>>,
}

/// The room has ended, or the hub ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the room is gone")]
pub(crate) struct RoomGone;

/// How a room is reached.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) id: StreamId,
    // Written by the room's task alone, as a pointer.
    name: Mutex<RoomName>,
    pub(crate) created: Timestamp,
    requests: mpsc::Sender<Envelope>,
    ring: broadcast::Sender<Arc<Run>>,
    published: AtomicU64,
    // Written by the room's task alone, a few words at a time.
    summary: Mutex<Summary>,
}

impl Room {
    /// Sends requests in order and waits for their answers. One who asks more than the room can take waits for it.
    pub(crate) async fn ask(
        &self,
        asker: &Asker,
        requests: Vec<Request>,
    ) -> Result<Vec<Answer>, RoomGone> {
        let (answers, answered) = oneshot::channel();
        let envelope = Envelope {
            asker: asker.clone(),
            requests,
            answers,
        };
        self.requests.send(envelope).await.map_err(|_| RoomGone)?;
        answered.await.map_err(|_| RoomGone)
    }

    /// Sends one request and waits for its answer.
    pub(crate) async fn ask_one(
        &self,
        asker: &Asker,
        request: Request,
    ) -> Result<Answer, RoomGone> {
        self.ask(asker, vec![request]).await?.pop().ok_or(RoomGone)
    }

    /// What the room is called.
    pub(crate) fn name(&self) -> RoomName {
        RoomName::clone(&self.name.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is known of the room without asking it.
    pub(crate) fn summary(&self) -> Summary {
        self.summary
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The place of the newest event that is on the ring.
    pub(crate) fn published(&self) -> Seq {
        Seq(self.published.load(Ordering::Acquire))
    }
}
