//! The settings of the hub: one section of the file, one module.

mod accounts;
mod history;
mod host;
mod hub;
mod limits;
mod log;
mod metrics;
mod operators;
mod tls;
mod websocket;

use std::path::Path;

use serde::Deserialize;

pub use self::accounts::{AccountSettings, AlwaysOn};
pub use self::history::{Durability, HistorySettings};
pub use self::host::is_own_host;
pub use self::hub::HubSettings;
pub use self::limits::LimitSettings;
pub use self::log::{LogFormat, LogSettings};
pub use self::metrics::MetricsSettings;
pub use self::operators::Operator;
pub use self::tls::TlsSettings;
pub use self::websocket::{WebOrigin, WebOriginError, WebSocketSettings};
use crate::error::ConfigError;
use crate::file::SettingsFile;

/// All settings of the hub. A section that is an `Option` is for a part of the hub that runs only when its section is in the file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "sections such as `[server]`"
)]
#[non_exhaustive]
pub struct ServerConfig {
    /// `[server]`: what the hub is called, where it listens, where its data is.
    pub server: HubSettings,
    /// `[tls]`: listeners with TLS. Default: none.
    pub tls: Option<TlsSettings>,
    /// `[limits]`: what one peer may take.
    pub limits: LimitSettings,
    /// `[history]`: what is kept, and how safely.
    pub history: HistorySettings,
    /// `[accounts]`: who may and who must have an account.
    pub accounts: AccountSettings,
    /// `[[operators]]`: who may `OPER`. Default: nobody.
    pub operators: Vec<Operator>,
    /// `[metrics]`: where Prometheus reads. Default: nowhere.
    pub metrics: Option<MetricsSettings>,
    /// `[websocket]`: listeners for browsers. Default: none.
    pub websocket: Option<WebSocketSettings>,
    /// `[log]`: what the hub says of itself.
    pub log: LogSettings,
}

impl ServerConfig {
    /// The settings in the file at `path`. Fails when it cannot be read, when it is not TOML, and on any key or value that is
    /// not as documented, and says where.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        Self::of_file(&SettingsFile::read(path)?)
    }

    /// The settings in `text`, with `path` as the file's name in errors and as the place that relative paths start from.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        Self::of_file(&SettingsFile::of_text(path, text.to_owned()))
    }

    /// The error that says at `key` of the file at `path` what was found to be wrong with its value; `key` is the section's name,
    /// a dot, and the key's. For what can only be seen by using a value, such as a certificate that is none.
    pub fn refuse(path: &Path, key: &str, message: &str, hint: Option<String>) -> ConfigError {
        // A file that has just been read and now cannot be: the mistake is told without its place.
        let file =
            SettingsFile::read(path).unwrap_or_else(|_| SettingsFile::of_text(path, String::new()));
        file.refuse_key(key, message, hint)
    }

    fn of_file(file: &SettingsFile) -> Result<Self, ConfigError> {
        let mut config: Self = file.parse()?;
        operators::check(&config.operators, file)?;
        if let Some(path) = &mut config.server.data_dir {
            file.resolve(path);
        }
        if let Some(tls) = &mut config.tls {
            tls.resolve_paths(file);
        }
        if config.tls.is_none() && config.websocket.as_ref().is_some_and(|web| web.tls) {
            let message =
                "a certificate is missing; expected the section `[tls]` with `cert` and `key`";
            return Err(file.refuse_key("websocket.tls", message, None));
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests;
