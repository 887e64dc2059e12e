//! Somebody in the room who writes down what is said: a few lines of IRC over a socket.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};

use salon_protocol::{Message, Source};

use crate::LIMIT;

/// A member of `#lobby` under the nick `watcher`.
pub(crate) struct Watcher {
    reader: BufReader<TcpStream>,
}

/// What was said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) text: String,
}

impl Said {
    pub(crate) fn new(from: &str, to: &str, text: &str) -> Self {
        Self {
            from: from.to_owned(),
            to: to.to_owned(),
            text: text.to_owned(),
        }
    }
}

impl Watcher {
    pub(crate) fn join(hub: SocketAddr) -> Self {
        let stream = TcpStream::connect(hub).expect("the hub listens");
        stream.set_read_timeout(Some(LIMIT)).expect("a limit");
        let mut watcher = Self {
            reader: BufReader::new(stream),
        };
        watcher.send("NICK watcher");
        watcher.send("USER watcher 0 * :watcher");
        watcher.sees_arrive("watcher", "#lobby");
        watcher
    }

    pub(crate) fn send(&mut self, line: &str) {
        let stream = self.reader.get_mut();
        write!(stream, "{line}\r\n").expect("the hub takes a line");
    }

    /// Waits until the hub has dealt with all that was sent.
    #[track_caller]
    pub(crate) fn is_heard(&mut self) {
        self.send("PING heard");
        self.until(|message| message.is("PONG").then_some(()));
    }

    /// Enters a room.
    #[track_caller]
    pub(crate) fn enter(&mut self, room: &str) {
        self.send(&format!("JOIN {room}"));
        self.sees_arrive("watcher", room);
    }

    /// Waits until this nick enters this room.
    #[track_caller]
    pub(crate) fn sees_arrive(&mut self, nick: &str, room: &str) {
        self.until(|message| {
            let entered = message.is("JOIN") && message.param(0) == Some(room);
            (entered && nick_of(message) == nick).then_some(())
        });
    }

    /// The next message, in whatever room.
    #[track_caller]
    pub(crate) fn hears(&mut self) -> Said {
        self.until(|message| {
            message.is("PRIVMSG").then(|| Said {
                from: nick_of(message),
                to: message.param(0).unwrap_or_default().to_owned(),
                text: message.param(1).unwrap_or_default().to_owned(),
            })
        })
    }

    #[track_caller]
    fn until<T>(&mut self, wanted: impl Fn(&Message<'_>) -> Option<T>) -> T {
        let mut line = String::new();
        loop {
            line.clear();
            let length = self.reader.read_line(&mut line).expect("a line in time");
            assert_ne!(length, 0, "the hub hung up");
            let message = Message::parse(line.trim_end()).expect("the hub speaks IRC");
            if let Some(found) = wanted(&message) {
                return found;
            }
        }
    }
}

fn nick_of(message: &Message<'_>) -> String {
    let nick = message.source.as_ref().map(Source::nick);
    nick.unwrap_or_default().to_owned()
}
