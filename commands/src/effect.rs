//! What a command asks of its host.
//!
//! An effect says what is to happen and holds all that is needed for it. It is deliberately not
//! `non_exhaustive`: a host that doesn't know what to do with an effect must not compile.

use crate::invoke::Invoke;
use crate::value::{Nick, Room, Target, Text, Word};

/// One thing that the host is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Say a text in a room or to a person.
    Say {
        /// Where it is said.
        target: Target,
        /// What is said.
        text: Text,
    },
    /// Say a text as an action: `* ann waves`.
    Action {
        /// Where it is done.
        target: Target,
        /// What is done.
        text: Text,
    },
    /// Take another nick.
    Nick {
        /// The nick wanted.
        nick: Nick,
    },
    /// Enter a room, and make it the current one.
    Join {
        /// The room.
        room: Room,
        /// Its key, if it needs one.
        key: Option<Word>,
    },
    /// Leave a room.
    Part {
        /// The room.
        room: Room,
        /// What the others read as the reason.
        reason: Option<Text>,
    },
    /// Make a room or a person the one that plain lines go to.
    Switch {
        /// The new current target.
        target: Target,
    },
    /// Show the rooms that one is in.
    Rooms,
    /// Show who is in a room.
    Names {
        /// The room.
        room: Room,
    },
    /// Show details of those who match.
    Who {
        /// A room, a nick or a mask with `*` and `?`.
        mask: Word,
    },
    /// Show what is known of a person.
    Whois {
        /// The person.
        nick: Nick,
    },
    /// Show or set a room's topic.
    Topic {
        /// The room.
        room: Room,
        /// `None` shows the topic, an empty text removes it, any other sets it.
        text: Option<Text>,
    },
    /// Say that one is away, or back.
    Away {
        /// Why, or `None` for being back.
        text: Option<Text>,
    },
    /// Ask a person into a room.
    Invite {
        /// The person.
        nick: Nick,
        /// The room.
        room: Room,
    },
    /// Put a person out of a room.
    Kick {
        /// The room.
        room: Room,
        /// The person.
        nick: Nick,
        /// What everyone reads as the reason.
        reason: Option<Text>,
    },
    /// Show the rooms that the hub has.
    List {
        /// Only those whose names match, with `*` and `?`.
        pattern: Option<Word>,
    },
    /// Send a line of the protocol as it is.
    Raw {
        /// The line, without its end.
        line: Text,
    },
    /// Leave the program.
    Quit {
        /// What the others read as the reason.
        reason: Option<Text>,
    },
    /// Show lines to the person who typed the command, and to nobody else.
    Show {
        /// One or more lines, without a line break at the end.
        text: String,
    },
    /// Run a command that is not built in: the host knows what it does.
    Invoke(Invoke),
}

/// What one command asks for, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects(Vec<Effect>);

impl Effects {
    /// No effect.
    pub fn none() -> Self {
        Self::default()
    }

    /// The effects in order.
    pub fn as_slice(&self) -> &[Effect] {
        &self.0
    }

    /// Adds an effect after the others.
    pub fn push(&mut self, effect: Effect) {
        self.0.push(effect);
    }

    /// Goes through the effects in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Effect> {
        self.0.iter()
    }
}

impl From<Effect> for Effects {
    fn from(effect: Effect) -> Self {
        Self(vec![effect])
    }
}

impl FromIterator<Effect> for Effects {
    fn from_iter<I: IntoIterator<Item = Effect>>(effects: I) -> Self {
        Self(effects.into_iter().collect())
    }
}

impl IntoIterator for Effects {
    type Item = Effect;
    type IntoIter = std::vec::IntoIter<Effect>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Effects {
    type Item = &'a Effect;
    type IntoIter = std::slice::Iter<'a, Effect>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
