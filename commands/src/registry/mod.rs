//! The commands that there are, from wherever they come, in one table.

mod alias;
mod hook;
mod names;
mod parse;

pub use alias::AliasError;
pub(crate) use alias::as_command;
pub use hook::{Filter, Hook, HookPoint, Occasion};
pub use parse::Mode;

use std::fmt;

use thiserror::Error;

use crate::builtin::{self, Command};
use crate::error::Problem;
use crate::invoke::Invoke;
use crate::reader::Arguments;
use crate::spec::Spec;
use crate::value::RoomMarks;
use alias::Expansion;
use names::Names;

/// Where a command comes from, in the order of precedence: a name that two of them want is the
/// earlier one's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// It is built in.
    BuiltIn,
    /// The program that embeds the registry has added it.
    Host,
    /// It is a name that the person has given to a line.
    Alias,
    /// A plug-in of this name has added it.
    Plugin(String),
}

impl Origin {
    /// Its place in the order of precedence, the first being nought.
    fn rank(&self) -> u8 {
        match self {
            Self::BuiltIn => 0,
            Self::Host => 1,
            Self::Alias => 2,
            Self::Plugin(_) => 3,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => formatter.write_str("built in"),
            Self::Host => formatter.write_str("of this program"),
            Self::Alias => formatter.write_str("an alias"),
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
    /// Why it can't be called now.
    disabled: Option<String>,
}

/// How a command is made from its arguments.
#[derive(Debug, Clone)]
enum Make {
    BuiltIn(builtin::Parse),
    Invoke,
    Alias(Expansion),
}

impl Entry {
    fn new(spec: Spec, origin: Origin, make: Make) -> Self {
        Self {
            spec,
            origin,
            make,
            disabled: None,
        }
    }

    /// What the command is.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Where it comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Why it can't be called now, if it can't.
    pub fn disabled(&self) -> Option<&str> {
        self.disabled.as_deref()
    }

    /// What it stands for, if it is an alias.
    pub(crate) fn expansion(&self, rest: &str) -> Option<String> {
        match &self.make {
            Make::Alias(expansion) => Some(expansion.expand(rest)),
            Make::BuiltIn(_) | Make::Invoke => None,
        }
    }

    /// Whether it is another name for the beginning of a line.
    pub(crate) fn is_beginning(&self) -> bool {
        match &self.make {
            Make::Alias(expansion) => expansion.is_beginning(),
            Make::BuiltIn(_) | Make::Invoke => false,
        }
    }

    /// The command with arguments that were read by its spec.
    pub(crate) fn command(&self, mut arguments: Arguments) -> Result<Command, Problem> {
        match &self.make {
            Make::BuiltIn(parse) => parse(&mut arguments),
            Make::Invoke | Make::Alias(_) => Ok(Command::Invoke(Invoke {
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
/// Names compare without regard to ASCII case. A name that two commands want is that of the origin
/// that comes first in [`Origin`]; the other is told, and has it again when the first one goes.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    /// In the order of `:help`.
    entries: Vec<Entry>,
    names: Names,
    hooks: Vec<Hook>,
    room_marks: RoomMarks,
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
            let entry = Entry::new(spec, Origin::BuiltIn, Make::BuiltIn(parse));
            let added = registry.insert(entry);
            debug_assert_eq!(
                added,
                Ok(Vec::new()),
                "built-in names are unique, which a test checks"
            );
        }
        registry
    }

    /// Adds a command that the host itself does: its calls come back as
    /// [`Effect::Invoke`](crate::Effect::Invoke). Says which names it takes from commands of a later
    /// origin. Nothing is added if one of its names is that of the same origin or an earlier one.
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
    pub fn add(&mut self, spec: Spec, origin: Origin) -> Result<Vec<Conflict>, Conflict> {
        self.insert(Entry::new(spec, origin, Make::Invoke))
    }

    /// Takes a command out, by one of its names and where it comes from. Says whether it was there.
    pub fn remove(&mut self, name: &str, origin: &Origin) -> bool {
        let before = self.entries.len();
        self.entries
            .retain(|entry| !(entry.origin == *origin && entry.is_called(name)));
        self.sort_names();
        self.entries.len() < before
    }

    /// Takes out all commands that come from there, and leaves the hooks.
    pub fn remove_commands(&mut self, origin: &Origin) {
        self.entries.retain(|entry| entry.origin != *origin);
        self.sort_names();
    }

    /// Makes that a command can't be called, for this reason. Says whether there is one.
    pub fn disable(&mut self, name: &str, reason: impl Into<String>) -> bool {
        self.set_disabled(name, Some(reason.into()))
    }

    /// Makes that none of the commands that come from there can be called, for this reason.
    pub fn disable_commands(&mut self, origin: &Origin, reason: &str) {
        let entries = self.entries.iter_mut();
        for entry in entries.filter(|entry| entry.origin == *origin) {
            entry.disabled = Some(reason.to_owned());
        }
    }

    /// Makes that a command can be called again. Says whether there is one.
    pub fn enable(&mut self, name: &str) -> bool {
        self.set_disabled(name, None)
    }

    fn set_disabled(&mut self, name: &str, reason: Option<String>) -> bool {
        let found = self.names.find(name);
        let entry = found.and_then(|place| self.entries.get_mut(place));
        entry.is_some_and(|entry| {
            entry.disabled = reason;
            true
        })
    }

    /// Says what rooms begin with on the server that there is (`CHANTYPES`): where a room may be left out, a word that
    /// begins otherwise is none. It is `#` and `&` until then. Says whether that is news.
    pub fn set_room_marks(&mut self, marks: &str) -> bool {
        let marks = RoomMarks::new(marks);
        std::mem::replace(&mut self.room_marks, marks) != self.room_marks
    }

    /// What rooms begin with.
    pub(crate) fn room_marks(&self) -> &RoomMarks {
        &self.room_marks
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
    /// Those that are switched off are among them.
    pub(crate) fn beginning_with(&self, prefix: &str) -> impl Iterator<Item = (&str, &Entry)> {
        self.names
            .beginning_with(prefix)
            .filter_map(|(name, place)| Some((name, self.entries.get(place)?)))
    }

    /// The name or alias that is most like this one, if any is like it.
    pub(crate) fn similar(&self, name: &str) -> Option<&str> {
        self.names.similar(name)
    }

    /// The command of that name from that origin, also if another has the name now.
    fn entry_of(&self, name: &str, origin: &Origin) -> Option<&Entry> {
        let mut entries = self.entries.iter();
        entries.find(|entry| entry.origin == *origin && entry.is_called(name))
    }

    fn insert(&mut self, entry: Entry) -> Result<Vec<Conflict>, Conflict> {
        let mut taken = Vec::new();
        for name in entry.spec.names() {
            let Some(other) = self.get(name) else {
                continue;
            };
            let conflict = |holder: &Entry| Conflict {
                name: name.to_owned(),
                command: holder.spec.name.to_string(),
                origin: holder.origin.clone(),
            };
            if other.origin.rank() <= entry.origin.rank() {
                return Err(conflict(other));
            }
            taken.push(conflict(other));
        }
        let rank = entry.origin.rank();
        self.names.add(&entry.spec, self.entries.len(), rank);
        self.entries.push(entry);
        Ok(taken)
    }

    fn sort_names(&mut self) {
        self.names = Names::default();
        for (place, entry) in self.entries.iter().enumerate() {
            self.names.add(&entry.spec, place, entry.origin.rank());
        }
    }
}

impl Entry {
    fn is_called(&self, name: &str) -> bool {
        self.spec.names().any(|own| own.eq_ignore_ascii_case(name))
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
            .add(Spec::new("roll", "y"), Origin::Plugin("rolls".to_owned()))
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

    #[test]
    fn earlier_origin_takes_a_name_and_gives_it_back() {
        let dice = Origin::Plugin("dice".to_owned());
        let mut registry = Registry::builtin();
        let roll = Spec::new("roll", "roll a die").alias("dice");
        assert_eq!(registry.add(roll, dice.clone()), Ok(vec![]));
        let conflicts = registry
            .add_alias("roll", "me rolls")
            .expect("an alias comes first");
        let texts: Vec<_> = conflicts.iter().map(Conflict::to_string).collect();
        assert_eq!(
            texts,
            [
                "the name ':roll' is taken by ':roll', which is of the plug-in 'dice'; expected another name"
            ]
        );
        let origin =
            |registry: &Registry, name| registry.get(name).map(|entry| entry.origin.clone());
        assert_eq!(origin(&registry, "roll"), Some(Origin::Alias));
        assert_eq!(origin(&registry, "dice"), Some(dice.clone()));
        let names: Vec<_> = registry
            .beginning_with("rol")
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["roll"]);
        assert!(registry.remove("roll", &Origin::Alias));
        assert_eq!(origin(&registry, "roll"), Some(dice));
    }

    #[test]
    fn alias_in_the_place_of_a_command_outlives_its_end() {
        let dice = Origin::Plugin("dice".to_owned());
        let mut registry = Registry::builtin();
        let roll = Spec::new("roll", "roll a die").alias("dice");
        registry.add(roll, dice.clone()).expect("a free name");
        registry
            .add_alias("roll", "me rolls")
            .expect("an alias comes first");
        registry.disable_commands(&dice, "it has gone");
        assert!(registry.parse(":roll 6", Mode::Script).is_ok());
        let error = registry
            .parse(":dice", Mode::Script)
            .expect_err("it is switched off");
        assert_eq!(error.to_string(), ":roll: switched off: it has gone");
    }

    #[test]
    fn disabled_command_says_why_and_is_not_offered() {
        let mut registry = Registry::builtin();
        assert!(registry.disable("RAW", "this hub forbids it"));
        assert!(!registry.disable("rwa", "x"));
        let error = registry
            .parse(":raw VERSION", Mode::Script)
            .expect_err("disabled");
        assert_eq!(error.to_string(), ":raw: switched off: this hub forbids it");
        assert_eq!(registry.complete(":ra", 3, &()).candidates, []);
        assert!(registry.enable("raw"));
        assert!(registry.parse(":raw VERSION", Mode::Script).is_ok());
    }
}
