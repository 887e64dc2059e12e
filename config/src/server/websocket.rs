//! `[websocket]`: listeners for clients in a browser.

use serde::Deserialize;

use crate::address::ListenAddress;
use crate::list;

/// The section `[websocket]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "the section `[websocket]`")]
#[non_exhaustive]
pub struct WebSocketSettings {
    /// Where the hub accepts browsers; a list, or one address. Required.
    #[serde(deserialize_with = "list::one_or_many")]
    pub listen: Vec<ListenAddress>,
}
