//! SASL as IRC carries it: mechanisms, base64 in pieces of 400 bytes, and what `PLAIN` says. Values in, values out.
//!
//! <https://ircv3.net/specs/extensions/sasl-3.2>

use std::sync::Arc;

use base64ct::{Base64, Encoding as _};

use super::Account;
use super::scram::Challenge;

/// The mechanisms, as `CAP LS` and `908` list them. Only TLS shows the hub a certificate.
pub(crate) fn mechanisms(with_tls: bool) -> &'static str {
    if with_tls {
        "PLAIN,SCRAM-SHA-256,EXTERNAL"
    } else {
        "PLAIN,SCRAM-SHA-256"
    }
}

/// The longest piece, in bytes of base64. A shorter one is the last.
const PIECE_BYTES: usize = 400;

/// The longest message, in bytes of base64.
const MESSAGE_BYTES_MAX: usize = 8 * PIECE_BYTES;

/// How somebody logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mechanism {
    Plain,
    ScramSha256,
    External,
}

impl Mechanism {
    /// The mechanism of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "PLAIN" => Some(Self::Plain),
            "SCRAM-SHA-256" => Some(Self::ScramSha256),
            "EXTERNAL" => Some(Self::External),
            _ => None,
        }
    }
}

/// How far an exchange is.
pub(crate) enum Stage {
    /// The client's first message is to come.
    First,
    /// SCRAM: the proof is to come.
    Proof(Option<Arc<Account>>, Box<Challenge>),
    /// SCRAM: the client, whose account this is, has to take note of our proof.
    Proved(Arc<Account>),
}

/// A login under way.
pub(crate) struct Exchange {
    pub(crate) mechanism: Mechanism,
    pub(crate) stage: Stage,
    text: String,
}

/// What has come of a piece.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// The message goes on.
    Partly,
    Message(Vec<u8>),
    /// The piece is longer than pieces are.
    TooLong,
    /// The message is too long as a whole, or not base64.
    Invalid,
}

impl Exchange {
    /// A login that has just begun.
    pub(crate) fn new(mechanism: Mechanism) -> Self {
        Self {
            mechanism,
            stage: Stage::First,
            text: String::new(),
        }
    }

    /// Takes a piece.
    pub(crate) fn receive(&mut self, piece: &str) -> Received {
        if piece.len() > PIECE_BYTES {
            return Received::TooLong;
        }
        if piece != "+" {
            self.text.push_str(piece);
        }
        if self.text.len() > MESSAGE_BYTES_MAX {
            return Received::Invalid;
        }
        if piece.len() == PIECE_BYTES {
            return Received::Partly;
        }
        match Base64::decode_vec(&std::mem::take(&mut self.text)) {
            Ok(message) => Received::Message(message),
            Err(_) => Received::Invalid,
        }
    }
}

/// A message in pieces.
pub(crate) fn pieces(message: &[u8]) -> Vec<String> {
    let text = Base64::encode_string(message);
    let mut pieces: Vec<String> = text
        .as_bytes()
        .chunks(PIECE_BYTES)
        .map(|piece| String::from_utf8_lossy(piece).into_owned())
        .collect();
    if text.len().is_multiple_of(PIECE_BYTES) {
        pieces.push("+".to_owned());
    }
    pieces
}

/// Name and password of a `PLAIN` message. Nothing for what is none, or wants to act as somebody else than it logs in
/// as. <https://www.rfc-editor.org/rfc/rfc4616>
pub(crate) fn plain(message: &[u8]) -> Option<(&str, &str)> {
    let mut parts = std::str::from_utf8(message).ok()?.split('\0');
    let (acting, name, password) = (parts.next()?, parts.next()?, parts.next()?);
    let acts_as_itself = acting.is_empty() || salon_protocol::eq_folded(acting, name);
    let fit = parts.next().is_none() && acts_as_itself && !name.is_empty() && !password.is_empty();
    fit.then_some((name, password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_put_together() {
        let mut exchange = Exchange::new(Mechanism::Plain);
        for length in [1, 299, 300, 301, 600, 900] {
            let message = vec![b'x'; length];
            let mut pieces = pieces(&message);
            let last = pieces.pop().expect("a piece");
            for piece in pieces {
                assert_eq!(exchange.receive(&piece), Received::Partly);
            }
            assert_eq!(exchange.receive(&last), Received::Message(message));
        }
        assert_eq!(exchange.receive("+"), Received::Message(Vec::new()));
    }

    #[test]
    fn what_is_too_long_or_no_base64_is_refused() {
        let receive = |piece: &str| Exchange::new(Mechanism::Plain).receive(piece);
        assert_eq!(receive(&"A".repeat(401)), Received::TooLong);
        assert_eq!(receive("!!!"), Received::Invalid);
        let mut exchange = Exchange::new(Mechanism::Plain);
        for _ in 0..8 {
            assert_eq!(exchange.receive(&"A".repeat(400)), Received::Partly);
        }
        assert_eq!(exchange.receive(&"A".repeat(400)), Received::Invalid);
    }

    #[test]
    fn plain_is_three_texts() {
        assert_eq!(plain(b"\0jilles\0sesame"), Some(("jilles", "sesame")));
        assert_eq!(plain(b"Jilles\0jilles\0sesame"), Some(("jilles", "sesame")));
        for refused in [
            &b""[..],
            b"jilles\0sesame",
            b"\0\0sesame",
            b"\0jilles\0",
            b"other\0jilles\0sesame",
            b"\0jilles\0ses\0ame",
            b"\0jilles\0\xff",
        ] {
            assert_eq!(plain(refused), None);
        }
    }
}
