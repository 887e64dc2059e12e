//! Plug-ins, as far as they can be told without a process: what a plug-in says about itself, what it
//! may do, what is said between it and its host, and when the host loses its patience.
//!
//! There are two kinds. A *one-shot* plug-in is one executable file with a [`Head`] comment; each call
//! of its command runs it. A *resident* plug-in is a folder with a [`Manifest`]; it stays, and speaks
//! JSON-RPC 2.0 over its standard input and output ([`protocol`]). A [`Machine`] is the host's side of
//! one resident plug-in as values in and values out, with the time handed in, so that deadlines,
//! misses, crashes and floods are tested without waiting for them. [`sdk`] is the other side, for
//! plug-ins written in Rust.
//!
//! Nothing here starts a process, reads a clock or touches a file; that is the host's.

pub mod protocol;
pub mod sdk;

mod head;
mod machine;
mod manifest;
mod name;
mod permission;

pub use head::{Head, HeadError, Sends};
pub use machine::{
    Budget, Call, Deadlines, Failure, Figures, Life, Limits, LineFault, Machine, Moment, Output,
    Profile, Said,
};
pub use manifest::{Manifest, ManifestError};
pub use name::{PluginName, PluginNameError};
pub use permission::{Files, Permissions, Reach};
