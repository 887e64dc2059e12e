//! `salon send`, `tail`, `search` and `export`: the real program against the real hub, and against a
//! server of the test that can less.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

mod export;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../script/hub.rs"]
mod hub;
mod json;
mod lacking;
mod modes;
mod packaging;
mod real;
mod relay;
#[path = "../script/salon.rs"]
mod salon;
#[path = "../support/schema.rs"]
mod schema;
mod search;
mod send;
mod settings;
mod tail;
