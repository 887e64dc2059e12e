//! `[websocket]`: listeners for clients in a browser.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use serde::Deserialize;

use super::host::{host_of, is_own_host};
use crate::address::ListenAddress;
use crate::address_range::AddressRange;
use crate::list;
use crate::text::deserialize_from_text;

/// The section `[websocket]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "the section `[websocket]`")]
#[non_exhaustive]
pub struct WebSocketSettings {
    /// Where the hub accepts browsers; a list, or one address. Required.
    #[serde(deserialize_with = "list::one_or_many")]
    pub listen: Vec<ListenAddress>,
    /// Whether these listeners speak TLS, with the certificate of `[tls]`. Default: false.
    #[serde(default)]
    pub tls: bool,
    /// The sites whose pages may connect, besides those of the hub's own host; `"*"` is every site. Default: none.
    #[serde(default, deserialize_with = "list::one_or_many")]
    pub origins: Vec<WebOrigin>,
    /// The addresses of reverse proxies. A connection from one of them is taken for one from the address that it tells in
    /// `X-Forwarded-For`. Default: none, so that nobody can claim to be somewhere else.
    #[serde(default, deserialize_with = "list::one_or_many")]
    pub trusted_proxies: Vec<AddressRange>,
}

impl WebSocketSettings {
    /// Whether `address` is that of a reverse proxy.
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.trusted_proxies
            .iter()
            .any(|range| range.contains(address))
    }

    /// Whom a peer speaks for that sent `forwarded` in `X-Forwarded-For`; nothing where it is no proxy, or tells nothing that
    /// can be trusted. Each proxy adds the address that it was called from at the end, so the last one that is none of the
    /// proxies counts: what is before it was written by that client.
    pub fn client_behind(&self, peer: IpAddr, forwarded: &str) -> Option<IpAddr> {
        if !self.is_proxy(peer) {
            return None;
        }
        for hop in forwarded.rsplit(',') {
            let hop = hop.trim();
            let address = hop
                .parse::<IpAddr>()
                .or_else(|_| hop.parse::<SocketAddr>().map(|whole| whole.ip()))
                .ok()?;
            if !self.is_proxy(address) {
                return Some(address.to_canonical());
            }
        }
        None
    }

    /// Whether a page of `origin`, as a browser names it, may connect to the hub under the name `host`, as the request has it.
    /// A browser lets every page connect to every address that its user can reach, a hub on loopback included, so that
    /// pages of strangers have to be kept out here. A page of the same host is none, where the host is an address, `localhost`
    /// or `own_name`, that of the hub: any other name is its owner's, who can let it lead to any address.
    pub fn admits(&self, origin: &str, host: Option<&str>, own_name: &str) -> bool {
        let same_host = host.map(host_of).is_some_and(|host| {
            let asked = origin.split_once("://").map(|(_, place)| host_of(place));
            asked.is_some_and(|asked| asked.eq_ignore_ascii_case(host))
                && is_own_host(host, own_name)
        });
        same_host
            || self
                .origins
                .iter()
                .any(|known| known.0 == "*" || known.0.eq_ignore_ascii_case(origin))
    }
}

/// A site as browsers name it in `Origin`: `https://chat.example`, with a port where it is not the usual one; or `*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebOrigin(String);

/// Why a text is not the origin of a site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' is not the origin of a site; expected SCHEME://HOST or SCHEME://HOST:PORT such as \"https://chat.example\", or \"*\""
)]
#[non_exhaustive]
pub struct WebOriginError {
    text: String,
}

impl FromStr for WebOrigin {
    type Err = WebOriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_place = |place: &str| {
            !place.is_empty()
                && !place.contains(['/', '?', '#', '@'])
                && !place.contains(char::is_whitespace)
        };
        let is_site = text.split_once("://").is_some_and(|(scheme, place)| {
            !scheme.is_empty()
                && scheme
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
                && is_place(place)
        });
        if is_site || text == "*" {
            Ok(Self(text.to_owned()))
        } else {
            Err(WebOriginError {
                text: text.to_owned(),
            })
        }
    }
}

deserialize_from_text!(WebOrigin);

impl fmt::Display for WebOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{WebOrigin, WebSocketSettings};

    #[track_caller]
    fn check(origins: &[&str], origin: &str, host: &str, expected: bool) {
        let settings = WebSocketSettings {
            listen: Vec::new(),
            tls: false,
            origins: origins
                .iter()
                .map(|origin| origin.parse().expect("an origin"))
                .collect(),
            trusted_proxies: Vec::new(),
        };
        assert_eq!(
            settings.admits(origin, Some(host), "chat.example"),
            expected,
            "{origin} at {host}"
        );
    }

    #[test]
    fn pages_of_the_same_host_are_let_in_whatever_their_port() {
        check(&[], "https://chat.example", "chat.example:8080", true);
        check(&[], "http://Chat.Example:3000", "chat.example", true);
        check(&[], "http://[::1]:3000", "[::1]:8080", true);
        check(&[], "https://evil.example", "chat.example", false);
        check(&[], "https://chat.example.evil", "chat.example", false);
        check(&[], "http://localhost:3000", "LOCALHOST:8080", true);
        check(&[], "http://127.0.0.1:3000", "127.0.0.1:8080", true);
        // By a name that its owner has made lead to the hub.
        check(&[], "http://evil.example:8080", "evil.example:8080", false);
        check(&["http://a.example"], "http://a.example", "a.example", true);
        check(&[], "null", "null", false);
    }

    #[test]
    fn pages_of_other_hosts_have_to_be_listed() {
        let listed = ["https://web.example", "http://localhost:3000"];
        check(&listed, "https://WEB.example", "chat.example", true);
        check(&listed, "http://localhost:3000", "chat.example", true);
        check(&listed, "http://web.example", "chat.example", false);
        check(&listed, "http://localhost:3001", "chat.example", false);
        check(&["*"], "null", "chat.example", true);
    }

    #[track_caller]
    fn check_forwarded(peer: &str, forwarded: &str, expected: Option<&str>) {
        let settings = WebSocketSettings {
            listen: Vec::new(),
            tls: false,
            origins: Vec::new(),
            trusted_proxies: ["127.0.0.1", "10.0.0.0/8"]
                .map(|range| range.parse().expect("a range"))
                .into(),
        };
        let peer = peer.parse().expect("an address");
        let expected = expected.map(|address| address.parse().expect("an address"));
        assert_eq!(
            settings.client_behind(peer, forwarded),
            expected,
            "{forwarded}"
        );
    }

    #[test]
    fn proxies_tell_for_whom_they_speak_and_others_do_not() {
        check_forwarded("127.0.0.1", "192.0.2.7", Some("192.0.2.7"));
        check_forwarded(
            "127.0.0.1",
            "1.1.1.1, 192.0.2.7, 10.2.3.4",
            Some("192.0.2.7"),
        );
        check_forwarded("::ffff:127.0.0.1", "2001:db8::1", Some("2001:db8::1"));
        check_forwarded("127.0.0.1", "192.0.2.7:4321", Some("192.0.2.7"));
        check_forwarded("127.0.0.1", "[2001:db8::1]:4321", Some("2001:db8::1"));
        check_forwarded("192.0.2.1", "192.0.2.7", None);
        check_forwarded("127.0.0.1", "192.0.2.7, unknown", None);
        check_forwarded("127.0.0.1", "10.0.0.1", None);
        check_forwarded("127.0.0.1", "", None);
    }

    #[test]
    fn origins_are_a_scheme_and_a_host() {
        for text in [
            "",
            "chat.example",
            "https://",
            "https://a/",
            "https://a b",
            "://a",
            "https://u@a",
        ] {
            assert!(text.parse::<WebOrigin>().is_err(), "{text:?}");
        }
    }
}
