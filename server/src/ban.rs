//! Who is kept from the hub: bans of operators, by account, mask or address, for a time or for good.
//!
//! [`Bans`] is asked when somebody connects, registers or logs in. A change is stored by the log before it counts. What is
//! a ban is pure; the time is handed in.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use salon_config::AddressRange;
use salon_protocol::Timestamp;
use salon_protocol::mask::{self, Mask};

use crate::identity::Identity;
use crate::log::{Log, LogError};

/// How many bans there may be. Everybody who comes is held against all of them.
const BANS_MAX: usize = 2_000;

/// The longest mask of a ban, in bytes.
const MASK_BYTES_MAX: usize = 200;

/// What a mask begins with that is about accounts, as in rooms.
const ACCOUNT: &str = "~a:";

/// What a ban goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BanKind {
    /// `nick!user@host` or `~a:account`: `KLINE`.
    Mask,
    /// An address or a range of them: `DLINE`. It is asked before a connection says a word.
    Address,
}

impl BanKind {
    /// The letter by which `STATS` lists such bans.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Mask => 'K',
            Self::Address => 'D',
        }
    }
}

/// A ban.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ban {
    pub(crate) kind: BanKind,
    pub(crate) mask: String,
    pub(crate) reason: String,
    /// The nick of the operator who set it.
    pub(crate) setter: String,
    pub(crate) created: Timestamp,
    /// Nothing for a ban that is for good.
    pub(crate) expires: Option<Timestamp>,
}

impl Ban {
    /// The mask as it is kept, with the parts that were left away; nothing for one that is none.
    pub(crate) fn mask(kind: BanKind, text: &str) -> Option<String> {
        let fits = (1..=MASK_BYTES_MAX).contains(&text.len());
        match kind {
            _ if !fits || text.contains(' ') || text.starts_with(':') => None,
            BanKind::Mask if text.starts_with(ACCOUNT) => {
                (text.len() > ACCOUNT.len()).then(|| text.to_owned())
            }
            // An account by its old sign, which would be taken for a nick that nobody can have.
            BanKind::Mask if text.starts_with('~') => None,
            BanKind::Mask => Some(Mask::of_people(text).as_str().to_owned()),
            BanKind::Address => text
                .parse::<AddressRange>()
                .ok()
                .map(|range| range.to_string()),
        }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// Whether somebody is meant by who they are.
    pub(crate) fn is_about(&self, identity: &Identity) -> bool {
        match (self.kind, self.mask.strip_prefix(ACCOUNT)) {
            (BanKind::Address, _) => false,
            (BanKind::Mask, None) => mask::matches(&self.mask, identity.mask()),
            (BanKind::Mask, Some(account)) => identity
                .account
                .as_deref()
                .is_some_and(|own| mask::matches(account, own)),
        }
    }

    /// Whether whoever comes from an address is meant.
    pub(crate) fn is_about_address(&self, address: IpAddr) -> bool {
        self.range().is_some_and(|range| range.contains(address))
    }

    /// The addresses that it is about; none where it goes by something else.
    fn range(&self) -> Option<AddressRange> {
        let is_range = self.kind == BanKind::Address;
        is_range.then(|| self.mask.parse().ok()).flatten()
    }

    /// What the one who is banned is told.
    pub(crate) fn sentence(&self) -> String {
        let until = self
            .expires
            .map_or(String::new(), |expires| format!(" until {expires}"));
        format!("You are banned from this server{until}: {}", self.reason)
    }
}

/// Why a ban was not set or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BanError {
    #[error("there are {BANS_MAX} bans already; take some back")]
    TooMany,
    #[error("there is no such ban")]
    Unknown,
    #[error("not stored; try again later")]
    NotStored,
}

/// The bans there are.
#[derive(Debug, Clone)]
struct List {
    all: Arc<[Ban]>,
    /// The ranges of addresses, read once and not for each connection, each with the place of its ban.
    ranges: Arc<[(AddressRange, usize)]>,
}

impl List {
    fn new(all: Arc<[Ban]>) -> Self {
        let ranges = all.iter().enumerate();
        let ranges = ranges.filter_map(|(place, ban)| Some((ban.range()?, place)));
        Self {
            ranges: ranges.collect(),
            all,
        }
    }
}

/// See the module.
pub(crate) struct Bans {
    log: Arc<dyn Log>,
    // Held for a look-up.
    list: Mutex<List>,
    // Held while the list is stored, so that no change is lost.
    changing: tokio::sync::Mutex<()>,
}

impl Bans {
    /// The bans that an earlier run of the hub left.
    pub(crate) fn new(log: Arc<dyn Log>, bans: Vec<Ban>) -> Self {
        Self {
            log,
            list: Mutex::new(List::new(bans.into())),
            changing: tokio::sync::Mutex::default(),
        }
    }

    /// Those of a kind that are in force, in the order in which they were set.
    pub(crate) fn of_kind(&self, kind: BanKind, now: Timestamp) -> Vec<Ban> {
        let list = self.list().all;
        let found = list.iter().filter(|ban| ban.kind == kind);
        found.filter(|ban| !ban.is_over(now)).cloned().collect()
    }

    /// The ban that keeps somebody out.
    pub(crate) fn against(&self, identity: &Identity, now: Timestamp) -> Option<Ban> {
        let list = self.list().all;
        let mut found = list.iter().filter(|ban| !ban.is_over(now));
        found.find(|ban| ban.is_about(identity)).cloned()
    }

    /// The ban that keeps out whoever comes from an address.
    pub(crate) fn against_address(&self, address: IpAddr, now: Timestamp) -> Option<Ban> {
        let List { all, ranges } = self.list();
        let about = ranges.iter().filter(|(range, _)| range.contains(address));
        let mut bans = about.filter_map(|(_, place)| all.get(*place));
        bans.find(|ban| !ban.is_over(now)).cloned()
    }

    /// Sets a ban, in the place of one of the same mask.
    pub(crate) async fn add(&self, mut ban: Ban, now: Timestamp) -> Result<(), BanError> {
        let _changing = self.changing.lock().await;
        let mut bans = self.without(&ban, now);
        if bans.len() >= BANS_MAX {
            return Err(BanError::TooMany);
        }
        // By it their order is known after a restart.
        if let Some(last) = bans.last().filter(|last| last.created >= ban.created) {
            ban.created = Timestamp::from_millis(last.created.as_millis() + 1);
        }
        bans.push(ban);
        self.keep(bans).await
    }

    /// Takes a ban back.
    pub(crate) async fn remove(
        &self,
        kind: BanKind,
        mask: &str,
        now: Timestamp,
    ) -> Result<(), BanError> {
        let _changing = self.changing.lock().await;
        let known = self.of_kind(kind, now);
        let known = known.into_iter().find(|ban| same(&ban.mask, mask));
        let known = known.ok_or(BanError::Unknown)?;
        self.keep(self.without(&known, now)).await
    }

    /// The list without a mask, and without what is over.
    fn without(&self, other: &Ban, now: Timestamp) -> Vec<Ban> {
        let list = self.list().all;
        let is_other = |ban: &Ban| ban.kind == other.kind && same(&ban.mask, &other.mask);
        let kept = list
            .iter()
            .filter(|ban| !ban.is_over(now) && !is_other(ban));
        kept.cloned().collect()
    }

    async fn keep(&self, bans: Vec<Ban>) -> Result<(), BanError> {
        let bans: Arc<[Ban]> = bans.into();
        let kept = self.log.keep_bans(Arc::clone(&bans)).await;
        kept.map_err(|error: LogError| {
            tracing::error!(%error, "a ban was not stored");
            BanError::NotStored
        })?;
        *self.list.lock().unwrap_or_else(PoisonError::into_inner) = List::new(bans);
        Ok(())
    }

    fn list(&self) -> List {
        self.list
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn same(one: &str, other: &str) -> bool {
    salon_protocol::eq_folded(one, other)
}

/// When a ban that begins now is over.
pub(crate) fn expiry(now: Timestamp, duration: Option<Duration>) -> Option<Timestamp> {
    let millis = u64::try_from(duration?.as_millis()).unwrap_or(u64::MAX);
    Some(Timestamp::from_millis(
        now.as_millis().saturating_add(millis),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::MemoryLog;
    use crate::tests::{FickleLog, person};

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn ban(kind: BanKind, mask: &str, expires: Option<u64>) -> Ban {
        Ban {
            kind,
            mask: Ban::mask(kind, mask).expect("a mask"),
            reason: "enough".to_owned(),
            setter: "root".to_owned(),
            created: at(0),
            expires: expires.map(at),
        }
    }

    #[test]
    fn masks_are_made_whole_and_what_is_none_is_refused() {
        let whole = |kind, text| Ban::mask(kind, text);
        let mask = |text| whole(BanKind::Mask, text);
        assert_eq!(mask("bob").as_deref(), Some("bob!*@*"));
        assert_eq!(mask("*@192.0.2.*").as_deref(), Some("*!*@192.0.2.*"));
        assert_eq!(mask("~a:bob").as_deref(), Some("~a:bob"));
        let long = "x".repeat(201);
        for none in ["", "a b", ":x", "~a:", "~q:bob", &long] {
            assert_eq!(mask(none), None, "{none}");
        }
        let range = |text| whole(BanKind::Address, text);
        assert_eq!(range("192.0.2.7").as_deref(), Some("192.0.2.7/32"));
        assert_eq!(range("2001:db8::/32").as_deref(), Some("2001:db8::/32"));
        assert_eq!(range("bob"), None);
    }

    #[test]
    fn a_ban_is_about_a_mask_an_account_or_an_address() {
        let bob = person(1, "bob").identity;
        let known = bob.with_account("Robert");
        assert!(ban(BanKind::Mask, "BOB", None).is_about(&bob));
        assert!(!ban(BanKind::Mask, "~a:robert", None).is_about(&bob));
        assert!(ban(BanKind::Mask, "~a:robert", None).is_about(&known));
        let range = ban(BanKind::Address, "192.0.2.0/24", None);
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert!(range.is_about_address(address("192.0.2.9")));
        assert!(range.is_about_address(address("::ffff:192.0.2.9")));
        assert!(!range.is_about_address(address("192.0.3.9")) && !range.is_about(&bob));
    }

    #[tokio::test]
    async fn a_ban_holds_until_it_is_over_or_taken_back() {
        let bans = Bans::new(Arc::new(MemoryLog::new(7, 0)), Vec::new());
        let bob = person(1, "bob").identity;
        let timed = ban(BanKind::Mask, "bob", Some(1_000));
        bans.add(timed, at(0)).await.expect("kept");
        assert!(bans.against(&bob, at(999)).is_some());
        assert!(bans.against(&bob, at(1_000)).is_none());
        // The same mask again, for good.
        let forever = ban(BanKind::Mask, "BOB!*@*", None);
        bans.add(forever, at(500)).await.expect("kept");
        assert_eq!(bans.of_kind(BanKind::Mask, at(500)).len(), 1);
        assert!(bans.against(&bob, at(9_999)).is_some());
        let wrong = bans.remove(BanKind::Address, "bob!*@*", at(600)).await;
        assert_eq!(wrong, Err(BanError::Unknown));
        let removed = bans.remove(BanKind::Mask, "Bob!*@*", at(600)).await;
        assert_eq!(removed, Ok(()));
        assert!(bans.against(&bob, at(600)).is_none());
    }

    #[tokio::test]
    async fn bans_of_one_moment_keep_their_order() {
        let bans = Bans::new(Arc::new(MemoryLog::new(7, 0)), Vec::new());
        for mask in ["zoe", "ann", "bob"] {
            let added = bans.add(ban(BanKind::Mask, mask, None), at(5)).await;
            added.expect("kept");
        }
        let kept = bans.of_kind(BanKind::Mask, at(5)).into_iter();
        let kept: Vec<_> = kept
            .map(|ban| (ban.mask, ban.created.as_millis()))
            .collect();
        let expected = [("zoe!*@*", 0), ("ann!*@*", 1), ("bob!*@*", 2)];
        assert_eq!(kept, expected.map(|(mask, time)| (mask.to_owned(), time)));
    }

    #[tokio::test]
    async fn a_ban_of_addresses_holds_until_it_is_over_or_taken_back() {
        let mask = ban(BanKind::Mask, "bob", None);
        let wide = ban(BanKind::Address, "192.0.2.0/24", Some(1_000));
        let bans = Bans::new(Arc::new(MemoryLog::new(7, 0)), vec![mask, wide]);
        let narrow = ban(BanKind::Address, "192.0.2.9", None);
        bans.add(narrow, at(0)).await.expect("kept");
        let against = |text: &str, millis| {
            let address = text.parse().expect("an address");
            let found = bans.against_address(address, at(millis));
            found.map(|ban| ban.mask)
        };
        let wide = Some("192.0.2.0/24".to_owned());
        assert_eq!(
            (against("192.0.2.1", 999), against("192.0.3.1", 999)),
            (wide.clone(), None)
        );
        assert_eq!(
            (against("192.0.2.9", 999), against("192.0.2.1", 1_000)),
            (wide, None)
        );
        let narrow = "192.0.2.9/32";
        assert_eq!(against("192.0.2.9", 1_000).as_deref(), Some(narrow));
        let removed = bans.remove(BanKind::Address, narrow, at(1_000)).await;
        assert_eq!((removed, against("192.0.2.9", 1_000)), (Ok(()), None));
    }

    #[tokio::test]
    async fn there_are_as_many_as_there_may_be_and_what_is_over_makes_room() {
        let full = (0..BANS_MAX)
            .map(|number| ban(BanKind::Mask, &format!("n{number}"), Some(1_000)))
            .collect();
        let bans = Bans::new(Arc::new(MemoryLog::new(7, 0)), full);
        let more = || ban(BanKind::Mask, "more", None);
        assert_eq!(bans.add(more(), at(999)).await, Err(BanError::TooMany));
        assert_eq!(bans.add(more(), at(1_000)).await, Ok(()));
    }

    #[tokio::test]
    async fn a_ban_that_is_not_stored_does_not_hold() {
        let log = FickleLog::new();
        log.refuse(true);
        let bans = Bans::new(log, Vec::new());
        let refused = bans.add(ban(BanKind::Mask, "bob", None), at(0)).await;
        assert_eq!(refused, Err(BanError::NotStored));
        assert_eq!(bans.of_kind(BanKind::Mask, at(0)), []);
    }
}
