//! `[limits]`: what one peer may take from the hub, and how long it may be silent.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;

use crate::address_range::AddressRange;
use crate::{duration, limit, list};

/// The section `[limits]`. `0` turns a limit off, which here is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "the section `[limits]`")]
#[non_exhaustive]
pub struct LimitSettings {
    /// Connections in all. Default: 0, so that the system's limit of open files is the bound.
    #[serde(deserialize_with = "limit::deserialize")]
    pub connections: Option<NonZeroU32>,
    /// Connections from one address. Default: 64.
    #[serde(deserialize_with = "limit::deserialize")]
    pub connections_per_address: Option<NonZeroU32>,
    /// Connections that share one nick of an account. Default: 16.
    #[serde(deserialize_with = "limit::deserialize")]
    pub connections_per_account: Option<NonZeroU32>,
    /// Lines a second, of any kind, that the hub reads from one connection; the rest waits. Default: 100.
    #[serde(deserialize_with = "limit::deserialize")]
    pub lines_per_second: Option<NonZeroU32>,
    /// Lines that a connection may send at once before `lines_per_second` holds it back. Default: 500.
    #[serde(deserialize_with = "limit::deserialize")]
    pub line_burst: Option<NonZeroU32>,
    /// Messages a second (`PRIVMSG`, `NOTICE`, `TAGMSG`) that the hub reads from one connection; the rest waits. Default: 20.
    #[serde(deserialize_with = "limit::deserialize")]
    pub messages_per_second: Option<NonZeroU32>,
    /// Messages that a connection may send at once before `messages_per_second` holds it back. Default: 100.
    #[serde(deserialize_with = "limit::deserialize")]
    pub message_burst: Option<NonZeroU32>,
    /// Rooms a second that one connection enters with `JOIN`; the rest waits. Default: 5.
    #[serde(deserialize_with = "limit::deserialize")]
    pub joins_per_second: Option<NonZeroU32>,
    /// Rooms that a connection may enter at once before `joins_per_second` holds it back. Default: 100.
    #[serde(deserialize_with = "limit::deserialize")]
    pub join_burst: Option<NonZeroU32>,
    /// Changes of nick a minute that the hub takes from one connection; the rest waits. Default: 20.
    #[serde(deserialize_with = "limit::deserialize")]
    pub nicks_per_minute: Option<NonZeroU32>,
    /// Changes of nick that a connection may make at once before `nicks_per_minute` holds it back. Default: 10.
    #[serde(deserialize_with = "limit::deserialize")]
    pub nick_burst: Option<NonZeroU32>,
    /// How long a new connection may take to register. Default: `"30s"`.
    #[serde(deserialize_with = "duration::deserialize")]
    pub registration_timeout: Option<Duration>,
    /// How long a connection may be silent before the hub sends it a `PING`. Default: `"90s"`.
    #[serde(deserialize_with = "duration::deserialize")]
    pub ping_interval: Option<Duration>,
    /// How long a connection may leave the hub's `PING` unanswered, or take in nothing of what it is sent. Default: `"60s"`.
    #[serde(deserialize_with = "duration::deserialize")]
    pub ping_timeout: Option<Duration>,
    /// The longest nick in bytes, at most 64, which is also the bound when it is off. Default: 32.
    #[serde(deserialize_with = "limit::at_most::<64, _>")]
    pub nick_length: Option<NonZeroU32>,
    /// The longest name of a room in bytes with its `#`, at most 128, which is also the bound when it is off. Default: 64.
    #[serde(deserialize_with = "limit::at_most::<128, _>")]
    pub channel_length: Option<NonZeroU32>,
    /// The longest topic in bytes, at most 390 so that it fits a line, which is also the bound when it is off. Default: 390.
    #[serde(deserialize_with = "limit::at_most::<390, _>")]
    pub topic_length: Option<NonZeroU32>,
    /// The addresses that the limits of connections and rates spare. Default: `["127.0.0.0/8", "::1"]`.
    #[serde(deserialize_with = "list::one_or_many")]
    pub exempt: Vec<AddressRange>,
}

impl LimitSettings {
    /// Whether the limits of connections and rates spare a peer at `address`.
    pub fn is_exempt(&self, address: IpAddr) -> bool {
        self.exempt.iter().any(|range| range.contains(address))
    }
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            connections: None,
            connections_per_address: NonZeroU32::new(64),
            connections_per_account: NonZeroU32::new(16),
            lines_per_second: NonZeroU32::new(100),
            line_burst: NonZeroU32::new(500),
            messages_per_second: NonZeroU32::new(20),
            message_burst: NonZeroU32::new(100),
            joins_per_second: NonZeroU32::new(5),
            join_burst: NonZeroU32::new(100),
            nicks_per_minute: NonZeroU32::new(20),
            nick_burst: NonZeroU32::new(10),
            registration_timeout: Some(Duration::from_secs(30)),
            ping_interval: Some(Duration::from_secs(90)),
            ping_timeout: Some(Duration::from_mins(1)),
            nick_length: NonZeroU32::new(32),
            channel_length: NonZeroU32::new(64),
            topic_length: NonZeroU32::new(390),
            exempt: vec![AddressRange::LOOPBACK_V4, AddressRange::LOOPBACK_V6],
        }
    }
}
