//! The protocols of those who are measured, as far as a generator speaks them.

use crate::text::Text;

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Irc,
    Nats,
    Redis,
}

/// What a line that is no message means to the one who gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The server takes commands from now on.
    Registered,
    /// A room was entered, and all of its members told.
    Joined,
    /// The server asks for an answer, which is here as a verb; what follows the asking verb is to follow it.
    Asked {
        verb: &'static str,
        asked_bytes: usize,
    },
    /// The server refuses something, or ends the connection.
    Refused,
    /// Nothing that a generator has to know.
    Other,
}

impl Protocol {
    /// What a client says first.
    pub(crate) fn hello(self, nick: &str) -> String {
        match self {
            Self::Irc => format!("NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n"),
            Self::Nats => "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nPING\r\n".to_owned(),
            Self::Redis => "PING\r\n".to_owned(),
        }
    }

    /// What a client enters a room with; its answer is [`Notice::Joined`].
    pub(crate) fn join(self, room: &str) -> String {
        match self {
            Self::Irc => format!("JOIN {room}\r\n"),
            Self::Nats => format!("SUB {room} 1\r\nPING\r\n"),
            Self::Redis => format!("SUBSCRIBE {room}\r\n"),
        }
    }

    pub(crate) fn room_name(self, index: usize) -> String {
        match self {
            Self::Irc => format!("#bench{index}"),
            Self::Nats | Self::Redis => format!("bench{index}"),
        }
    }

    /// Whether those who speak are members of the room, and receive what the others say.
    pub(crate) fn speakers_are_members(self) -> bool {
        self == Self::Irc
    }

    /// Appends a message to `room`.
    pub(crate) fn write_message(self, out: &mut Vec<u8>, room: &str, text: Text, bytes: usize) {
        match self {
            Self::Irc => out.extend([b"PRIVMSG ", room.as_bytes(), b" :"].concat()),
            Self::Nats => out.extend(format!("PUB {room} {bytes}\r\n").into_bytes()),
            Self::Redis => {
                let length = room.len();
                let head = format!("*3\r\n$7\r\nPUBLISH\r\n${length}\r\n{room}\r\n${bytes}\r\n");
                out.extend(head.into_bytes());
            }
        }
        text.write_to(out, bytes);
        out.extend(b"\r\n");
    }

    /// What comes right before a text in the line that delivers it.
    pub(crate) fn lead(self, room: &str) -> String {
        match self {
            Self::Irc => format!(" PRIVMSG {room} :"),
            Self::Nats | Self::Redis => String::new(),
        }
    }

    /// What a line means that is no message. `registered` is whether the connection was told so before.
    pub(crate) fn notice(self, line: &[u8], registered: bool) -> Notice {
        match self {
            Self::Irc => irc_notice(line),
            Self::Nats => match line {
                b"PONG" if registered => Notice::Joined,
                b"PONG" => Notice::Registered,
                b"PING" => Notice::Asked {
                    verb: "PONG",
                    asked_bytes: 4,
                },
                _ if line.starts_with(b"-ERR") => Notice::Refused,
                _ => Notice::Other,
            },
            Self::Redis => match line {
                b"+PONG" => Notice::Registered,
                b"subscribe" => Notice::Joined,
                _ if line.starts_with(b"-") => Notice::Refused,
                _ => Notice::Other,
            },
        }
    }
}

fn irc_notice(line: &[u8]) -> Notice {
    if line.starts_with(b"PING") {
        return Notice::Asked {
            verb: "PONG",
            asked_bytes: 4,
        };
    }
    if line.starts_with(b"ERROR") {
        return Notice::Refused;
    }
    let Some(blank) = memchr::memchr(b' ', line) else {
        return Notice::Other;
    };
    match line.get(blank + 1..blank + 5) {
        Some(b"376 " | b"422 ") => Notice::Registered,
        Some(b"366 ") => Notice::Joined,
        Some([b'4', b'0'..=b'9', b'0'..=b'9', b' ']) => Notice::Refused,
        _ => Notice::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(protocol: Protocol, line: &str, expected: Notice) {
        assert_eq!(protocol.notice(line.as_bytes(), false), expected);
    }

    #[test]
    fn irc_tells_by_numerics() {
        check(
            Protocol::Irc,
            ":hub 376 ann :End of MOTD",
            Notice::Registered,
        );
        check(Protocol::Irc, ":hub 422 ann :No MOTD", Notice::Registered);
        check(
            Protocol::Irc,
            ":hub 366 ann #a :End of NAMES",
            Notice::Joined,
        );
        check(Protocol::Irc, ":hub 433 * ann :Taken", Notice::Refused);
        check(Protocol::Irc, ":ann!a@b JOIN #a", Notice::Other);
    }

    #[test]
    fn pings_are_answered_with_what_they_ask() {
        let asked = Notice::Asked {
            verb: "PONG",
            asked_bytes: 4,
        };
        check(Protocol::Irc, "PING :token", asked);
        check(Protocol::Nats, "PING", asked);
    }

    #[test]
    fn the_second_pong_of_nats_is_a_subscription() {
        check(Protocol::Nats, "PONG", Notice::Registered);
        assert_eq!(Protocol::Nats.notice(b"PONG", true), Notice::Joined);
    }

    #[test]
    fn a_message_of_redis_counts_its_bytes() {
        let mut out = Vec::new();
        let text = Text {
            stream: 0,
            number: 1,
            due_us: 2,
        };
        Protocol::Redis.write_message(&mut out, "bench0", text, 25);
        let expected =
            "*3\r\n$7\r\nPUBLISH\r\n$6\r\nbench0\r\n$25\r\n~000000000000000100000002\r\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
