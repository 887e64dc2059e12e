//! What is kept of a password: an argon2id hash for logins that send it, and SCRAM's verifier for those that prove it.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use salon_config::Secret;

use super::scram::Verifier;

/// The longest password, in bytes.
const PASSWORD_BYTES_MAX: usize = 600;

/// A password in the one form that all ways of writing it have, by RFC 4013.
#[derive(Debug, Clone)]
pub(crate) struct Password(Secret);

/// Why a text is no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasswordError {
    #[error("a password of 1 to {PASSWORD_BYTES_MAX} bytes is expected")]
    Length,
    #[error("the password has a character that passwords cannot have")]
    Character,
}

impl Password {
    /// Prepares what somebody wrote.
    pub(crate) fn prepare(text: &str) -> Result<Self, PasswordError> {
        if text.is_empty() || text.len() > PASSWORD_BYTES_MAX {
            return Err(PasswordError::Length);
        }
        let prepared = stringprep::saslprep(text).map_err(|_| PasswordError::Character)?;
        if prepared.is_empty() {
            return Err(PasswordError::Length);
        }
        Ok(Self(Secret::new(prepared)))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.expose().as_bytes()
    }
}

/// What is kept of a password. Neither part is the password, and neither is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// argon2id, in the PHC string format.
    pub(crate) password_hash: Secret,
    /// In the form of RFC 5803.
    pub(crate) scram: Secret,
}

impl Credentials {
    /// Hashes a password, salted anew. Slow on purpose.
    pub(super) fn of(password: &Password) -> Option<Self> {
        let hash = Argon2::default().hash_password(password.bytes()).ok()?;
        let verifier = Verifier::of(password, &random::<16>());
        Some(Self {
            password_hash: Secret::new(hash.to_string()),
            scram: Secret::new(verifier.to_string()),
        })
    }

    /// Whether a password is the one of these credentials. As slow when there are none, or no password.
    pub(super) fn check(credentials: Option<&Self>, password: Option<&Password>) -> bool {
        let hash = credentials.map(|credentials| &credentials.password_hash);
        let given = password.map_or(&b""[..], Password::bytes);
        is_of(hash, given) && password.is_some()
    }
}

/// Whether a hash, in the PHC string format, is of this. Nothing is of no hash, and it takes as long to say so.
pub(super) fn is_of(hash: Option<&Secret>, given: &[u8]) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let nobody = || {
        let hash = Argon2::default().hash_password(&random::<16>());
        hash.map(|hash| hash.to_string()).unwrap_or_default()
    };
    let known = hash.map(Secret::expose);
    let Ok(known) = PasswordHash::new(known.unwrap_or_else(|| NOBODY.get_or_init(nobody))) else {
        return false;
    };
    let right = Argon2::default().verify_password(given, &known).is_ok();
    right && hash.is_some()
}

/// Bytes that nobody can guess.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_same_however_it_is_composed() {
        let composed = Password::prepare("caf\u{e9}").expect("a password");
        let decomposed = Password::prepare("cafe\u{301}").expect("a password");
        assert_eq!(composed.bytes(), decomposed.bytes());
    }

    #[test]
    fn what_is_no_password_is_refused() {
        let refused = |text: &str| Password::prepare(text).map(drop).expect_err("refused");
        assert_eq!(refused(""), PasswordError::Length);
        assert_eq!(refused(&"x".repeat(601)), PasswordError::Length);
        assert_eq!(refused("a\u{7}b"), PasswordError::Character);
    }

    #[test]
    fn credentials_fit_their_password_alone_and_are_not_printed() {
        let password = |text: &str| Password::prepare(text).expect("a password");
        let sesame = password("sesame");
        let credentials = Credentials::of(&sesame).expect("hashed");
        assert!(Credentials::check(Some(&credentials), Some(&sesame)));
        assert!(!Credentials::check(
            Some(&credentials),
            Some(&password("millet"))
        ));
        assert!(!Credentials::check(None, Some(&sesame)));
        assert!(!Credentials::check(Some(&credentials), None));
        assert_eq!(
            format!("{credentials:?} {sesame:?}"),
            "Credentials { password_hash: [hidden], scram: [hidden] } Password([hidden])"
        );
    }
}
