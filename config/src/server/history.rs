//! `[history]`: what the hub keeps of its rooms, and how safely.

use std::num::NonZeroU32;

use serde::Deserialize;

use crate::limit;

/// The section `[history]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "the section `[history]`")]
#[non_exhaustive]
pub struct HistorySettings {
    /// The events that are kept of each room; 0 keeps all. Default: 1,000,000.
    #[serde(deserialize_with = "limit::deserialize")]
    pub retain: Option<NonZeroU32>,
    /// The days that an event is kept; 0 keeps it for ever. Default: 0.
    #[serde(deserialize_with = "limit::deserialize")]
    pub retain_days: Option<NonZeroU32>,
    /// How many of a room's last messages one who joins it is sent, unless the client asks for history by itself
    /// (`draft/chathistory`) or is a bot (user mode `B`); at most 1,000. Default: 0, none.
    #[serde(deserialize_with = "limit::at_most::<1000, _>")]
    pub replay_on_join: Option<NonZeroU32>,
    /// What an acknowledged message survives. Default: `"process"`.
    pub durability: Durability,
}

/// What an acknowledged message survives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// `"process"`: the end of the hub's process, `kill -9` included.
    #[default]
    Process,
    /// `"power"`: a loss of power too. It costs a flush of the disk for each group of messages.
    Power,
}

impl Default for HistorySettings {
    fn default() -> Self {
        Self {
            retain: NonZeroU32::new(1_000_000),
            retain_days: None,
            replay_on_join: None,
            durability: Durability::default(),
        }
    }
}
