//! What a command asks of its host.
//!
//! An effect says what is to happen and holds all that is needed for it. It is deliberately not
//! `non_exhaustive`: a host that doesn't know what to do with an effect must not compile.

use crate::invoke::Invoke;
use crate::value::{Nick, Room, Target, Text, When, Word};

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
    /// Show or change the modes of a room.
    Mode {
        /// The room.
        room: Room,
        /// Letters with their signs, then their parameters, as IRC writes them; none shows the modes.
        changes: Vec<Word>,
    },
    /// Do something with an account of the hub. The host asks for the password, which it neither
    /// shows nor keeps.
    Account(Account),
    /// Do something that concerns the program rather than the hub.
    Local(Local),
    /// Run a command that is not built in: the host knows what it does.
    Invoke(Invoke),
}

impl Effect {
    /// Whether it says something to a network's services, which are told passwords.
    pub fn is_for_services(&self) -> bool {
        match self {
            Self::Say { target, .. } | Self::Action { target, .. } => target.is_services(),
            _ => false,
        }
    }
}

/// What is done with an account. A password belongs to each, and is in none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// Log in.
    Login {
        /// The account, or `None` for the one that is called like the nick.
        account: Option<Word>,
    },
    /// Make an account.
    Register {
        /// The account, or `None` for one that is called like the nick.
        account: Option<Word>,
        /// Where the hub can write to.
        email: Option<Word>,
    },
    /// Change the password.
    Password,
}

/// What `:save` keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// What was changed.
    Changes,
    /// The hub besides: how one gets there, the rooms that one is in, and who one is there. No password.
    Hub,
}

/// Where a part of what was said begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// With a moment.
    Time(When),
    /// Behind the message with this id.
    Message(Word),
}

/// Where a part of what was said ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// With the last line.
    Last,
    /// Before a moment.
    Before(When),
    /// Before what was shown there last.
    Shown,
}

/// What concerns the program: what it has seen, how it behaves, which hub it talks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Local {
    /// Show what was said.
    History {
        /// Where.
        target: Target,
        /// How many messages at most, the last ones.
        count: u32,
        /// Where they begin, if not as early as there are so many.
        start: Option<Start>,
        /// Where they end.
        end: End,
    },
    /// Find what was said.
    Search {
        /// Where, or `None` for everywhere.
        target: Option<Target>,
        /// Who said it, or `None` for anybody.
        nick: Option<Nick>,
        /// Not before this.
        since: Option<When>,
        /// Words that are all in it.
        words: Text,
    },
    /// Remember that all is read.
    Mark {
        /// Where.
        target: Target,
    },
    /// Take back what one said.
    Redact {
        /// Where.
        target: Target,
        /// Which of one's own lines, the last being 1.
        back: u32,
        /// What everyone reads as the reason.
        reason: Option<Text>,
    },
    /// Give a line a name.
    Alias {
        /// The name.
        name: Word,
        /// The line.
        line: Text,
    },
    /// Take a name back.
    Unalias {
        /// The name.
        name: Word,
    },
    /// Show settings.
    Get {
        /// Which one, or `None` for all.
        key: Option<Word>,
    },
    /// Change a setting.
    Set {
        /// Which one.
        key: Word,
        /// Its value.
        value: Text,
    },
    /// Add to a setting that is a list.
    Add {
        /// Which one.
        key: Word,
        /// What is added.
        value: Text,
    },
    /// Take out of a setting that is a list.
    Remove {
        /// Which one.
        key: Word,
        /// What is taken out.
        value: Text,
    },
    /// Keep the settings and aliases for the next time.
    Save {
        /// Which ones.
        what: Saved,
    },
    /// Go to another hub.
    Connect {
        /// Where, as on the command line.
        url: Word,
    },
    /// Leave the hub, and not the program.
    Disconnect {
        /// What the others read as the reason.
        reason: Option<Text>,
    },
    /// Come back to the hub.
    Reconnect,
    /// Run the lines of a file.
    Source {
        /// The file.
        file: Text,
    },
    /// Compose a message in an editor.
    Edit {
        /// What stands there at first.
        text: Option<Text>,
    },
    /// Empty the screen.
    Clear,
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
