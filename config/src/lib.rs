//! The settings of Salon's two programs, the places of their files, and the one window on the process environment.
//!
//! A settings file is TOML. It is read into typed sections, one file each, and refused with file, line, column and a hint
//! when a key is unknown or a value is not what was expected; nothing is ignored in silence. This crate reads files and
//! the environment, so that no other crate has to, and knows how a file is replaced as a whole. It must not open sockets, start tasks, hash passwords or depend on
//! another crate of the workspace.
//!
//! Conventions of every settings file:
//! - A duration is a text of numbers with units: `"500ms"`, `"30s"`, `"10m"`, `"2h"`, `"7d"`, `"1m30s"`. The number `0` turns it off.
//! - A limit is a whole number, and `0` turns it off.
//! - A relative path is relative to the folder of the settings file.

mod address;
mod address_range;
mod client;
mod directories;
#[cfg(test)]
mod documented;
mod duration;
pub mod environment;
mod error;
mod file;
mod fingerprint;
mod hint;
mod home;
mod keyed_room;
mod limit;
mod list;
mod name;
mod secret;
mod server;
mod text;
mod url;
pub mod whole_file;

pub use self::address::{ListenAddress, ListenAddressError};
pub use self::address_range::{AddressRange, AddressRangeError};
pub use self::client::{
    ChangeError, ClientConfig, ClientLogin, ClientSettings, ClientTls, ColorChoice,
    ColorChoiceError, Desktop, EditMode, Formatting, Notify, Places, Presence, Profile, Setting,
    Timeout, save,
};
pub use self::directories::Directories;
pub use self::duration::{DurationError, parse_duration};
pub use self::environment::{ColorDepth, Environment};
pub use self::error::{ConfigError, Problem};
pub use self::fingerprint::{Fingerprint, FingerprintError};
pub use self::home::expand_home;
pub use self::keyed_room::{KeyedRoom, KeyedRoomError};
pub use self::name::{HubRoom, NameError, Nickname, Room, ServerName};
pub use self::secret::Secret;
pub use self::server::{
    AccountSettings, AlwaysOn, Durability, HistorySettings, HubSettings, LimitSettings, LogFormat,
    LogSettings, MetricsSettings, Operator, ServerConfig, TlsSettings, WebOrigin, WebOriginError,
    WebSocketSettings, is_own_host,
};
pub use self::url::{
    DEFAULT_HOST, DEFAULT_PORT, DEFAULT_TLS_PORT, ServerUrl, ServerUrlError, Transport,
};
