//! Whether somebody is who they say: passwords and how often one may be wrong about them.

use std::net::IpAddr;
use std::sync::Arc;

use salon_config::Secret;
use tokio::time::Instant;

use super::{Account, Accounts, Credentials, Password, credentials, scram};

/// Why somebody is not logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LoginError {
    /// Whether it was the name or the password is not said.
    #[error("wrong account or password")]
    Wrong,
    #[error("too many failures; wait a few minutes")]
    LockedOut,
}

impl Accounts {
    /// Checks a password. A name that is no account takes as long as a wrong password. `address` is whose failures
    /// count, nothing for those whom the limits spare.
    pub(crate) async fn check_password(
        &self,
        address: Option<IpAddr>,
        name: &str,
        password: &str,
    ) -> Result<Arc<Account>, LoginError> {
        self.begin_attempt(address, name)?;
        let account = self.named(name);
        let credentials = account.as_ref().map(|account| account.credentials.clone());
        let password = Password::prepare(password).ok();
        let Ok(_permit) = self.hashing.acquire().await else {
            return Err(LoginError::Wrong);
        };
        let check = tokio::task::spawn_blocking(move || {
            Credentials::check(credentials.as_ref(), password.as_ref())
        });
        let right = check.await.unwrap_or(false);
        let account = account.filter(|_| right).ok_or(LoginError::Wrong)?;
        self.end_attempt(address, name);
        Ok(account)
    }

    /// Checks the password of an operator of the hub, whose hash is in the settings; nothing for a name that is none there,
    /// which takes as long. Failures count as those of accounts do, and no more passwords are hashed at a time.
    pub(crate) async fn check_operator(
        &self,
        address: Option<IpAddr>,
        name: &str,
        hash: Option<Secret>,
        password: &str,
    ) -> Result<(), LoginError> {
        // No account has a blank in its name.
        let key = format!("operator {name}");
        self.begin_attempt(address, &key)?;
        let password = Secret::new(password.to_owned());
        let Ok(_permit) = self.hashing.acquire().await else {
            return Err(LoginError::Wrong);
        };
        let check = tokio::task::spawn_blocking(move || {
            credentials::is_of(hash.as_ref(), password.expose().as_bytes())
        });
        if !check.await.unwrap_or(false) {
            return Err(LoginError::Wrong);
        }
        self.end_attempt(address, &key);
        Ok(())
    }

    /// What a SCRAM exchange with a name is held against. A name that is no account has something that looks the same
    /// each time, and that no password fits.
    pub(crate) fn scram_of(&self, name: &str) -> (Option<Arc<Account>>, scram::Verifier) {
        let account = self.named(name);
        let verifier = account
            .as_ref()
            .and_then(|account| scram::Verifier::parse(account.credentials.scram.expose()))
            .unwrap_or_else(|| scram::Verifier::decoy(&self.decoy, &salon_protocol::fold(name)));
        (account, verifier)
    }

    /// Counts an attempt to log in as a failure, until [`Self::end_attempt`] says that it was none.
    pub(crate) fn begin_attempt(
        &self,
        address: Option<IpAddr>,
        name: &str,
    ) -> Result<(), LoginError> {
        let Some(address) = address else {
            return Ok(());
        };
        if self.lockout().attempt(address, name, Instant::now()) {
            Ok(())
        } else {
            tracing::warn!(%address, "login refused after too many failures");
            Err(LoginError::LockedOut)
        }
    }

    /// Says that an attempt succeeded.
    pub(crate) fn end_attempt(&self, address: Option<IpAddr>, name: &str) {
        if let Some(address) = address {
            self.lockout().forgive(address, name);
        }
    }

    /// Whether somebody may register one more account now; if so, it is counted.
    pub(crate) fn may_register(&self, address: Option<IpAddr>) -> bool {
        address.is_none_or(|address| self.lockout().registration(address, Instant::now()))
    }
}
