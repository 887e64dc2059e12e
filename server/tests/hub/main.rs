//! Conversations with a whole hub over TCP: what its clients are sent, line by line.
//!
//! Each test has a hub of its own on port 0 in its own runtime. Nothing waits by the clock: a client asks for a `PONG`
//! and compares all that came before it.

mod accounts;
mod always_on;
mod capabilities;
mod client;
mod endings;
mod fixture;
mod floods;
mod guests;
mod labels;
mod lines;
mod order;
mod people;
mod registration;
mod rename;
mod replay;
mod rooms;
mod scale;
mod sessions;
mod spread;
