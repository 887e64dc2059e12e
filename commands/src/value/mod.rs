//! The values that arguments have: text, words, nicks, rooms and targets.
//!
//! Each is a newtype that can only be made from text that it may hold, so an effect can carry
//! nothing that would break a protocol line. The checks are those that every IRC server agrees on;
//! what one server refuses beyond them (a length, a character), that server says itself.

mod name;
pub(crate) mod sample;
mod span;
mod text;
mod when;

pub use name::{Nick, Ranked, Room, Target};
pub(crate) use name::{RoomMarks, is_services};
pub use span::Span;
pub use text::{Text, Word};
pub use when::When;

use thiserror::Error;

/// A value of an argument, by the kind that its [`Argument`](crate::Argument) declares.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// One word.
    Word(Word),
    /// The rest of the line.
    Text(Text),
    /// A person.
    Nick(Nick),
    /// A room.
    Room(Room),
    /// A room, some of it, or a person.
    Target(Target),
    /// A whole number within its bounds.
    Number(i64),
    /// A length of time.
    Duration(Span),
    /// A point in time.
    Time(When),
    /// A flag without a value was given.
    Given,
    /// The values of a repeated argument, in order.
    List(Vec<Value>),
}

impl Value {
    /// The value as words, as a program takes them: one, or for a list one for each of its values.
    /// A flag without a value has none.
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Word(word) => vec![word.to_string()],
            Self::Text(text) => vec![text.to_string()],
            Self::Nick(nick) => vec![nick.to_string()],
            Self::Room(room) => vec![room.to_string()],
            Self::Target(target) => vec![target.to_string()],
            Self::Number(number) => vec![number.to_string()],
            Self::Duration(span) => vec![span.to_string()],
            Self::Time(when) => vec![when.to_string()],
            Self::Given => Vec::new(),
            Self::List(values) => values.iter().flat_map(Self::words).collect(),
        }
    }
}

/// Why a text is not the value that it was asked to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ValueError {
    /// The text holds NUL, CR or LF, which no line can carry.
    #[error("expected one line of text without NUL, CR or LF")]
    Text,
    /// The text is empty or holds a blank.
    #[error("expected one word")]
    Word,
    /// The text can't be a nick on any server.
    #[error("expected a nick such as 'ann'")]
    Nick,
    /// The text can't be a room on any server.
    #[error("expected a room such as '#dev'")]
    Room,
    /// The text can't be the mark of a rank and a room.
    #[error("expected the mark of a rank and a room such as '@#dev'")]
    Ranked,
    /// The text is no length of time.
    #[error("expected a length of time such as '10m' or '1h30m'")]
    Duration,
    /// The text is no point in time.
    #[error("expected a time such as 'yesterday', '18:30', '2h' or '2026-11-23'")]
    Time,
}

/// Gives a newtype over text what all of them share: views, comparison and printing as written.
macro_rules! text_views {
    ($($type:ident),*) => {$(
        impl $type {
            /// The text as it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::ops::Deref for $type {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl std::str::FromStr for $type {
            type Err = crate::ValueError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }
    )*};
}

use text_views;
