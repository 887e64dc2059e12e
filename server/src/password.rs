//! Hashes of operators' passwords, as `salond hash-password` makes them and the settings keep them.

use argon2::Argon2;
use argon2::password_hash::{Error, PasswordHasher as _};

/// The password's argon2id hash, salted anew, in the PHC string format.
pub fn hash(password: &str) -> Result<String, Error> {
    Ok(Argon2::default()
        .hash_password(password.as_bytes())?
        .to_string())
}
