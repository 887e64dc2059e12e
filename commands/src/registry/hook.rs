//! What wants to be asked before something happens, or told after: which hooks there are, and which
//! of them an occasion concerns. The host asks and tells; nothing here runs a hook.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::registry::{Origin, Registry};

/// When a hook applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HookPoint {
    /// Before a command runs.
    #[serde(rename = "command.before")]
    BeforeCommand,
    /// After a command ran.
    #[serde(rename = "command.after")]
    AfterCommand,
    /// Before a message of somebody is shown.
    #[serde(rename = "message.in")]
    MessageIn,
    /// Before a message of one's own is sent.
    #[serde(rename = "message.out")]
    MessageOut,
    /// After somebody entered a room.
    #[serde(rename = "join")]
    Join,
    /// After somebody left a room.
    #[serde(rename = "part")]
    Part,
    /// After somebody left the hub.
    #[serde(rename = "quit")]
    Quit,
    /// After somebody took another nick.
    #[serde(rename = "nick")]
    Nick,
    /// After a room's topic changed.
    #[serde(rename = "topic")]
    Topic,
    /// After somebody was put out of a room.
    #[serde(rename = "kick")]
    Kick,
}

impl HookPoint {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::BeforeCommand,
        Self::AfterCommand,
        Self::MessageIn,
        Self::MessageOut,
        Self::Join,
        Self::Part,
        Self::Quit,
        Self::Nick,
        Self::Topic,
        Self::Kick,
    ];

    /// Its name, as plug-ins write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeforeCommand => "command.before",
            Self::AfterCommand => "command.after",
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
}

impl fmt::Display for HookPoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Something that wants to be asked or told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// What its owner calls it.
    pub name: String,
    /// Whose it is.
    pub origin: Origin,
    /// When it applies.
    pub point: HookPoint,
    /// To which occasions of these.
    pub filter: Filter,
}

/// Which occasions a hook is for. Each list that isn't empty must hold what the occasion has;
/// names compare without regard to ASCII case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Rooms and people that it happens in or with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// Who causes it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nicks: Vec<String>,
    /// The commands, by their names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// Texts of which the message holds one, in any case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contains: Vec<String>,
}

/// Something that happens, as far as a filter looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion<'a> {
    /// What kind of thing happens.
    pub point: HookPoint,
    /// The room or the person.
    pub target: Option<&'a str>,
    /// Who causes it.
    pub nick: Option<&'a str>,
    /// The command's name.
    pub command: Option<&'a str>,
    /// What is said.
    pub text: Option<&'a str>,
}

impl<'a> Occasion<'a> {
    /// An occasion of which nothing more is known.
    pub fn new(point: HookPoint) -> Self {
        Self {
            point,
            target: None,
            nick: None,
            command: None,
            text: None,
        }
    }

    /// A message, before it is shown or sent.
    pub fn message(point: HookPoint, target: &'a str, nick: &'a str, text: &'a str) -> Self {
        Self {
            target: Some(target),
            nick: Some(nick),
            text: Some(text),
            ..Self::new(point)
        }
    }

    /// A command, before or after it runs.
    pub fn command(point: HookPoint, name: &'a str) -> Self {
        Self {
            command: Some(name),
            ..Self::new(point)
        }
    }
}

impl Filter {
    /// Whether the occasion is one of those.
    pub fn admits(&self, occasion: &Occasion<'_>) -> bool {
        is_listed(&self.targets, occasion.target)
            && is_listed(&self.nicks, occasion.nick)
            && is_listed(&self.commands, occasion.command)
            && (self.contains.is_empty()
                || occasion
                    .text
                    .is_some_and(|text| self.contains.iter().any(|part| holds(text, part))))
    }
}

fn is_listed(list: &[String], name: Option<&str>) -> bool {
    list.is_empty()
        || name.is_some_and(|name| list.iter().any(|listed| listed.eq_ignore_ascii_case(name)))
}

/// Whether a text holds a part, without regard to ASCII case.
fn holds(text: &str, part: &str) -> bool {
    part.is_empty()
        || text
            .as_bytes()
            .windows(part.len())
            .any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

impl Registry {
    /// Adds a hook after the others.
    pub fn add_hook(&mut self, hook: Hook) {
        self.hooks.push(hook);
    }

    /// Takes out all hooks that come from there, and leaves the commands.
    pub fn remove_hooks(&mut self, origin: &Origin) {
        self.hooks.retain(|hook| hook.origin != *origin);
    }

    /// Whether there is any hook at this point.
    pub fn has_hooks(&self, point: HookPoint) -> bool {
        self.hooks.iter().any(|hook| hook.point == point)
    }

    /// The hooks that an occasion concerns, in the order in which they were added. What one of them
    /// makes of a message is what the next is asked about; the host sees to that.
    pub fn hooks(&self, occasion: &Occasion<'_>) -> impl Iterator<Item = &Hook> {
        self.hooks
            .iter()
            .filter(move |hook| hook.point == occasion.point && hook.filter.admits(occasion))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry() -> Registry {
        let mut registry = Registry::empty();
        let mut add = |name: &str, plugin: &str, point, filter| {
            registry.add_hook(Hook {
                name: name.to_owned(),
                origin: Origin::Plugin(plugin.to_owned()),
                point,
                filter,
            });
        };
        let list = |name: &str| vec![name.to_owned()];
        add("all", "log", HookPoint::MessageIn, Filter::default());
        let in_dev = Filter {
            targets: list("#dev"),
            contains: list("++"),
            ..Filter::default()
        };
        add("karma", "karma", HookPoint::MessageIn, in_dev);
        let of_quit = Filter {
            commands: list("quit"),
            ..Filter::default()
        };
        add("bye", "log", HookPoint::BeforeCommand, of_quit);
        registry
    }

    #[track_caller]
    fn check(registry: &Registry, occasion: &Occasion<'_>, expected: &[&str]) {
        let names: Vec<&str> = registry
            .hooks(occasion)
            .map(|hook| hook.name.as_str())
            .collect();
        assert_eq!(names, expected, "{occasion:?}");
    }

    #[test]
    fn hooks_apply_where_their_filter_admits() {
        let registry = registry();
        let said = |target, text| Occasion::message(HookPoint::MessageIn, target, "ann", text);
        check(&registry, &said("#DEV", "Bob++"), &["all", "karma"]);
        check(&registry, &said("#dev", "Bob"), &["all"]);
        check(&registry, &said("#lobby", "Bob++"), &["all"]);
        check(
            &registry,
            &Occasion::message(HookPoint::MessageOut, "#dev", "ann", "x"),
            &[],
        );
        let before = |name| Occasion::command(HookPoint::BeforeCommand, name);
        check(&registry, &before("quit"), &["bye"]);
        check(&registry, &before("join"), &[]);
    }

    #[test]
    fn hooks_can_be_replaced_without_the_commands() {
        let mut registry = registry();
        let log = Origin::Plugin("log".to_owned());
        registry
            .add(crate::Spec::new("tail", "show the log"), log.clone())
            .expect("the name is free");
        registry.remove_hooks(&log);
        let said = Occasion::message(HookPoint::MessageIn, "#dev", "ann", "x++");
        check(&registry, &said, &["karma"]);
        assert!(registry.get("tail").is_some());
    }

    #[test]
    fn points_are_called_alike_everywhere() {
        for point in HookPoint::ALL {
            let json = serde_json::to_string(&point).expect("JSON");
            assert_eq!(json, format!("\"{point}\""));
        }
    }
}
