//! What a client goes by when the conversation is carried by TLS.

use std::path::PathBuf;

use crate::fingerprint::Fingerprint;

/// Whom to trust, and what to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientTls {
    /// A file of PEM certificates to trust instead of the platform's.
    pub ca: Option<PathBuf>,
    /// The certificate that the hub must show; then its issuer, name and dates don't matter.
    pub fingerprint: Option<Fingerprint>,
    /// The certificate that one shows the hub, as PEM.
    pub cert: Option<PathBuf>,
    /// Its private key, as PEM; without one it is in the file of the certificate.
    pub key: Option<PathBuf>,
}
