//! Where a listener listens: a host and a port.

use std::fmt;
use std::str::FromStr;

use crate::text::deserialize_from_text;

/// `HOST:PORT`, where the host is an address, an IPv6 address in brackets, or a name that the system resolves to the
/// machine's own; port 0 lets the system choose.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListenAddress {
    host: String,
    port: u16,
}

/// Why a text is not an address to listen on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' is not an address to listen on; expected HOST:PORT such as \"127.0.0.1:6000\" or \"[::]:6000\""
)]
#[non_exhaustive]
pub struct ListenAddressError {
    text: String,
}

impl ListenAddress {
    /// An address of its two parts; an IPv6 host goes without brackets.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
        }
    }

    /// The host, an IPv6 one without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port; 0 lets the system choose.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Both parts, in the form that `tokio::net::TcpListener::bind` takes.
    pub fn to_pair(&self) -> (&str, u16) {
        (&self.host, self.port)
    }
}

impl FromStr for ListenAddress {
    type Err = ListenAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        split_host_port(text)
            .and_then(|(host, port)| Some(Self::new(host, port?)))
            .ok_or_else(|| ListenAddressError {
                text: text.to_owned(),
            })
    }
}

deserialize_from_text!(ListenAddress);

impl fmt::Display for ListenAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_host_port(formatter, &self.host, self.port)
    }
}

/// Splits `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`; none when it is none of these.
pub(crate) fn split_host_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = if let Some(bracketed) = text.strip_prefix('[') {
        let (host, rest) = bracketed.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        match rest {
            "" => (host, None),
            _ => (host, Some(rest.strip_prefix(':')?)),
        }
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    let valid = !host.is_empty()
        && !host
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "/@,#".contains(c));
    let port = port.map(parse_port).transpose().ok()?;
    valid.then_some((host, port))
}

/// A port of digits alone: `u16::from_str` would take `+6000` too.
fn parse_port(text: &str) -> Result<u16, ()> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_err(|_| ())
    } else {
        Err(())
    }
}

/// Writes the form that [`split_host_port`] reads.
pub(crate) fn write_host_port(
    formatter: &mut fmt::Formatter<'_>,
    host: &str,
    port: u16,
) -> fmt::Result {
    if host.contains(':') {
        write!(formatter, "[{host}]:{port}")
    } else {
        write!(formatter, "{host}:{port}")
    }
}

#[cfg(test)]
mod tests {
    use super::ListenAddress;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, u16)>) {
        let address = text.parse::<ListenAddress>().ok();
        assert_eq!(
            address.as_ref().map(ListenAddress::to_pair),
            expected,
            "{text:?}"
        );
        if let Some(address) = address {
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn listen_addresses_are_a_host_and_a_port() {
        check("127.0.0.1:6000", Some(("127.0.0.1", 6000)));
        check("localhost:0", Some(("localhost", 0)));
        check("[::1]:6000", Some(("::1", 6000)));
    }

    #[test]
    fn listen_addresses_need_both_parts() {
        for text in [
            "",
            "6000",
            ":6000",
            "localhost",
            "localhost:",
            "localhost:66000",
            "::1:6000",
            "[::1]",
            "[x]:1",
            "a b:1",
            "a:+1",
        ] {
            check(text, None);
        }
    }
}
