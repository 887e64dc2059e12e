//! A conversation: the session and its link, driven together.

use thiserror::Error;

/// Why a conversation could not begin. The text says how to go on.
#[derive(Debug, Error)]
pub(crate) enum OpenError {}
