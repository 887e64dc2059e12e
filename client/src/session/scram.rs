//! SCRAM-SHA-256, the client's side, without channel binding: proves that one has the password without
//! sending it, and checks that the server had it too. Values in, values out.
//! <https://www.rfc-editor.org/rfc/rfc5802>, <https://www.rfc-editor.org/rfc/rfc7677>

use base64ct::{Base64, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use salon_config::Secret;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The fewest rounds that RFC 7677 allows: with fewer, whoever listens could guess the password.
const ROUNDS_MIN: u32 = 4096;
/// The most: a server must not keep us busy for ever.
const ROUNDS_MAX: u32 = 5_000_000;
/// `n,,` in base64: no channel binding, and nobody else is acted for.
const BINDING: &str = "biws";

/// What was sent first.
#[derive(Debug)]
pub(super) struct First {
    bare: String,
    nonce: String,
}

/// What is expected of the server in the end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proof {
    signature: [u8; 32],
}

impl First {
    /// The first message of an account, with text that nobody has seen before.
    pub(super) fn new(account: &str, nonce: &str) -> Self {
        let name = account.replace('=', "=3D").replace(',', "=2C");
        Self {
            bare: format!("n={name},r={nonce}"),
            nonce: nonce.to_owned(),
        }
    }

    /// It, as it is sent.
    pub(super) fn message(&self) -> String {
        format!("n,,{}", self.bare)
    }

    /// Answers the server's first message, and says what its last must prove. Nothing for what is no such
    /// message or asks for fewer rounds than are safe.
    pub(super) fn answer(&self, password: &Secret, server: &str) -> Option<(String, Proof)> {
        let mut attributes = server.split(',');
        let nonce = attributes.next()?.strip_prefix("r=")?;
        let salt = Base64::decode_vec(attributes.next()?.strip_prefix("s=")?).ok()?;
        let rounds: u32 = attributes.next()?.strip_prefix("i=")?.parse().ok()?;
        let is_continued = nonce.len() > self.nonce.len() && nonce.starts_with(&self.nonce);
        if !is_continued || !(ROUNDS_MIN..=ROUNDS_MAX).contains(&rounds) {
            return None;
        }
        let password = stringprep::saslprep(password.expose()).ok()?;
        let mut salted = [0; 32];
        pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), &salt, rounds, &mut salted);
        let without_proof = format!("c={BINDING},r={nonce}");
        let transcript = format!("{},{server},{without_proof}", self.bare);
        let key = mac(&salted, b"Client Key");
        let stored: [u8; 32] = Sha256::digest(key).into();
        let mut proof = mac(&stored, transcript.as_bytes());
        for (byte, key) in proof.iter_mut().zip(key) {
            *byte ^= key;
        }
        let signature = mac(&mac(&salted, b"Server Key"), transcript.as_bytes());
        let proof = Base64::encode_string(&proof);
        Some((format!("{without_proof},p={proof}"), Proof { signature }))
    }
}

impl Proof {
    /// Whether the server's last message shows that it has what is kept of the password.
    pub(super) fn is_given_by(&self, server: &str) -> bool {
        let signature = server
            .strip_prefix("v=")
            .and_then(|signature| Base64::decode_vec(signature).ok());
        signature.is_some_and(|signature| signature.ct_eq(&self.signature).into())
    }
}

fn mac(key: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of HMAC has any length");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exchange of RFC 7677, section 3.
    const NONCE: &str = "rOprNGfwEbeRWgbNEkqO";
    const SERVER_FIRST: &str =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    #[test]
    fn the_example_of_the_rfc() {
        let first = First::new("user", NONCE);
        assert_eq!(first.message(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        let (answer, proof) = first.answer(&Secret::new("pencil"), SERVER_FIRST).unwrap();
        assert_eq!(
            answer,
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
             p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        assert!(proof.is_given_by("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        for other in [
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=",
            "v=",
            "e=invalid-proof",
        ] {
            assert!(!proof.is_given_by(other), "{other}");
        }
    }

    #[test]
    fn what_is_unsafe_is_not_answered() {
        let first = First::new("user", NONCE);
        for server in [
            "r=somebody-elses,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1",
            "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4000000000",
            "r=rOprNGfwEbeRWgbNEkqOx",
            "",
        ] {
            assert_eq!(
                first.answer(&Secret::new("pencil"), server),
                None,
                "{server}"
            );
        }
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(First::new("a=b,c", "x").message(), "n,,n=a=3Db=2Cc,r=x");
    }
}
