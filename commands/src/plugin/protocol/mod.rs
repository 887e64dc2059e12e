//! What a resident plug-in and its host say to each other: JSON-RPC 2.0, one object a line, UTF-8, over the plug-in's standard
//! input and output. docs/plugins.md has every message; the types here are the same in Rust.
//!
//! The protocol has an integer version of its own, and a host speaks the newest and the one before it. Fields that a side
//! doesn't know are ignored; methods that it doesn't know are answered with [`RpcError::METHOD_NOT_FOUND`].

mod frame;
mod from_host;
mod from_plugin;
mod hook;

pub use frame::{Frame, FrameError, RpcError, request};
pub(crate) use frame::{answer, notification, refusal};
pub use from_host::{
    Cancel, ClientInfo, CommandHook, Complete, Happening, Initialize, MessageHook, MessageKind,
    Run, TimerFire,
};
pub use from_plugin::{
    Candidate, Candidates, HookAction, HookAnswer, Initialized, Log, Notify, Prompt, Ran, Send,
    Show, StateGet, StateSet, Texts, TimerSet,
};
pub use hook::HookSpec;

pub use crate::registry::HookPoint;

/// The newest version of the protocol.
pub const VERSION: u32 = 1;

/// The oldest version that is still spoken: the one before the newest, once there is one.
pub const VERSION_OLDEST: u32 = oldest(VERSION);

/// The longest line that either side may send, its line break included.
pub const LINE_BYTES_MAX: usize = 64 * 1024;

/// The one before, but there was none before the first.
const fn oldest(newest: u32) -> u32 {
    if newest > 1 { newest - 1 } else { 1 }
}

/// Whether this version is spoken.
pub(crate) fn is_spoken(version: u32) -> bool {
    (VERSION_OLDEST..=VERSION).contains(&version)
}

/// The versions that are spoken, in words.
pub(crate) fn spoken() -> String {
    if VERSION_OLDEST == VERSION {
        VERSION.to_string()
    } else {
        format!("{VERSION_OLDEST} or {VERSION}")
    }
}

#[cfg(test)]
mod tests;
