//! Where a client connects: `host[:port]`, `irc://host[:port][/room,...]`, `ircs://host[:port][/room,...]`.

use std::fmt;
use std::str::FromStr;

use crate::address::{split_host_port, write_host_port};
use crate::name::Room;
use crate::text::deserialize_from_text;

/// The host of the address that both programs use when they are told none.
pub const DEFAULT_HOST: &str = "127.0.0.1";
/// The port of the address that both programs use when they are told none.
pub const DEFAULT_PORT: u16 = 6000;
/// The port of `ircs://` when it names none, as registered for IRC over TLS.
pub const DEFAULT_TLS_PORT: u16 = 6697;

/// What carries the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// TCP as it is.
    Plain,
    /// TLS over TCP.
    Tls,
}

/// A hub to connect to, and rooms to join there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServerUrl {
    /// What carries the conversation.
    pub transport: Transport,
    /// A name or an address, an IPv6 one without its brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The rooms that the URL names.
    pub rooms: Vec<Room>,
}

/// Why a text does not name a hub.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerUrlError {
    /// It begins like a URL of another kind.
    #[error("'{text}' is a URL of another kind; expected `irc://` or `ircs://`")]
    Scheme {
        /// The text.
        text: String,
    },
    /// Its host or port is amiss.
    #[error(
        "'{text}' does not name a hub; expected HOST[:PORT], irc://HOST[:PORT][/ROOM,...] or ircs://HOST[:PORT][/ROOM,...]"
    )]
    Host {
        /// The text.
        text: String,
    },
    /// It carries a user or a password, which would stay in the shell's history and the process list.
    #[error(
        "'{text}' holds a user; expected the nick as `--nick` and a password in the settings file"
    )]
    User {
        /// The text up to the user.
        text: String,
    },
    /// A room in it has an impossible name.
    #[error("{source} (in the address of the hub)")]
    Room {
        /// What is wrong with the room.
        source: crate::NameError,
    },
}

impl Default for ServerUrl {
    /// `127.0.0.1:6000`, where `salond` listens when it is told nothing.
    fn default() -> Self {
        Self {
            transport: Transport::Plain,
            host: DEFAULT_HOST.to_owned(),
            port: DEFAULT_PORT,
            rooms: Vec::new(),
        }
    }
}

impl ServerUrl {
    /// Whether settings that name this hub are not for one at `host`. The default names none, and they are for any.
    pub fn excludes(&self, host: &str) -> bool {
        *self != Self::default() && self.host != host
    }

    /// `HOST:PORT`, for messages.
    pub fn address(&self) -> String {
        crate::ListenAddress::new(&*self.host, self.port).to_string()
    }
}

impl FromStr for ServerUrl {
    type Err = ServerUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (transport, rest) = split_scheme(text)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            let scheme_end = text.find("://").map_or(0, |at| at + 3);
            return Err(ServerUrlError::User {
                text: format!("{}...", text.get(..scheme_end).unwrap_or_default()),
            });
        }
        let (host, port) = split_host_port(authority).ok_or_else(|| ServerUrlError::Host {
            text: text.to_owned(),
        })?;
        let port = port.unwrap_or(match transport {
            Transport::Plain => DEFAULT_PORT,
            Transport::Tls => DEFAULT_TLS_PORT,
        });
        if port == 0 {
            return Err(ServerUrlError::Host {
                text: text.to_owned(),
            });
        }
        Ok(Self {
            transport,
            host: host.to_owned(),
            port,
            rooms: parse_rooms(path)?,
        })
    }
}

fn split_scheme(text: &str) -> Result<(Transport, &str), ServerUrlError> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Ok((Transport::Plain, text));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "irc" => Ok((Transport::Plain, rest)),
        "ircs" => Ok((Transport::Tls, rest)),
        _ => Err(ServerUrlError::Scheme {
            text: text.to_owned(),
        }),
    }
}

/// The rooms of the URL's path. A room without its `#` gets it, as the `irc` URL has it from the start; `%23` is `#`.
fn parse_rooms(path: &str) -> Result<Vec<Room>, ServerUrlError> {
    path.split(',')
        .filter(|room| !room.is_empty())
        .map(|room| {
            percent_decoded(room)
                .parse()
                .map_err(|source| ServerUrlError::Room { source })
        })
        .collect()
}

/// `text` with each `%XX` as the byte that it stands for; a `%` without two hexadecimal digits stays.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = after
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(hexadecimal_byte);
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() {
            after.get(2..).unwrap_or_default()
        } else {
            after
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hexadecimal_byte(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits)
        .ok()
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

deserialize_from_text!(ServerUrl);

impl fmt::Display for ServerUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.transport {
            Transport::Plain => "irc://",
            Transport::Tls => "ircs://",
        })?;
        write_host_port(formatter, &self.host, self.port)?;
        for (index, room) in self.rooms.iter().enumerate() {
            write!(formatter, "{}{room}", if index == 0 { '/' } else { ',' })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::ServerUrl;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = match text.parse::<ServerUrl>() {
            Ok(url) => url.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn urls_have_defaults() {
        check("localhost", "irc://localhost:6000");
        check("localhost:7000", "irc://localhost:7000");
        check("irc://chat.example.org", "irc://chat.example.org:6000");
        check("ircs://chat.example.org", "ircs://chat.example.org:6697");
        check("IRC://[::1]:6001/", "irc://[::1]:6001");
        assert_eq!(ServerUrl::default().address(), "127.0.0.1:6000");
    }

    #[test]
    fn urls_name_rooms() {
        check(
            "irc://h/dev,#ops,%23caf%C3%A9",
            "irc://h:6000/#dev,#ops,#café",
        );
        check("h/dev", "irc://h:6000/#dev");
        check("irc://h/100%", "irc://h:6000/#100%");
        check(
            "irc://h/a%20b",
            "'a b' is not a room; expected `#` and a name without blanks, commas or control characters, such as \"#lobby\" \
             (in the address of the hub)",
        );
    }

    #[test]
    fn urls_refuse_what_is_no_hub() {
        let host = "does not name a hub; expected HOST[:PORT], irc://HOST[:PORT][/ROOM,...] or ircs://HOST[:PORT][/ROOM,...]";
        for text in [
            "",
            "irc://",
            "irc://:6000",
            "h:x",
            "h:0",
            "h:70000",
            "::1",
            "a b",
        ] {
            check(text, &format!("'{text}' {host}"));
        }
        check(
            "https://example.org",
            "'https://example.org' is a URL of another kind; expected `irc://` or `ircs://`",
        );
    }

    #[test]
    fn urls_with_a_user_are_refused_without_repeating_the_secret() {
        check(
            "irc://ada:hunter2@h",
            "'irc://...' holds a user; expected the nick as `--nick` and a password in the settings file",
        );
    }
}
