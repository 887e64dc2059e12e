//! `[profiles.NAME]`: another hub, another name, under one word.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde::de::Deserializer;

use super::{ClientLogin, ClientSettings, ClientTls, ColorChoice};
use crate::fingerprint::Fingerprint;
use crate::keyed_room::KeyedRoom;
use crate::name::Nickname;
use crate::secret::Secret;
use crate::url::ServerUrl;
use crate::{duration, list};

/// One section `[profiles.NAME]`: each key that it has stands in place of the one at the top of the file. Where it names
/// another hub than that, what is for one hub alone is not taken from there ([`ClientSettings::for_hub`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "a section `[profiles.NAME]`"
)]
#[non_exhaustive]
pub struct Profile {
    /// The hub.
    pub server: Option<ServerUrl>,
    /// The nick.
    pub nick: Option<Nickname>,
    /// The name that `:whois` shows beside the nick.
    pub realname: Option<String>,
    /// The rooms to join on arrival.
    #[serde(deserialize_with = "some_rooms")]
    pub rooms: Option<Vec<KeyedRoom>>,
    /// What the hub wants to be sent with `PASS`.
    pub password: Option<Secret>,
    /// The account to log in to on arrival.
    pub account: Option<String>,
    /// A command that prints the account's password.
    pub password_command: Option<String>,
    /// A file that holds the account's password.
    pub password_file: Option<PathBuf>,
    /// A file of PEM certificates to trust instead of the platform's.
    pub tls_ca: Option<PathBuf>,
    /// The certificate that the hub must show.
    pub tls_fingerprint: Option<Fingerprint>,
    /// The certificate that one shows the hub.
    pub tls_cert: Option<PathBuf>,
    /// Its private key.
    pub tls_key: Option<PathBuf>,
    /// Whether output has colours.
    pub color: Option<ColorChoice>,
    /// How long to wait for the hub.
    #[serde(deserialize_with = "some_timeout")]
    pub timeout: Option<Timeout>,
}

impl Profile {
    /// The settings with its own in place of those above it.
    pub(super) fn over(self, above: ClientSettings) -> ClientSettings {
        let login = ClientLogin {
            account: self.account,
            password_command: self.password_command,
            password_file: self.password_file,
        };
        ClientSettings {
            server: self.server.unwrap_or(above.server),
            nick: self.nick.or(above.nick),
            realname: self.realname.or(above.realname),
            rooms: self.rooms.unwrap_or(above.rooms),
            password: self.password.or(above.password),
            login: login.or(above.login),
            tls: ClientTls {
                ca: self.tls_ca.or(above.tls.ca),
                fingerprint: self.tls_fingerprint.or(above.tls.fingerprint),
                cert: self.tls_cert.or(above.tls.cert),
                key: self.tls_key.or(above.tls.key),
            },
            color: self.color.unwrap_or(above.color),
            timeout: self.timeout.map_or(above.timeout, |timeout| timeout.0),
        }
    }

    /// The files that it names.
    pub(super) fn paths(&mut self) -> [&mut Option<PathBuf>; 4] {
        [
            &mut self.tls_ca,
            &mut self.tls_cert,
            &mut self.tls_key,
            &mut self.password_file,
        ]
    }
}

/// A time to wait, where none is for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeout(pub Option<Duration>);

fn some_rooms<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<KeyedRoom>>, D::Error> {
    list::one_or_many(deserializer).map(Some)
}

fn some_timeout<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timeout>, D::Error> {
    duration::deserialize(deserializer).map(|timeout| Some(Timeout(timeout)))
}
