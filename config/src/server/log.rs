//! `[log]`: what the hub says of itself on stderr.

use serde::Deserialize;

/// The section `[log]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "the section `[log]`")]
#[non_exhaustive]
pub struct LogSettings {
    /// What is logged, as `--log` takes it, which wins: a level, or levels of parts. Default: `"info"`.
    pub filter: String,
    /// How a line looks. Default: `"text"`.
    pub format: LogFormat,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            filter: "info".to_owned(),
            format: LogFormat::default(),
        }
    }
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// `"text"`: for people.
    #[default]
    Text,
    /// `"json"`: an object a line, for programs that collect logs.
    Json,
}
