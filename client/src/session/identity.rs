//! Who we want to be, and who the server says we are.

use super::sasl::Login;

/// The longest user name that servers commonly make of ours, with the `~` of an unverified one.
const USER_BYTES_ASSUMED: usize = 11;
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
    pub(crate) password: Option<salon_config::Secret>,
    /// How to log in on arrival, if at all.
    pub(crate) login: Option<Login>,
    /// Whether nobody listens on the way to the server: TLS, or this very machine.
    pub(crate) is_private: bool,
    /// What no login has had before, made anew for each connection.
    pub(crate) nonce: String,
    /// The rooms to join; the first becomes the current one.
    pub(crate) rooms: Vec<String>,
    /// Whether history is wanted with all that happened, and not only what was said.
    pub(crate) wants_all_events: bool,
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
    /// taken to be as long as it can be.
    pub(super) fn prefix_bytes(&self) -> usize {
        let user = self.user.as_ref().map_or(USER_BYTES_ASSUMED, String::len);
        let host = self.host.as_ref().map_or(HOST_BYTES_ASSUMED, String::len);
        self.nick.len() + "!".len() + user + "@".len() + host
    }
}
