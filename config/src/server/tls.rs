//! `[tls]`: listeners with TLS.

use std::path::PathBuf;

use serde::Deserialize;

use crate::address::ListenAddress;
use crate::file::SettingsFile;
use crate::list;

/// The section `[tls]`. Relative paths start from the folder of the settings file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "the section `[tls]`")]
#[non_exhaustive]
pub struct TlsSettings {
    /// Where the hub listens with TLS; a list, or one address. Default: what `--tls-listen` says.
    #[serde(default, deserialize_with = "list::one_or_many")]
    pub listen: Vec<ListenAddress>,
    /// The certificate and what links it to its root, as PEM. Required.
    pub cert: PathBuf,
    /// The certificate's private key, as PEM. Required.
    pub key: PathBuf,
    /// The roots, as PEM, of which client certificates are taken. Default: any certificate is taken, and known by its fingerprint.
    #[serde(default)]
    pub client_ca: Option<PathBuf>,
}

impl TlsSettings {
    /// Makes the paths independent of the working directory.
    pub(crate) fn resolve_paths(&mut self, file: &SettingsFile) {
        for path in [&mut self.cert, &mut self.key]
            .into_iter()
            .chain(&mut self.client_ca)
        {
            file.resolve(path);
        }
    }
}
