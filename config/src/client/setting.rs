//! Settings that change while the program runs: all but passwords, profiles and aliases, which have a command of their own.
//!
//! A change is checked as the settings file is, by the same reader.

use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{Array, Value};

use super::ClientConfig;
use crate::error::ConfigError;
use crate::hint::{nearest, quoted_list};
use crate::keyed_room::KeyedRoom;

/// Why a setting can't be changed or kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// There is no such setting.
    #[error("no setting `{key}`; {hint}")]
    Unknown {
        /// The name.
        key: String,
        /// The nearest name, or all of them.
        hint: String,
    },
    /// The value is not one of the setting.
    #[error("{message}")]
    Value {
        /// What was wrong with it.
        message: String,
    },
    /// The setting is no list.
    #[error("`{key}` is not a list; `:set {key} VALUE` changes it")]
    NoList {
        /// The name.
        key: String,
    },
    /// The list doesn't hold that.
    #[error("`{key}` does not hold `{value}`")]
    Absent {
        /// The list.
        key: String,
        /// What was to be taken out.
        value: String,
    },
    /// The settings file that there is can't be read, or has a mistake.
    #[error(transparent)]
    File(#[from] ConfigError),
    /// The settings file can't be written.
    #[error("cannot write settings file '{}'", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// A setting that can change while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    /// The hub.
    Server,
    /// The nick.
    Nick,
    /// The name beside it.
    Realname,
    /// The rooms to join on arrival.
    Rooms,
    /// The account to log in to.
    Account,
    /// What prints its password.
    PasswordCommand,
    /// What holds its password.
    PasswordFile,
    /// Whom to trust.
    TlsCa,
    /// The certificate that the hub must show.
    TlsFingerprint,
    /// The certificate that one shows it.
    TlsCert,
    /// Its key.
    TlsKey,
    /// Whether there is colour.
    Color,
    /// How long to wait for the hub.
    Timeout,
    /// Texts that mark a line.
    Highlight,
    /// Whose messages are not shown.
    Ignore,
    /// For which lines the bell rings.
    Notify,
    /// How the desktop is told of them.
    Desktop,
    /// What becomes of bold, colours and the like.
    Formatting,
    /// How it is told that others come and go.
    Presence,
    /// After how long without a key there is a rule.
    RuleAfter,
    /// Whose keys edit the line.
    EditMode,
    /// How much may be pasted without a question.
    PasteGuard,
}

impl Setting {
    /// Each with its name in the file, and what it is in a few words.
    const TABLE: [(Self, &'static str, &'static str); 22] = [
        (
            Self::Server,
            "server",
            "the hub, from the next :reconnect on",
        ),
        (Self::Nick, "nick", "the nick"),
        (
            Self::Realname,
            "realname",
            "the name beside the nick, from the next :reconnect on",
        ),
        (Self::Rooms, "rooms", "the rooms to join on arrival"),
        (
            Self::Account,
            "account",
            "the account to log in to, from the next start on",
        ),
        (
            Self::PasswordCommand,
            "password_command",
            "what prints its password, from the next start on",
        ),
        (
            Self::PasswordFile,
            "password_file",
            "a file that holds its password, from the next start on",
        ),
        (
            Self::TlsCa,
            "tls_ca",
            "a file of certificates to trust, from the next :reconnect on",
        ),
        (
            Self::TlsFingerprint,
            "tls_fingerprint",
            "the certificate that the hub must show, from the next :reconnect on",
        ),
        (
            Self::TlsCert,
            "tls_cert",
            "the certificate that you show, from the next :reconnect on",
        ),
        (
            Self::TlsKey,
            "tls_key",
            "its key, from the next :reconnect on",
        ),
        (Self::Color, "color", "auto, always or never"),
        (Self::Timeout, "timeout", "how long to wait for the hub"),
        (Self::Highlight, "highlight", "texts that mark a line"),
        (Self::Ignore, "ignore", "whose messages are not shown"),
        (Self::Notify, "notify", "off, mentions or all"),
        (
            Self::Desktop,
            "desktop",
            "off, osc9 or osc777: notices besides the bell",
        ),
        (
            Self::Formatting,
            "formatting",
            "show or strip what people made bold or coloured",
        ),
        (
            Self::Presence,
            "presence",
            "fold, all or off: who comes and goes",
        ),
        (
            Self::RuleAfter,
            "rule_after",
            "after how long without a key a rule is drawn",
        ),
        (
            Self::EditMode,
            "edit_mode",
            "the keys that edit the line: emacs or vi",
        ),
        (
            Self::PasteGuard,
            "paste_guard",
            "how many lines may be pasted without a question; 0 asks never",
        ),
    ];

    /// Every one of them, in the order of the documented file.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::TABLE.into_iter().map(|row| row.0)
    }

    /// The setting of that name.
    pub fn named(name: &str) -> Result<Self, ChangeError> {
        Self::all()
            .find(|setting| setting.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| {
                let names = || Self::all().map(Self::name);
                let hint = match nearest(name, names()) {
                    _ if name.eq_ignore_ascii_case("password") => {
                        "a password is in no line; `password_command` or `password_file` says where it is"
                            .to_owned()
                    }
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("expected one of {}", quoted_list(names())),
                };
                ChangeError::Unknown {
                    key: name.to_owned(),
                    hint,
                }
            })
    }

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// What it is, in a few words.
    pub fn summary(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (Self, &'static str, &'static str) {
        let mut rows = Self::TABLE.into_iter();
        rows.find(|row| row.0 == self)
            .expect("a test looks for every setting in the table")
    }

    /// Its value, as one types it.
    pub fn show(self, config: &ClientConfig) -> String {
        match self {
            Self::Server => config.server.to_string(),
            Self::Nick => config
                .nick
                .as_ref()
                .map_or_else(String::new, |nick| nick.as_str().to_owned()),
            Self::Realname => config.realname.clone().unwrap_or_default(),
            Self::Rooms => joined(config.rooms.iter().map(KeyedRoom::shown)),
            Self::Account => config.account.clone().unwrap_or_default(),
            Self::PasswordCommand => config.password_command.clone().unwrap_or_default(),
            Self::PasswordFile => path(config.password_file.as_deref()),
            Self::TlsCa => path(config.tls_ca.as_deref()),
            Self::TlsFingerprint => config
                .tls_fingerprint
                .map_or_else(String::new, |fingerprint| fingerprint.to_string()),
            Self::TlsCert => path(config.tls_cert.as_deref()),
            Self::TlsKey => path(config.tls_key.as_deref()),
            Self::Color => config.color.to_string(),
            Self::Timeout => seconds(config.timeout),
            Self::Highlight => joined(config.highlight.iter().cloned()),
            Self::Ignore => joined(config.ignore.iter().cloned()),
            Self::Notify => config.notify.to_string(),
            Self::Desktop => config.desktop.to_string(),
            Self::Formatting => config.formatting.to_string(),
            Self::Presence => config.presence.to_string(),
            Self::RuleAfter => seconds(config.rule_after),
            Self::EditMode => config.edit_mode.to_string(),
            Self::PasteGuard => config.paste_guard.to_string(),
        }
    }

    /// Gives it a value, as it was typed. A list takes its values between commas, and `none` for none; a path is seen from
    /// the working directory.
    pub fn set(self, config: &mut ClientConfig, value: &str) -> Result<(), ChangeError> {
        let value = value.trim();
        let item = match self {
            _ if value == "none" && self.may_be_none() => return self.read(config, ""),
            Self::Rooms | Self::Highlight | Self::Ignore => {
                let values = value.split(',').map(str::trim);
                list(values.filter(|value| !value.is_empty() && *value != "none"))
            }
            Self::Timeout | Self::RuleAfter if value == "0" => Value::from(0),
            _ => self.written(value),
        };
        self.apply(config, &item)
    }

    /// Adds a value to a list that doesn't hold it yet.
    pub fn add(self, config: &mut ClientConfig, value: &str) -> Result<(), ChangeError> {
        let mut values = self.values(config)?;
        let value = value.trim();
        match values.iter_mut().find(|held| self.is_same(held, value)) {
            // A room may have another key now.
            Some(held) if self == Self::Rooms => value.clone_into(held),
            Some(_) => {}
            None => values.push(value.to_owned()),
        }
        self.apply(config, &list(values.iter().map(String::as_str)))
    }

    /// Takes a value out of a list.
    pub fn remove(self, config: &mut ClientConfig, value: &str) -> Result<(), ChangeError> {
        let mut values = self.values(config)?;
        let before = values.len();
        values.retain(|held| !self.is_same(held, value.trim()));
        if values.len() == before {
            return Err(ChangeError::Absent {
                key: self.name().to_owned(),
                value: self.without_key(value).to_owned(),
            });
        }
        self.apply(config, &list(values.iter().map(String::as_str)))
    }

    fn values(self, config: &ClientConfig) -> Result<Vec<String>, ChangeError> {
        match self {
            Self::Rooms => Ok(config.rooms.iter().map(KeyedRoom::written).collect()),
            Self::Highlight => Ok(config.highlight.clone()),
            Self::Ignore => Ok(config.ignore.clone()),
            _ => Err(ChangeError::NoList {
                key: self.name().to_owned(),
            }),
        }
    }

    /// Whether two values of a list stand for the same.
    fn is_same(self, one: &str, other: &str) -> bool {
        self.named_by(one)
            .eq_ignore_ascii_case(self.named_by(other))
    }

    /// What of a value says which one of a list it is. A room may lack its `#`.
    fn named_by(self, value: &str) -> &str {
        let name = self.without_key(value);
        match self {
            Self::Rooms => name.strip_prefix('#').unwrap_or(name),
            _ => name,
        }
    }

    fn without_key(self, value: &str) -> &str {
        match self {
            Self::Rooms => value.split(' ').next().unwrap_or(value),
            _ => value,
        }
    }

    /// Whether there may be none, where its value could not be told from a text.
    fn may_be_none(self) -> bool {
        matches!(
            self,
            Self::Account
                | Self::PasswordCommand
                | Self::PasswordFile
                | Self::TlsCa
                | Self::TlsFingerprint
                | Self::TlsCert
                | Self::TlsKey
        )
    }

    fn apply(self, config: &mut ClientConfig, value: &Value) -> Result<(), ChangeError> {
        self.read(config, &format!("{} = {value}\n", self.name()))
    }

    /// Reads the line as the file would be read, so that both admit the same; an empty one is the default.
    fn read(self, config: &mut ClientConfig, line: &str) -> Result<(), ChangeError> {
        let here = std::path::absolute("setting");
        let here = here.unwrap_or_else(|_| PathBuf::from("setting"));
        let read = ClientConfig::parse(&here, line).map_err(|error| {
            let message = error.to_string();
            // The place in a file that there isn't helps nobody.
            let message = message
                .split_once(": ")
                .map_or(message.as_str(), |(_, message)| message)
                .to_owned();
            ChangeError::Value { message }
        })?;
        match self {
            Self::Server => config.server = read.server,
            Self::Nick => config.nick = read.nick,
            Self::Realname => config.realname = read.realname,
            Self::Rooms => config.rooms = read.rooms,
            Self::Account => config.account = read.account,
            Self::PasswordCommand => config.password_command = read.password_command,
            Self::PasswordFile => config.password_file = read.password_file,
            Self::TlsCa => config.tls_ca = read.tls_ca,
            Self::TlsFingerprint => config.tls_fingerprint = read.tls_fingerprint,
            Self::TlsCert => config.tls_cert = read.tls_cert,
            Self::TlsKey => config.tls_key = read.tls_key,
            Self::Color => config.color = read.color,
            Self::Timeout => config.timeout = read.timeout,
            Self::Highlight => config.highlight = read.highlight,
            Self::Ignore => config.ignore = read.ignore,
            Self::Notify => config.notify = read.notify,
            Self::Desktop => config.desktop = read.desktop,
            Self::Formatting => config.formatting = read.formatting,
            Self::Presence => config.presence = read.presence,
            Self::RuleAfter => config.rule_after = read.rule_after,
            Self::EditMode => config.edit_mode = read.edit_mode,
            Self::PasteGuard => config.paste_guard = read.paste_guard,
        }
        Ok(())
    }

    /// Its value, as the file has it; `None` is the default that has no name.
    pub(super) fn item(self, config: &ClientConfig) -> Option<Value> {
        match self {
            Self::Rooms | Self::Highlight | Self::Ignore => {
                let values = self.values(config).unwrap_or_default();
                Some(list(values.iter().map(String::as_str)))
            }
            Self::Timeout if config.timeout.is_none() => Some(Value::from(0)),
            Self::RuleAfter if config.rule_after.is_none() => Some(Value::from(0)),
            _ => Some(self.show(config))
                .filter(|value| !value.is_empty())
                .map(|value| self.written(&value)),
        }
    }

    /// A value as the file has it: a number without quotes.
    fn written(self, value: &str) -> Value {
        match (self, value.parse::<i64>()) {
            (Self::PasteGuard, Ok(number)) => Value::from(number),
            _ => Value::from(value),
        }
    }
}

/// A duration as one types it.
fn seconds(duration: Option<std::time::Duration>) -> String {
    match duration {
        Some(duration) if duration.subsec_nanos() > 0 => format!("{}ms", duration.as_millis()),
        Some(duration) => format!("{}s", duration.as_secs()),
        None => "0".to_owned(),
    }
}

fn list<'a>(values: impl Iterator<Item = &'a str>) -> Value {
    Value::Array(values.collect::<Array>())
}

fn joined(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(", ")
}

fn path(path: Option<&Path>) -> String {
    path.map_or_else(String::new, |path| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(setting: Setting, value: &str, expected: Result<&str, &str>) {
        let mut config = ClientConfig::default();
        let set = setting.set(&mut config, value);
        let shown = set
            .map(|()| setting.show(&config))
            .map_err(|error| error.to_string());
        assert_eq!(
            shown,
            expected.map(str::to_owned).map_err(str::to_owned),
            "{value:?}"
        );
    }

    #[test]
    fn values_are_read_as_those_of_the_file() {
        check(Setting::Color, "never", Ok("never"));
        check(
            Setting::Color,
            "nevr",
            Err("unknown value `nevr`; did you mean `never`?"),
        );
        check(Setting::Notify, "all", Ok("all"));
        check(Setting::EditMode, "vi", Ok("vi"));
        check(Setting::PasteGuard, "25", Ok("25"));
        check(Setting::Timeout, "1m", Ok("60s"));
        check(Setting::Timeout, "1500ms", Ok("1500ms"));
        check(Setting::Timeout, "0", Ok("0"));
        check(Setting::Desktop, "osc9", Ok("osc9"));
        check(Setting::Formatting, "strip", Ok("strip"));
        check(Setting::Presence, "all", Ok("all"));
        check(Setting::RuleAfter, "0", Ok("0"));
        check(
            Setting::Realname,
            "Ann \"A\" O'Hara",
            Ok("Ann \"A\" O'Hara"),
        );
        check(Setting::Rooms, "#a, #b", Ok("#a, #b"));
        check(
            Setting::Highlight,
            "build failed, urgent",
            Ok("build failed, urgent"),
        );
        check(Setting::Ignore, "none", Ok(""));
        check(Setting::Server, "hub.example:7", Ok("irc://hub.example:7"));
        check(Setting::Account, "ada", Ok("ada"));
        check(Setting::Account, "none", Ok(""));
        check(Setting::PasswordFile, "/etc/motd", Ok("/etc/motd"));
    }

    #[test]
    fn a_path_is_seen_from_the_working_directory() {
        let here = std::path::absolute("chat.pem").expect("a directory");
        check(Setting::TlsCa, "chat.pem", Ok(&here.to_string_lossy()));
    }

    #[test]
    fn names_are_known_or_guessed() {
        assert_eq!(Setting::named("COLOR").ok(), Some(Setting::Color));
        let error = |name| Setting::named(name).expect_err("no setting").to_string();
        assert_eq!(
            error("colour"),
            "no setting `colour`; did you mean `color`?"
        );
        assert_eq!(
            error("password"),
            "no setting `password`; a password is in no line; `password_command` or `password_file` says where it is"
        );
    }

    #[test]
    fn lists_grow_and_shrink() {
        let mut config = ClientConfig::default();
        let mut add = |value| Setting::Ignore.add(&mut config, value);
        add("troll").expect("a list");
        add("Troll").expect("a list");
        add("*!*@spam").expect("a list");
        assert_eq!(config.ignore, ["troll", "*!*@spam"]);
        Setting::Ignore
            .remove(&mut config, "TROLL")
            .expect("it is there");
        assert_eq!(config.ignore, ["*!*@spam"]);
        let absent = Setting::Ignore
            .remove(&mut config, "troll")
            .expect_err("it is gone");
        assert_eq!(absent.to_string(), "`ignore` does not hold `troll`");
        let no_list = Setting::Color.add(&mut config, "x").expect_err("no list");
        assert_eq!(
            no_list.to_string(),
            "`color` is not a list; `:set color VALUE` changes it"
        );
    }

    #[test]
    fn the_key_of_a_room_is_kept_and_not_shown() {
        let mut config = ClientConfig::default();
        let rooms = Setting::Rooms;
        rooms.set(&mut config, "#a, #dev sesame").expect("rooms");
        assert_eq!(rooms.show(&config), "#a, #dev (key hidden)");
        let written = |config: &ClientConfig| rooms.item(config).expect("a list").to_string();
        assert_eq!(written(&config), r##"["#a", "#dev sesame"]"##);
        rooms.add(&mut config, "DEV tahini").expect("a list");
        assert_eq!(written(&config), r##"["#a", "#DEV tahini"]"##);
        let absent = rooms
            .remove(&mut config, "#b sesame")
            .expect_err("it is not there");
        assert_eq!(absent.to_string(), "`rooms` does not hold `#b`");
        rooms.remove(&mut config, "#dev").expect("it is there");
        assert_eq!(written(&config), r##"["#a"]"##);
    }
}
