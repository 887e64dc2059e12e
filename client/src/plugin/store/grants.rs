//! `plugins.toml`: what was granted, and for which bytes.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use salon_commands::plugin::{Permissions, PluginName};
use serde::{Deserialize, Serialize};

use super::{Digest, Fault, write_whole};

/// What the user granted a plug-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::plugin) struct Grant {
    /// The bytes that it was granted to.
    pub(in crate::plugin) sha256: Digest,
    /// Whether it runs.
    #[serde(default = "enabled")]
    pub(in crate::plugin) enabled: bool,
    /// What it may do.
    #[serde(default)]
    pub(in crate::plugin) permissions: Permissions,
}

fn enabled() -> bool {
    true
}

/// What was granted, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::plugin) struct Grants(pub(in crate::plugin) BTreeMap<PluginName, Grant>);

impl Grants {
    pub(super) fn load(path: &Path) -> Result<Self, Fault> {
        match std::fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text).map_err(|error| {
                Fault::io(
                    "read",
                    path,
                    io::Error::other(error.message().trim().to_owned()),
                )
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Fault::io("read", path, error)),
        }
    }

    pub(super) fn save(&self, path: &Path) -> Result<(), Fault> {
        let text = toml::to_string(self)
            .map_err(|error| Fault::io("write", path, io::Error::other(error)))?;
        write_whole(path, text.as_bytes())
    }

    /// The grant of a plug-in.
    pub(in crate::plugin) fn get(&self, name: &PluginName) -> Option<&Grant> {
        self.0.get(name)
    }

    /// Grants.
    pub(in crate::plugin) fn insert(&mut self, name: PluginName, grant: Grant) {
        self.0.insert(name, grant);
    }
}
