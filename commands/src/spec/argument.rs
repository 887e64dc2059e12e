//! One argument of a command: its name, its kind, and what it completes to.

use std::borrow::Cow;
use std::fmt;

use crate::spec::Kind;
use crate::value::RoomMarks;

/// An argument, as a spec declares it. It prints as the usage has it: `ROOM`, `[KEY]`, `NICK...` or
/// `[--since TIME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Argument {
    /// Its name in the usage, in capitals; that of a switch is the switch itself, `--all`. Its value
    /// is found by it.
    pub name: Cow<'static, str>,
    /// What it may be.
    pub kind: Kind,
    /// Whether it may be left out, or given several times.
    pub presence: Presence,
    /// What Tab offers for it.
    pub complete: Complete,
    /// Whether it is a secret, which no history may keep.
    pub secret: bool,
    /// The flag that announces it, without its `--`; `None` for one that is known by its place.
    pub flag: Option<Cow<'static, str>>,
}

/// How often an argument is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// Once.
    Required,
    /// Once or not at all.
    Optional,
    /// Once or more, up to the end of the line.
    OneOrMore,
    /// Any number of times, up to the end of the line.
    ZeroOrMore,
}

/// What Tab offers for an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Complete {
    /// Nothing.
    Nothing,
    /// People, the most recent speaker first.
    Nicks,
    /// Rooms.
    Rooms,
    /// Rooms and people.
    Targets,
    /// Commands and the other topics of `:help`.
    Topics,
    /// Commands.
    Commands,
    /// The values that the kind has, or the usual ones of it.
    Values,
    /// What the host knows under this name.
    List(Cow<'static, str>),
}

impl Argument {
    /// An argument that must be there. It completes to what its kind suggests.
    pub fn required(name: impl Into<Cow<'static, str>>, kind: Kind) -> Self {
        let complete = kind.complete();
        Self {
            name: name.into(),
            kind,
            presence: Presence::Required,
            complete,
            secret: false,
            flag: None,
        }
    }

    /// An argument that may be left out. It completes to what its kind suggests.
    pub fn optional(name: impl Into<Cow<'static, str>>, kind: Kind) -> Self {
        Self::required(name, kind).with_presence(Presence::Optional)
    }

    /// The last argument, which is given once or more.
    pub fn one_or_more(name: impl Into<Cow<'static, str>>, kind: Kind) -> Self {
        Self::required(name, kind).with_presence(Presence::OneOrMore)
    }

    /// The last argument, which is given any number of times.
    pub fn zero_or_more(name: impl Into<Cow<'static, str>>, kind: Kind) -> Self {
        Self::required(name, kind).with_presence(Presence::ZeroOrMore)
    }

    /// An argument that is announced by a flag: `--since TIME` or `--since=TIME`, anywhere before
    /// the rest of the line. It may be left out.
    pub fn flag(
        flag: impl Into<Cow<'static, str>>,
        name: impl Into<Cow<'static, str>>,
        kind: Kind,
    ) -> Self {
        Self {
            flag: Some(flag.into()),
            ..Self::optional(name, kind)
        }
    }

    /// A flag without a value: `--all`. It may be left out.
    pub fn switch(flag: impl Into<Cow<'static, str>>) -> Self {
        let flag = flag.into();
        let name = format!("--{flag}");
        Self::flag(flag, name, Kind::Switch)
    }

    /// The same, completing to something else.
    #[must_use]
    pub fn completing(self, complete: Complete) -> Self {
        Self { complete, ..self }
    }

    /// The same, as a secret: a line that carries it is kept in no history.
    #[must_use]
    pub fn secret(self) -> Self {
        Self {
            secret: true,
            ..self
        }
    }

    /// The same, given as often as this.
    #[must_use]
    pub(crate) fn with_presence(self, presence: Presence) -> Self {
        Self { presence, ..self }
    }

    /// Whether it may be left out.
    pub fn is_optional(&self) -> bool {
        match self.presence {
            Presence::Optional | Presence::ZeroOrMore => true,
            Presence::Required | Presence::OneOrMore => false,
        }
    }

    /// Whether it may be given several times.
    pub fn is_repeated(&self) -> bool {
        match self.presence {
            Presence::OneOrMore | Presence::ZeroOrMore => true,
            Presence::Required | Presence::Optional => false,
        }
    }

    /// Whether it takes all that is left of the line.
    pub(crate) fn is_rest(&self) -> bool {
        self.kind == Kind::Text && self.flag.is_none()
    }

    /// Whether it counts as left out before this word: it may be, another follows, and the word
    /// doesn't have its shape.
    pub(crate) fn gives_way_to(&self, word: &str, is_last: bool, marks: &RoomMarks) -> bool {
        !is_last && self.is_optional() && !self.kind.recognises(word, marks)
    }

    /// Whether a word that is still being typed may belong to the argument after it.
    pub(crate) fn may_be_left_out_before(&self, word: &str, marks: &RoomMarks) -> bool {
        self.is_optional() && (word.is_empty() || !self.kind.recognises(word, marks))
    }

    /// What is expected in its place: `ROOM (a room such as '#dev')`.
    pub(crate) fn expectation(&self) -> String {
        format!("{} ({})", self.name, self.kind.expectation())
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.flag, &self.kind) {
            (Some(flag), Kind::Switch) => return write!(formatter, "[--{flag}]"),
            (Some(flag), _) => return write!(formatter, "[--{flag} {}]", self.name),
            (None, _) => {}
        }
        match self.presence {
            Presence::Required => write!(formatter, "{}", self.name),
            Presence::Optional => write!(formatter, "[{}]", self.name),
            Presence::OneOrMore => write!(formatter, "{}...", self.name),
            Presence::ZeroOrMore => write!(formatter, "[{}...]", self.name),
        }
    }
}
