//! The hub's certificate: read from files, replaced while the hub runs, made on request; and what a client's certificate
//! says of the client. No socket is touched here: the connection feeds bytes through what this module hands it.

mod error;
pub(crate) mod fingerprint;
pub mod generate;
mod verifier;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use salon_config::TlsSettings;

pub use error::CertificateError;
use verifier::AnyCertificate;

/// The certificate that new connections are shown.
///
/// Each connection keeps the one that it began with, so that a new one disturbs nobody.
#[derive(Debug)]
pub(crate) struct Certificates {
    // A lock and not a task: it is held to copy a pointer.
    current: RwLock<Arc<ServerConfig>>,
}

impl Certificates {
    /// The certificate of the settings.
    pub(crate) fn load(settings: &TlsSettings) -> Result<Self, CertificateError> {
        Ok(Self {
            current: RwLock::new(Loaded::read(settings)?.0),
        })
    }

    /// Shows new connections another certificate.
    pub(crate) fn replace(&self, loaded: Loaded) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = loaded.0;
    }

    /// The hub's side of a TLS connection that begins now.
    pub(crate) fn accept(&self) -> Result<ServerConnection, rustls::Error> {
        let config = Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner));
        ServerConnection::new(config)
    }
}

/// A certificate that was read and found to be usable.
#[derive(Debug)]
pub(crate) struct Loaded(Arc<ServerConfig>);

impl Loaded {
    /// Reads the files of the settings.
    pub(crate) fn read(settings: &TlsSettings) -> Result<Self, CertificateError> {
        // Ring and not the provider of the process: a program that embeds the hub may have chosen another.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let chain = certificates("tls.cert", &settings.cert)?;
        let key = PrivateKeyDer::from_pem_file(&settings.key)
            .map_err(|source| CertificateError::of_pem("tls.key", &settings.key, source))?;
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(CertificateError::refused("tls.cert", &settings.cert))?
            .with_client_cert_verifier(client_verifier(settings, provider)?)
            .with_single_cert(chain, key)
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => CertificateError::Mismatch {
                    cert: settings.cert.clone(),
                    key: settings.key.clone(),
                },
                error => CertificateError::refused("tls.key", &settings.key)(error),
            })?;
        Ok(Self(Arc::new(config)))
    }
}

/// Clients need no certificate. One that is shown must be of the roots, where the settings name any.
fn client_verifier(
    settings: &TlsSettings,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, CertificateError> {
    let Some(path) = &settings.client_ca else {
        return Ok(Arc::new(AnyCertificate::new(&provider)));
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates("tls.client_ca", path)? {
        roots
            .add(certificate)
            .map_err(CertificateError::refused("tls.client_ca", path))?;
    }
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .allow_unauthenticated()
        .build();
    // It fails without roots and with unusable lists of revoked certificates: there are roots, and no lists.
    verifier
        .map(|verifier| verifier as Arc<dyn ClientCertVerifier>)
        .map_err(|error| {
            CertificateError::refused("tls.client_ca", path)(rustls::Error::General(
                error.to_string(),
            ))
        })
}

/// All certificates in a file, at least one.
fn certificates(
    setting: &'static str,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|source| CertificateError::of_pem(setting, path, source));
    match found {
        Ok(found) if found.is_empty() => Err(CertificateError::Nothing {
            setting,
            path: path.to_owned(),
        }),
        found => found,
    }
}

#[cfg(test)]
mod tests;
