//! What a handler or a room answers to the one who asked: numerics and standard replies, not yet formatted.

use salon_protocol::numeric::{self, Numeric};

/// One line for the one who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// A numeric; the connection puts the server's name before it and the asker's nick first.
    Numeric {
        numeric: Numeric,
        params: Vec<String>,
    },
    /// `FAIL`, `WARN` or `NOTE`: <https://ircv3.net/specs/extensions/standard-replies>
    Standard {
        kind: &'static str,
        verb: String,
        code: &'static str,
        context: Vec<String>,
        text: String,
    },
}

impl Reply {
    /// A numeric whose last parameter is free text.
    pub(crate) fn numeric(numeric: Numeric, params: &[&str]) -> Self {
        Self::Numeric {
            numeric,
            params: params.iter().map(|&param| param.to_owned()).collect(),
        }
    }

    /// A `FAIL`: what was asked for is not done.
    pub(crate) fn fail(verb: &str, code: &'static str, context: &[&str], text: &str) -> Self {
        Self::standard("FAIL", verb, code, context, text)
    }

    /// A `WARN`: what was asked for is done, but for something.
    pub(crate) fn warn(verb: &str, code: &'static str, context: &[&str], text: &str) -> Self {
        Self::standard("WARN", verb, code, context, text)
    }

    fn standard(
        kind: &'static str,
        verb: &str,
        code: &'static str,
        context: &[&str],
        text: &str,
    ) -> Self {
        Self::Standard {
            kind,
            verb: verb.to_owned(),
            code,
            context: context.iter().map(|&word| word.to_owned()).collect(),
            text: text.to_owned(),
        }
    }
}

/// `401`
pub(crate) fn no_such_nick(nick: &str) -> Reply {
    Reply::numeric(numeric::ERR_NOSUCHNICK, &[nick, "No such nick/channel"])
}

/// What is said where the log refused what somebody wanted to say or do, to `404`.
pub(crate) const NOT_STORED: &str =
    "not stored: the hub's log refuses events at the moment; try again later";

/// `404`, where the log refused.
pub(crate) fn not_stored(target: &str) -> Reply {
    Reply::numeric(numeric::ERR_CANNOTSENDTOCHAN, &[target, NOT_STORED])
}
