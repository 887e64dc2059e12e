//! `[server]`: what the hub is called, where it listens, where its data is.

use std::path::PathBuf;

use serde::Deserialize;

use crate::address::ListenAddress;
use crate::list;
use crate::name::{HubRoom, ServerName};
use crate::secret::Secret;
use crate::url::{DEFAULT_HOST, DEFAULT_PORT};

/// The section `[server]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "the section `[server]`")]
#[non_exhaustive]
pub struct HubSettings {
    /// The name that the hub gives itself on the wire; it has a dot in it. Default: `salon.local`.
    pub name: ServerName,
    /// The message of the day, of one line or several. Default: none.
    pub motd: Option<String>,
    /// What everyone has to send with `PASS`. Default: nothing.
    pub password: Option<Secret>,
    /// The rooms that everyone is put into on arrival. Default: `["#lobby"]`.
    #[serde(deserialize_with = "list::one_or_many")]
    pub auto_join: Vec<HubRoom>,
    /// Where the hub listens without TLS; a list, or one address. Default: `["127.0.0.1:6000"]`.
    #[serde(deserialize_with = "list::one_or_many")]
    pub listen: Vec<ListenAddress>,
    /// Where the hub keeps its data. Default: `data_dir/hub` of the user who runs it.
    pub data_dir: Option<PathBuf>,
}

impl Default for HubSettings {
    fn default() -> Self {
        Self {
            name: ServerName::default(),
            motd: None,
            password: None,
            auto_join: vec![HubRoom::lobby()],
            listen: vec![ListenAddress::new(DEFAULT_HOST, DEFAULT_PORT)],
            data_dir: None,
        }
    }
}
