//! What a plug-in says: its answers, and the parameters of its own requests and notifications.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::hook::HookSpec;
use crate::spec::Spec;

/// The answer to `initialize`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Initialized {
    /// The version of the protocol that both will speak.
    pub protocol: u32,
    /// The plug-in's name, as its manifest has it.
    pub name: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
    /// Its commands.
    #[serde(default)]
    pub commands: Vec<Spec>,
    /// For each of its commands that takes long: after how many milliseconds it may be given up.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub command_deadlines_ms: BTreeMap<String, u64>,
    /// What it wants to be asked or told.
    #[serde(default)]
    pub hooks: Vec<HookSpec>,
}

/// The answer to `command/run`: what to show to the user, and what to say where the command was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// Lines for the user alone.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub show: Texts,
    /// Messages, which need the permission to send there.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub send: Texts,
}

/// One text or several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "OneOrMany")]
pub struct Texts(Vec<String>);

impl Texts {
    /// The texts.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Into<String>> From<T> for Texts {
    fn from(text: T) -> Self {
        Self(vec![text.into()])
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
enum OneOrMany {
    Nothing(()),
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Texts {
    fn from(texts: OneOrMany) -> Self {
        match texts {
            OneOrMany::Nothing(()) => Self::default(),
            OneOrMany::One(text) => Self(vec![text]),
            OneOrMany::Many(texts) => Self(texts),
        }
    }
}

/// The answer to `command/complete`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidates {
    /// What the word may become, the likeliest first.
    #[serde(default)]
    pub candidates: Vec<Candidate>,
}

/// What a word may become: a text, or a text with a line beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a text, or an object with `value`")]
pub enum Candidate {
    /// A text.
    Plain(String),
    /// A text and what it means.
    Told {
        /// The text.
        value: String,
        /// What it means, in one line.
        #[serde(default)]
        summary: String,
    },
}

impl Candidate {
    /// The text that the word may become.
    pub fn value(&self) -> &str {
        match self {
            Self::Plain(value) | Self::Told { value, .. } => value,
        }
    }
}

/// The answer to `hook/message.in` and `hook/message.out`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookAnswer {
    /// What becomes of the message.
    pub action: HookAction,
    /// With [`HookAction::Replace`], the text in its place; with [`HookAction::Drop`], the reason that the user is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum HookAction {
    /// It goes on as it is.
    Pass,
    /// It goes on with another text.
    Replace,
    /// It goes no further.
    Drop,
}

/// `send`: say something in the user's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Send {
    /// Where; without it, where the command that runs was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// What.
    pub text: String,
    /// As what.
    #[serde(default)]
    pub kind: super::MessageKind,
}

/// `show`: show a line to the user alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// The line or lines.
    pub text: String,
}

/// `notify`: draw the user's attention to a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// The line.
    pub text: String,
}

/// `prompt`: ask the user something. The answer is `{"text": ...}`, or `{"text": null}` when the user gives none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// The question.
    pub text: String,
}

/// `timer/set`: have `timer/fire` sent once, later. A timer of that name is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerSet {
    /// The timer's name.
    pub timer: String,
    /// In how many milliseconds; without it the timer is taken back.
    #[serde(default)]
    pub after_ms: Option<u64>,
}

/// `state/get`: what was kept under a key. The answer is `{"value": ...}`, `null` for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateGet {
    /// The key.
    pub key: String,
}

/// `state/set`: keep a value under a key, for this run and those after it; `null` forgets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StateSet {
    /// The key.
    pub key: String,
    /// The value.
    #[serde(default)]
    pub value: Value,
}

/// `log`: write a line into the plug-in's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// The line.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_is_as_good_as_several() {
        for (json, expected) in [
            (r#"{"show":"a"}"#, vec!["a"]),
            (r#"{"show":["a","b"]}"#, vec!["a", "b"]),
            (r#"{"show":null}"#, vec![]),
            ("{}", vec![]),
        ] {
            let ran: Ran = serde_json::from_str(json).expect(json);
            assert_eq!(ran.show.iter().collect::<Vec<_>>(), expected, "{json}");
        }
    }
}
