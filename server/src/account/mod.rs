//! Accounts: who somebody is for good, whatever connection they come by.
//!
//! [`Accounts`] is what the rest of the hub asks: is a nick registered, is this password right, make this account. All
//! accounts are in memory, since every `NICK` asks; a change is stored by the log before it counts. What is slow on
//! purpose (the hashes of passwords) runs on threads of its own, a few at a time, and how often somebody may be wrong is
//! bounded. Nothing here knows what a connection or a verb is.

mod credentials;
mod lockout;
mod login;
pub(crate) mod sasl;
pub(crate) mod scram;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use salon_protocol::{Nick, Timestamp};
use tokio::sync::Semaphore;

pub(crate) use credentials::{Credentials, Password};
use lockout::Lockout;
pub(crate) use login::LoginError;

use crate::event::StreamId;
use crate::log::{Log, LogError, Note, Notebook, RestoredAccount};
use crate::user::{DirectPlace, Mailbox, Notes, Reached};

/// How many passwords are hashed at a time; each takes 19 MiB while it lasts.
const HASHES_AT_ONCE: usize = 4;

/// How many certificates may stand for one account.
const CERTIFICATES_MAX: usize = 10;

/// An account. Its name follows the rules of nicks, and the nick of that name is its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) name: Nick,
    pub(crate) created: Timestamp,
    /// As it was given; for the hub's operator alone.
    pub(crate) email: Option<String>,
    pub(crate) credentials: Credentials,
    /// Fingerprints (SHA-256, hexadecimal) of client certificates that stand for the account.
    pub(crate) certificates: Vec<String>,
    /// The stream of the direct messages to the account.
    pub(crate) direct: Option<StreamId>,
    /// Whether its owner wants several connections to share a nick, where that was said.
    pub(crate) multiclient: Option<bool>,
    /// Whether its owner wants to stay while not connected, where that was said.
    pub(crate) always_on: Option<bool>,
}

/// Why an account was not made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AccountError {
    #[error("the name is registered already")]
    Exists,
    #[error("no such account")]
    Unknown,
    #[error("at most {CERTIFICATES_MAX} certificates may stand for an account")]
    TooManyCertificates,
    #[error("the certificate stands for another account")]
    CertificateTaken,
    #[error("not stored; try again later")]
    NotStored,
}

#[derive(Debug, Default)]
struct Known {
    accounts: HashMap<Nick, Arc<Account>>,
    by_certificate: HashMap<String, Nick>,
    places: HashMap<StreamId, DirectPlace>,
    /// The notes of those accounts that somebody is logged in to.
    notes: HashMap<Nick, Weak<Notes>>,
}

impl Known {
    fn insert(&mut self, account: Arc<Account>) {
        self.by_certificate.retain(|_, name| *name != account.name);
        for fingerprint in &account.certificates {
            self.by_certificate
                .insert(fingerprint.clone(), account.name.clone());
        }
        self.accounts.insert(account.name.clone(), account);
    }
}

/// See the module.
pub(crate) struct Accounts {
    log: Arc<dyn Log>,
    // Held for a look-up.
    known: Mutex<Known>,
    // Held while an account is stored, so that nobody takes a name in between.
    changing: tokio::sync::Mutex<()>,
    hashing: Semaphore,
    lockout: Mutex<Lockout>,
    /// From which the answers for names that are no accounts are made.
    decoy: [u8; 32],
}

impl Accounts {
    /// The accounts that an earlier run of the hub left.
    pub(crate) fn new(log: Arc<dyn Log>, accounts: Vec<RestoredAccount>) -> Self {
        let mut known = Known::default();
        for kept in accounts {
            if let Some(stream) = kept.account.direct {
                let place = Reached::at(kept.last_seq, kept.last_time);
                let place = DirectPlace::new(Mutex::new(place));
                known.places.insert(stream, place);
            }
            known.insert(Arc::new(kept.account));
        }
        Self {
            log,
            known: Mutex::new(known),
            changing: tokio::sync::Mutex::default(),
            hashing: Semaphore::new(HASHES_AT_ONCE),
            lockout: Mutex::default(),
            decoy: credentials::random(),
        }
    }

    /// The account of a name.
    pub(crate) fn named(&self, name: &str) -> Option<Arc<Account>> {
        let name = name.parse::<Nick>().ok()?;
        self.known().accounts.get(&name).map(Arc::clone)
    }

    /// Whether a nick is an account's that is not `account`.
    pub(crate) fn keeps_from(&self, nick: &Nick, account: Option<&str>) -> bool {
        !account.is_some_and(|account| nick.is(account)) && self.known().accounts.contains_key(nick)
    }

    /// The direct messages to an account.
    pub(crate) fn mailbox(&self, name: &str) -> Option<Mailbox> {
        let stream = self.named(name)?.direct?;
        let place = Arc::clone(self.known().places.entry(stream).or_default());
        Some(Mailbox { stream, place })
    }

    /// What an account keeps, read from the log unless somebody is logged in to it. Where the log cannot be read, nothing
    /// is known and all that is noted is kept.
    pub(crate) async fn notes(&self, account: &Nick) -> Arc<Notes> {
        let known = self.known().notes.get(account).and_then(Weak::upgrade);
        if let Some(known) = known {
            return known;
        }
        let book = self.log.notebook(account.clone()).await;
        let book = book.unwrap_or_else(|error| {
            tracing::error!(%error, "the notes of an account could not be read");
            Notebook::default()
        });
        let mut known = self.known();
        // Another connection may have been faster.
        if let Some(faster) = known.notes.get(account).and_then(Weak::upgrade) {
            return faster;
        }
        let notes = Arc::new(Notes::of(account.clone(), book));
        if known.notes.len() == known.notes.capacity() {
            known.notes.retain(|_, notes| notes.strong_count() > 0);
        }
        known.notes.insert(account.clone(), Arc::downgrade(&notes));
        notes
    }

    /// Notes what `make` says is to be noted, and says whether that was something. A note is stored before anybody finds it
    /// in the book, so that none is told of that the log has refused; those of nobody are not stored.
    pub(crate) async fn note(
        &self,
        notes: &Notes,
        make: impl Fn() -> Vec<Note> + Send,
    ) -> Result<bool, AccountError> {
        if make().is_empty() {
            return Ok(false);
        }
        let _changing = notes.changing.lock().await;
        // Another connection may have been faster.
        let made = make();
        let is_new = !made.is_empty();
        for note in made {
            if let Some(account) = &notes.account {
                let stored = self.log.keep_note(account.clone(), note.clone()).await;
                stored.map_err(|error| not_stored(&error))?;
            }
            notes.keep(note);
        }
        Ok(is_new)
    }

    /// Makes an account, whose direct messages are those of a mailbox.
    pub(crate) async fn register(
        &self,
        name: &Nick,
        mailbox: Mailbox,
        email: Option<&str>,
        password: Password,
        now: Timestamp,
    ) -> Result<Arc<Account>, AccountError> {
        if self.known().accounts.contains_key(name) {
            return Err(AccountError::Exists);
        }
        let credentials = self.hash(password).await?;
        let _changing = self.changing.lock().await;
        if self.known().accounts.contains_key(name) {
            return Err(AccountError::Exists);
        }
        let account = Account {
            name: name.clone(),
            created: now,
            email: email.map(ToOwned::to_owned),
            credentials,
            certificates: Vec::new(),
            direct: Some(mailbox.stream),
            multiclient: None,
            always_on: None,
        };
        let account = self.keep(account).await?;
        self.known().places.insert(mailbox.stream, mailbox.place);
        Ok(account)
    }

    /// Gives an account another password.
    pub(crate) async fn set_password(
        &self,
        name: &str,
        password: Password,
    ) -> Result<(), AccountError> {
        let credentials = self.hash(password).await?;
        let change = |account: &mut Account| {
            account.credentials = credentials;
            Ok(())
        };
        self.change(name, change).await
    }

    /// Whether an account, as it was at some time, was not deleted since; another one may have its name.
    pub(crate) fn is_kept(&self, account: &Account) -> bool {
        let known = self.named(account.name.as_str());
        known
            .is_some_and(|known| known.direct == account.direct && known.created == account.created)
    }

    /// What the owner of an account repeats in order to delete it; the same for as long as the hub runs.
    pub(crate) fn confirmation(&self, name: &str) -> String {
        let mac = scram::mac(&self.decoy, salon_protocol::fold(name).as_bytes());
        let [first, second, third, fourth, ..] = mac;
        format!("{:08x}", u32::from_be_bytes([first, second, third, fourth]))
    }

    /// Deletes an account and all that it keeps but its direct messages; gives the stream of these.
    pub(crate) async fn delete(&self, name: &str) -> Result<Option<StreamId>, AccountError> {
        let _changing = self.changing.lock().await;
        let account = self.named(name).ok_or(AccountError::Unknown)?;
        let dropped = self.log.drop_account(account.name.clone()).await;
        dropped.map_err(|error| not_stored(&error))?;
        let mut known = self.known();
        known.accounts.remove(&account.name);
        known
            .by_certificate
            .retain(|_, owner| *owner != account.name);
        known.notes.remove(&account.name);
        if let Some(stream) = account.direct {
            known.places.remove(&stream);
        }
        Ok(account.direct)
    }

    /// Notes what an account's owner wants of it.
    pub(crate) async fn set_preferences(
        &self,
        name: &str,
        set: impl FnOnce(&mut Account) + Send,
    ) -> Result<(), AccountError> {
        let change = |account: &mut Account| {
            set(account);
            Ok(())
        };
        self.change(name, change).await
    }

    /// Lets a certificate stand for an account.
    pub(crate) async fn add_certificate(
        &self,
        name: &str,
        fingerprint: &str,
    ) -> Result<(), AccountError> {
        let taken = self.by_certificate(fingerprint);
        if taken.is_some_and(|owner| !owner.name.is(name)) {
            return Err(AccountError::CertificateTaken);
        }
        let change = |account: &mut Account| {
            if account.certificates.iter().any(|one| one == fingerprint) {
                return Ok(());
            }
            if account.certificates.len() >= CERTIFICATES_MAX {
                return Err(AccountError::TooManyCertificates);
            }
            account.certificates.push(fingerprint.to_owned());
            Ok(())
        };
        self.change(name, change).await
    }

    /// Lets a certificate stand for an account no more.
    pub(crate) async fn remove_certificate(
        &self,
        name: &str,
        fingerprint: &str,
    ) -> Result<(), AccountError> {
        let change = |account: &mut Account| {
            account.certificates.retain(|one| one != fingerprint);
            Ok(())
        };
        self.change(name, change).await
    }

    /// The account that a certificate stands for.
    pub(crate) fn by_certificate(&self, fingerprint: &str) -> Option<Arc<Account>> {
        let known = self.known();
        let name = known.by_certificate.get(fingerprint)?;
        known.accounts.get(name).map(Arc::clone)
    }

    async fn hash(&self, password: Password) -> Result<Credentials, AccountError> {
        let permit = self.hashing.acquire().await;
        let hashed = tokio::task::spawn_blocking(move || Credentials::of(&password)).await;
        drop(permit);
        hashed.ok().flatten().ok_or_else(|| {
            tracing::error!("a password could not be hashed");
            AccountError::NotStored
        })
    }

    async fn change(
        &self,
        name: &str,
        change: impl FnOnce(&mut Account) -> Result<(), AccountError>,
    ) -> Result<(), AccountError> {
        let _changing = self.changing.lock().await;
        let known = self.named(name).ok_or(AccountError::Unknown)?;
        let mut account = Account::clone(&known);
        change(&mut account)?;
        self.keep(account).await.map(drop)
    }

    async fn keep(&self, account: Account) -> Result<Arc<Account>, AccountError> {
        let account = Arc::new(account);
        self.log
            .keep_account(Arc::clone(&account))
            .await
            .map_err(|error| not_stored(&error))?;
        self.known().insert(Arc::clone(&account));
        Ok(account)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lockout(&self) -> MutexGuard<'_, Lockout> {
        self.lockout.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_stored(error: &LogError) -> AccountError {
    tracing::error!(%error, "an account was not stored");
    AccountError::NotStored
}

#[cfg(test)]
mod tests;
