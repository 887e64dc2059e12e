//! What goes wrong with TLS, told so that one can go on.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::{ServerName, pem};
use rustls::{CertificateError, Error, OtherError};
use salon_config::Fingerprint;
use thiserror::Error;

/// Why there is no TLS connection.
#[derive(Debug, Error)]
pub(crate) enum TlsError {
    /// A file of the settings can't be read.
    #[error("cannot read '{}': {}", path.display(), words(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the settings has not in it what it should have.
    #[error("'{}' holds no {wanted} in PEM", path.display())]
    Nothing {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        wanted: &'static str,
    },
    /// A certificate or key of the settings is of a kind that cannot be used.
    #[error("'{}' cannot be used: {source}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Error,
    },
    /// The platform trusts nobody.
    #[error("this system has no certificates of those whom it trusts")]
    NoRoots,
    /// The host can't be in a certificate.
    #[error("no certificate can be for '{host}'; expected a host name or an address")]
    Name {
        /// The host.
        host: String,
    },
    /// Its certificate is not to be trusted.
    #[error(transparent)]
    Untrusted(Untrusted),
    /// What answers is no TLS.
    #[error("what answers there speaks no TLS")]
    NotSpoken,
    /// The handshake failed for another reason.
    #[error("TLS failed: {0}")]
    Protocol(Error),
}

/// A certificate that is not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{doubt}; it is {shown}")]
pub(crate) struct Untrusted {
    pub(super) doubt: Doubt,
    pub(super) shown: Fingerprint,
}

/// Why a certificate is not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Doubt {
    /// It is another than the one that was named.
    #[error("its certificate is not the one that is pinned")]
    NotPinned,
    /// Nobody who is trusted has issued it.
    #[error("nobody who is trusted here has issued its certificate")]
    UnknownIssuer,
    /// It was good once.
    #[error("its certificate has expired")]
    Expired,
    /// It will be good once.
    #[error("its certificate is not valid yet")]
    NotYet,
    /// It is of somebody else.
    #[error("its certificate is not for '{host}' but for {names}")]
    OtherName { host: String, names: String },
    /// Anything else.
    #[error("its certificate cannot be used: {0}")]
    Other(String),
}

impl TlsError {
    pub(super) fn of_pem(path: &Path, wanted: &'static str, source: pem::Error) -> Self {
        let path = path.to_owned();
        match source {
            pem::Error::Io(source) => Self::Read { path, source },
            _ => Self::Nothing { path, wanted },
        }
    }

    /// What a failed handshake is; nothing for what no words of ours would make clearer.
    pub(super) fn of_handshake(error: &Error) -> Option<Self> {
        match error {
            Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => inner
                .downcast_ref::<Untrusted>()
                .map(|untrusted| Self::Untrusted(untrusted.clone())),
            Error::InvalidMessage(_) => Some(Self::NotSpoken),
            error => Some(Self::Protocol(error.clone())),
        }
    }

    /// How to go on.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::Untrusted(Untrusted {
                doubt: Doubt::NotPinned,
                ..
            }) => "ask whoever runs it whether it has a new one: if it hasn't, somebody stands in between".to_owned(),
            Self::Untrusted(Untrusted {
                doubt: Doubt::NotYet,
                ..
            }) => "is the clock of this machine right?".to_owned(),
            Self::Untrusted(Untrusted { shown, .. }) => format!(
                "if that is what whoever runs it tells you, `--tls-fingerprint {shown}` trusts this certificate; \
                 `--tls-ca FILE` trusts those in a file"
            ),
            Self::NotSpoken => "`irc://` connects without TLS; TLS commonly has a port of its own, 6697".to_owned(),
            Self::NoRoots => "`--tls-ca FILE` names whom to trust".to_owned(),
            Self::Read { .. } | Self::Nothing { .. } | Self::Refused { .. } => {
                "the settings and the options that begin with `tls` name PEM files".to_owned()
            }
            Self::Name { .. } => "name the hub as its certificate does".to_owned(),
            Self::Protocol(_) => "the hub may want a client certificate, or speak another TLS".to_owned(),
        }
    }
}

impl Doubt {
    pub(super) fn of(error: Error, name: &ServerName<'_>) -> Self {
        let Error::InvalidCertificate(error) = error else {
            return Self::Other(error.to_string());
        };
        match error {
            // The latter two: somebody trusted has the name of its issuer, and did not sign it.
            CertificateError::UnknownIssuer
            | CertificateError::BadSignature
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
                Self::UnknownIssuer
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotYet
            }
            CertificateError::NotValidForNameContext { presented, .. } => Self::OtherName {
                host: name.to_str().into_owned(),
                names: listed(&presented),
            },
            CertificateError::NotValidForName => Self::OtherName {
                host: name.to_str().into_owned(),
                names: listed(&[]),
            },
            error => Self::Other(error.to_string()),
        }
    }
}

impl From<Untrusted> for Error {
    fn from(untrusted: Untrusted) -> Self {
        Self::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(untrusted))))
    }
}

/// The names of a certificate: `DnsName("hub.example")` is `'hub.example'`.
fn listed(presented: &[String]) -> String {
    let names: Vec<_> = presented
        .iter()
        .map(|name| {
            let inner = name.split_once('(').map_or(name.as_str(), |(_, rest)| rest);
            format!("'{}'", inner.trim_end_matches(')').trim_matches('"'))
        })
        .collect();
    if names.is_empty() {
        return "nobody".to_owned();
    }
    names.join(", ")
}

fn words(error: &io::Error) -> String {
    crate::conversation::cause(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_only_has_the_name_of_somebody_trusted_is_unknown() {
        let name = ServerName::try_from("hub.test").unwrap();
        let namesake = CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext {
            signature_algorithm_id: vec![6],
            public_key_algorithm_id: vec![6],
        };
        for error in [CertificateError::BadSignature, namesake] {
            let doubt = Doubt::of(Error::InvalidCertificate(error), &name);
            assert_eq!(doubt, Doubt::UnknownIssuer);
        }
    }
}
