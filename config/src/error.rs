//! What can go wrong with settings, told so that the reader can mend it: where, what, what was expected.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why settings could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read settings file '{}'", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file was read and is refused.
    #[error("{0}")]
    Refused(Box<Problem>),
    /// A profile was asked for that the settings don't have.
    #[error("no profile `{name}` in the settings; {hint}")]
    UnknownProfile {
        /// The name asked for.
        name: String,
        /// The nearest name, or all of them.
        hint: String,
    },
    /// The platform gives the user no home, so there is no place for files.
    #[error(
        "cannot find the home directory; set HOME, or name the files with --config and --data-dir"
    )]
    NoHome,
}

/// One mistake in a settings file. It prints as `FILE:LINE:COLUMN: MESSAGE; HINT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub(crate) path: PathBuf,
    pub(crate) position: Option<Position>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// A place in a file, both counted from 1; a column is a character, not a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Problem {
    /// The settings file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The line of the mistake, from 1; none when the mistake is that something is missing from the whole file.
    pub fn line(&self) -> Option<usize> {
        self.position.map(|position| position.line)
    }

    /// The column of the mistake in characters, from 1.
    pub fn column(&self) -> Option<usize> {
        self.position.map(|position| position.column)
    }

    /// What is wrong, and what was expected.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What would mend it, when that can be told.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:", self.path.display())?;
        if let Some(position) = self.position {
            write!(formatter, "{}:{}:", position.line, position.column)?;
        }
        write!(formatter, " {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(formatter, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl Position {
    /// Where the byte `offset` of `text` stands.
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[track_caller]
    fn check(text: &str, offset: usize, line: usize, column: usize) {
        assert_eq!(Position::of(text, offset), Position { line, column });
    }

    #[test]
    fn position_counts_lines_and_characters_from_one() {
        check("", 0, 1, 1);
        check("a = 1\nb = 2\n", 6, 2, 1);
        check("a = 1\nb = 2\n", 10, 2, 5);
        check("é = 1", 3, 1, 3);
    }

    #[test]
    fn position_beyond_the_end_is_the_end() {
        check("a\nb", 99, 2, 2);
    }
}
