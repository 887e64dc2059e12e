//! The commands that there are, from wherever they come, in one table.

use std::fmt;

use thiserror::Error;

use crate::builtin::{self, Command};
use crate::error::{CommandError, Forbidden, Problem};
use crate::grammar::{self, Call, Line};
use crate::invoke::Invoke;
use crate::reader::{self, Arguments};
use crate::say::Say;
use crate::spec::Spec;
use crate::value::Text;

/// How alike an unknown name and a known one must be for the one to be suggested, from 0 to 1.
const SIMILARITY_MIN: f64 = 0.7;

/// Who types the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A person, for whom the beginning of a name is enough if no other begins so.
    Prompt,
    /// A script, whose meaning must not change when a command is added: names are written out.
    Script,
}

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
            Self::Host => formatter.write_str("this program"),
            Self::Plugin(name) => write!(formatter, "the plug-in '{name}'"),
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

impl Entry {
    /// What the command is.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Where it comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// How a command is made from its arguments.
#[derive(Debug, Clone, Copy)]
enum Make {
    BuiltIn(builtin::Parse),
    Invoke,
}

/// A name that a new command has in common with one that is there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the name ':{name}' is taken by ':{command}' ({origin}); expected a name of its own")]
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
    /// Every name and alias in lower case, sorted, with the place of its entry.
    names: Vec<Name>,
}

#[derive(Debug, Clone)]
struct Name {
    folded: String,
    entry: usize,
    is_alias: bool,
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
        let found = self
            .names
            .binary_search_by(|known| compare_folded(&known.folded, name))
            .ok()?;
        self.entries.get(self.names.get(found)?.entry)
    }

    /// Reads a line. A blank one is `None`, since it does nothing.
    ///
    /// The line has no line break at its end. It is refused if it holds NUL, CR or LF anywhere, if
    /// it begins with `:` and names no command, or if the command can't take its arguments.
    pub fn parse(&self, line: &str, mode: Mode) -> Result<Option<Command>, CommandError> {
        check_characters(line)?;
        match grammar::line(line, |name| self.get(name).is_some()) {
            Line::Blank => Ok(None),
            Line::Message(text) => Ok(Some(say(text))),
            Line::Call(call) => self.call(call, line, mode).map(Some),
        }
    }

    fn call(&self, call: Call<'_>, line: &str, mode: Mode) -> Result<Command, CommandError> {
        let rest_at = line.len() - call.rest.len();
        let entry = self
            .resolve(call.name, mode)
            .map_err(|problem| CommandError::new(problem).at(0..rest_at))?;
        let arguments = reader::read(&entry.spec, call.rest).map_err(|(problem, span)| {
            CommandError::new(problem)
                .of(&entry.spec)
                .at(rest_at + span.start..rest_at + span.end)
        })?;
        entry
            .command(arguments)
            .map_err(|problem| CommandError::new(problem).of(&entry.spec))
    }

    /// The command that a name means: its own, an alias, or at the prompt the beginning of just one.
    fn resolve(&self, name: &str, mode: Mode) -> Result<&Entry, Problem> {
        if name.is_empty() {
            return Err(Problem::MissingCommand);
        }
        if let Some(entry) = self.get(name) {
            return Ok(entry);
        }
        let candidates = self.beginning_with(name);
        match (mode, candidates.as_slice()) {
            (Mode::Prompt, [entry]) => Ok(entry),
            (Mode::Prompt, [_, _, ..]) => {
                let candidates = candidates
                    .iter()
                    .map(|entry| entry.spec.name.to_string())
                    .collect();
                Err(Problem::AmbiguousCommand {
                    name: name.to_owned(),
                    candidates,
                })
            }
            (Mode::Script, [entry]) => {
                let suggestion = Some(entry.spec.name.to_string());
                Err(Problem::UnknownCommand {
                    name: name.to_owned(),
                    suggestion,
                })
            }
            (Mode::Prompt | Mode::Script, _) => {
                let suggestion = self.similar(name).map(str::to_owned);
                Err(Problem::UnknownCommand {
                    name: name.to_owned(),
                    suggestion,
                })
            }
        }
    }

    /// The commands whose names begin like this; those whose aliases do, if no name does.
    fn beginning_with(&self, prefix: &str) -> Vec<&Entry> {
        let from = self
            .names
            .partition_point(|known| compare_folded(&known.folded, prefix).is_lt());
        let following = self.names.get(from..).unwrap_or_default();
        let matching = || {
            following
                .iter()
                .take_while(|known| starts_with_folded(&known.folded, prefix))
        };
        let (names, aliases): (Vec<_>, Vec<_>) = matching().partition(|known| !known.is_alias);
        let mut places: Vec<usize> = if names.is_empty() { aliases } else { names }
            .iter()
            .map(|known| known.entry)
            .collect();
        places.dedup();
        places
            .iter()
            .filter_map(|&place| self.entries.get(place))
            .collect()
    }

    /// The name or alias that is most like this one, if any is like it.
    pub(crate) fn similar(&self, name: &str) -> Option<&str> {
        let folded = name.to_ascii_lowercase();
        let scored = self
            .names
            .iter()
            .map(|known| (strsim::jaro_winkler(&known.folded, &folded), known));
        let (score, known) = scored.max_by(|left, right| left.0.total_cmp(&right.0))?;
        (score >= SIMILARITY_MIN).then_some(known.folded.as_str())
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
        let place = self.entries.len();
        for (index, name) in entry.spec.names().enumerate() {
            self.names.push(Name {
                folded: name.to_ascii_lowercase(),
                entry: place,
                is_alias: index > 0,
            });
        }
        self.names
            .sort_unstable_by(|left, right| left.folded.cmp(&right.folded));
        self.entries.push(entry);
        Ok(())
    }
}

impl Entry {
    fn command(&self, mut arguments: Arguments) -> Result<Command, Problem> {
        match self.make {
            Make::BuiltIn(parse) => parse(&mut arguments),
            Make::Invoke => Ok(Command::Invoke(Invoke {
                name: self.spec.name.to_string(),
                arguments,
            })),
        }
    }
}

impl Command {
    /// The message that a whole line is, whatever it begins with; a blank line is `None`.
    pub fn message(line: &str) -> Result<Option<Self>, CommandError> {
        check_characters(line)?;
        Ok((!line.trim().is_empty()).then(|| say(line)))
    }
}

/// A message of a line, or a part of one, whose characters are checked.
fn say(text: &str) -> Command {
    Command::Say(Say {
        text: Text::checked(text),
    })
}

fn check_characters(line: &str) -> Result<(), CommandError> {
    match Forbidden::find(line) {
        Some((at, character)) => {
            Err(CommandError::new(Problem::Forbidden { character }).at(at..at + 1))
        }
        None => Ok(()),
    }
}

/// Orders a name in lower case against any other, without regard to the other's case.
fn compare_folded(folded: &str, other: &str) -> std::cmp::Ordering {
    folded
        .bytes()
        .cmp(other.bytes().map(|byte| byte.to_ascii_lowercase()))
}

fn starts_with_folded(folded: &str, prefix: &str) -> bool {
    folded
        .as_bytes()
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}
