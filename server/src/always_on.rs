//! Users who stay in their rooms while nobody is connected, and are there again when the hub starts anew.
//!
//! Whether an account wants that is its owner's and the settings' matter; the user is the first one of the account that
//! comes. Its identity says that it stays, so every room knows with the event that brought it in, and stores the two
//! together; who it is, and that it is always on, is stored on its own before the rooms hear of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use salon_protocol::Nick;

use crate::hub::Hub;
use crate::identity::{Identity, SessionId, UserId, UserModes};
use crate::log::{LogError, PresenceRecord};
use crate::room::{Asker, Residents};
use crate::user::User;

/// Which user of an account is the one that is always on.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    // Held for a look-up.
    by_account: Mutex<HashMap<Nick, UserId>>,
}

impl Holders {
    /// Makes a user the one of an account, unless there is another one.
    fn claim(&self, account: &Nick, user: UserId) -> bool {
        *self.lock().entry(account.clone()).or_insert(user) == user
    }

    /// Says that a user is the one no more.
    fn release(&self, account: &Nick, user: UserId) {
        let mut by_account = self.lock();
        if by_account.get(account) == Some(&user) {
            by_account.remove(account);
        }
    }

    /// The one of an account.
    fn of(&self, account: &Nick) -> Option<UserId> {
        self.lock().get(account).copied()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Nick, UserId>> {
        self.by_account
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hub {
    /// Whether an account wants to stay, and may.
    pub(crate) fn wants_always_on(&self, account: &str) -> bool {
        let wanted = self.accounts.named(account).map(|one| one.always_on);
        wanted.is_some_and(|wanted| self.config().accounts.always_on.holds(wanted))
    }

    /// Makes a user always on or not, as its account wants it. A user whose account has another one stays as it is, and
    /// so does one of whom the log does not store it.
    pub(crate) async fn settle(&self, asker: &Asker) -> Result<(), LogError> {
        let user = &asker.user;
        let _changing = user.changing.lock().await;
        let before = user.identity();
        let Some(account) = account_of(&before) else {
            return Ok(());
        };
        let wanted = self.wants_always_on(account.as_str());
        if wanted == before.always_on || (wanted && !self.always_on.claim(&account, user.id)) {
            return Ok(());
        }
        let identity = before.with_always_on(wanted);
        let stored = self.store_presence(user, &before, &identity).await;
        if wanted != stored.is_ok() {
            self.always_on.release(&account, user.id);
        }
        stored?;
        self.become_so(asker, before, identity, None).await;
        Ok(())
    }

    /// Settles whoever an account has that is always on, and sends it away where nobody is connected for it and it is so
    /// no more.
    pub(crate) async fn settle_resident(&self, account: &str) -> Result<(), LogError> {
        let holder = account.parse().ok().and_then(|account| {
            let id = self.always_on.of(&account)?;
            let mut users = self.directory.users().into_iter();
            users.find(|user| user.id == id)
        });
        match holder {
            Some(user) => self.settle_user(&user).await,
            None => Ok(()),
        }
    }

    /// Settles everybody, after the settings have changed.
    pub(crate) async fn settle_all(&self) {
        for user in self.directory.users() {
            if let Err(error) = self.settle_user(&user).await {
                tracing::error!(%error, "who is always on was not stored");
            }
        }
    }

    async fn settle_user(&self, user: &Arc<User>) -> Result<(), LogError> {
        let asker = Asker {
            session: SessionId::NONE,
            identity: user.identity(),
            user: Arc::clone(user),
        };
        self.settle(&asker).await?;
        self.leave_if_alone(user, "No longer always on").await;
        Ok(())
    }

    /// Stores what has become of a user who is always on, or was.
    pub(crate) async fn keep_presence(&self, user: &User, before: &Identity, now: &Identity) {
        if let Some(before) = holding(before).filter(|one| holding(now).as_ref() != Some(one)) {
            self.always_on.release(&before, user.id);
        }
        if let Err(error) = self.store_presence(user, before, now).await {
            tracing::error!(%error, "who is always on was not stored");
        }
    }

    async fn store_presence(
        &self,
        user: &User,
        before: &Identity,
        now: &Identity,
    ) -> Result<(), LogError> {
        let (before, account) = (holding(before), holding(now));
        let mut stored = Ok(());
        if let Some(before) = before.filter(|before| account.as_ref() != Some(before)) {
            stored = self.log.drop_presence(before).await;
        }
        if let Some(account) = account {
            stored = stored.and(self.log.keep_presence(record(user, account, now)).await);
        }
        stored
    }

    /// Says that a user who was always on is gone.
    pub(crate) async fn drop_presence(&self, user: &User, identity: &Identity) {
        let gone = identity.with_always_on(false);
        self.keep_presence(user, identity, &gone).await;
    }

    /// Notes that nobody is connected any more for a user who stays: nobody is there to use what an operator may do.
    pub(crate) async fn leave_alone(&self, user: &Arc<User>) {
        let asker = Asker {
            session: SessionId::NONE,
            identity: user.identity(),
            user: Arc::clone(user),
        };
        let change = |identity: &Identity| {
            let modes = identity.modes - UserModes::OPERATOR;
            (modes != identity.modes).then(|| identity.with_modes(modes))
        };
        self.change(&asker, change, None).await;
    }

    /// Brings those back who were here when the hub ended, and still want to be. They are in no room yet.
    pub(crate) fn bring_back(&self, presences: Vec<PresenceRecord>) -> Residents {
        let mut residents = Residents::new();
        for presence in presences {
            let account = presence.account.clone();
            let wanted = self.wants_always_on(account.as_str());
            let user = Arc::new(self.restored_user(presence));
            if wanted && self.directory.claim(&user).is_ok() {
                self.always_on.claim(&account, user.id);
                residents.insert(account, user);
                continue;
            }
            tracing::info!(account = account.as_str(), "no longer always on");
            let log = Arc::clone(&self.log);
            self.tasks.spawn(async move {
                let dropped: Result<(), LogError> = log.drop_presence(account).await;
                if let Err(error) = dropped {
                    tracing::warn!(%error, "who is no longer always on was not deleted");
                }
            });
        }
        residents
    }

    fn restored_user(&self, presence: PresenceRecord) -> User {
        let PresenceRecord {
            account,
            user,
            nick,
            username,
            host,
            realname,
            away,
            modes,
            connected,
            metadata,
        } = presence;
        let identity = Identity::new(nick, &username, &host, &realname)
            .with_account(account.as_str())
            .with_away(away.as_deref())
            .with_modes(modes - UserModes::OPERATOR)
            .with_metadata(metadata)
            .with_always_on(true);
        let user = User::new(user, self.next_stream(), Arc::new(identity), connected);
        if let Some(mailbox) = self.accounts.mailbox(account.as_str()) {
            user.start_with(mailbox);
        }
        user
    }
}

/// The account for which somebody is always on.
fn holding(identity: &Identity) -> Option<Nick> {
    account_of(identity).filter(|_| identity.always_on)
}

fn account_of(identity: &Identity) -> Option<Nick> {
    identity.account.as_ref()?.parse().ok()
}

fn record(user: &User, account: Nick, identity: &Identity) -> PresenceRecord {
    PresenceRecord {
        account,
        user: user.id,
        nick: identity.nick.clone(),
        username: identity.username.as_ref().to_owned(),
        host: identity.host.as_ref().to_owned(),
        realname: identity.realname.as_ref().to_owned(),
        away: identity.away.as_deref().map(ToOwned::to_owned),
        modes: identity.modes,
        connected: user.connected,
        metadata: identity.metadata.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_one_user_who_is_always_on() {
        let holders = Holders::default();
        let ann: Nick = "ann".parse().expect("a nick");
        assert!(holders.claim(&ann, UserId(1)) && holders.claim(&ann, UserId(1)));
        assert!(!holders.claim(&ann, UserId(2)));
        holders.release(&ann, UserId(2));
        assert!(!holders.claim(&ann, UserId(2)), "it was not the one");
        holders.release(&ann, UserId(1));
        assert!(holders.claim(&ann, UserId(2)));
    }
}
