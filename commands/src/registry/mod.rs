//! The commands that there are, from wherever they come, in one table.

mod names;
mod parse;

pub use parse::Mode;

use std::fmt;

use thiserror::Error;

use crate::builtin::{self, Command};
use crate::error::Problem;
use crate::invoke::Invoke;
use crate::reader::Arguments;
use crate::spec::Spec;
use names::Names;

/// Where a command comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// It is built in.
    BuiltIn,
    /// The program that embeds the registry has added it.
    Host,
    /// A plug-in of this name has added it.
    Plugin(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => formatter.write_str("built in"),
            Self::Host => formatter.write_str("of this program"),
            Self::Plugin(name) => write!(formatter, "of the plug-in '{name}'"),
        }
    }
}

/// A command of the registry.
#[derive(Debug, Clone)]
pub struct Entry {
    spec: Spec,
    origin: Origin,
    make: Make,
}

/// How a command is made from its arguments.
#[derive(Debug, Clone, Copy)]
enum Make {
    BuiltIn(builtin::Parse),
    Invoke,
}

impl Entry {
    /// What the command is.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Where it comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The command with arguments that were read by its spec.
    pub(crate) fn command(&self, mut arguments: Arguments) -> Result<Command, Problem> {
        match self.make {
            Make::BuiltIn(parse) => parse(&mut arguments),
            Make::Invoke => Ok(Command::Invoke(Invoke {
                name: self.spec.name.to_string(),
                arguments,
            })),
        }
    }
}

/// A name that a new command has in common with one that is there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the name ':{name}' is taken by ':{command}', which is {origin}; expected another name")]
#[non_exhaustive]
pub struct Conflict {
    /// The name or alias in question.
    pub name: String,
    /// The command that has it.
    pub command: String,
    /// Where that one comes from.
    pub origin: Origin,
}

/// The commands that there are.
///
/// Names and aliases are unique in it, and compare without regard to ASCII case.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    /// In the order of `:help`.
    entries: Vec<Entry>,
    names: Names,
}

impl Registry {
    /// A registry without commands.
    pub fn empty() -> Self {
        Self::default()
    }

    /// A registry with the commands of this crate.
    pub fn builtin() -> Self {
        let mut registry = Self::empty();
        for (spec, parse) in builtin::table() {
            let entry = Entry {
                spec,
                origin: Origin::BuiltIn,
                make: Make::BuiltIn(parse),
            };
            let added = registry.insert(entry);
            debug_assert_eq!(
                added,
                Ok(()),
                "built-in names are unique, which a test checks"
            );
        }
        registry
    }

    /// Adds a command that the host itself does: its calls come back as
    /// [`Effect::Invoke`](crate::Effect::Invoke). Nothing is added if a name is taken.
    ///
    /// ```
    /// use salon_commands::{Argument, Context, Effect, Kind, Mode, Origin, Registry, Spec, Value};
    ///
    /// let mut registry = Registry::builtin();
    /// let sides = Kind::Number { min: 2, max: 100 };
    /// let roll = Spec::new("roll", "roll a die").argument(Argument::optional("SIDES", sides));
    /// registry.add(roll, Origin::Host)?;
    ///
    /// let command = registry.parse(":roll 6", Mode::Script)?.expect("the line isn't blank");
    /// let effects = command.run(&Context::new(&registry))?;
    /// let [Effect::Invoke(call)] = effects.as_slice() else { panic!("it is the host's to do") };
    /// assert_eq!(call.name, "roll");
    /// assert_eq!(call.arguments.get("SIDES"), Some(&Value::Number(6)));
    ///
    /// let error = registry.parse(":roll 1", Mode::Script).expect_err("no die has one side");
    /// assert_eq!(
    ///     error.render(":roll 1"),
    ///     ":roll: expected SIDES (a number from 2 to 100), found '1'; did you mean '2'?\n\
    ///     \x20 :roll 1\n\
    ///     \x20       ^\n\
    ///     usage: :roll [SIDES]",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add(&mut self, spec: Spec, origin: Origin) -> Result<(), Conflict> {
        self.insert(Entry {
            spec,
            origin,
            make: Make::Invoke,
        })
    }

    /// The commands, in the order in which they were added.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The command with this name or alias, in any case.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.get(self.names.find(name)?)
    }

    /// The names that begin like this, sorted, each with its command; aliases, if no name does.
    pub(crate) fn beginning_with(&self, prefix: &str) -> impl Iterator<Item = (&str, &Entry)> {
        self.names
            .beginning_with(prefix)
            .filter_map(|(name, place)| Some((name, self.entries.get(place)?)))
    }

    /// The name or alias that is most like this one, if any is like it.
    pub(crate) fn similar(&self, name: &str) -> Option<&str> {
        self.names.similar(name)
    }

    fn insert(&mut self, entry: Entry) -> Result<(), Conflict> {
        if let Some((name, taken)) = entry
            .spec
            .names()
            .find_map(|name| Some((name, self.get(name)?)))
        {
            return Err(Conflict {
                name: name.to_owned(),
                command: taken.spec.name.to_string(),
                origin: taken.origin.clone(),
            });
        }
        self.names.add(&entry.spec, self.entries.len());
        self.entries.push(entry);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_conflict(spec: Spec, expected: &str) {
        let mut registry = Registry::builtin();
        let before = registry.entries().count();
        let conflict = registry
            .add(spec, Origin::Plugin("dice".to_owned()))
            .expect_err("the name is taken");
        assert_eq!(conflict.to_string(), expected);
        assert_eq!(registry.entries().count(), before, "nothing was added");
        assert!(registry.get("roll").is_none(), "nothing was added");
    }

    #[test]
    fn conflict_of_a_name_with_a_name() {
        check_conflict(
            Spec::new("Join", "x"),
            "the name ':Join' is taken by ':join', which is built in; expected another name",
        );
    }

    #[test]
    fn conflict_of_an_alias_with_an_alias() {
        check_conflict(
            Spec::new("roll", "x").alias("s"),
            "the name ':s' is taken by ':switch', which is built in; expected another name",
        );
    }

    #[test]
    fn conflict_names_the_origin() {
        let mut registry = Registry::empty();
        registry
            .add(Spec::new("roll", "x"), Origin::Plugin("dice".to_owned()))
            .expect("the name is free");
        let conflict = registry
            .add(Spec::new("roll", "y"), Origin::Host)
            .expect_err("the name is taken");
        assert_eq!(
            conflict.to_string(),
            "the name ':roll' is taken by ':roll', which is of the plug-in 'dice'; expected another name",
        );
    }

    #[test]
    fn get_finds_names_and_aliases_in_any_case() {
        let registry = Registry::builtin();
        for name in ["join", "JOIN", "j", "J"] {
            assert_eq!(
                registry.get(name).map(|entry| entry.spec().name.as_ref()),
                Some("join"),
                "{name:?}"
            );
        }
        assert!(registry.get("joi").is_none());
        assert!(registry.get("").is_none());
    }
}
