//! The field of the campaign: the hub as a process, clients, chance, and the scenarios that bring them together.
//!
//! The tests run each scenario small; `examples/campaign.rs` runs them at any size and prints what it saw. Everything
//! stays on the loopback and in a temporary folder, and whatever is waited for is waited for with a bound.

pub(crate) mod burst;
mod client;
pub(crate) mod crash;
pub(crate) mod disk;
pub(crate) mod folder;
mod hub;
mod ledger;
pub(crate) mod random;
pub(crate) mod rate;
pub(crate) mod residents;
pub(crate) mod rooms;
pub(crate) mod rough;

use std::time::Duration;

/// How long anything may take before the campaign has failed.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
