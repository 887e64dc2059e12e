//! What a client logs in with, and where it finds the secret. The secret itself is in no settings.

use std::path::PathBuf;

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

    /// Whoever names a way to a password, or an account, means none of `above`.
    pub(super) fn or(self, above: Self) -> Self {
        if self.is_wanted() { self } else { above }
    }
}
