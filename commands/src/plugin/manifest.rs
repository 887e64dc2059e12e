//! `plugin.toml`: what a resident plug-in says about itself.

use serde::Deserialize;
use thiserror::Error;

use super::name::PluginName;
use super::permission::Permissions;
use super::protocol;

/// What a resident plug-in says about itself in `plugin.toml`.
///
/// ```
/// let manifest: salon_commands::plugin::Manifest = r##"
///     name = "karma"
///     version = "1.0.0"
///     exec = ["./karma"]
///
///     [permissions]
///     read = ["#*"]
///     hooks = ["message.in"]
/// "##.parse()?;
/// assert_eq!(manifest.name.as_str(), "karma");
/// # Ok::<(), salon_commands::plugin::ManifestError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "keys such as `name`")]
#[non_exhaustive]
pub struct Manifest {
    /// Its name, which is also its folder's.
    pub name: PluginName,
    /// Its version, for people.
    pub version: String,
    /// What it is for, in one line.
    #[serde(default)]
    pub summary: String,
    /// The program and its arguments. A program that holds a `/` is a file of the plug-in's folder; any other is looked for
    /// in `PATH`.
    #[serde(deserialize_with = "one_or_many")]
    pub exec: Vec<String>,
    /// The version of the protocol that it speaks.
    #[serde(default = "current_protocol")]
    pub protocol: u32,
    /// What it asks to be allowed.
    #[serde(default)]
    pub permissions: Permissions,
}

/// Why a text is no manifest.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is no TOML, or a key or value is not as documented.
    #[error("line {line}: {message}")]
    Invalid {
        /// Where, counted from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// `exec` names no program.
    #[error("`exec` is empty; expected a program such as \"./main.py\"")]
    NoProgram,
    /// `exec` names a program outside the plug-in's folder.
    #[error(
        "`exec` is '{program}', which is outside the plug-in's folder; expected a path such as \"./main.py\""
    )]
    Outside {
        /// The program.
        program: String,
    },
    /// It speaks another protocol.
    #[error("`protocol` is {found}; expected {expected}")]
    Protocol {
        /// The version of the manifest.
        found: u32,
        /// The versions that the host speaks.
        expected: String,
    },
}

impl std::str::FromStr for Manifest {
    type Err = ManifestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let manifest: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let before = text.get(..at).unwrap_or_default();
            ManifestError::Invalid {
                line: before.matches('\n').count() + 1,
                message: error.message().trim_end().replace('\n', ", "),
            }
        })?;
        manifest.check()?;
        Ok(manifest)
    }
}

impl Manifest {
    /// The program, and its arguments.
    pub fn program(&self) -> (&str, &[String]) {
        self.exec
            .split_first()
            .map_or(("", &[]), |(program, arguments)| {
                (program.as_str(), arguments)
            })
    }

    fn check(&self) -> Result<(), ManifestError> {
        let (program, _) = self.program();
        if program.is_empty() {
            return Err(ManifestError::NoProgram);
        }
        let is_outside = program.starts_with('/') || program.split('/').any(|part| part == "..");
        if is_outside {
            return Err(ManifestError::Outside {
                program: program.to_owned(),
            });
        }
        if !protocol::is_spoken(self.protocol) {
            return Err(ManifestError::Protocol {
                found: self.protocol,
                expected: protocol::spoken(),
            });
        }
        Ok(())
    }
}

fn current_protocol() -> u32 {
    protocol::VERSION
}

/// A text, or a list of texts.
fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "expected a program, or a list of a program and its arguments"
    )]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&[&str], &str>) {
        let exec = text
            .parse::<Manifest>()
            .map(|manifest| manifest.exec)
            .map_err(|error| error.to_string());
        let expected = expected
            .map(|exec| exec.iter().map(|&word| word.to_owned()).collect())
            .map_err(str::to_owned);
        assert_eq!(exec, expected);
    }

    #[test]
    fn program_may_have_arguments() {
        check(
            "name = \"a\"\nversion = \"1\"\nexec = \"./a\"",
            Ok(&["./a"]),
        );
        check(
            "name = \"a\"\nversion = \"1\"\nexec = [\"python3\", \"a.py\"]",
            Ok(&["python3", "a.py"]),
        );
    }

    #[test]
    fn mistakes_name_their_line() {
        check(
            "name = \"a\"\nversion = \"1\"\nexec = \"./a\"\nexce = 1",
            Err(
                "line 4: unknown field `exce`, expected one of `name`, `version`, `summary`, `exec`, `protocol`, `permissions`",
            ),
        );
        check("name = \"a\"", Err("line 1: missing field `version`"));
    }

    #[test]
    fn program_is_one_of_its_own() {
        let expected = "`exec` is '../a', which is outside the plug-in's folder; expected a path such as \"./main.py\"";
        check(
            "name = \"a\"\nversion = \"1\"\nexec = \"../a\"",
            Err(expected),
        );
        check(
            "name = \"a\"\nversion = \"1\"\nexec = []",
            Err("`exec` is empty; expected a program such as \"./main.py\""),
        );
    }

    #[test]
    fn other_protocols_are_refused() {
        check(
            "name = \"a\"\nversion = \"1\"\nexec = \"a\"\nprotocol = 9",
            Err("`protocol` is 9; expected 1"),
        );
    }
}
