//! The host that a request of HTTP names: a browser lets the page of any name ask whatever address its owner lets it lead to.

use std::net::IpAddr;

/// Whether `host`, `HOST` or `HOST:PORT`, can mean nobody but a hub of the name `own_name`: an address and `localhost` lead
/// where they say, and any other name where its owner wants.
pub fn is_own_host(host: &str, own_name: &str) -> bool {
    let host = host_of(host);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().is_ok()
        || host.eq_ignore_ascii_case("localhost")
        || host.eq_ignore_ascii_case(own_name)
}

/// The host of `HOST` or `HOST:PORT`.
pub(super) fn host_of(place: &str) -> &str {
    let end = match place.rfind(']') {
        Some(bracket) => bracket + 1,
        None => place.find(':').unwrap_or(place.len()),
    };
    place.get(..end).unwrap_or(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, expected: bool) {
        assert_eq!(is_own_host(host, "chat.example"), expected, "{host}");
    }

    #[test]
    fn addresses_and_the_own_name_are_the_hubs() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:80",
            "[::1]:80",
            "LOCALHOST:80",
            "Chat.Example",
        ] {
            check(host, true);
        }
        for host in [
            "",
            "evil.example:80",
            "chat.example.evil",
            "127.0.0.1.evil:80",
        ] {
            check(host, false);
        }
    }
}
