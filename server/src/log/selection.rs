//! Which part of a stream is asked for: the questions of history.

use salon_protocol::Nick;

use crate::event::{Body, Event, Owner, Seq, Speech, StreamId};
use crate::identity::UserId;

/// What of a stream's events counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kinds {
    /// What was said with a text: `PRIVMSG` and `NOTICE`.
    Messages,
    /// Also tags alone, comings and goings, topics and modes: `draft/event-playback`.
    Playback,
}

impl Kinds {
    fn hold(self, body: &Body) -> bool {
        match body {
            Body::Said { speech, .. } => self == Self::Playback || *speech != Speech::Tagmsg,
            Body::Away
            | Body::Account
            | Body::Setname
            | Body::Invite { .. }
            | Body::Metadata { .. }
            | Body::Wallops { .. }
            | Body::Redacted => false,
            Body::Join
            | Body::Part { .. }
            | Body::Quit { .. }
            | Body::Nick { .. }
            | Body::Topic { .. }
            | Body::Rename { .. }
            | Body::Mode { .. }
            | Body::Kick { .. }
            | Body::Redact { .. } => self == Self::Playback,
        }
    }
}

/// Whose events count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Author {
    Anyone,
    /// Those who had this nick then.
    Nick(Nick),
    /// This very user, on whatever connection, or who was logged in to the account.
    User(UserId, Option<Owner>),
}

impl Author {
    /// Whether an event is one of theirs.
    pub(crate) fn wrote(&self, event: &Event) -> bool {
        match self {
            Self::Anyone => true,
            Self::Nick(nick) => event.source.nick == *nick,
            Self::User(user, owner) => event.is_by(*user, owner.as_ref()),
        }
    }
}

/// Some events of a stream, strictly between two places.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    pub(crate) stream: StreamId,
    pub(crate) after: Seq,
    pub(crate) before: Seq,
    pub(crate) kinds: Kinds,
    pub(crate) author: Author,
    /// Who reads: what was for some users alone is shown to them alone.
    pub(crate) reader: UserId,
    pub(crate) events_max: usize,
    /// Where there are more than that, whether the last ones are wanted and not the first.
    pub(crate) newest: bool,
}

impl Selection {
    /// Whether an event within the places counts.
    pub(super) fn holds(&self, event: &Event) -> bool {
        self.kinds.hold(&event.body) && self.author.wrote(event) && event.is_for(self.reader)
    }
}
