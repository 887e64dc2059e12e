//! What can be wrong with the files of `[tls]`, told so that it can be mended.

use std::path::{Path, PathBuf};

use rustls::pki_types::pem;

/// Why the hub's certificate, its key or the roots of client certificates cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("cannot read '{}': {source}", path.display())]
    Read {
        /// The key of the settings that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file has not in it what its key of the settings wants.
    #[error("'{}' holds no {}", path.display(), wanted(setting))]
    Nothing {
        /// The key of the settings that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A file is not PEM.
    #[error("'{}' is not PEM: {reason}", path.display())]
    Malformed {
        /// The key of the settings that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The certificate and the key are not of each other.
    #[error("the key in '{}' is not that of the certificate in '{}'", key.display(), cert.display())]
    Mismatch {
        /// The file of the certificate.
        cert: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// A certificate or key is of a kind that cannot be used.
    #[error("'{}' cannot be used: {source}", path.display())]
    Refused {
        /// The key of the settings that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: rustls::Error,
    },
}

impl CertificateError {
    /// What reading PEM came to.
    pub(super) fn of_pem(setting: &'static str, path: &Path, source: pem::Error) -> Self {
        let path = path.to_owned();
        match source {
            pem::Error::Io(source) => Self::Read {
                setting,
                path,
                source,
            },
            pem::Error::NoItemsFound => Self::Nothing { setting, path },
            pem::Error::MissingSectionEnd { .. } => Self::Malformed {
                setting,
                path,
                reason: "a section has no end".to_owned(),
            },
            pem::Error::Base64Decode(_) => Self::Malformed {
                setting,
                path,
                reason: "a section is not base64".to_owned(),
            },
            other => Self::Malformed {
                setting,
                path,
                reason: other.to_string(),
            },
        }
    }

    /// For what rustls does not take.
    pub(super) fn refused(
        setting: &'static str,
        path: &Path,
    ) -> impl FnOnce(rustls::Error) -> Self {
        move |source| Self::Refused {
            setting,
            path: path.to_owned(),
            source,
        }
    }

    /// The key of the settings that names the file, with its section, such as `tls.cert`.
    pub fn setting(&self) -> &'static str {
        match self {
            Self::Read { setting, .. }
            | Self::Nothing { setting, .. }
            | Self::Malformed { setting, .. }
            | Self::Refused { setting, .. } => setting,
            Self::Mismatch { .. } => "tls.key",
        }
    }

    /// What would mend it.
    pub fn hint(&self) -> String {
        match self {
            Self::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                "`salond gen-cert` makes a certificate and its key".to_owned()
            }
            Self::Read { .. } => "the hub's user has to be able to read it".to_owned(),
            Self::Nothing { setting, .. } | Self::Malformed { setting, .. } => {
                format!("expected PEM with a {}", wanted(setting))
            }
            Self::Mismatch { .. } => {
                "expected the private key that the certificate was made for".to_owned()
            }
            Self::Refused { .. } => {
                "expected an X.509 certificate of version 3, and an RSA, ECDSA or Ed25519 key"
                    .to_owned()
            }
        }
    }
}

/// What the file of a key of the settings holds.
fn wanted(setting: &str) -> &'static str {
    if setting == "tls.key" {
        "private key"
    } else {
        "certificate"
    }
}
