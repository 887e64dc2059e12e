//! What the host says: the parameters of its requests and notifications.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `initialize`: the first request. Its answer is [`Initialized`](super::Initialized).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Initialize {
    /// The newest version of the protocol that the host speaks.
    pub protocol: u32,
    /// The oldest.
    pub protocol_oldest: u32,
    /// The host.
    pub client: ClientInfo,
    /// The user's nick.
    #[serde(default)]
    pub nick: String,
    /// The rooms that the user is in and that the plug-in may read.
    #[serde(default)]
    pub rooms: Vec<String>,
    /// The user's language, such as `fr_FR.UTF-8`.
    #[serde(default)]
    pub locale: String,
}

impl Initialize {
    /// The request of this host, which speaks every version that this crate does.
    pub fn new(client: ClientInfo) -> Self {
        Self {
            protocol: super::VERSION,
            protocol_oldest: super::VERSION_OLDEST,
            client,
            nick: String::new(),
            rooms: Vec::new(),
            locale: String::new(),
        }
    }
}

/// A program and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientInfo {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// `command/run`: a command of the plug-in was typed. The answer is [`Ran`](super::Ran).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The command's name.
    pub command: String,
    /// Each argument that was given: a number, `true` for a switch, a list for one that repeats, else a text.
    pub arguments: BTreeMap<String, Value>,
    /// The room or nick that was current, if there was one.
    pub target: Option<String>,
    /// The user's nick.
    pub nick: String,
}

/// `command/complete`: Tab was pressed in an argument. The answer is [`Candidates`](super::Candidates).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complete {
    /// The name of the list, as the command's spec has it in `"complete": "list:NAME"`.
    pub list: String,
    /// What is there of the word.
    pub word: String,
}

/// `hook/command.before`: may this command run? The answer is [`HookAnswer`](super::HookAnswer), which can't replace it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandHook {
    /// The command's name.
    pub command: String,
    /// What was typed; `None` where the line may carry a secret.
    pub line: Option<String>,
    /// The room or nick that is current, if there is one that the plug-in may read.
    pub target: Option<String>,
    /// The user's nick.
    pub nick: String,
}

/// `hook/message.in` and `hook/message.out`: may this message pass? The answer is [`HookAnswer`](super::HookAnswer).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageHook {
    /// Who says it.
    pub from: String,
    /// The room or nick that it is addressed to.
    pub to: String,
    /// What is said.
    pub text: String,
    /// How it is said.
    #[serde(default)]
    pub kind: MessageKind,
    /// When, in RFC 3339; the user's own messages have no time yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

/// How a message is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MessageKind {
    /// As a plain message.
    #[default]
    Message,
    /// As a deed: `/me waves`.
    Action,
    /// As a notice, which asks for no answer.
    Notice,
}

/// `hook/join` and the like, and `hook/command.after`: something happened. It is told, not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// Who did it.
    pub from: Option<String>,
    /// The room.
    pub to: Option<String>,
    /// The reason, the topic, the new nick, or who had to go; of a command, why it was refused, if it was.
    pub text: Option<String>,
    /// The command that ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// `timer/fire`: the time of a [`TimerSet`](super::TimerSet) has come. It is told, not asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerFire {
    /// The timer's name.
    pub timer: String,
}

/// `cancel`: the user doesn't wait for a request any more. It is told; the request may be answered or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancel {
    /// The request.
    pub id: u64,
}
