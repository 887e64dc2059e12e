//! Plug-ins, harmless and hostile, in the real program against a server of the test: what the user sees, what the hub gets.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, which is what it is for"
)]

mod confined;
mod grants;
mod hooks;
mod hostile;
#[path = "../script/hub.rs"]
mod hub;
mod real;
mod rig;
