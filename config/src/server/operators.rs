//! `[[operators]]`: who may `OPER`.

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::error::ConfigError;
use crate::file::SettingsFile;
use crate::secret::Secret;

/// One section `[[operators]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a section `[[operators]]`")]
#[non_exhaustive]
pub struct Operator {
    /// The name that the operator gives with `OPER`. Required, and each name once.
    pub name: String,
    /// The hash of the operator's password, as `salond hash-password` prints it: argon2id in the PHC format. Required.
    #[serde(deserialize_with = "password_hash")]
    pub password_hash: Secret,
}

/// Refuses operators that share a name, and names that a line cannot carry.
pub(crate) fn check(operators: &[Operator], file: &SettingsFile) -> Result<(), ConfigError> {
    for (index, operator) in operators.iter().enumerate() {
        let name = &operator.name;
        let refuse = |message: String| {
            Err(file.refuse_key(&format!("operators.{index}.name"), message, None))
        };
        if name.is_empty()
            || name.starts_with(':')
            || name.contains(|c: char| c.is_whitespace() || c.is_control())
        {
            return refuse(format!(
                "'{}' is not an operator's name; expected one word",
                name.escape_debug()
            ));
        }
        if operators
            .iter()
            .take(index)
            .any(|other| other.name == *name)
        {
            return refuse(format!(
                "two operators have the name '{name}'; expected each name once"
            ));
        }
    }
    Ok(())
}

/// Reads a hash and checks its shape, so that a plain password in its place is told at once and not by a refused `OPER`.
fn password_hash<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    let secret = Secret::deserialize(deserializer)?;
    let parts: Vec<&str> = secret.expose().split('$').collect();
    match parts.as_slice() {
        ["", "argon2id", version, parameters, salt, hash]
            if version.starts_with("v=")
                && parameters.starts_with("m=")
                && !salt.is_empty()
                && !hash.is_empty() =>
        {
            Ok(secret)
        }
        _ => Err(D::Error::custom(
            "not the hash of a password; expected what `salond hash-password` prints (`$argon2id$...`)",
        )),
    }
}
