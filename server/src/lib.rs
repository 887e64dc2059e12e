//! The hub of Salon: an IRC server of one process that keeps what it has acknowledged.
//!
//! ```text
//! TCP ─▶ connection: line ─▶ verb table ─▶ room (one task each, owns its order)
//!       room ─▶ log: committed ─▶ ring ─▶ every member's connection ─▶ TCP
//! ```
//!
//! [`Server::bind`] opens the listeners, [`Server::run`] serves until it is told to stop. [`upkeep`] looks after the data
//! folder. Everything else is private: `salond` is this with a command line, and `salon host` runs it in the client's process.

mod account;
mod always_on;
mod ban;
mod clock;
mod connection;
mod control;
mod directory;
mod encode;
mod event;
#[doc(hidden)]
pub mod fuzzed;
mod hub;
mod identity;
mod inbox;
mod isupport;
mod listeners;
mod log;
#[doc(hidden)]
pub mod measured;
mod metadata;
mod metrics;
mod network;
pub mod password;
mod post;
mod presence;
mod reply;
mod room;
mod run;
mod server;
mod service;
#[cfg(test)]
mod tests;
pub mod tls;
mod turns;
mod user;
mod verb;

pub use control::Control;
pub use listeners::Handed;
pub use log::sqlite::{OpenError, upkeep};
pub use server::{Server, ServerError};
