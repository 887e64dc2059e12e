//! A connection and its account: logging in, keeping others' nicks from it, and regaining one's own.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use salon_protocol::{Nick, numeric};

use super::client::Client;
use crate::account::Account;
use crate::event::{Body, Owner};
use crate::identity::Identity;
use crate::inbox::Closing;
use crate::presence::LOGGED_OUT;
use crate::reply::Reply;
use crate::user::User;

/// How long somebody whose nick is regained may take to leave.
const DEPARTURE_TIMEOUT: Duration = Duration::from_secs(5);

impl Client {
    /// The name of the account that the client is logged in to.
    pub(crate) fn account(&self) -> Option<String> {
        if let Some(identity) = self.identity() {
            return identity.account.as_deref().map(ToOwned::to_owned);
        }
        let account = self.introduction().account.as_ref();
        account.map(|account| account.name.to_string())
    }

    /// As whose author the client counts, beside its user: that of the account that it is logged in to.
    pub(crate) fn owner(&self) -> Option<Owner> {
        let account = self.hub.accounts.named(&self.account()?)?;
        Some(Owner {
            account: account.name.as_str().into(),
            since: account.created,
        })
    }

    /// Whose failures to log in count; nothing for those whom the limits spare.
    pub(crate) fn counted_address(&self) -> Option<IpAddr> {
        let address = self
            .host
            .parse()
            .unwrap_or(IpAddr::from([0; 4]))
            .to_canonical();
        (!self.hub.config().limits.is_exempt(address)).then_some(address)
    }

    /// The fingerprint of the certificate that the peer has shown.
    pub(crate) fn certificate_fingerprint(&self) -> Option<String> {
        self.fingerprint.as_ref().map(ToString::to_string)
    }

    /// Logs the client in to an account whose owner it has proved to be, and says so to it and to those who share a
    /// room with it.
    pub(crate) async fn log_in(&mut self, account: &Arc<Account>) -> Result<(), Reply> {
        let name = account.name.as_str();
        tracing::info!(account = name, host = self.host, "logged in");
        let mask = self.mask_so_far();
        let text = format!("You are now logged in as {name}");
        self.numeric(numeric::RPL_LOGGEDIN, &[&mask, name, &text]);
        let Some(user) = self.user.clone() else {
            self.introduce().account = Some(Arc::clone(account));
            return Ok(());
        };
        self.check_bans(&user.identity().with_account(name))?;
        if let Some(mailbox) = self.hub.accounts.mailbox(name) {
            user.take_mailbox(mailbox);
        }
        let notes = self.hub.accounts.notes(&account.name).await;
        let metadata = notes.metadata();
        user.set_notes(Some(notes));
        let change = |identity: &Identity| {
            let other = identity.account.as_deref() != Some(name);
            other.then(|| {
                let own = identity.metadata.iter();
                let both = own.fold(metadata, |all, (key, value)| all.with(key, Some(value)));
                // Whether it stays is the matter of the account that it has now.
                identity
                    .with_account(name)
                    .with_always_on(false)
                    .with_metadata(both)
            })
        };
        self.become_in_all_rooms(change, Some(Body::Account))
            .await?;
        if !self.hub.accounts.is_kept(account) {
            // Whoever deleted it did not find this connection.
            return self.log_out().await;
        }
        self.settle_or_note().await;
        Ok(())
    }

    /// Refuses somebody who has logged in to an account that was deleted since, and ends the connection.
    pub(super) fn check_account(&mut self, account: Option<&Arc<Account>>) -> Result<(), Reply> {
        if account.is_none_or(|account| self.hub.accounts.is_kept(account)) {
            return Ok(());
        }
        let text = "The account was deleted";
        self.ending = Some(text.to_owned());
        Err(Reply::fail("*", "ACCOUNT_DELETED", &[], text))
    }

    /// Makes the client's user always on or not, as its account wants it, where that can be stored.
    pub(crate) async fn settle_or_note(&self) {
        let Ok(asker) = self.asker() else { return };
        if let Err(error) = self.hub.settle(&asker).await {
            tracing::error!(%error, "who is always on was not stored");
        }
    }

    /// Logs the client's user out of its account, and says so to the client.
    pub(crate) async fn log_out(&mut self) -> Result<(), Reply> {
        let asker = self.asker()?;
        let hub = Arc::clone(&self.hub);
        if let Some(changed) = hub.log_out(&asker).await {
            self.show_change(changed).await;
        }
        let mask = self.mask_so_far();
        self.numeric(numeric::RPL_LOGGEDOUT, &[&mask, LOGGED_OUT]);
        Ok(())
    }

    /// Ends a login under way, of which nothing comes.
    pub(crate) fn abort_login(&mut self) {
        if self.login.take().is_some() {
            self.numeric(numeric::ERR_SASLABORTED, &["SASL authentication aborted"]);
        }
    }

    /// Whether somebody who is arriving may come in as this: with an account where one is needed, and not under the
    /// nick of another account. One who may not have the nick may choose another.
    pub(super) fn may_have_nick(&mut self, identity: &Identity) -> Result<(), Reply> {
        if self.hub.config().accounts.require_sasl && identity.account.is_none() {
            self.ending = Some("an account is needed here; log in with SASL".to_owned());
            return Err(Reply::fail(
                "*",
                "ACCOUNT_REQUIRED_TO_CONNECT",
                &[],
                "An account is needed here; log in with SASL",
            ));
        }
        let checked = self.check_owner(&identity.nick, identity.account.as_deref());
        if checked.is_err() {
            self.introduce().nick = None;
        }
        checked
    }

    /// Whether a client with an account may be one more connection of a user.
    pub(crate) fn may_share(&self, holder: &User, account: Option<&str>) -> bool {
        let owner = holder.identity().account.clone();
        match (owner.as_deref(), account) {
            (Some(owner), Some(account)) => {
                salon_protocol::eq_folded(owner, account) && self.hub.shares_nicks(owner)
            }
            (None, _) | (_, None) => false,
        }
    }

    /// Waits until a user has left that is about to.
    pub(super) async fn await_departure(&self, user: &User) {
        let departure = self.hub.directory.departure(user);
        // If it takes longer, whoever wants the nick is told that it is in use.
        let _ = tokio::time::timeout(DEPARTURE_TIMEOUT, departure).await;
    }

    /// Refuses a nick that is another account's (`433`).
    pub(crate) fn check_owner(&self, nick: &Nick, account: Option<&str>) -> Result<(), Reply> {
        if !self.hub.accounts.keeps_from(nick, account) {
            return Ok(());
        }
        let text = "Nickname is registered; log in to its account, or choose another";
        Err(Reply::numeric(
            numeric::ERR_NICKNAMEINUSE,
            &[nick.as_str(), text],
        ))
    }

    /// Makes whoever has a nick leave, and waits until it is free. The client itself stays.
    pub(crate) async fn evict(&self, nick: &Nick) {
        let Some(holder) = self.hub.directory.user(nick.as_str()) else {
            return;
        };
        if self.user.as_ref().is_some_and(|user| user.id == holder.id) {
            return;
        }
        let departure = self.hub.directory.departure(&holder);
        let closing = Closing {
            line: None,
            reason: "The owner of the nick has regained it".to_owned(),
        };
        self.hub.expel(&holder, closing).await;
        // If it takes longer, whoever wants the nick is told that it is in use.
        let _ = tokio::time::timeout(DEPARTURE_TIMEOUT, departure).await;
    }

    /// `nick!user@host`, with `*` for what is not known yet.
    fn mask_so_far(&self) -> String {
        if let Some(identity) = self.identity() {
            return identity.mask().to_owned();
        }
        let user = self.introduction().user.as_ref();
        let user = user.map_or_else(|| "*".to_owned(), |(name, _)| format!("~{name}"));
        format!("{}!{user}@{}", self.nick(), self.host)
    }
}
