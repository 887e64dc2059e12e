//! Why a line can't be done: what was wrong, where, what was expected, and the usage.
//!
//! A [`Problem`] says what was wrong and leaves the command's name out; the registry makes a
//! [`CommandError`] of it, which adds the name, the place in the line and the usage, once.

mod problem;
mod render;

pub use problem::{Forbidden, Problem};

use std::fmt;
use std::ops::Range;

use crate::spec::Spec;

/// Why a line can't be done.
///
/// It prints as one line, such as `:join: expected ROOM (a room such as '#dev'), found 'dev'`;
/// [`CommandError::render`] adds the line with a caret, the hint and the usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandError(Box<Details>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Details {
    problem: Problem,
    command: Option<String>,
    usage: Option<String>,
    span: Option<Range<usize>>,
    alias: Option<Alias>,
}

/// The alias that was typed, and the line that it stands for, which is the one that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Alias {
    name: String,
    line: String,
}

impl CommandError {
    pub(crate) fn new(problem: Problem) -> Self {
        Self(Box::new(Details {
            problem,
            command: None,
            usage: None,
            span: None,
            alias: None,
        }))
    }

    /// The same error at a place in the line.
    #[must_use]
    pub(crate) fn at(mut self, span: Range<usize>) -> Self {
        self.0.span = Some(span);
        self
    }

    /// The same error in the command of this spec.
    #[must_use]
    pub(crate) fn of(mut self, spec: &Spec) -> Self {
        self.0.command = Some(spec.name.to_string());
        self.0.usage = Some(spec.usage().to_string());
        self
    }

    /// The same error in the line that an alias stands for.
    #[must_use]
    pub(crate) fn in_alias(mut self, name: &str, line: String) -> Self {
        let line = match self.0.alias.take() {
            // The line that is wrong is that of the last alias, and the name that of the first.
            Some(alias) => alias.line,
            None => line,
        };
        self.0.alias = Some(Alias {
            name: name.to_owned(),
            line,
        });
        self
    }

    /// The line that an alias stands for, if it is that which is wrong.
    pub(crate) fn expanded_line(&self) -> Option<&str> {
        self.0.alias.as_ref().map(|alias| alias.line.as_str())
    }

    /// What was wrong.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// Where in the line that was parsed, in bytes, on character boundaries; it may be empty, at the
    /// end of the line. `None` when the line itself is well-formed, also if it is an alias of one
    /// that isn't.
    pub fn span(&self) -> Option<Range<usize>> {
        match self.0.alias {
            Some(_) => None,
            None => self.0.span.clone(),
        }
    }

    /// How the command is typed, if the line names one.
    pub fn usage(&self) -> Option<&str> {
        self.0.usage.as_deref()
    }

    /// What might help, if anything is known to.
    pub fn hint(&self) -> Option<String> {
        self.0.problem.hint()
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Alias { name, line }) = &self.0.alias {
            write!(formatter, ":{name} is {}: ", problem::Quoted::word(line))?;
        }
        if let Some(command) = &self.0.command {
            write!(formatter, ":{command}: ")?;
        }
        fmt::Display::fmt(&self.0.problem, formatter)
    }
}

impl std::error::Error for CommandError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.problem.source()
    }
}
