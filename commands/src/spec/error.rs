//! What can be wrong with a spec that comes from elsewhere.

use thiserror::Error;

/// Why something is not the spec of a command.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The text form of an argument is not as it must be.
    #[error("expected {expected}, found '{found}'")]
    Notation {
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// A name or an alias of a command can't be one.
    #[error("'{name}' is no name for a command; expected small letters, digits, '-' and '_'")]
    Name {
        /// The name.
        name: String,
    },
    /// The summary is not one short line.
    #[error("the summary of '{name}' is not as expected: one line of 1 to 80 characters")]
    Summary {
        /// The command.
        name: String,
    },
    /// The name of an argument is not in capitals.
    #[error("the argument '{name}' has no good name; expected capitals, such as 'SIDES'")]
    ArgumentName {
        /// The name.
        name: String,
    },
    /// The name of a flag can't be one.
    #[error("the flag '--{flag}' has no good name; expected small letters, digits and '-'")]
    FlagName {
        /// The name.
        flag: String,
    },
    /// A flag takes the rest of the line.
    #[error(
        "the flag '--{flag}' takes the rest of the line; expected another kind, such as quoted"
    )]
    FlagKind {
        /// The name.
        flag: String,
    },
    /// A choice is empty or holds a blank.
    #[error(
        "the argument '{name}' has a choice that is no word; expected choices such as 'on|off'"
    )]
    Choice {
        /// The argument.
        name: String,
    },
    /// There is something behind an argument that leaves nothing.
    #[error("the argument '{name}' takes the rest of the line; expected it to be the last")]
    NotLast {
        /// The argument.
        name: String,
    },
    /// Two arguments have one name, or two flags.
    #[error("the argument '{name}' is there twice")]
    Twice {
        /// The argument.
        name: String,
    },
    /// What an argument completes to isn't known.
    #[error(
        "'{found}' is nothing to complete to; expected nothing, nicks, rooms, targets, topics, commands, values or list:NAME"
    )]
    Complete {
        /// What stands there.
        found: String,
    },
}
