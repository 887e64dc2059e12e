//! What a plug-in may do. The default is nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::protocol::HookPoint;
use crate::value::is_services;

/// What a plug-in may do, as its manifest asks for it and its user grants it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "keys such as `read`")]
#[non_exhaustive]
pub struct Permissions {
    /// The rooms and people whose messages it may see.
    pub read: Reach,
    /// The rooms and people that it may say something to.
    pub send: Reach,
    /// What it may be asked or told about as it happens.
    pub hooks: Vec<HookPoint>,
    /// Whether it may use the network.
    pub net: bool,
    /// Files and folders beyond its own.
    pub files: Files,
}

/// Files and folders, as absolute paths, or below `~/`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "`read` and `write`")]
#[non_exhaustive]
pub struct Files {
    /// What it may read.
    pub read: Vec<String>,
    /// What it may read and write.
    pub write: Vec<String>,
}

/// Rooms and people: names, `#*` for every room, `*` for everything, `current` for the place where a command of the
/// plug-in was typed, while that command runs. A network's services, which are told passwords, are reached by name alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reach(Vec<String>);

impl Reach {
    /// The rooms and people of these patterns.
    pub fn new(patterns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(patterns.into_iter().map(Into::into).collect())
    }

    /// Whether `target` is among them. `current` is where the command in question was typed, if there is one.
    pub fn covers(&self, target: &str, current: Option<&str>) -> bool {
        let is_services = is_services(target);
        self.0.iter().any(|pattern| match pattern.as_str() {
            "*" | "current" if is_services => false,
            "*" => true,
            "#*" => target.starts_with('#'),
            "current" => current.is_some_and(|current| current.eq_ignore_ascii_case(target)),
            name => name.eq_ignore_ascii_case(target),
        })
    }

    /// Whether nothing is among them.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The patterns.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    fn describe(&self) -> String {
        let names: Vec<_> = self
            .patterns()
            .map(|pattern| match pattern {
                "*" => "everyone and every room",
                "#*" => "every room",
                "current" => "where you type its command",
                name => name,
            })
            .collect();
        names.join(", ")
    }
}

impl Permissions {
    /// Whether it may do nothing at all.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// What it may do, a line each, in words for a person. Texts come from the plug-in: they are not made harmless here.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.read.is_empty() {
            lines.push(format!("read what is said in: {}", self.read.describe()));
        }
        if !self.send.is_empty() {
            lines.push(format!("send in your name to: {}", self.send.describe()));
        }
        for hook in &self.hooks {
            lines.push(hook.describe().to_owned());
        }
        if self.net {
            lines.push("use the network".to_owned());
        }
        if !self.files.read.is_empty() {
            lines.push(format!("read files: {}", self.files.read.join(", ")));
        }
        if !self.files.write.is_empty() {
            lines.push(format!(
                "read and write files: {}",
                self.files.write.join(", ")
            ));
        }
        lines
    }

    /// What of `asked` goes beyond this. Empty when everything was granted.
    pub fn lacks(&self, asked: &Self) -> Vec<String> {
        let granted = self.lines();
        let asked = asked.lines();
        asked
            .into_iter()
            .filter(|line| !granted.contains(line))
            .collect()
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return formatter.write_str("nothing beyond answering its own commands");
        }
        formatter.write_str(&self.lines().join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(patterns: &[&str], covered: &[&str], not_covered: &[&str]) {
        let reach = Reach::new(patterns.iter().copied());
        for target in covered {
            assert!(reach.covers(target, Some("#here")), "{target}");
        }
        for target in not_covered {
            assert!(!reach.covers(target, Some("#here")), "{target}");
        }
    }

    #[test]
    fn reach_is_what_it_names() {
        check(&[], &[], &["#dev", "ann", "#here", ""]);
        check(&["#dev"], &["#dev", "#DEV"], &["#devel", "dev", "#here"]);
        check(&["#*"], &["#dev", "#here"], &["ann"]);
        check(&["*"], &["#dev", "ann"], &[]);
        check(&["current"], &["#here", "#HERE"], &["current", "#dev"]);
        check(&["ann"], &["Ann"], &["#ann", "anna"]);
    }

    #[test]
    fn services_are_reached_by_name_alone() {
        const SERVICES: [&str; 3] = ["NickServ", "chanserv", "NickServ@services.example"];
        check(&["*"], &["server", "#NickServ", "service"], &SERVICES);
        check(&["nickserv"], &["NickServ"], &["ChanServ"]);
        let current = Reach::new(["current"]);
        assert!(!current.covers("NickServ", Some("NickServ")));
    }

    #[test]
    fn current_is_nowhere_without_a_command() {
        assert!(!Reach::new(["current"]).covers("#here", None));
    }

    #[test]
    fn every_permission_is_told() {
        let text = "read = [\"#dev\"]\nsend = [\"current\", \"#*\"]\nhooks = [\"message.out\", \"join\"]\nnet = true\n\
            files = { read = [\"/usr/share/dict\"], write = [\"~/notes\"] }";
        let permissions: Permissions = toml::from_str(text).expect("it is as documented");
        assert_eq!(
            permissions.lines(),
            [
                "read what is said in: #dev",
                "send in your name to: where you type its command, every room",
                "see, change and hold back what you send, where it may read",
                "see who comes into the rooms that it may read",
                "use the network",
                "read files: /usr/share/dict",
                "read and write files: ~/notes",
            ]
        );
    }

    #[test]
    fn what_is_asked_beyond_the_grant_is_told() {
        let granted: Permissions =
            toml::from_str("send = [\"#dev\"]").expect("it is as documented");
        let asked: Permissions =
            toml::from_str("send = [\"#dev\"]\nnet = true").expect("it is as documented");
        assert_eq!(granted.lacks(&asked), ["use the network"]);
        assert_eq!(asked.lacks(&granted), [""; 0]);
    }

    #[test]
    fn nothing_is_the_default() {
        let permissions: Permissions = toml::from_str("").expect("nothing is needed");
        assert!(permissions.is_none());
        assert_eq!(
            permissions.to_string(),
            "nothing beyond answering its own commands"
        );
        assert!(toml::from_str::<Permissions>("sned = []").is_err());
    }
}
