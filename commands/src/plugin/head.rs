//! The head comment of a one-shot plug-in: all that its host needs to know, in a line or two of the file itself.
//!
//! ```text
//! head    = line { line }                     in the first 30 lines of the file, in any order
//! line    = comment "salon:" { key "=" value }
//! comment = "#" | "//" | "--" | ";" | "%"     whatever the language has
//! value   = word | '"' { character | '\"' | '\\' } '"'
//! ```
//!
//! | key | value | without it |
//! |---|---|---|
//! | `command` | the command's name | it must be there |
//! | `summary` | what it does, in one line | it must be there |
//! | `args` | its arguments, in the notation of [`arguments`](crate::arguments) | none |
//! | `alias` | another name; may be repeated | none |
//! | `example` | a line that one may type; may be repeated | none |
//! | `output` | `show` or `send`: what becomes of the lines that it prints | `show` |
//! | `timeout` | how long it may take, such as `30s` | `10s` |
//! | `net` | `true`: it wants to use the network | `false` |

use std::time::Duration;

use thiserror::Error;

use super::name::{PluginName, PluginNameError};
use crate::spec::{Spec, SpecError, arguments};

/// In how many lines of a file a head is looked for.
const HEAD_LINES_MAX: usize = 30;
/// The marks that begin a comment, in the languages that scripts are written in.
const COMMENTS: [&str; 5] = ["#", "//", "--", ";", "%"];
/// What makes a comment a head.
const MARK: &str = "salon:";
/// How long a command may take that says nothing else.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest that one may ask for.
const TIMEOUT_MAX: Duration = Duration::from_mins(10);

/// What becomes of the lines that a one-shot plug-in prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sends {
    /// They are shown to the user alone.
    #[default]
    Show,
    /// They are said where the command was typed.
    Send,
}

/// What a one-shot plug-in says about itself.
///
/// ```
/// use salon_commands::plugin::{Head, Sends};
///
/// let file = "#!/bin/sh\n# salon: command=roll args=\"[SIDES:number]\" summary=\"roll a die\" output=send\necho 4\n";
/// let head = Head::read(file)?;
/// assert_eq!(head.spec.usage().to_string(), ":roll [SIDES]");
/// assert_eq!(head.sends, Sends::Send);
/// # Ok::<(), salon_commands::plugin::HeadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// Its command.
    pub spec: Spec,
    /// What becomes of the lines that it prints.
    pub sends: Sends,
    /// How long it may take.
    pub timeout: Duration,
    /// Whether it wants to use the network.
    pub net: bool,
}

/// Why a file has no head.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HeadError {
    /// No comment in the first lines begins with `salon:`.
    #[error(
        "expected a comment such as `# salon: command=roll summary=\"roll a die\"` in the first {HEAD_LINES_MAX} lines"
    )]
    Missing,
    /// A part of it is not `key=value`.
    #[error("line {line}: expected `key=value` or `key=\"value\"`, found `{found}`")]
    Syntax {
        /// Where, counted from 1.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// A key is not known.
    #[error(
        "line {line}: unknown key `{key}`; expected command, summary, args, alias, example, output, timeout or net"
    )]
    UnknownKey {
        /// Where, counted from 1.
        line: usize,
        /// The key.
        key: String,
    },
    /// A value is not what its key takes.
    #[error("line {line}: `{key}` is `{found}`; expected {expected}")]
    Value {
        /// Where, counted from 1.
        line: usize,
        /// The key.
        key: &'static str,
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// A key that must be there is not.
    #[error("`{key}=` is missing")]
    MissingKey {
        /// The key.
        key: &'static str,
    },
    /// The command's name is none.
    #[error(transparent)]
    Name(#[from] PluginNameError),
    /// The arguments or the command are not well formed.
    #[error(transparent)]
    Spec(#[from] SpecError),
}

impl Head {
    /// Reads the head from the beginning of a file; the rest of the file is not looked at.
    pub fn read(file: &str) -> Result<Self, HeadError> {
        let mut draft = Draft::default();
        let mut found = false;
        for (index, text) in file.lines().take(HEAD_LINES_MAX).enumerate() {
            let Some(text) = head_line(text) else {
                continue;
            };
            found = true;
            let line = index + 1;
            let mut rest = text.trim();
            while !rest.is_empty() {
                let (key, value, after) = pair(rest).ok_or_else(|| HeadError::Syntax {
                    line,
                    found: rest.chars().take(40).collect(),
                })?;
                draft.take(line, key, value)?;
                rest = after.trim_start();
            }
        }
        if found {
            draft.finish()
        } else {
            Err(HeadError::Missing)
        }
    }
}

/// What a line says after the mark, if it is one of a head.
fn head_line(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let comment = COMMENTS.iter().find_map(|mark| line.strip_prefix(mark))?;
    comment.trim_start().strip_prefix(MARK)
}

/// A key and its value at the beginning of a text, and what follows them.
fn pair(text: &str) -> Option<(&str, String, &str)> {
    let (key, rest) = text.split_once('=')?;
    if key.is_empty() || !key.chars().all(|c| c.is_ascii_lowercase()) {
        return None;
    }
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        return (!word.is_empty()).then(|| (key, word.to_owned(), after));
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next()? {
            '"' => {
                let after = characters.as_str();
                let is_apart = after.is_empty() || after.starts_with(char::is_whitespace);
                return is_apart.then_some((key, value, after));
            }
            '\\' => value.push(characters.next().filter(|c| matches!(c, '"' | '\\'))?),
            other => value.push(other),
        }
    }
}

/// What is read so far.
#[derive(Default)]
struct Draft {
    command: Option<String>,
    summary: Option<String>,
    arguments: String,
    aliases: Vec<String>,
    examples: Vec<String>,
    sends: Sends,
    timeout: Option<Duration>,
    net: bool,
}

impl Draft {
    fn take(&mut self, line: usize, key: &str, value: String) -> Result<(), HeadError> {
        let refused = |key, found: String, expected| HeadError::Value {
            line,
            key,
            found,
            expected,
        };
        match key {
            "command" => self.command = Some(value),
            "summary" => self.summary = Some(value),
            "args" => self.arguments = value,
            "alias" => self.aliases.push(value),
            "example" => self.examples.push(value),
            "output" => {
                self.sends = match value.as_str() {
                    "show" => Sends::Show,
                    "send" => Sends::Send,
                    _ => return Err(refused("output", value, "show or send")),
                }
            }
            "timeout" => {
                self.timeout =
                    Some(timeout(&value).ok_or_else(|| {
                        refused("timeout", value, "a time such as 30s, up to 10m")
                    })?);
            }
            "net" => {
                self.net = value
                    .parse()
                    .map_err(|_| refused("net", value, "true or false"))?;
            }
            _ => {
                return Err(HeadError::UnknownKey {
                    line,
                    key: key.to_owned(),
                });
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Head, HeadError> {
        let name = self
            .command
            .ok_or(HeadError::MissingKey { key: "command" })?;
        let summary = self
            .summary
            .ok_or(HeadError::MissingKey { key: "summary" })?;
        let name = PluginName::new(name)?;
        let mut spec = Spec::new(String::from(name), summary.clone());
        spec.arguments = arguments(&self.arguments)?;
        for alias in self.aliases {
            spec = spec.alias(alias);
        }
        for example in self.examples {
            spec = spec.example_accepted(example, summary.clone());
        }
        spec.check()?;
        Ok(Head {
            spec,
            sends: self.sends,
            timeout: self.timeout.unwrap_or(TIMEOUT),
            net: self.net,
        })
    }
}

/// A time of whole seconds or minutes.
fn timeout(text: &str) -> Option<Duration> {
    let (number, seconds) = match (text.strip_suffix('s'), text.strip_suffix('m')) {
        (Some(number), _) => (number, 1),
        (None, Some(number)) => (number, 60),
        (None, None) => return None,
    };
    let time = Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?);
    (!time.is_zero() && time <= TIMEOUT_MAX).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, expected: Result<&str, &str>) {
        let usage = Head::read(file)
            .map(|head| head.spec.usage().to_string())
            .map_err(|error| error.to_string());
        assert_eq!(
            usage,
            expected.map(str::to_owned).map_err(str::to_owned),
            "{file}"
        );
    }

    #[test]
    fn every_language_has_a_comment() {
        for comment in ["#", "# ", "//", "-- ", ";; ", "% ", "   # "] {
            let file = format!("first line\n{comment}salon: command=a summary=b");
            let expected = if comment == ";; " { None } else { Some(":a") };
            assert_eq!(
                Head::read(&file)
                    .ok()
                    .map(|head| head.spec.usage().to_string())
                    .as_deref(),
                expected,
                "{comment}"
            );
        }
    }

    #[test]
    fn head_may_have_several_lines() {
        let file = "#!/bin/sh\n# salon: command=say args=\"WHO:nick TEXT:text\"\n# about it\n\
            # salon: summary=\"say \\\"it\\\"\" alias=tell timeout=2m net=true example=\":say ann hi\"";
        let head = Head::read(file).expect("it is as documented");
        assert_eq!(head.spec.usage().to_string(), ":say WHO TEXT");
        assert_eq!(head.spec.summary, "say \"it\"");
        assert_eq!(head.spec.aliases, ["tell"]);
        assert_eq!(head.spec.examples.len(), 1);
        assert_eq!(
            (head.timeout, head.net, head.sends),
            (Duration::from_mins(2), true, Sends::Show)
        );
    }

    #[test]
    fn mistakes_are_told() {
        check("echo", Err(&HeadError::Missing.to_string()));
        check("# salon: command=a", Err("`summary=` is missing"));
        check("# salon: summary=a", Err("`command=` is missing"));
        check(
            "\n# salon: command",
            Err("line 2: expected `key=value` or `key=\"value\"`, found `command`"),
        );
        check(
            "# salon: summary=\"a",
            Err("line 1: expected `key=value` or `key=\"value\"`, found `summary=\"a`"),
        );
        check(
            "# salon: sumary=a",
            Err(
                "line 1: unknown key `sumary`; expected command, summary, args, alias, example, output, timeout or net",
            ),
        );
        check(
            "# salon: output=say",
            Err("line 1: `output` is `say`; expected show or send"),
        );
        for bad in ["0s", "x", "11m", "10", "99999999999999999999s"] {
            check(
                &format!("# salon: timeout={bad}"),
                Err(&format!(
                    "line 1: `timeout` is `{bad}`; expected a time such as 30s, up to 10m"
                )),
            );
        }
        check(
            "# salon: command=A summary=b",
            Err(&PluginName::new("A").expect_err("a capital").to_string()),
        );
    }

    #[test]
    fn head_far_down_is_none() {
        let file = format!(
            "{}# salon: command=a summary=b",
            "\n".repeat(HEAD_LINES_MAX)
        );
        check(&file, Err(&HeadError::Missing.to_string()));
    }

    proptest::proptest! {
        #[test]
        fn no_file_panics_the_reader(text in "(# salon:)?[a-z=\"\\\\ \\[\\]:é.]{0,60}") {
            let _ = Head::read(&text);
        }
    }
}
