//! TLS as the client sees it: whom to trust, what to show, and what went wrong in words. It touches no
//! socket; the link feeds bytes through what this module hands it.

mod error;
mod verifier;

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use salon_config::ClientTls;
use tokio_rustls::TlsConnector;

pub(crate) use self::error::TlsError;
use self::verifier::Verifier;

/// One side of a TLS connection that is about to begin.
pub(crate) struct Client {
    /// What makes it.
    pub(crate) connector: TlsConnector,
    /// Whom the hub has to be.
    pub(crate) name: ServerName<'static>,
}

impl Client {
    /// The client's side towards a host. It reads the files of the settings, and where they name no one
    /// to trust, the platform's roots.
    pub(crate) fn towards(host: &str, settings: &ClientTls) -> Result<Self, TlsError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| TlsError::Name {
            host: host.to_owned(),
        })?;
        // Ring and not the provider of the process, which nobody has chosen.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = verifier(settings, &provider)?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Protocol)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let config = match &settings.cert {
            None => config.with_no_client_auth(),
            Some(cert) => {
                let key = settings.key.as_ref().unwrap_or(cert);
                config
                    .with_client_auth_cert(certificates(cert)?, private_key(key)?)
                    .map_err(|source| TlsError::Refused {
                        path: cert.clone(),
                        source,
                    })?
            }
        };
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            name,
        })
    }
}

/// What an error of a handshake is in our words; any other error stays as it is.
pub(crate) fn explained(error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    match inner.and_then(TlsError::of_handshake) {
        Some(explained) => io::Error::other(explained),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            io::Error::other(TlsError::NotSpoken)
        }
        None => error,
    }
}

fn verifier(settings: &ClientTls, provider: &Arc<CryptoProvider>) -> Result<Verifier, TlsError> {
    if let Some(fingerprint) = settings.fingerprint {
        return Ok(Verifier::pinned(fingerprint, provider));
    }
    let mut roots = RootCertStore::empty();
    match &settings.ca {
        Some(path) => {
            for certificate in certificates(path)? {
                roots.add(certificate).map_err(|source| TlsError::Refused {
                    path: path.clone(),
                    source,
                })?;
            }
        }
        None => {
            // A root that can't be read is one that nobody is trusted by.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let by_roots =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    // It fails without roots, and with unusable lists of what is revoked, of which there are none.
    let by_roots = by_roots.build().map_err(|_| TlsError::NoRoots)?;
    Ok(Verifier::by_roots(by_roots, provider))
}

/// The certificates in a file, one or more.
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let found: Vec<_> = read.map_err(|source| TlsError::of_pem(path, "certificate", source))?;
    if found.is_empty() {
        let nothing = pem::Error::NoItemsFound;
        return Err(TlsError::of_pem(path, "certificate", nothing));
    }
    Ok(found)
}

/// The private key in a file.
pub(crate) fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_file(path)
        .map_err(|source| TlsError::of_pem(path, "private key", source))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[track_caller]
    fn check_refused(host: &str, settings: &ClientTls, expected: &str) {
        let error = Client::towards(host, settings).err().expect("refused");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn files_that_are_amiss_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("empty"), "nothing\n").unwrap();
        let ca = |path: PathBuf| ClientTls {
            ca: Some(path),
            ..ClientTls::default()
        };
        let missing = path("missing");
        check_refused(
            "hub",
            &ca(missing.clone()),
            &format!(
                "cannot read '{}': no such file or directory",
                missing.display()
            ),
        );
        let empty = path("empty");
        check_refused(
            "hub",
            &ca(empty.clone()),
            &format!("'{}' holds no certificate in PEM", empty.display()),
        );
    }

    #[test]
    fn a_host_that_no_certificate_can_name_is_refused() {
        check_refused(
            "a b",
            &ClientTls::default(),
            "no certificate can be for 'a b'; expected a host name or an address",
        );
    }
}
