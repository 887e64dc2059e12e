//! Who we want to be, and who the server says we are.

use salon_config::{KeyedRoom, Secret};
use salon_protocol::Message;

use super::sasl::Login;
use super::server::Server;

/// The longest user name that servers commonly make of ours, without the `~` of an unverified one.
const USER_BYTES_ASSUMED: usize = 10;
/// The longest host name that servers commonly show.
const HOST_BYTES_ASSUMED: usize = 63;

/// Who registers, and which rooms they want.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identity {
    /// The nick wanted; a variation is taken when it is in use.
    pub(crate) nick: String,
    /// The user name.
    pub(crate) user: String,
    /// The name for people.
    pub(crate) realname: String,
    /// The password of the server.
    pub(crate) password: Option<Secret>,
    /// How to log in on arrival, if at all.
    pub(crate) login: Option<Login>,
    /// Whether nobody listens on the way to the server: TLS, or this very machine.
    pub(crate) is_private: bool,
    /// What no connection has had before.
    pub(crate) nonce: String,
    /// The rooms to join; the first becomes the current one.
    pub(crate) rooms: Vec<RoomToJoin>,
    /// Whether history is wanted with all that happened, and not only what was said.
    pub(crate) wants_all_events: bool,
}

/// A room to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoomToJoin {
    /// Its name, as this server has them.
    pub(crate) name: String,
    /// What opens it, where that is known.
    pub(crate) key: Option<Secret>,
}

impl RoomToJoin {
    /// A room without a key.
    pub(crate) fn open(name: impl Into<String>) -> Self {
        let (name, key) = (name.into(), None);
        Self { name, key }
    }

    /// The line that joins it.
    pub(super) fn line(&self) -> Message<'static> {
        let message = Message::new("JOIN").with_param(self.name.clone());
        match &self.key {
            Some(key) => message.with_param(key.expose().to_owned()),
            None => message,
        }
    }
}

impl From<&KeyedRoom> for RoomToJoin {
    fn from(room: &KeyedRoom) -> Self {
        Self {
            name: room.as_str().to_owned(),
            key: room.key.clone(),
        }
    }
}

/// What the server calls us.
#[derive(Debug, Default)]
pub(super) struct Me {
    /// Our nick.
    pub(super) nick: String,
    /// Our user name, once seen.
    pub(super) user: Option<String>,
    /// Our host name, once seen.
    pub(super) host: Option<String>,
    /// The account that we are logged in to.
    pub(super) account: Option<String>,
}

impl Me {
    /// Nothing is known but the nick that we want.
    pub(super) fn new(nick: &str) -> Self {
        Self {
            nick: nick.to_owned(),
            user: None,
            host: None,
            account: None,
        }
    }

    /// How long `nick!user@host` is in the lines that the others receive; what is not known is
    /// taken to be as long as it can be, which the server may tell (`USERLEN`, `HOSTLEN`).
    pub(super) fn prefix_bytes(&self, server: &Server) -> usize {
        let longest = |key, assumed| server.limit(key).unwrap_or(assumed);
        let user = self.user.as_ref().map(String::len);
        let user = user.unwrap_or_else(|| "~".len() + longest("USERLEN", USER_BYTES_ASSUMED));
        let host = self.host.as_ref().map(String::len);
        let host = host.unwrap_or_else(|| longest("HOSTLEN", HOST_BYTES_ASSUMED));
        self.nick.len() + "!".len() + user + "@".len() + host
    }
}
