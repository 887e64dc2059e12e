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

/// What happens to what is said and done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HookName {
    /// A message arrived, and is not shown yet.
    #[serde(rename = "message.in")]
    MessageIn,
    /// The user said something, and it is not sent yet.
    #[serde(rename = "message.out")]
    MessageOut,
    /// Somebody came into a room.
    #[serde(rename = "join")]
    Join,
    /// Somebody left a room.
    #[serde(rename = "part")]
    Part,
    /// Somebody left the server.
    #[serde(rename = "quit")]
    Quit,
    /// Somebody has another nick.
    #[serde(rename = "nick")]
    Nick,
    /// A room has another topic.
    #[serde(rename = "topic")]
    Topic,
    /// Somebody was put out of a room.
    #[serde(rename = "kick")]
    Kick,
}

impl HookName {
    /// Its name in manifests and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MessageIn => "message.in",
            Self::MessageOut => "message.out",
            Self::Join => "join",
            Self::Part => "part",
            Self::Quit => "quit",
            Self::Nick => "nick",
            Self::Topic => "topic",
            Self::Kick => "kick",
        }
    }

    /// The method that calls it.
    pub fn method(self) -> &'static str {
        match self {
            Self::MessageIn => "hook/message.in",
            Self::MessageOut => "hook/message.out",
            Self::Join => "hook/join",
            Self::Part => "hook/part",
            Self::Quit => "hook/quit",
            Self::Nick => "hook/nick",
            Self::Topic => "hook/topic",
            Self::Kick => "hook/kick",
        }
    }

    /// What a plug-in with it may do, for a person.
    pub fn describe(self) -> &'static str {
        match self {
            Self::MessageIn => "see, change and hide messages that arrive, where it may read",
            Self::MessageOut => "see, change and hold back what you send, where it may read",
            Self::Join => "see who comes into the rooms that it may read",
            Self::Part => "see who leaves the rooms that it may read",
            Self::Quit => "see who leaves the hub",
            Self::Nick => "see who takes another nick",
            Self::Topic => "see the topics of the rooms that it may read",
            Self::Kick => "see who is put out of the rooms that it may read",
        }
    }
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

/// `hook/join` and the like: something happened. It is told, not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// Who did it.
    pub from: Option<String>,
    /// The room.
    pub to: Option<String>,
    /// The reason, the topic, the new nick, or who had to go.
    pub text: Option<String>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_the_wire_are_those_of_the_manifest() {
        use HookName::{Join, Kick, MessageIn, MessageOut, Nick, Part, Quit, Topic};
        for hook in [MessageIn, MessageOut, Join, Part, Quit, Nick, Topic, Kick] {
            let written = serde_json::to_value(hook).expect("it is a text");
            assert_eq!(written, hook.as_str());
            assert_eq!(hook.method(), format!("hook/{}", hook.as_str()));
        }
    }
}
