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
    /// Whether several connections of one account may share a nick; an account's owner may say otherwise for it. Default: true.
    pub multiclient: bool,
    /// Who stays in their rooms while they are not connected. Default: `"opt-in"`.
    pub always_on: AlwaysOn,
}

/// Which accounts stay in their rooms while nobody is connected, also when the hub starts anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "\"disabled\", \"opt-in\", \"opt-out\" or \"mandatory\""
)]
pub enum AlwaysOn {
    /// None.
    Disabled,
    /// Those whose owner asks for it.
    #[default]
    OptIn,
    /// All but those whose owner asks for the opposite.
    OptOut,
    /// All.
    Mandatory,
}

impl AlwaysOn {
    /// Whether an account stays, given what its owner asked for, if anything.
    #[must_use]
    pub fn holds(self, wanted: Option<bool>) -> bool {
        match self {
            Self::Disabled => false,
            Self::OptIn => wanted.unwrap_or(false),
            Self::OptOut => wanted.unwrap_or(true),
            Self::Mandatory => true,
        }
    }
}

impl Default for AccountSettings {
    fn default() -> Self {
        Self {
            registration: true,
            require_sasl: false,
            before_connect: false,
            require_email: false,
            multiclient: true,
            always_on: AlwaysOn::default(),
        }
    }
}
