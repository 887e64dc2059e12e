//! The process environment, read in this one place.
//!
//! [`Environment::of_process`] takes a picture of the few variables that Salon honours; the questions are then asked of
//! the picture, so that a test builds its own with [`Environment::from_pairs`] and changes nothing for its neighbours.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::name::{Nickname, is_nick, is_nick_character};

/// The variables that Salon reads, and no other.
const NAMES: [&str; 13] = [
    "NO_COLOR",
    "TERM",
    "COLORTERM",
    "TMUX",
    "USER",
    "LOGNAME",
    "USERNAME",
    "HOME",
    "VISUAL",
    "EDITOR",
    "PATH",
    "LC_ALL",
    "LANG",
];

/// How many colours a terminal has, as far as it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColorDepth {
    /// Sixteen, which all have that have any.
    Sixteen,
    /// 256.
    Indexed,
    /// Any red, green and blue.
    Direct,
}

/// A picture of the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// The environment of this process, as it is now.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the environment"
    )]
    pub fn of_process() -> Self {
        Self::from_pairs(
            NAMES
                .iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        )
    }

    /// An environment of these variables.
    pub fn from_pairs<K: AsRef<OsStr>, V: AsRef<OsStr>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let variables = pairs
            .into_iter()
            .map(|(name, value)| (name.as_ref().to_owned(), value.as_ref().to_owned()))
            .collect();
        Self { variables }
    }

    /// Whether the user wants no colour: `NO_COLOR` is set and not empty (<https://no-color.org>).
    pub fn no_color(&self) -> bool {
        self.text("NO_COLOR").is_some()
    }

    /// The terminal's kind.
    pub fn terminal(&self) -> Option<&str> {
        self.text("TERM")
    }

    /// Whether the terminal has said that it understands no control sequences: `TERM` is `dumb`.
    pub fn terminal_is_dumb(&self) -> bool {
        self.terminal() == Some("dumb")
    }

    /// How many colours the terminal has: `COLORTERM` is `truecolor` or `24bit`, or else `TERM` says it in its name.
    pub fn color_depth(&self) -> ColorDepth {
        let terminal = self.terminal().unwrap_or_default();
        match self.text("COLORTERM") {
            Some("truecolor" | "24bit") => ColorDepth::Direct,
            _ if terminal.ends_with("-direct") => ColorDepth::Direct,
            _ if terminal.contains("256color") => ColorDepth::Indexed,
            _ => ColorDepth::Sixteen,
        }
    }

    /// Whether the terminal is one of tmux, which passes on what it doesn't know only when asked to.
    pub fn is_in_tmux(&self) -> bool {
        self.has("TMUX")
    }

    /// Whether a variable is set and not empty; only those that Salon honours are known.
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// The user's login name.
    pub fn user(&self) -> Option<&str> {
        ["USER", "LOGNAME", "USERNAME"]
            .into_iter()
            .find_map(|name| self.text(name))
    }

    /// The command that the user edits texts with.
    pub fn editor(&self) -> Option<&str> {
        self.text("VISUAL").or_else(|| self.text("EDITOR"))
    }

    /// Where programs are looked for.
    pub fn path(&self) -> Option<&str> {
        self.text("PATH")
    }

    /// The user's language and character set, such as `fr_FR.UTF-8`.
    pub fn locale(&self) -> Option<&str> {
        self.text("LC_ALL").or_else(|| self.text("LANG"))
    }

    /// The user's home directory as `HOME` has it.
    pub fn home(&self) -> Option<&OsStr> {
        self.value("HOME")
    }

    /// The name of the home directory, which is that of its owner nearly everywhere: services, containers and `cron`
    /// often have no other.
    fn home_name(&self) -> Option<&str> {
        Path::new(self.home()?).file_name()?.to_str()
    }

    /// The nick of someone who chose none: the login name or, without one, the name of the home directory, less what a
    /// nick can't hold, or `guest`.
    pub fn default_nick(&self) -> Nickname {
        let nick: String = self
            .user()
            .or_else(|| self.home_name())
            .unwrap_or_default()
            .chars()
            .filter(|&c| is_nick_character(c))
            .take(32)
            .collect();
        let nick = if is_nick(&nick) {
            nick
        } else {
            "guest".to_owned()
        };
        nick.parse()
            .expect("it was just checked, and `guest` is a nick")
    }

    fn value(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
            .filter(|value| !value.is_empty())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.to_str()
    }
}

#[cfg(test)]
mod tests {
    use super::{ColorDepth, Environment};

    #[track_caller]
    fn check_nick(pairs: &[(&str, &str)], expected: &str) {
        assert_eq!(
            Environment::from_pairs(pairs.iter().copied())
                .default_nick()
                .as_str(),
            expected
        );
    }

    #[test]
    fn the_default_nick_is_the_login_name() {
        check_nick(&[("USER", "ada"), ("LOGNAME", "other")], "ada");
        check_nick(&[("USER", ""), ("LOGNAME", "ada")], "ada");
        check_nick(&[("USERNAME", "Ada Lovelace")], "AdaLovelace");
    }

    #[test]
    fn the_default_nick_without_a_login_name_is_that_of_the_home() {
        check_nick(&[("HOME", "/root")], "root");
        check_nick(&[("HOME", "/home/ada/"), ("USER", "")], "ada");
        check_nick(&[("HOME", "/home/ada"), ("USER", "bob")], "bob");
        check_nick(&[("HOME", "/")], "guest");
    }

    #[test]
    fn the_default_nick_is_always_a_nick() {
        check_nick(&[], "guest");
        check_nick(&[("USER", "1up")], "guest");
        check_nick(&[("USER", "été")], "t");
        check_nick(&[("USER", "été.1")], "t1");
        check_nick(&[("USER", &"a".repeat(99))], &"a".repeat(32));
    }

    #[test]
    fn no_color_counts_when_not_empty() {
        assert!(Environment::from_pairs([("NO_COLOR", "1")]).no_color());
        assert!(!Environment::from_pairs([("NO_COLOR", "")]).no_color());
        assert!(!Environment::default().no_color());
    }

    #[test]
    fn colours_are_as_many_as_the_terminal_says() {
        let check = |pairs: &[(&str, &str)], expected| {
            let environment = Environment::from_pairs(pairs.iter().copied());
            assert_eq!(environment.color_depth(), expected, "{pairs:?}");
        };
        check(&[], ColorDepth::Sixteen);
        check(&[("TERM", "linux")], ColorDepth::Sixteen);
        check(&[("TERM", "xterm-256color")], ColorDepth::Indexed);
        check(&[("TERM", "xterm-direct")], ColorDepth::Direct);
        check(
            &[("TERM", "tmux-256color"), ("COLORTERM", "yes")],
            ColorDepth::Indexed,
        );
        check(
            &[("TERM", "xterm"), ("COLORTERM", "truecolor")],
            ColorDepth::Direct,
        );
        check(
            &[("TERM", "xterm"), ("COLORTERM", "24bit")],
            ColorDepth::Direct,
        );
    }

    #[test]
    fn visual_comes_before_editor() {
        assert_eq!(
            Environment::from_pairs([("EDITOR", "ed"), ("VISUAL", "vi")]).editor(),
            Some("vi")
        );
        assert_eq!(
            Environment::from_pairs([("EDITOR", "ed"), ("VISUAL", "")]).editor(),
            Some("ed")
        );
    }

    #[test]
    fn a_dumb_terminal_is_known() {
        assert!(Environment::from_pairs([("TERM", "dumb")]).terminal_is_dumb());
        assert!(!Environment::from_pairs([("TERM", "xterm")]).terminal_is_dumb());
    }
}
