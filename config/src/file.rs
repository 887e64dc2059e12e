//! Reading a settings file, and telling where in it a mistake is.
//!
//! The parser's own words are turned into ours here: an unknown key gets the nearest known one beside it. The file's
//! lines are never quoted in an error, since a line may hold a password.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use crate::environment::Environment;
use crate::error::{ConfigError, Position, Problem};
use crate::hint::{nearest, quoted_list};
use crate::home::expand_home;

/// A settings file in memory.
pub(crate) struct SettingsFile {
    path: PathBuf,
    text: String,
}

impl SettingsFile {
    /// Reads the file.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self::of_text(path, text))
    }

    /// A file that is already in memory; `path` is its name in errors.
    pub(crate) fn of_text(path: &Path, text: String) -> Self {
        Self {
            path: path.to_owned(),
            text,
        }
    }

    /// What the file holds.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The settings in the file.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        toml::from_str(&self.text).map_err(|error| {
            let (message, hint) = reworded(error.message());
            self.refused(error.span(), message, hint)
        })
    }

    /// A mistake in the value of a key, which is named by its path: the table's name, then the key's, where `operators.1` is the
    /// second of its kind.
    pub(crate) fn refuse_key(
        &self,
        key: &str,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> ConfigError {
        self.refused(span_of(&self.text, key), message.into(), hint)
    }

    /// `path` as seen from the folder of the file; `~` is the user's home.
    pub(crate) fn resolve(&self, path: &mut PathBuf) {
        *path = expand_home(path, Environment::of_process().home().map(Path::new));
        if let Some(folder) = self.path.parent() {
            *path = folder.join(&*path);
        }
    }

    fn refused(
        &self,
        span: Option<Range<usize>>,
        message: String,
        hint: Option<String>,
    ) -> ConfigError {
        let position = span.map(|span| Position::of(&self.text, span.start));
        ConfigError::Refused(Box::new(Problem {
            path: self.path.clone(),
            position,
            message,
            hint,
        }))
    }
}

/// Where the value of `key` stands in `text`.
fn span_of(text: &str, key: &str) -> Option<Range<usize>> {
    let table = DeTable::parse(text).ok()?;
    let mut keys = key.split('.');
    let mut value = table.get_ref().get(keys.next()?)?;
    for key in keys {
        value = match value.get_ref() {
            DeValue::Table(table) => table.get(key)?,
            DeValue::Array(values) => values.get(key.parse::<usize>().ok()?)?,
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => return None,
        };
    }
    Some(value.span())
}

/// The parser's message in our words, and a hint.
fn reworded(message: &str) -> (String, Option<String>) {
    let message = message.trim_end().replace('\n', ", ");
    for (theirs, ours) in [
        ("unknown field ", "unknown key"),
        ("unknown variant ", "unknown value"),
    ] {
        if let Some(rest) = message.strip_prefix(theirs) {
            return unknown(ours, rest);
        }
    }
    if let Some(rest) = message.strip_prefix("missing field ") {
        return (format!("the key {rest} is missing"), None);
    }
    (
        message
            .replace("expected a sequence", "expected a list")
            .replace("expected a boolean", "expected true or false"),
        None,
    )
}

/// serde writes "`given`, expected one of `a`, `b`": the texts in backticks are the name given and the known ones.
fn unknown(what: &str, rest: &str) -> (String, Option<String>) {
    let mut names = rest.split('`').skip(1).step_by(2);
    let given = names.next().unwrap_or_default();
    let known: Vec<&str> = names.collect();
    let hint = match nearest(given, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("expected one of {}", quoted_list(known)),
    };
    (format!("{what} `{given}`"), Some(hint))
}
