//! `[tls]`: listeners with TLS.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::address::ListenAddress;
use crate::file::SettingsFile;
use crate::{duration, list};

/// How long clients are to insist on TLS where the settings say nothing: a month, renewed by each connection.
const STS_DURATION: Duration = Duration::from_hours(30 * 24);

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
    /// How long clients that know the `sts` capability are to connect with TLS alone from now on. It wants a certificate that
    /// they can verify; 0 leaves the capability out. Default: `"30d"`.
    #[serde(default = "sts_duration", deserialize_with = "duration::deserialize")]
    pub sts_duration: Option<Duration>,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the default of a field has the field's type"
)]
fn sts_duration() -> Option<Duration> {
    Some(STS_DURATION)
}

impl TlsSettings {
    /// A certificate of one's own making, with no listener yet. `sts` is off, since no client could verify the certificate and
    /// all that know the capability would be locked out.
    pub fn self_signed(cert: PathBuf, key: PathBuf) -> Self {
        Self {
            listen: Vec::new(),
            cert,
            key,
            client_ca: None,
            sts_duration: None,
        }
    }

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
