//! SCRAM-SHA-256, the server's side, without channel binding. Values in, values out.
//!
//! <https://www.rfc-editor.org/rfc/rfc5802>, <https://www.rfc-editor.org/rfc/rfc7677>

use std::fmt;

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::credentials::{Password, random};

/// How often the password is hashed. The client has to do the same, on a telephone too.
const ITERATIONS: u32 = 65_536;

/// The longest nonce that a client may send, in bytes.
const NONCE_BYTES_MAX: usize = 256;

/// What is kept of a password for SCRAM: it checks a client's proof, and cannot make one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Verifier {
    iterations: u32,
    salt: Vec<u8>,
    stored_key: [u8; 32],
    server_key: [u8; 32],
}

impl Verifier {
    /// The verifier of a password and a salt. Slow on purpose.
    pub(super) fn of(password: &Password, salt: &[u8]) -> Self {
        Self::with_iterations(password, salt, ITERATIONS)
    }

    fn with_iterations(password: &Password, salt: &[u8], iterations: u32) -> Self {
        let mut salted = [0; 32];
        pbkdf2::pbkdf2_hmac::<Sha256>(password.bytes(), salt, iterations, &mut salted);
        Self {
            iterations,
            salt: salt.to_owned(),
            stored_key: hash(&mac(&salted, b"Client Key")),
            server_key: mac(&salted, b"Server Key"),
        }
    }

    /// What somebody is shown who asks for a name that is no account: always the same, and fit by no password.
    pub(super) fn decoy(secret: &[u8; 32], name: &str) -> Self {
        let salt = mac(secret, format!("salt {name}").as_bytes());
        Self {
            iterations: ITERATIONS,
            salt: salt.iter().take(16).copied().collect(),
            stored_key: random(),
            server_key: random(),
        }
    }

    /// Reads what [`fmt::Display`] has written.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("SCRAM-SHA-256$")?.split(['$', ':']);
        let iterations = parts.next()?.parse().ok()?;
        let mut decode = || Base64::decode_vec(parts.next()?).ok();
        Some(Self {
            iterations,
            salt: decode()?,
            stored_key: decode()?.try_into().ok()?,
            server_key: decode()?.try_into().ok()?,
        })
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "SCRAM-SHA-256${}:{}${}:{}",
            self.iterations,
            Base64::encode_string(&self.salt),
            Base64::encode_string(&self.stored_key),
            Base64::encode_string(&self.server_key),
        )
    }
}

/// The client's first message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ClientFirst {
    pub(crate) name: String,
    header: String,
    bare: String,
    nonce: String,
}

impl ClientFirst {
    /// Reads `n,,n=name,r=nonce`. Nothing for what is no such message, wants channel binding, or wants to act as
    /// somebody else than it logs in as.
    pub(crate) fn parse(message: &[u8]) -> Option<Self> {
        let message = std::str::from_utf8(message).ok()?;
        let mut parts = message.splitn(3, ',');
        let (binding, acting) = (parts.next()?, parts.next()?);
        let bare = parts.next()?;
        let mut attributes = bare.split(',');
        let name = saslname(attributes.next()?.strip_prefix("n=")?)?;
        let nonce = attributes.next()?.strip_prefix("r=")?;
        let acts_as_itself = acting.is_empty()
            || acting
                .strip_prefix("a=")
                .and_then(saslname)
                .is_some_and(|acting| salon_protocol::eq_folded(&acting, &name));
        let fit = matches!(binding, "n" | "y")
            && acts_as_itself
            && (1..=NONCE_BYTES_MAX).contains(&nonce.len())
            && nonce.bytes().all(|byte| byte.is_ascii_graphic());
        fit.then(|| Self {
            header: format!("{binding},{acting},"),
            bare: bare.to_owned(),
            nonce: nonce.to_owned(),
            name,
        })
    }

    /// Answers with the server's first message, and waits for the client's proof.
    pub(crate) fn challenge(self, verifier: Verifier) -> (String, Challenge) {
        self.challenge_with(verifier, &Base64::encode_string(&random::<18>()))
    }

    fn challenge_with(self, verifier: Verifier, own_nonce: &str) -> (String, Challenge) {
        let nonce = format!("{}{own_nonce}", self.nonce);
        let salt = Base64::encode_string(&verifier.salt);
        let first = format!("r={nonce},s={salt},i={}", verifier.iterations);
        let challenge = Challenge {
            transcript: format!("{},{first}", self.bare),
            binding: Base64::encode_string(self.header.as_bytes()),
            name: self.name,
            nonce,
            verifier,
        };
        (first, challenge)
    }
}

/// An exchange in which the client has yet to prove that it has the password.
pub(crate) struct Challenge {
    pub(crate) name: String,
    nonce: String,
    binding: String,
    transcript: String,
    verifier: Verifier,
}

impl Challenge {
    /// Checks the client's final message; gives the server's, with which it proves itself in turn.
    pub(crate) fn prove(&self, message: &[u8]) -> Option<String> {
        let message = std::str::from_utf8(message).ok()?;
        let (without_proof, proof) = message.rsplit_once(",p=")?;
        let mut attributes = without_proof.split(',');
        let binding = attributes.next()?.strip_prefix("c=")?;
        let nonce = attributes.next()?.strip_prefix("r=")?;
        if binding != self.binding || nonce != self.nonce {
            return None;
        }
        let proof: [u8; 32] = Base64::decode_vec(proof).ok()?.try_into().ok()?;
        let transcript = format!("{},{without_proof}", self.transcript);
        let signature = mac(&self.verifier.stored_key, transcript.as_bytes());
        let mut client_key = [0; 32];
        for (key, (proof, signature)) in client_key.iter_mut().zip(proof.iter().zip(signature)) {
            *key = proof ^ signature;
        }
        let right: bool = hash(&client_key).ct_eq(&self.verifier.stored_key).into();
        right.then(|| {
            let signature = mac(&self.verifier.server_key, transcript.as_bytes());
            format!("v={}", Base64::encode_string(&signature))
        })
    }
}

/// A name in which `=2C` stands for a comma and `=3D` for `=`.
fn saslname(text: &str) -> Option<String> {
    let mut parts = text.split('=');
    let mut name = parts.next()?.to_owned();
    for part in parts {
        let (character, rest) = if let Some(rest) = part.strip_prefix("2C") {
            (',', rest)
        } else {
            ('=', part.strip_prefix("3D")?)
        };
        name.push(character);
        name.push_str(rest);
    }
    (!name.is_empty()).then_some(name)
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(super) fn mac(key: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of HMAC has any length");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT_FIRST: &str = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";

    /// The exchange of RFC 7677, section 3.
    fn rfc_challenge(password: &str) -> (String, Challenge) {
        let password = Password::prepare(password).expect("a password");
        let salt = Base64::decode_vec("W22ZaJ0SNY7soEsUEjb6gQ==").expect("a salt");
        let first = ClientFirst::parse(CLIENT_FIRST.as_bytes()).expect("a first message");
        let verifier = Verifier::with_iterations(&password, &salt, 4096);
        first.challenge_with(verifier, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")
    }

    const CLIENT_FINAL: &str = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                                p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    #[test]
    fn the_exchange_of_the_rfc_succeeds() {
        let (first, challenge) = rfc_challenge("pencil");
        assert_eq!(
            first,
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
        );
        assert_eq!(
            challenge.prove(CLIENT_FINAL.as_bytes()).as_deref(),
            Some("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
        );
    }

    #[test]
    fn a_wrong_password_nonce_or_binding_proves_nothing() {
        let refused = |challenge: &Challenge, message: &str| {
            assert_eq!(challenge.prove(message.as_bytes()), None, "{message}");
        };
        refused(&rfc_challenge("pencils").1, CLIENT_FINAL);
        let (_, challenge) = rfc_challenge("pencil");
        refused(&challenge, &CLIENT_FINAL.replace("c=biws", "c=eSws"));
        refused(&challenge, &CLIENT_FINAL.replace("hNlF", "hNlG"));
        refused(&challenge, "c=biws");
        refused(&challenge, "");
    }

    #[test]
    fn first_messages_are_read_or_refused() {
        let name = |text: &str| ClientFirst::parse(text.as_bytes()).map(|first| first.name);
        assert_eq!(name("n,,n=a=2Cb=3D,r=x").as_deref(), Some("a,b="));
        assert_eq!(name("y,a=User,n=user,r=x").as_deref(), Some("user"));
        for refused in [
            "",
            "n,,",
            "n,,n=,r=x",
            "n,,n=a=,r=x",
            "n,,n=a,r=",
            "n,,m=1,n=a,r=x",
            "n,a=other,n=user,r=x",
            "p=tls-unique,,n=a,r=x",
        ] {
            assert_eq!(name(refused), None, "{refused}");
        }
    }

    #[test]
    fn a_verifier_is_read_back() {
        let password = Password::prepare("sesame").expect("a password");
        let verifier = Verifier::with_iterations(&password, b"salt", 2);
        let read = Verifier::parse(&verifier.to_string()).expect("a verifier");
        assert!(read == verifier);
        assert!(Verifier::parse("SCRAM-SHA-256$1:AAAA$AAAA:AAAA").is_none());
    }

    #[test]
    fn a_decoy_looks_the_same_each_time() {
        let salt = |name: &str| Verifier::decoy(&[7; 32], name).salt;
        assert_eq!(salt("alice"), salt("alice"));
        assert_ne!(salt("alice"), salt("bob"));
        assert_eq!(salt("alice").len(), 16);
    }
}
