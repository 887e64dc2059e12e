//! What a connection says of itself until it is registered. There is room for it so long alone: a connection that waits
//! for what others say is to be small.

use std::sync::Arc;

use salon_protocol::Nick;

use super::client::Client;
use crate::account::Account;
use crate::metadata::Metadata;

static NOTHING: Introduction = Introduction {
    nick: None,
    wanted: None,
    user: None,
    password: None,
    away: None,
    account: None,
    metadata: Metadata::EMPTY,
    negotiating: false,
};

/// What a connection has said of itself before it is registered.
#[derive(Debug, Default)]
pub(crate) struct Introduction {
    pub(crate) nick: Option<Nick>,
    /// The nick that was asked for last, whether or not it could be had.
    pub(crate) wanted: Option<Nick>,
    /// User name and real name.
    pub(crate) user: Option<(String, String)>,
    pub(crate) password: Option<String>,
    /// Why the client is away from the start (`draft/pre-away`).
    pub(crate) away: Option<String>,
    /// The account that the connection has logged in to, as it was then.
    pub(crate) account: Option<Arc<Account>>,
    /// What the client says of itself with `METADATA`.
    pub(crate) metadata: Metadata,
    /// `CAP LS` or `CAP REQ` was sent, and `CAP END` was not.
    pub(crate) negotiating: bool,
}

impl Client {
    /// What the client has said of itself so far; nothing, once it is registered.
    pub(crate) fn introduction(&self) -> &Introduction {
        self.introduction.as_deref().unwrap_or(&NOTHING)
    }

    /// The same, for more to be added.
    pub(crate) fn introduce(&mut self) -> &mut Introduction {
        self.introduction.get_or_insert_default()
    }
}
