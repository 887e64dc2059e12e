//! `[accounts]`: who may and who must have an account.

use serde::Deserialize;

/// The section `[accounts]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "the section `[accounts]`")]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the settings file"
)]
pub struct AccountSettings {
    /// Whether anyone may register an account. Default: true.
    pub registration: bool,
    /// Whether a connection needs an account (SASL) to register. Default: false.
    pub require_sasl: bool,
    /// Whether an account may be registered before the connection is. Default: false.
    pub before_connect: bool,
    /// Whether an e-mail address is needed for an account. It is kept and not verified. Default: false.
    pub require_email: bool,
}

impl Default for AccountSettings {
    fn default() -> Self {
        Self {
            registration: true,
            require_sasl: false,
            before_connect: false,
            require_email: false,
        }
    }
}
