//! What happens in the hub, in the form in which it is ordered, stored and delivered.
//!
//! An event belongs to one stream (a room's, or the direct messages to one user) and has its place there. Encoding
//! it for the wire is the business of [`crate::encode`].

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use salon_protocol::{Nick, RoomName, Timestamp};

use crate::identity::{Identity, SessionId, UserId};

/// An ordered sequence of events: a room, or the direct messages to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StreamId(pub(crate) u64);

/// The place of an event in its stream; the first is 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Seq(pub(crate) u64);

impl Seq {
    /// The place after this one. A peer may name the last place that a number can stand for, behind which there is none.
    pub(crate) fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// The `msgid` of an event, unique over all runs of the hub: the log's epoch, the stream and the place in it, so
/// that an id leads to its event without an index. <https://ircv3.net/specs/extensions/message-ids>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MessageId {
    pub(crate) epoch: u64,
    pub(crate) stream: StreamId,
    pub(crate) seq: Seq,
}

impl fmt::Display for MessageId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:x}-{:x}-{:x}",
            self.epoch, self.stream.0, self.seq.0
        )
    }
}

/// The text is no id that this hub could have given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a message id of this hub")]
pub(crate) struct NoMessageId;

impl FromStr for MessageId {
    type Err = NoMessageId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text
            .splitn(3, '-')
            .map(|part| u64::from_str_radix(part, 16));
        match (parts.next(), parts.next(), parts.next()) {
            (Some(Ok(epoch)), Some(Ok(stream)), Some(Ok(seq))) => Ok(Self {
                epoch,
                stream: StreamId(stream),
                seq: Seq(seq),
            }),
            _ => Err(NoMessageId),
        }
    }
}

/// Which of the three ways of saying something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speech {
    Privmsg,
    Notice,
    Tagmsg,
}

impl Speech {
    /// The verb on the wire.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Privmsg => "PRIVMSG",
            Self::Notice => "NOTICE",
            Self::Tagmsg => "TAGMSG",
        }
    }
}

/// What divides the lines of a text, which no line of the protocol can hold itself: LF where a line ends, CR where a
/// line goes on that did not fit one line of the protocol (`draft/multiline-concat`).
pub(crate) const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// The lines of a text, each with whether it continues the one before.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut continues = false;
    text.split_inclusive(LINE_ENDS)
        .chain(text.ends_with(LINE_ENDS).then_some(""))
        .map(move |line| {
            let ends = line.strip_suffix(LINE_ENDS);
            let given = (ends.unwrap_or(line), continues);
            continues = line.ends_with('\r');
            given
        })
}

/// What happened.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// Something was said; `client_tags` is the raw section of client-only tags, without `@`. The text has more than
    /// one line where it holds [`LINE_ENDS`].
    Said {
        speech: Speech,
        text: Box<str>,
        client_tags: Box<str>,
    },
    Join,
    Part {
        reason: Option<Box<str>>,
    },
    Quit {
        reason: Box<str>,
    },
    /// The source's nick before is in the event's source.
    Nick {
        new: Nick,
    },
    Topic {
        text: Box<str>,
    },
    /// The room has another name; the one before is the target.
    Rename {
        to: RoomName,
        reason: Box<str>,
    },
    /// The mode letters and their arguments, as they go on the wire.
    Mode {
        change: Box<str>,
    },
    Kick {
        user: UserId,
        nick: Nick,
        reason: Box<str>,
    },
    /// `announced` to the room's operators (`invite-notify`), or sent to the one who is invited.
    Invite {
        nick: Nick,
        announced: bool,
    },
    /// A key of the room, or of the source, has another value, or none any more.
    Metadata {
        of_room: bool,
        key: Box<str>,
        value: Option<Box<str>>,
    },
    /// An operator of the hub said something to everybody who wants it.
    Wallops {
        text: Box<str>,
    },
    /// An earlier message of the stream is taken back.
    Redact {
        message: MessageId,
        reason: Option<Box<str>>,
    },
    /// Here stood a message that was taken back; nobody is shown anything of it.
    Redacted,
    /// The away text, or the return, is in the source.
    Away,
    /// The account, or that there is none any more, is in the source.
    Account,
    /// The real name is in the source.
    Setname,
}

/// Who of a room's members an event is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Audience {
    Everyone,
    Only(Box<[UserId]>),
}

/// One happening of a user that goes through every room the user is in (`NICK`, `QUIT`, `AWAY`, …), so that somebody
/// who shares several of these rooms is shown it once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spread {
    pub(crate) id: u64,
    pub(crate) rooms: Box<[StreamId]>,
}

/// A happening in its place.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) id: MessageId,
    pub(crate) time: Timestamp,
    /// The connection that caused it.
    pub(crate) origin: SessionId,
    /// The user whose connection that is.
    pub(crate) user: UserId,
    pub(crate) source: Arc<Identity>,
    /// The room's name (with a rank's prefix before it, if only that rank is addressed) or the receiver's nick.
    pub(crate) target: Arc<str>,
    pub(crate) body: Body,
    pub(crate) audience: Audience,
    pub(crate) spread: Option<Arc<Spread>>,
}

/// An account as the author of events. Those from before it was made are somebody else's, who had one of the same name
/// and deleted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) account: Box<str>,
    pub(crate) since: Timestamp,
}

impl Event {
    /// How much memory the event takes, but for what it shares with others and what has always room in a line.
    pub(crate) fn bytes(&self) -> usize {
        let said = if let Body::Said {
            text, client_tags, ..
        } = &self.body
        {
            text.len() + client_tags.len()
        } else {
            0
        };
        let listed = match &self.audience {
            Audience::Everyone => 0,
            Audience::Only(users) => size_of_val(&**users),
        };
        size_of::<Self>() + said + listed
    }

    /// Whether a user is among those whom the event is for.
    pub(crate) fn is_for(&self, user: UserId) -> bool {
        match &self.audience {
            Audience::Everyone => true,
            Audience::Only(users) => users.contains(&user),
        }
    }

    /// Whether the event ends a user's membership of its room.
    pub(crate) fn takes_out(&self, user: UserId) -> bool {
        match &self.body {
            Body::Part { .. } | Body::Quit { .. } => self.user == user,
            Body::Kick { user: kicked, .. } => *kicked == user,
            Body::Said { .. }
            | Body::Join
            | Body::Nick { .. }
            | Body::Topic { .. }
            | Body::Rename { .. }
            | Body::Mode { .. }
            | Body::Invite { .. }
            | Body::Metadata { .. }
            | Body::Wallops { .. }
            | Body::Redact { .. }
            | Body::Redacted
            | Body::Away
            | Body::Account
            | Body::Setname => false,
        }
    }

    /// Whether a user caused the event, on this connection or another one of the same account.
    pub(crate) fn is_by(&self, user: UserId, owner: Option<&Owner>) -> bool {
        let is_its = |owner: &Owner| {
            self.time >= owner.since && self.source.account.as_deref() == Some(&*owner.account)
        };
        self.user == user || owner.is_some_and(is_its)
    }

    /// Whether something was said that has more than one line.
    pub(crate) fn has_lines(&self) -> bool {
        matches!(&self.body, Body::Said { text, .. } if text.contains(LINE_ENDS))
    }

    /// Whether somebody said something, which is what `echo-message` is about.
    pub(crate) fn is_speech(&self) -> bool {
        matches!(self.body, Body::Said { .. })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Something said by `alice` in `#lobby`, at a place of a stream.
    pub(crate) fn said(stream: u64, seq: u64, text: &str) -> Event {
        let alice = Identity::new("alice".parse().expect("a nick"), "a", "host", "Alice");
        Event {
            id: MessageId {
                epoch: 1,
                stream: StreamId(stream),
                seq: Seq(seq),
            },
            time: Timestamp::from_millis(1_000 + seq),
            origin: SessionId(1),
            user: UserId(1),
            source: Arc::new(alice),
            target: "#lobby".into(),
            body: Body::Said {
                speech: Speech::Privmsg,
                text: text.into(),
                client_tags: "".into(),
            },
            audience: Audience::Everyone,
            spread: None,
        }
    }

    #[test]
    fn a_text_is_divided_into_lines_and_their_continuations() {
        let lines: Vec<_> = lines("\none \rtwo\n\n").collect();
        assert_eq!(
            lines,
            [
                ("", false),
                ("one ", false),
                ("two", true),
                ("", false),
                ("", false)
            ]
        );
    }

    #[test]
    fn an_account_wrote_nothing_before_it_was_made() {
        let mut event = said(1, 5, "mine");
        event.source = Arc::new(event.source.with_account("alice"));
        let owner = |account: &str, since| Owner {
            account: account.into(),
            since: Timestamp::from_millis(since),
        };
        assert!(event.is_by(UserId(1), None), "the very user");
        assert!(event.is_by(UserId(2), Some(&owner("alice", 1_005))));
        assert!(!event.is_by(UserId(2), Some(&owner("alice", 1_006))));
        assert!(!event.is_by(UserId(2), Some(&owner("bob", 0))));
        assert!(!event.is_by(UserId(2), None));
    }

    #[test]
    fn a_message_id_names_log_stream_and_place() {
        let id = MessageId {
            epoch: 255,
            stream: StreamId(16),
            seq: Seq(17),
        };
        assert_eq!(id.to_string(), "ff-10-11");
        assert_eq!("ff-10-11".parse(), Ok(id));
        for none in ["", "ff", "ff-10", "ff-10-x", "ff-10-11-12"] {
            assert_eq!(none.parse::<MessageId>(), Err(NoMessageId), "{none}");
        }
    }
}
