//! How often somebody may be wrong. Values in, values out: the time is handed in.
//!
//! An address or an account has a number of attempts, of which it gets one back after a while. Attempts count from
//! their beginning, so that many at once are not free. What is kept is bounded: at the bound, whoever is nearest to
//! being forgiven is.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use tokio::time::Instant;

use crate::network::network;

/// How many addresses and accounts are remembered.
const KEYS_MAX: usize = 10_000;

/// How many attempts there are, and after how long one comes back.
struct Rate {
    attempts: u32,
    each: Duration,
}

/// Failures from one address, to whatever account.
const BY_ADDRESS: Rate = Rate {
    attempts: 10,
    each: Duration::from_mins(1),
};

/// Failures at one account, from wherever. More, since others could lock its owner out with them.
const BY_ACCOUNT: Rate = Rate {
    attempts: 30,
    each: Duration::from_secs(20),
};

/// Accounts made from one address.
const REGISTRATIONS: Rate = Rate {
    attempts: 5,
    each: Duration::from_mins(10),
};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Address(IpAddr),
    Account(String),
    Registrations(IpAddr),
}

impl Key {
    fn rate(&self) -> &'static Rate {
        match self {
            Self::Address(_) => &BY_ADDRESS,
            Self::Account(_) => &BY_ACCOUNT,
            Self::Registrations(_) => &REGISTRATIONS,
        }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Lockout {
    /// When all is forgiven.
    forgiven: HashMap<Key, Instant>,
}

impl Lockout {
    /// Counts an attempt to log in; says whether it may be made. One that may not is not counted.
    pub(super) fn attempt(&mut self, address: IpAddr, account: &str, now: Instant) -> bool {
        let keys = keys(address, account);
        let free = keys.iter().all(|key| self.has_one_left(key, now));
        if free {
            for key in keys {
                self.count(key, now);
            }
        }
        free
    }

    /// Takes an attempt back that succeeded.
    pub(super) fn forgive(&mut self, address: IpAddr, account: &str) {
        for key in keys(address, account) {
            if let Some(forgiven) = self.forgiven.get_mut(&key) {
                *forgiven = forgiven.checked_sub(key.rate().each).unwrap_or(*forgiven);
            }
        }
    }

    /// Counts the making of an account; says whether it may be made.
    pub(super) fn registration(&mut self, address: IpAddr, now: Instant) -> bool {
        let key = Key::Registrations(network(address));
        let free = self.has_one_left(&key, now);
        if free {
            self.count(key, now);
        }
        free
    }

    fn has_one_left(&self, key: &Key, now: Instant) -> bool {
        let rate = key.rate();
        let full = rate.each * (rate.attempts - 1);
        self.forgiven
            .get(key)
            .is_none_or(|forgiven| forgiven.saturating_duration_since(now) <= full)
    }

    fn count(&mut self, key: Key, now: Instant) {
        if self.forgiven.len() >= KEYS_MAX && !self.forgiven.contains_key(&key) {
            self.forgiven.retain(|_, forgiven| *forgiven > now);
            let nearest = self.forgiven.iter().min_by_key(|(_, forgiven)| **forgiven);
            let nearest = nearest.map(|(key, _)| key.clone());
            if let (true, Some(nearest)) = (self.forgiven.len() >= KEYS_MAX, nearest) {
                self.forgiven.remove(&nearest);
            }
        }
        let each = key.rate().each;
        let forgiven = self.forgiven.entry(key).or_insert(now);
        *forgiven = (*forgiven).max(now) + each;
    }
}

fn keys(address: IpAddr, account: &str) -> [Key; 2] {
    [
        Key::Address(network(address)),
        Key::Account(salon_protocol::fold(account)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_is_locked_out_and_gets_attempts_back() {
        let mut lockout = Lockout::default();
        let (now, peer) = (Instant::now(), address("192.0.2.1"));
        for name in 0..10 {
            assert!(lockout.attempt(peer, &name.to_string(), now));
        }
        assert!(!lockout.attempt(peer, "x", now));
        assert!(lockout.attempt(address("192.0.2.2"), "x", now));
        assert!(lockout.attempt(peer, "x", now + BY_ADDRESS.each));
        assert!(!lockout.attempt(peer, "x", now + BY_ADDRESS.each));
    }

    #[test]
    fn an_account_is_locked_whoever_asks_and_whatever_the_case() {
        let mut lockout = Lockout::default();
        let now = Instant::now();
        for host in 0..30 {
            assert!(lockout.attempt(address(&format!("192.0.2.{host}")), "Alice", now));
        }
        assert!(!lockout.attempt(address("192.0.2.99"), "alice", now));
        assert!(lockout.attempt(address("192.0.2.99"), "bob", now));
    }

    #[test]
    fn success_costs_nothing() {
        let mut lockout = Lockout::default();
        let (now, peer) = (Instant::now(), address("192.0.2.1"));
        for _ in 0..100 {
            assert!(lockout.attempt(peer, "alice", now));
            lockout.forgive(peer, "alice");
        }
    }

    #[test]
    fn an_ipv6_network_is_one_person() {
        let mut lockout = Lockout::default();
        let now = Instant::now();
        for host in 1..=5 {
            assert!(lockout.registration(address(&format!("2001:db8::{host}")), now));
        }
        assert!(!lockout.registration(address("2001:db8::ffff"), now));
        assert!(lockout.registration(address("2001:db8:0:1::1"), now));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut lockout = Lockout::default();
        let now = Instant::now();
        for number in 0..6_000_u32 {
            let peer = IpAddr::from(number.to_be_bytes());
            lockout.attempt(peer, &number.to_string(), now);
        }
        assert_eq!(lockout.forgiven.len(), KEYS_MAX);
    }
}
