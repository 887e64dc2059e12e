//! Aliases: names that a person gives to lines.
//!
//! What an alias stands for is a line with places in it: `$1` to `$9` are the words that follow the
//! name, `$*` is all that follows it, and `$$` is a dollar. Without a place, what follows the name is
//! put at the end. The name that the line begins with is fixed when the alias is made, so nothing
//! that is put into a place can become another command.

use thiserror::Error;

use crate::error::Problem;
use crate::grammar;
use crate::registry::{Conflict, Entry, Make, Mode, Origin, Registry};
use crate::spec::{Argument, Kind, Spec, is_command_name};

/// The places that a line can have.
const PLACES: [&str; 9] = [
    "WORD1", "WORD2", "WORD3", "WORD4", "WORD5", "WORD6", "WORD7", "WORD8", "WORD9",
];
/// The most characters of a line that a summary repeats.
const SUMMARY_CHARS_MAX: usize = 48;

/// Why an alias can't be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AliasError {
    /// It can't be called that.
    #[error("'{name}' is no name for an alias; expected small letters, digits, '-' and '_'")]
    Name {
        /// The name.
        name: String,
    },
    /// A command is called that.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What it stands for doesn't begin with a command.
    #[error(transparent)]
    Line(#[from] Problem),
    /// It would stand for itself.
    #[error("the alias ':{name}' would stand for itself")]
    Loop {
        /// The name.
        name: String,
    },
}

/// What an alias stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expansion {
    /// The line as it was written, with its mark.
    line: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// The word at this place, counted from nought.
    Word(usize),
    /// All that follows the name.
    All,
}

impl Expansion {
    fn new(line: &str) -> Self {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut characters = line.chars().peekable();
        while let Some(character) = characters.next() {
            let part = match (character, characters.peek()) {
                ('$', Some('*')) => Some(Part::All),
                ('$', Some(digit @ '1'..='9')) => Some(Part::Word(
                    digit.to_digit(10).map_or(0, |place| place as usize - 1),
                )),
                ('$', Some('$')) => {
                    characters.next();
                    None
                }
                _ => None,
            };
            match part {
                Some(part) => {
                    characters.next();
                    parts.push(Part::Text(std::mem::take(&mut text)));
                    parts.push(part);
                }
                None => text.push(character),
            }
        }
        parts.push(Part::Text(text));
        if parts.len() == 1 {
            parts.extend([Part::Text(" ".to_owned()), Part::All]);
        }
        Self {
            line: line.to_owned(),
            parts,
        }
    }

    /// The line as it was written.
    pub(super) fn line(&self) -> &str {
        &self.line
    }

    /// Whether it is another name for the beginning of a line.
    pub(super) fn is_beginning(&self) -> bool {
        matches!(
            self.parts.as_slice(),
            [Part::Text(_), Part::Text(_), Part::All]
        )
    }

    /// The command's name.
    fn command(&self) -> &str {
        let bare = self.line.get(1..).unwrap_or_default();
        grammar::word(bare).1
    }

    /// The line, with what follows the name put into its places.
    pub(super) fn expand(&self, rest: &str) -> String {
        let rest = rest.trim_start_matches(grammar::is_blank);
        let words: Vec<&str> = rest
            .split(grammar::is_blank)
            .filter(|word| !word.is_empty())
            .collect();
        let mut line = String::with_capacity(self.line.len() + rest.len());
        for part in &self.parts {
            line.push_str(match part {
                Part::Text(text) => text,
                Part::Word(place) => words.get(*place).copied().unwrap_or_default(),
                Part::All => rest,
            });
        }
        line
    }

    fn arguments(&self) -> impl Iterator<Item = Argument> {
        let words = self.parts.iter().filter_map(|part| match part {
            Part::Word(place) => Some(place + 1),
            Part::Text(_) | Part::All => None,
        });
        let count = words.max().unwrap_or(0);
        let takes_all = self.parts.contains(&Part::All);
        PLACES
            .into_iter()
            .take(count)
            .map(|name| Argument::required(name, Kind::Word))
            .chain(takes_all.then(|| Argument::optional("TEXT", Kind::Text)))
    }
}

impl Registry {
    /// Makes an alias, or makes one of that name stand for something else: `line` is what it stands
    /// for, with or without the mark of a command. Says which names it takes from commands of
    /// plug-ins.
    ///
    /// ```
    /// use salon_commands::{Command, Mode, Registry};
    ///
    /// let mut registry = Registry::builtin();
    /// registry.add_alias("hug", "me hugs $1 tightly")?;
    /// let hug = registry.parse(":hug bob", Mode::Script)?;
    /// assert_eq!(hug, registry.parse(":me hugs bob tightly", Mode::Script)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_alias(&mut self, name: &str, line: &str) -> Result<Vec<Conflict>, AliasError> {
        if !is_command_name(name) {
            return Err(AliasError::Name {
                name: name.to_owned(),
            });
        }
        let line = as_command(line);
        let expansion = Expansion::new(&line);
        self.check_expansion(name, &expansion)?;
        let shown: String = line.chars().take(SUMMARY_CHARS_MAX).collect();
        let cut = if shown.len() < line.len() { "…" } else { "" };
        let mut spec = Spec::new(name.to_owned(), format!("an alias of '{shown}{cut}'"));
        spec.arguments = expansion.arguments().collect();
        let entry = Entry::new(spec, Origin::Alias, Make::Alias(expansion));
        let former = self.entry_of(name, &Origin::Alias).cloned();
        self.remove(name, &Origin::Alias);
        self.insert(entry).map_err(|conflict| {
            if let Some(former) = former {
                // It stood there before, so it can again.
                let _ = self.insert(former);
            }
            conflict.into()
        })
    }

    /// The aliases, each with what it stands for, in the order in which they were made.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries().filter_map(|entry| match &entry.make {
            Make::Alias(expansion) => Some((entry.spec.name.as_ref(), expansion.line())),
            Make::BuiltIn(_) | Make::Invoke => None,
        })
    }

    /// Whether the line begins with a command, and doesn't come back to the name.
    fn check_expansion(&self, name: &str, expansion: &Expansion) -> Result<(), AliasError> {
        let mut expansion = expansion;
        // As many steps as there are commands lead through all of them.
        for _ in 0..=self.entries.len() {
            let command = expansion.command();
            if command.eq_ignore_ascii_case(name) {
                return Err(AliasError::Loop {
                    name: name.to_owned(),
                });
            }
            match &self.resolve(command, Mode::Script)?.make {
                Make::Alias(next) => expansion = next,
                Make::BuiltIn(_) | Make::Invoke => return Ok(()),
            }
        }
        Err(AliasError::Loop {
            name: name.to_owned(),
        })
    }
}

/// What an alias stands for as the line of a command, whichever mark it has, if any.
pub(crate) fn as_command(line: &str) -> String {
    let line = line.trim_matches(grammar::is_blank);
    format!(":{}", line.strip_prefix(['/', ':']).unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn registry(aliases: &[(&str, &str)]) -> Registry {
        let mut registry = Registry::builtin();
        for (name, line) in aliases {
            assert_eq!(registry.add_alias(name, line), Ok(vec![]), "{name}");
        }
        registry
    }

    /// Compares what a line with aliases is to the same line without.
    #[track_caller]
    fn check(aliases: &[(&str, &str)], line: &str, expected: &str) {
        let registry = registry(aliases);
        let read = |line| registry.parse(line, Mode::Script).expect("a command");
        assert_eq!(read(line), read(expected), "{line:?}");
    }

    #[track_caller]
    fn check_refused(name: &str, line: &str, expected: &str) {
        let mut registry = registry(&[("hi", "me waves")]);
        let error = registry.add_alias(name, line).expect_err("no alias");
        assert_eq!(error.to_string(), expected, "{name} = {line}");
        assert_eq!(
            registry.aliases().collect::<Vec<_>>(),
            [("hi", ":me waves")]
        );
    }

    #[test]
    fn what_follows_is_put_into_its_places_or_at_the_end() {
        check(&[("m", "msg")], ":m bob  it's so ", ":msg bob  it's so ");
        check(&[("b", ":msg bob")], "/b hello", ":msg bob hello");
        check(
            &[("hug", "me hugs $1 and $2, $1!")],
            ":hug ann bob",
            ":me hugs ann and bob, ann!",
        );
        check(&[("all", "me says: $*")], ":all a  b", ":me says: a  b");
        check(
            &[("pay", "me pays $$5 and $x")],
            ":pay up",
            ":me pays $5 and $x up",
        );
        check(
            &[("lunch", "/me goes to lunch")],
            ":lunch",
            ":me goes to lunch ",
        );
    }

    #[test]
    fn alias_may_stand_for_another() {
        check(&[("a", "me x"), ("b", "a y")], ":b z", ":me x y z");
    }

    #[test]
    fn what_is_put_in_is_never_a_command() {
        check(&[("say", "me $*")], ":say :quit", ":me :quit");
        check_refused("run", "$1 x", "unknown command ':$1'");
    }

    #[test]
    fn missing_words_are_asked_for() {
        let registry = registry(&[("hug", "me hugs $2"), ("b", "msg bob")]);
        let error = |line| {
            let error = registry.parse(line, Mode::Script).expect_err("too little");
            error.render(line)
        };
        assert_eq!(
            error(":hug ann"),
            ":hug: expected WORD2 (one word), found the end of the line\n  :hug ann\n          ^\nusage: :hug WORD1 WORD2"
        );
        assert_eq!(
            error(":b"),
            ":b is ':msg bob ': :msg: expected TEXT (some text), found the end of the line\n  :msg bob \n           ^\nusage: :msg NICK|ROOM TEXT"
        );
    }

    #[test]
    fn names_that_are_taken_or_none_are_refused() {
        check_refused(
            "join",
            "me x",
            "the name ':join' is taken by ':join', which is built in; expected another name",
        );
        check_refused(
            "p)",
            "me x",
            "'p)' is no name for an alias; expected small letters, digits, '-' and '_'",
        );
        check_refused(
            "x",
            "jion #dev",
            "unknown command ':jion'; did you mean ':join'?",
        );
        check_refused("x", "", "expected the name of a command after ':'");
    }

    #[test]
    fn loops_are_refused() {
        check_refused("x", "x y", "the alias ':x' would stand for itself");
        let mut registry = registry(&[("a", "me x"), ("b", "a")]);
        let error = registry.add_alias("a", "b").expect_err("a loop");
        assert_eq!(error.to_string(), "the alias ':a' would stand for itself");
    }

    #[test]
    fn alias_can_be_made_anew_and_removed() {
        let mut registry = registry(&[("hi", "me waves"), ("hi", "me nods")]);
        assert_eq!(registry.aliases().collect::<Vec<_>>(), [("hi", ":me nods")]);
        assert!(registry.remove("HI", &Origin::Alias));
        assert!(!registry.remove("hi", &Origin::Alias));
        assert!(!registry.remove("join", &Origin::Alias));
        assert!(registry.get("hi").is_none());
    }

    #[test]
    fn alias_whose_command_has_gone_says_so() {
        let mut registry = registry(&[]);
        let dice = Origin::Plugin("dice".to_owned());
        let roll = Spec::new("roll", "roll a die");
        registry.add(roll, dice.clone()).expect("a free name");
        registry.add_alias("r", "roll").expect("a command");
        registry.remove_commands(&dice);
        let error = registry.parse(":r", Mode::Script).expect_err("no command");
        assert_eq!(error.to_string(), ":r is ':roll ': unknown command ':roll'");
    }

    #[test]
    fn secret_of_the_command_is_one_of_the_alias() {
        let registry = registry(&[("ns", "msg NickServ"), ("dev", "join #dev"), ("w", "me x")]);
        assert!(registry.carries_secret(":ns identify hunter2", None));
        assert!(registry.carries_secret(":dev sesame", None));
        assert!(!registry.carries_secret(":dev", None));
        assert!(!registry.carries_secret(":w sesame", None));
    }
}
