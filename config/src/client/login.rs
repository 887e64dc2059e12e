//! What a client logs in with, and where it finds the secret. The secret itself is in no settings.

use std::path::PathBuf;

use super::{ClientConfig, Profile};

/// The account to log in to, if any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientLogin {
    /// The account; none is that of the nick.
    pub account: Option<String>,
    /// What prints the password.
    pub password_command: Option<String>,
    /// What holds it.
    pub password_file: Option<PathBuf>,
}

impl ClientLogin {
    /// Whether a login is wanted at all.
    pub fn is_wanted(&self) -> bool {
        *self != Self::default()
    }

    /// A profile that names a way to a password, or an account, means none of those above it.
    pub(super) fn of(config: &ClientConfig, profile: &Profile) -> Self {
        let own = Self {
            account: profile.account.clone(),
            password_command: profile.password_command.clone(),
            password_file: profile.password_file.clone(),
        };
        if own.is_wanted() {
            return own;
        }
        Self {
            account: config.account.clone(),
            password_command: config.password_command.clone(),
            password_file: config.password_file.clone(),
        }
    }
}
