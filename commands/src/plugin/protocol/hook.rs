//! The hooks of the registry, as plug-ins have them: the methods that call them, and what they let a plug-in do.

use serde::{Deserialize, Serialize};

use super::{CommandHook, Happening, MessageHook};
use crate::registry::{Filter, HookPoint, Occasion};

/// A hook that a plug-in wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookSpec {
    /// What it is called for.
    pub on: HookPoint,
    /// What of that. A filter that is empty lets everything through.
    #[serde(flatten)]
    pub filter: Filter,
}

impl HookSpec {
    /// A hook for everything.
    pub fn new(on: HookPoint) -> Self {
        Self {
            on,
            filter: Filter::default(),
        }
    }

    /// Whether it is called for this.
    pub fn admits(&self, occasion: &Occasion<'_>) -> bool {
        self.on == occasion.point && self.filter.admits(occasion)
    }
}

impl HookPoint {
    /// The method that calls a plug-in for it.
    pub fn method(self) -> &'static str {
        match self {
            Self::BeforeCommand => "hook/command.before",
            Self::AfterCommand => "hook/command.after",
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

    /// Whether what it is about waits for the answer, and goes no further without one: a filter that guards secrets must
    /// not fail open.
    pub fn is_guard(self) -> bool {
        matches!(self, Self::BeforeCommand | Self::MessageOut)
    }

    /// What a plug-in with it may do, for a person.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::BeforeCommand => "see the commands that you type, and hold them back",
            Self::AfterCommand => "see which commands you ran, and whether they were refused",
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

impl MessageHook {
    /// What a filter looks at.
    pub fn occasion(&self, on: HookPoint) -> Occasion<'_> {
        Occasion::message(on, &self.to, &self.from, &self.text)
    }
}

impl CommandHook {
    /// What a filter looks at.
    pub fn occasion(&self, on: HookPoint) -> Occasion<'_> {
        Occasion {
            target: self.target.as_deref(),
            nick: Some(&self.nick),
            text: self.line.as_deref(),
            ..Occasion::command(on, &self.command)
        }
    }
}

impl Happening {
    /// What a filter looks at.
    pub fn occasion(&self, on: HookPoint) -> Occasion<'_> {
        Occasion {
            point: on,
            target: self.to.as_deref(),
            nick: self.from.as_deref(),
            command: self.command.as_deref(),
            text: self.text.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_the_wire_are_those_of_the_manifest() {
        for point in HookPoint::ALL {
            let written = serde_json::to_value(point).expect("it is a text");
            assert_eq!(written, point.as_str());
            assert_eq!(point.method(), format!("hook/{point}"));
        }
    }

    #[test]
    fn empty_filters_are_left_out() {
        let mut hook = HookSpec::new(HookPoint::Join);
        let written = |hook: &HookSpec| serde_json::to_string(hook).expect("JSON");
        assert_eq!(written(&hook), r#"{"on":"join"}"#);
        hook.filter.nicks = vec!["ann".to_owned()];
        assert_eq!(written(&hook), r#"{"on":"join","nicks":["ann"]}"#);
        let read: HookSpec = serde_json::from_str(&written(&hook)).expect("what was written");
        assert_eq!(read, hook);
    }

    #[test]
    fn filters_narrow_a_hook() {
        let mut hook = HookSpec::new(HookPoint::Join);
        hook.filter.nicks = vec!["ann".to_owned()];
        let who = |nick: &str| Happening {
            from: Some(nick.to_owned()),
            ..Happening::default()
        };
        assert!(hook.admits(&who("Ann").occasion(HookPoint::Join)));
        assert!(!hook.admits(&who("bob").occasion(HookPoint::Join)));
        assert!(!hook.admits(&who("ann").occasion(HookPoint::Part)));
    }
}
