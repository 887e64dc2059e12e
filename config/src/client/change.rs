//! Settings that change while the program runs, and are kept on request.
//!
//! A change is checked as the settings file is, by the same reader. What is kept is written into the
//! file that there is, whose other lines and remarks stay as they are.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, Item, Table, Value};

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
    /// Every one of them.
    pub const ALL: [Self; 15] = [
        Self::Server,
        Self::Nick,
        Self::Realname,
        Self::Rooms,
        Self::Color,
        Self::Timeout,
        Self::Highlight,
        Self::Ignore,
        Self::Notify,
        Self::Desktop,
        Self::Formatting,
        Self::Presence,
        Self::RuleAfter,
        Self::EditMode,
        Self::PasteGuard,
    ];

    /// The setting of that name.
    pub fn named(name: &str) -> Result<Self, ChangeError> {
        let mut all = Self::ALL.into_iter();
        all.find(|setting| setting.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| {
                let names = || Self::ALL.into_iter().map(Self::name);
                let hint = match nearest(name, names()) {
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
        match self {
            Self::Server => "server",
            Self::Nick => "nick",
            Self::Realname => "realname",
            Self::Rooms => "rooms",
            Self::Color => "color",
            Self::Timeout => "timeout",
            Self::Highlight => "highlight",
            Self::Ignore => "ignore",
            Self::Notify => "notify",
            Self::Desktop => "desktop",
            Self::Formatting => "formatting",
            Self::Presence => "presence",
            Self::RuleAfter => "rule_after",
            Self::EditMode => "edit_mode",
            Self::PasteGuard => "paste_guard",
        }
    }

    /// What it is, in a few words.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Server => "the hub, from the next :reconnect on",
            Self::Nick => "the nick",
            Self::Realname => "the name beside the nick, from the next :reconnect on",
            Self::Rooms => "the rooms to join on arrival",
            Self::Color => "auto, always or never",
            Self::Timeout => "how long to wait for the hub",
            Self::Highlight => "texts that mark a line",
            Self::Ignore => "whose messages are not shown",
            Self::Notify => "off, mentions or all",
            Self::Desktop => "off, osc9 or osc777: notices besides the bell",
            Self::Formatting => "show or strip what people made bold or coloured",
            Self::Presence => "fold, all or off: who comes and goes",
            Self::RuleAfter => "after how long without a key a rule is drawn",
            Self::EditMode => "the keys that edit the line: emacs or vi",
            Self::PasteGuard => "how many lines may be pasted without a question; 0 asks never",
        }
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

    /// Gives it a value, as it was typed. A list takes its values between commas, and `none` for none.
    pub fn set(self, config: &mut ClientConfig, value: &str) -> Result<(), ChangeError> {
        let value = value.trim();
        let item = match self {
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

    /// Reads the value as the file would be read, so that both admit the same.
    fn apply(self, config: &mut ClientConfig, value: &Value) -> Result<(), ChangeError> {
        let line = format!("{} = {value}\n", self.name());
        let read = ClientConfig::parse(Path::new("setting"), &line).map_err(|error| {
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
    fn item(self, config: &ClientConfig) -> Option<Value> {
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

/// Writes settings and the aliases into the file at `path`, which is made if there is none. Its
/// other settings and its remarks stay; a crash leaves the file as it was or as it is to be.
pub fn save(
    path: &Path,
    config: &ClientConfig,
    changed: &[Setting],
    aliases: &BTreeMap<String, String>,
) -> Result<(), ChangeError> {
    let failed = |source| ChangeError::Write {
        path: path.to_owned(),
        source,
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => {
            return Err(ConfigError::Read {
                path: path.to_owned(),
                source,
            }
            .into());
        }
    };
    // What is there has to be right, or a mistake would be kept with it.
    ClientConfig::parse(path, &text)?;
    let text = changed_text(&text, config, changed, aliases).map_err(|error| {
        failed(io::Error::new(
            io::ErrorKind::InvalidData,
            error.to_string(),
        ))
    })?;
    ClientConfig::parse(path, &text)?;
    write(path, &text).map_err(failed)
}

fn changed_text(
    text: &str,
    config: &ClientConfig,
    changed: &[Setting],
    aliases: &BTreeMap<String, String>,
) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = text.parse()?;
    for setting in changed {
        match setting.item(config) {
            Some(value) => set_value(&mut document, setting.name(), value),
            None => {
                document.remove(setting.name());
            }
        }
    }
    if aliases.is_empty() {
        document.remove("aliases");
    } else {
        let mut table = Table::new();
        for (name, line) in aliases {
            table.insert(name, Item::Value(Value::from(line.as_str())));
        }
        document.insert("aliases", Item::Table(table));
    }
    Ok(document.to_string())
}

/// Changes a value in its place, with the remark behind it.
fn set_value(document: &mut DocumentMut, key: &str, mut value: Value) {
    if let Some(Item::Value(former)) = document.get_mut(key) {
        *value.decor_mut() = former.decor().clone();
        *former = value;
    } else {
        document.insert(key, Item::Value(value));
    }
}

/// Writes beside the file and then in its place.
fn write(path: &Path, text: &str) -> io::Result<()> {
    // A link leads to the file that is meant.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    let written = (|| {
        // It may hold a password or the key of a room.
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&beside)?;
        if let Ok(metadata) = fs::metadata(&path) {
            // Whoever gave it other rights keeps them.
            file.set_permissions(metadata.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &path)
    })();
    if written.is_err() {
        // What can't be removed either is told with the same error.
        let _ = fs::remove_file(&beside);
    }
    written
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
    }

    #[test]
    fn names_are_known_or_guessed() {
        assert_eq!(Setting::named("COLOR").ok(), Some(Setting::Color));
        let error = |name| Setting::named(name).expect_err("no setting").to_string();
        assert_eq!(
            error("colour"),
            "no setting `colour`; did you mean `color`?"
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

    #[test]
    fn saving_keeps_what_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/config.toml");
        fs::create_dir_all(folder.path().join("new")).expect("a folder");
        let before =
            "# mine\nnick = \"ada\" # yes\ncolor = \"auto\"\n\n[profiles.work]\nnick = \"l\"\n";
        fs::write(&path, before).expect("a file");
        let mut config = ClientConfig::load(&path).expect("settings");
        Setting::Color.set(&mut config, "never").expect("a value");
        let aliases = BTreeMap::from([("hug".to_owned(), ":me hugs $1".to_owned())]);
        save(&path, &config, &[Setting::Color], &aliases).expect("saved");
        let after = fs::read_to_string(&path).expect("a file");
        assert!(
            after.starts_with("# mine\nnick = \"ada\" # yes\ncolor = \"never\"\n"),
            "{after}"
        );
        let read = ClientConfig::load(&path).expect("settings");
        assert_eq!(read.aliases, aliases);
        assert!(read.profiles.contains_key("work"));
        assert_eq!(
            fs::read_dir(folder.path().join("new"))
                .expect("a folder")
                .count(),
            1
        );
    }

    #[test]
    fn saving_makes_the_file_and_refuses_a_wrong_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("salon/config.toml");
        let mut config = ClientConfig::default();
        Setting::Notify.set(&mut config, "off").expect("a value");
        save(&path, &config, &[Setting::Notify], &BTreeMap::new()).expect("saved");
        assert_eq!(
            fs::read_to_string(&path).expect("a file"),
            "notify = \"off\"\n"
        );
        fs::write(&path, "nik = 1\n").expect("a file");
        let error = save(&path, &config, &[Setting::Notify], &BTreeMap::new());
        assert!(matches!(error, Err(ChangeError::File(_))), "{error:?}");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "nik = 1\n");
    }
}
