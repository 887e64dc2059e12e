//! One argument of a command: its name, its kind, and what it completes to.

use std::borrow::Cow;
use std::fmt;

use crate::spec::Kind;

/// An argument, as a spec declares it. It prints as the usage has it: `ROOM`, or `[KEY]`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Argument {
    /// Its name in the usage, in capitals.
    pub name: Cow<'static, str>,
    /// What it may be.
    pub kind: Kind,
    /// Whether it may be left out.
    pub presence: Presence,
    /// What Tab offers for it.
    pub complete: Complete,
    /// Whether it is a secret, which no history may keep.
    pub secret: bool,
}

/// Whether an argument may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Presence {
    /// It must be there.
    Required,
    /// It may be left out.
    Optional,
}

/// What Tab offers for an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        }
    }

    /// An argument that may be left out. It completes to what its kind suggests.
    pub fn optional(name: impl Into<Cow<'static, str>>, kind: Kind) -> Self {
        Self {
            presence: Presence::Optional,
            ..Self::required(name, kind)
        }
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

    /// Whether it may be left out.
    pub fn is_optional(&self) -> bool {
        self.presence == Presence::Optional
    }

    /// Whether it counts as left out before this word: it may be, another follows, and the word
    /// doesn't have its shape.
    pub(crate) fn gives_way_to(&self, word: &str, is_last: bool) -> bool {
        !is_last && self.is_optional() && !self.kind.recognises(word)
    }

    /// Whether a word that is still being typed may belong to the argument after it.
    pub(crate) fn may_be_left_out_before(&self, word: &str) -> bool {
        self.is_optional() && (word.is_empty() || !self.kind.recognises(word))
    }

    /// What is expected in its place: `ROOM (a room such as '#dev')`.
    pub(crate) fn expectation(&self) -> String {
        format!("{} ({})", self.name, self.kind.expectation())
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.presence {
            Presence::Required => write!(formatter, "{}", self.name),
            Presence::Optional => write!(formatter, "[{}]", self.name),
        }
    }
}
