//! What a command is, as data: its names, its typed arguments, its help and its examples.
//!
//! Everything that is said about a command is read from here: how its arguments are parsed, its
//! usage, `:help`, what each argument completes to, and the errors. A spec is plain data with no
//! function in it, so one that a plug-in sends is as good as a built-in one.

mod argument;
mod check;
mod description;
mod error;
mod kind;
mod notation;

pub use argument::{Argument, Complete, Presence};
pub use error::SpecError;
pub use kind::Kind;
pub use notation::arguments;

pub(crate) use check::is_command_name;

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::effect::Effect;
use check::check_arguments;
use description::Description;

/// What a command is called, takes, and does.
///
/// It is read from JSON and written as JSON, with its arguments in the form of [`arguments`] or one
/// by one; [`Spec::check`] holds for one that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Description", into = "Description")]
#[non_exhaustive]
pub struct Spec {
    /// Its name, in lower case, without the `:`.
    pub name: Cow<'static, str>,
    /// Other names, which work wherever the name does.
    pub aliases: Vec<Cow<'static, str>>,
    /// What it does, in one line: lower case, no full stop.
    pub summary: Cow<'static, str>,
    /// Its arguments, in order.
    pub arguments: Vec<Argument>,
    /// What one may type, with what that does.
    pub examples: Vec<Example>,
}

impl Spec {
    /// A command without arguments.
    pub fn new(name: impl Into<Cow<'static, str>>, summary: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            aliases: Vec::new(),
            summary: summary.into(),
            arguments: Vec::new(),
            examples: Vec::new(),
        }
    }

    /// Adds another name for it.
    #[must_use]
    pub fn alias(mut self, alias: impl Into<Cow<'static, str>>) -> Self {
        self.aliases.push(alias.into());
        self
    }

    /// Adds an argument after the others.
    #[must_use]
    pub fn argument(mut self, argument: Argument) -> Self {
        self.arguments.push(argument);
        self
    }

    /// Adds an example that has exactly these effects when the current target is the room `#lobby`.
    #[must_use]
    pub fn example(
        mut self,
        line: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
        effects: impl IntoIterator<Item = Effect>,
    ) -> Self {
        let outcome = Outcome::Effects(effects.into_iter().collect());
        self.examples.push(Example {
            line: line.into(),
            meaning: meaning.into(),
            outcome,
        });
        self
    }

    /// Adds an example that shows a text, which begins with this line.
    #[must_use]
    pub fn example_shows(
        mut self,
        line: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
        first_line: impl Into<Cow<'static, str>>,
    ) -> Self {
        let outcome = Outcome::Shows(first_line.into());
        self.examples.push(Example {
            line: line.into(),
            meaning: meaning.into(),
            outcome,
        });
        self
    }

    /// How it is typed: `:join ROOM [KEY]`.
    pub fn usage(&self) -> Usage<'_> {
        Usage(self)
    }

    /// Its name and aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name)
            .chain(&self.aliases)
            .map(AsRef::as_ref)
    }
}

/// How a command is typed. It prints as `:join ROOM [KEY]`.
#[derive(Debug, Clone, Copy)]
pub struct Usage<'a>(&'a Spec);

impl fmt::Display for Usage<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, ":{}", self.0.name)?;
        self.0
            .arguments
            .iter()
            .try_for_each(|argument| write!(formatter, " {argument}"))
    }
}

/// A line that one may type, and what it does. `:help` prints it, and a test runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Example {
    /// The whole line, as it is typed.
    pub line: Cow<'static, str>,
    /// What it does, in a few words.
    pub meaning: Cow<'static, str>,
    /// What it does, exactly, in the room `#lobby`.
    pub outcome: Outcome,
}

/// What an example does when the current target is the room `#lobby`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It has exactly these effects.
    Effects(Vec<Effect>),
    /// It shows a text that begins with this line.
    Shows(Cow<'static, str>),
    /// It is read as a call of its command; nothing is said about what that does.
    Accepted,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_read_from_the_arguments() {
        let spec = Spec::new("kick", "put a person out")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::required("NICK", Kind::Nick))
            .argument(Argument::optional("REASON", Kind::Text));
        assert_eq!(spec.usage().to_string(), ":kick [ROOM] NICK [REASON]");
    }
}
