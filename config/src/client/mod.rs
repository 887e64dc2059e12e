//! The settings of the client: keys at the top of the file, and profiles that replace some of them.

mod color;
mod desktop;
mod edit_mode;
mod formatting;
mod login;
mod notify;
mod places;
mod presence;
mod profile;
mod save;
mod setting;
mod tls;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

pub use self::color::{ColorChoice, ColorChoiceError};
pub use self::desktop::Desktop;
pub use self::edit_mode::EditMode;
pub use self::formatting::Formatting;
pub use self::login::ClientLogin;
pub use self::notify::Notify;
pub use self::places::Places;
pub use self::presence::Presence;
pub use self::profile::{Profile, Timeout};
pub use self::save::save;
pub use self::setting::{ChangeError, Setting};
pub use self::tls::ClientTls;
use crate::error::ConfigError;
use crate::file::SettingsFile;
use crate::fingerprint::Fingerprint;
use crate::hint::{nearest, quoted_list};
use crate::keyed_room::KeyedRoom;
use crate::name::Nickname;
use crate::secret::Secret;
use crate::url::ServerUrl;
use crate::{duration, list};

/// All settings of the client.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "keys such as `nick`")]
#[non_exhaustive]
pub struct ClientConfig {
    /// The hub. Default: `127.0.0.1:6000`.
    pub server: ServerUrl,
    /// The nick. Default: the login name, or that of the home directory.
    pub nick: Option<Nickname>,
    /// The name that `:whois` shows beside the nick. Default: the nick.
    pub realname: Option<String>,
    /// The rooms to join on arrival, beyond those that the hub puts everyone into. Default: none.
    #[serde(deserialize_with = "list::one_or_many")]
    pub rooms: Vec<KeyedRoom>,
    /// What the hub wants to be sent with `PASS`. Default: nothing.
    pub password: Option<Secret>,
    /// The account to log in to on arrival. Default: none, or that of the nick where there is a way to its password.
    pub account: Option<String>,
    /// A command that prints the account's password. Default: none.
    pub password_command: Option<String>,
    /// A file that holds the account's password, and that only its owner can read. Default: none.
    pub password_file: Option<PathBuf>,
    /// A file of PEM certificates to trust instead of the platform's. Default: none.
    pub tls_ca: Option<PathBuf>,
    /// The certificate that the hub must show, and then any issuer, name and date are good. Default: none.
    pub tls_fingerprint: Option<Fingerprint>,
    /// The certificate that one shows the hub, as PEM. Default: none.
    pub tls_cert: Option<PathBuf>,
    /// Its private key, as PEM. Default: it is in the file of the certificate.
    pub tls_key: Option<PathBuf>,
    /// Whether output has colours. Default: `"auto"`.
    pub color: ColorChoice,
    /// How long to wait for the hub: for a connection, and for an answer. Default: `"30s"`.
    #[serde(deserialize_with = "duration::deserialize")]
    pub timeout: Option<Duration>,
    /// Texts that mark a line, besides one's nick. Default: none.
    #[serde(deserialize_with = "list::one_or_many")]
    pub highlight: Vec<String>,
    /// Nicks and masks whose messages are not shown. Default: none.
    #[serde(deserialize_with = "list::one_or_many")]
    pub ignore: Vec<String>,
    /// For which lines the terminal's bell rings. Default: `"mentions"`.
    pub notify: Notify,
    /// How the desktop is told of them. Default: `"off"`.
    pub desktop: Desktop,
    /// What becomes of bold, colours and the like in what people say. Default: `"show"`.
    pub formatting: Formatting,
    /// How it is told that others come and go. Default: `"fold"`.
    pub presence: Presence,
    /// After how long without a key the next line has a rule above it. Default: `"5m"`.
    #[serde(deserialize_with = "duration::deserialize")]
    pub rule_after: Option<Duration>,
    /// Whose keys edit the line. Default: `"emacs"`.
    pub edit_mode: EditMode,
    /// How many lines or messages may be pasted without a question; 0 asks never. Default: 10.
    pub paste_guard: u16,
    /// `[aliases]`: names that one gives to commands. Default: none.
    pub aliases: BTreeMap<String, String>,
    /// `[profiles.NAME]`: settings that `--profile NAME` puts before those above. Default: none.
    pub profiles: BTreeMap<String, Profile>,
}

/// What the client goes by, once a profile is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientSettings {
    /// The hub.
    pub server: ServerUrl,
    /// The nick, if the settings name one.
    pub nick: Option<Nickname>,
    /// The name that `:whois` shows beside the nick, if the settings have one.
    pub realname: Option<String>,
    /// The rooms to join on arrival.
    pub rooms: Vec<KeyedRoom>,
    /// What the hub wants to be sent with `PASS`.
    pub password: Option<Secret>,
    /// The account to log in to on arrival.
    pub login: ClientLogin,
    /// Whom to trust with TLS, and what to show.
    pub tls: ClientTls,
    /// Whether output has colours.
    pub color: ColorChoice,
    /// How long to wait for the hub; none is for ever.
    pub timeout: Option<Duration>,
}

impl ClientSettings {
    /// The settings as they are for a hub. Where they name another one, its passwords are not for this one, and neither are
    /// its rooms with their keys, and the certificate that it is known by, or that one shows it.
    #[must_use]
    pub fn for_hub(mut self, host: &str) -> Self {
        if self.server.excludes(host) {
            self.rooms = Vec::new();
            self.password = None;
            self.login = ClientLogin::default();
            self.tls = ClientTls {
                ca: self.tls.ca,
                ..ClientTls::default()
            };
        }
        self
    }
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            server: ServerUrl::default(),
            nick: None,
            realname: None,
            rooms: Vec::new(),
            password: None,
            account: None,
            password_command: None,
            password_file: None,
            tls_ca: None,
            tls_fingerprint: None,
            tls_cert: None,
            tls_key: None,
            color: ColorChoice::default(),
            timeout: Some(Duration::from_secs(30)),
            highlight: Vec::new(),
            ignore: Vec::new(),
            notify: Notify::default(),
            desktop: Desktop::default(),
            formatting: Formatting::default(),
            presence: Presence::default(),
            rule_after: Some(Duration::from_mins(5)),
            edit_mode: EditMode::default(),
            paste_guard: 10,
            aliases: BTreeMap::new(),
            profiles: BTreeMap::new(),
        }
    }
}

impl ClientConfig {
    /// The settings in the file at `path`. Fails when it cannot be read, when it is not TOML, and on any key or value that is
    /// not as documented, and says where.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        Self::of_file(&SettingsFile::read(path)?)
    }

    /// Like [`ClientConfig::load`], but a file that does not exist holds the defaults: settings are nobody's duty.
    pub fn load_if_present(path: &Path) -> Result<Self, ConfigError> {
        match Self::load(path) {
            Err(ConfigError::Read { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound =>
            {
                Ok(Self::default())
            }
            result => result,
        }
    }

    /// The settings in `text`, with `path` as the file's name in errors.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        Self::of_file(&SettingsFile::of_text(path, text.to_owned()))
    }

    /// The settings with those of the profile `name` before them; fails when there is no such profile.
    pub fn settings(&self, profile: Option<&str>) -> Result<ClientSettings, ConfigError> {
        let profile = profile
            .map(|name| self.profile(name))
            .transpose()?
            .cloned()
            .unwrap_or_default();
        let above = self.at_the_top();
        // What is for the hub at the top of the file is not for another one that the profile names.
        let above = match &profile.server {
            Some(server) => above.for_hub(&server.host),
            None => above,
        };
        Ok(profile.over(above))
    }

    fn at_the_top(&self) -> ClientSettings {
        ClientSettings {
            server: self.server.clone(),
            nick: self.nick.clone(),
            realname: self.realname.clone(),
            rooms: self.rooms.clone(),
            password: self.password.clone(),
            login: ClientLogin {
                account: self.account.clone(),
                password_command: self.password_command.clone(),
                password_file: self.password_file.clone(),
            },
            tls: ClientTls {
                ca: self.tls_ca.clone(),
                fingerprint: self.tls_fingerprint,
                cert: self.tls_cert.clone(),
                key: self.tls_key.clone(),
            },
            color: self.color,
            timeout: self.timeout,
        }
    }

    fn of_file(file: &SettingsFile) -> Result<Self, ConfigError> {
        let mut config: Self = file.parse()?;
        config.resolve_paths(file);
        let profiles = config
            .profiles
            .iter()
            .map(|(name, profile)| (format!("profiles.{name}.realname"), &profile.realname));
        for (key, realname) in
            std::iter::once(("realname".to_owned(), &config.realname)).chain(profiles)
        {
            if realname
                .as_ref()
                .is_some_and(|realname| realname.contains(['\r', '\n', '\0']))
            {
                return Err(file.refuse_key(
                    &key,
                    "the real name has a line break or NUL in it; expected a text of one line",
                    None,
                ));
            }
        }
        Ok(config)
    }

    /// Makes the paths those that are seen from the folder of the file.
    fn resolve_paths(&mut self, file: &SettingsFile) {
        let own = [
            &mut self.tls_ca,
            &mut self.tls_cert,
            &mut self.tls_key,
            &mut self.password_file,
        ];
        let profiles = self.profiles.values_mut().flat_map(Profile::paths);
        for path in own.into_iter().chain(profiles).flatten() {
            file.resolve(path);
        }
    }

    fn profile(&self, name: &str) -> Result<&Profile, ConfigError> {
        self.profiles.get(name).ok_or_else(|| {
            let names = || self.profiles.keys().map(String::as_str);
            let hint = match nearest(name, names()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None if self.profiles.is_empty() => {
                    format!("a section `[profiles.{name}]` makes one")
                }
                None => format!("expected one of {}", quoted_list(names())),
            };
            ConfigError::UnknownProfile {
                name: name.to_owned(),
                hint,
            }
        })
    }
}

#[cfg(test)]
mod tests;
