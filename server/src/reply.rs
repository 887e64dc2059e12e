//! What a handler or a room answers to the one who asked: numerics and standard replies, not yet formatted.

use salon_protocol::numeric::Numeric;

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
