//! Whether the certificate that a hub shows is to be trusted: by those who issue certificates, or
//! because it is the one that was named.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use salon_config::Fingerprint;
use sha2::{Digest as _, Sha256};

use super::error::{Doubt, Untrusted};

/// Who decides.
#[derive(Debug)]
enum Trust {
    /// Whoever the roots trust.
    Roots(Arc<WebPkiServerVerifier>),
    /// Nobody but this certificate. Its name and dates don't matter: whoever pins it has looked at it.
    Pinned(Fingerprint),
}

/// Decides on the hub's certificate, and remembers its fingerprint in the error.
#[derive(Debug)]
pub(super) struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    pub(super) fn by_roots(
        roots: Arc<WebPkiServerVerifier>,
        provider: &Arc<CryptoProvider>,
    ) -> Self {
        Self {
            trust: Trust::Roots(roots),
            provider: Arc::clone(provider),
        }
    }

    pub(super) fn pinned(fingerprint: Fingerprint, provider: &Arc<CryptoProvider>) -> Self {
        Self {
            trust: Trust::Pinned(fingerprint),
            provider: Arc::clone(provider),
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Fingerprint::new(Sha256::digest(end_entity.as_ref()).into());
        match &self.trust {
            Trust::Pinned(pinned) if *pinned == shown => Ok(ServerCertVerified::assertion()),
            Trust::Pinned(_) => Err(Untrusted {
                doubt: Doubt::NotPinned,
                shown,
            }
            .into()),
            Trust::Roots(roots) => roots
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
                .map_err(|error| {
                    Untrusted {
                        doubt: Doubt::of(error, server_name),
                        shown,
                    }
                    .into()
                }),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
