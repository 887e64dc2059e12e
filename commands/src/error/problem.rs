//! What can be wrong with a line.

use std::fmt;

use thiserror::Error;

/// The most characters of a wrong word that an error repeats.
const QUOTED_CHARS_MAX: usize = 60;

/// What is wrong with a line, or with doing what it says.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// The line holds a character that no message can.
    #[error("a line can't hold {character}")]
    Forbidden {
        /// The first such character.
        character: Forbidden,
    },
    /// Nothing stands between the `:` and the first blank.
    #[error("expected the name of a command after ':'")]
    MissingCommand,
    /// No command is called that.
    #[error("unknown command {}{}", Quoted::command(name), DidYouMean::command(suggestion.as_deref()))]
    UnknownCommand {
        /// The name as it was typed.
        name: String,
        /// The command that may have been meant.
        suggestion: Option<String>,
    },
    /// A command of that name may hold a password in other clients, and there is none here.
    #[error("unknown command '/{name}'; {instead} does it, and '//{name}' says it")]
    ForeignCommand {
        /// The name.
        name: String,
        /// What does the same.
        instead: String,
    },
    /// Several commands begin like that.
    #[error("{} could be {}", Quoted::command(name), Choice(candidates))]
    AmbiguousCommand {
        /// The name as it was typed.
        name: String,
        /// The names that begin with it.
        candidates: Vec<String>,
    },
    /// Just one command begins like that, but a letter alone is a smiley more often than a command.
    #[error(
        "{} is too short for {}; expected two letters or more",
        Quoted::command(name),
        Quoted::command(candidate)
    )]
    TooShort {
        /// What was typed.
        name: String,
        /// The command that begins so.
        candidate: String,
    },
    /// The command is switched off.
    #[error("switched off: {reason}")]
    Disabled {
        /// Why.
        reason: String,
    },
    /// Too many aliases stand for each other.
    #[error("too many aliases stand for each other; expected 16 at most")]
    AliasLoop,
    /// An argument that must be there isn't.
    #[error("expected {expected}, found the end of the line")]
    MissingArgument {
        /// The argument's name and what it is.
        expected: String,
    },
    /// An argument isn't what it must be.
    #[error("expected {expected}, found {}{}", Quoted::word(found), DidYouMean::word(suggestion.as_deref()))]
    InvalidArgument {
        /// What was typed.
        found: String,
        /// The argument's name and what it is.
        expected: String,
        /// What may have been meant.
        suggestion: Option<String>,
    },
    /// There is more than the command takes.
    #[error("expected the end of the line, found {}", Quoted::word(found))]
    UnexpectedArgument {
        /// The first word that is too much.
        found: String,
    },
    /// A word begins like a flag, and the command has none of that name.
    #[error("unknown option {}{}", Quoted::word(found), DidYouMean::word(suggestion.as_deref()))]
    UnknownOption {
        /// The flag as it was typed, with its mark.
        found: String,
        /// The flag that may have been meant.
        suggestion: Option<String>,
    },
    /// A flag is given again.
    #[error("the option {} is there twice", Quoted::word(option))]
    OptionTwice {
        /// The flag with its mark.
        option: String,
    },
    /// A text in quotes has no end.
    #[error("expected a closing '\"'")]
    UnclosedQuote,
    /// Something is glued to a text in quotes.
    #[error(
        "expected a blank after the closing quote, found {}",
        Quoted::word(found)
    )]
    AfterQuote {
        /// What follows the quote.
        found: String,
    },
    /// A command asked for an argument that its spec doesn't declare, or declares as another kind.
    #[error("the argument {argument} is not what the command's spec declares")]
    Undeclared {
        /// The argument's name.
        argument: &'static str,
    },
    /// There is nothing of that name to help with.
    #[error("there is no help on {}{}", Quoted::word(topic), DidYouMean::word(suggestion.as_deref()))]
    UnknownTopic {
        /// What was asked for.
        topic: String,
        /// The topic that may have been meant.
        suggestion: Option<String>,
    },
    /// There is no current room or conversation.
    #[error("there is no current room")]
    NoTarget,
    /// The command needs a room, and the current target is a person.
    #[error("the conversation with {} is not a room", Quoted::word(nick))]
    NotInRoom {
        /// The person.
        nick: String,
    },
}

impl Problem {
    /// What might help.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::MissingCommand
            | Self::UnknownTopic {
                suggestion: None, ..
            } => Some("':help' lists the commands".to_owned()),
            Self::UnknownCommand {
                name,
                suggestion: None,
            } => {
                let message = format!("::{name}");
                let message = Quoted::word(&message);
                Some(format!(
                    "':help' lists the commands; to say it, begin the line with {message}"
                ))
            }
            Self::TooShort { name, .. } => {
                let message = format!("::{name}");
                let message = Quoted::word(&message);
                Some(format!("to say it, begin the line with {message}"))
            }
            Self::NoTarget => Some("':join #lobby' enters a room".to_owned()),
            Self::NotInRoom { .. } => Some("':switch #lobby' goes to a room".to_owned()),
            Self::Forbidden { .. }
            | Self::UnknownCommand { .. }
            | Self::ForeignCommand { .. }
            | Self::AmbiguousCommand { .. }
            | Self::Disabled { .. }
            | Self::AliasLoop
            | Self::MissingArgument { .. }
            | Self::InvalidArgument { .. }
            | Self::UnexpectedArgument { .. }
            | Self::UnknownOption { .. }
            | Self::OptionTwice { .. }
            | Self::UnclosedQuote
            | Self::AfterQuote { .. }
            | Self::Undeclared { .. }
            | Self::UnknownTopic { .. } => None,
        }
    }
}

/// A character that no line of the protocol can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// U+0000.
    Nul,
    /// U+000A.
    LineFeed,
    /// U+000D.
    CarriageReturn,
}

impl Forbidden {
    /// The first such character of a text, and where it is.
    pub(crate) fn find(text: &str) -> Option<(usize, Self)> {
        let at = text.find(['\0', '\n', '\r'])?;
        let character = match text.as_bytes().get(at) {
            Some(b'\n') => Self::LineFeed,
            Some(b'\r') => Self::CarriageReturn,
            _ => Self::Nul,
        };
        Some((at, character))
    }
}

impl fmt::Display for Forbidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Nul => "NUL (U+0000)",
            Self::LineFeed => "a line feed (U+000A)",
            Self::CarriageReturn => "a carriage return (U+000D)",
        })
    }
}

/// Something that was typed, in quotes: shortened, and with no control characters, since an error
/// goes to a terminal and a line may come from anywhere.
pub(super) struct Quoted<'a> {
    mark: &'static str,
    text: &'a str,
}

impl<'a> Quoted<'a> {
    fn command(text: &'a str) -> Self {
        Self { mark: ":", text }
    }

    pub(super) fn word(text: &'a str) -> Self {
        Self { mark: "", text }
    }
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "'{}", self.mark)?;
        let mut characters = self.text.chars();
        for character in characters.by_ref().take(QUOTED_CHARS_MAX) {
            let shown = if character.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                character
            };
            write!(formatter, "{shown}")?;
        }
        formatter.write_str(if characters.next().is_some() {
            "…'"
        } else {
            "'"
        })
    }
}

/// The end of a message that suggests something, or nothing.
struct DidYouMean<'a>(Option<Quoted<'a>>);

impl<'a> DidYouMean<'a> {
    fn command(suggestion: Option<&'a str>) -> Self {
        Self(suggestion.map(Quoted::command))
    }

    fn word(suggestion: Option<&'a str>) -> Self {
        Self(suggestion.map(Quoted::word))
    }
}

impl fmt::Display for DidYouMean<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(suggestion) => write!(formatter, "; did you mean {suggestion}?"),
            None => Ok(()),
        }
    }
}

/// Names of commands: `':names' or ':nick'`.
struct Choice<'a>(&'a [String]);

impl fmt::Display for Choice<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            let joint = match index {
                0 => "",
                _ if index + 1 == self.0.len() => " or ",
                _ => ", ",
            };
            write!(formatter, "{joint}{}", Quoted::command(name))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(problem: &Problem, expected: &str) {
        assert_eq!(problem.to_string(), expected);
    }

    #[test]
    fn candidates_are_joined_as_one_says_them() {
        let ambiguous = |candidates: &[&str]| Problem::AmbiguousCommand {
            name: "n".to_owned(),
            candidates: candidates
                .iter()
                .map(|&candidate| candidate.to_owned())
                .collect(),
        };
        check(
            &ambiguous(&["names", "nick"]),
            "':n' could be ':names' or ':nick'",
        );
        check(
            &ambiguous(&["names", "next", "nick"]),
            "':n' could be ':names', ':next' or ':nick'",
        );
    }

    #[test]
    fn long_word_is_shortened() {
        let found = "x".repeat(QUOTED_CHARS_MAX + 1);
        let expected = format!(
            "expected the end of the line, found '{}…'",
            "x".repeat(QUOTED_CHARS_MAX)
        );
        check(&Problem::UnexpectedArgument { found }, &expected);
    }
}
