//! What happened in the conversation, in the one form that every output consumes: the renderer for
//! people and the JSON lines for programs. Texts are as the peer sent them; making them harmless
//! for a terminal is the business of `render`, never of the code that makes events.

use salon_protocol::Timestamp;

/// One thing that happened, with everything that is known about where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// The server's time of the event; the local one when the server does not say.
    pub(crate) time: Timestamp,
    /// The server's `msgid`.
    pub(crate) id: Option<String>,
    /// The nick that caused it, or the name of the server.
    pub(crate) from: Option<String>,
    /// The account that `from` is logged in to.
    pub(crate) account: Option<String>,
    /// The room or nick that it is addressed to.
    pub(crate) to: Option<String>,
    /// Whether this client caused it.
    pub(crate) own: bool,
    /// What it is.
    pub(crate) kind: EventKind,
}

/// Whether a target is a room, as far as its name tells: no nick begins like one, on any server
/// (<https://modern.ircdocs.horse/#channel-types>).
pub(crate) fn is_room(target: &str) -> bool {
    target.starts_with(['#', '&', '+', '!'])
}

/// The room that a target is, as far as its name tells: `@#dev` is `#dev`, for those who have a rank there.
pub(crate) fn room_of(target: &str) -> Option<&str> {
    let bare = target.trim_start_matches(['~', '&', '@', '%', '+']);
    if bare.starts_with('#') {
        return Some(bare);
    }
    is_room(target).then_some(target)
}

/// The kinds of [`Event`]. Each but those that are for people alone is a `type` of the JSON output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// A line somebody said.
    Message {
        /// What was said.
        text: String,
    },
    /// What somebody does: `/me waves`.
    Action {
        /// The deed, without the nick.
        text: String,
    },
    /// A line that asks for no answer, from a bot or the server.
    Notice {
        /// What was said.
        text: String,
    },
    /// `from` came into the room `to`.
    Join,
    /// `from` left the room `to`.
    Part {
        /// The reason that was given.
        reason: Option<String>,
    },
    /// `from` left the server.
    Quit {
        /// The reason that was given.
        reason: Option<String>,
    },
    /// `from` is called `new` from now on.
    Nick {
        /// The nick from now on.
        new: String,
    },
    /// The topic of `to`; `None` when it has none.
    Topic {
        /// The topic from now on.
        text: Option<String>,
    },
    /// `from` threw `nick` out of `to`.
    Kick {
        /// Who has to go.
        nick: String,
        /// The reason that was given.
        reason: Option<String>,
    },
    /// Modes of `to` changed.
    Mode {
        /// The changes as sent: `+o ann`.
        changes: String,
    },
    /// The server complains, and no line of the user's caused it.
    Error {
        /// The numeric or the code of the standard reply.
        code: Option<String>,
        /// What is wrong.
        text: String,
    },
    /// Registration and the joins asked for are over; `to` is the current room.
    Ready {
        /// The nick that the server granted.
        nick: String,
        /// The network that the server is of, where its name does not tell that; for people alone.
        network: Option<String>,
    },
    /// Events were left out here.
    Gap {
        /// How many; `None` where nobody can tell.
        skipped: Option<u64>,
        /// Since when, where that is known.
        since: Option<Timestamp>,
    },
    /// For people alone: all above it was read before.
    ReadUpTo,
    /// A line for people alone that asks for their attention, such as a reminder.
    Alert {
        /// The line.
        text: String,
    },
    /// A line for people alone: what somebody did, at its time.
    Note {
        /// The line.
        text: String,
    },
    /// A line for people alone: part of the answer to a command, or of the message of the day.
    Info {
        /// The line.
        text: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_told_by_its_name() {
        for (target, room) in [
            ("#dev", Some("#dev")),
            ("@#dev", Some("#dev")),
            ("+#dev", Some("#dev")),
            ("&local", Some("&local")),
            ("+modeless", Some("+modeless")),
            ("!ABCDEsafe", Some("!ABCDEsafe")),
            ("ann", None),
            ("*status", None),
            ("", None),
        ] {
            assert_eq!(room_of(target), room, "{target}");
        }
    }
}
