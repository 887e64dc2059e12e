//! The real program on a pipe, against a server of the test.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, which is what it is for"
)]

mod boundaries;
mod host;
mod hub;
mod login;
mod promises;
mod salon;
mod start;
mod streams;
mod sts;
mod tls;
