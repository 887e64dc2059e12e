//! What is too long for the server, by what it says of its limits in `005`: it would refuse that with a number, or
//! cut it without a word. So it is refused before it is sent, and nothing is lost.
//! <https://modern.ircdocs.horse/#rplisupport-parameters>

use super::outcome::Refusal;
use super::server::Server;

/// A text whose length servers limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limited {
    /// A nick.
    Nick,
    /// The name of a room.
    Room,
    /// What opens a room.
    Key,
    /// What a room is about.
    Topic,
    /// Why one is away.
    Away,
    /// Why somebody is put out.
    Reason,
}

impl Limited {
    /// What it is called, and the token of its limit.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Nick => ("nick", "NICKLEN"),
            Self::Room => ("name of the room", "CHANNELLEN"),
            Self::Key => ("key", "KEYLEN"),
            Self::Topic => ("topic", "TOPICLEN"),
            Self::Away => ("text", "AWAYLEN"),
            Self::Reason => ("reason", "KICKLEN"),
        }
    }
}

impl Server {
    /// Refuses a text that is longer than the server takes; what it doesn't limit is never too long.
    pub(super) fn check_length(&self, what: Limited, text: &str) -> Result<(), Refusal> {
        let (name, token) = what.names();
        // A limit of nothing at all is no limit: servers that have none write it so.
        let limit = self.limit(token).filter(|limit| *limit > 0);
        match limit {
            Some(limit) if text.len() > limit => Err(Refusal::new(format!(
                "the {name} has {} bytes, and this server takes {limit}; nothing was sent",
                text.len()
            ))),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use salon_protocol::Message;

    use super::*;

    #[track_caller]
    fn check(token: &str, what: Limited, text: &str, expected: Option<&str>) {
        let mut server = Server::default();
        let line = format!(":hub 005 ann {token} :are supported");
        server.learn(&Message::parse(&line).unwrap());
        let refusal = server.check_length(what, text).err();
        assert_eq!(
            refusal.map(|refusal| refusal.to_string()).as_deref(),
            expected
        );
    }

    #[test]
    fn what_is_too_long_is_told_with_the_limit() {
        for (token, what, told) in [
            ("NICKLEN=4", Limited::Nick, "nick"),
            ("CHANNELLEN=4", Limited::Room, "name of the room"),
            ("KEYLEN=4", Limited::Key, "key"),
            ("TOPICLEN=4", Limited::Topic, "topic"),
            ("AWAYLEN=4", Limited::Away, "text"),
            ("KICKLEN=4", Limited::Reason, "reason"),
        ] {
            let told = format!("the {told} has 5 bytes, and this server takes 4; nothing was sent");
            check(token, what, "abcd", None);
            check(token, what, "abc\u{e9}", Some(&told));
        }
    }

    #[test]
    fn what_has_no_limit_is_never_too_long() {
        for token in ["NICKLEN=4", "TOPICLEN=0", "TOPICLEN=", "TOPICLEN=many"] {
            check(token, Limited::Topic, &"x".repeat(1000), None);
        }
    }
}
