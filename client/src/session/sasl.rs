//! SASL as IRC carries it, the client's side: which mechanism, and what to say in its exchange. Values in,
//! values out. <https://ircv3.net/specs/extensions/sasl-3.2>

use base64ct::{Base64, Encoding as _};
use salon_config::Secret;

use super::scram::{First, Proof};

/// The most bytes of one `AUTHENTICATE`; what is longer goes in pieces.
const PIECE_BYTES: usize = 400;
/// The longest message of a server, in bytes of base64.
const MESSAGE_BYTES_MAX: usize = 16 * PIECE_BYTES;

/// Why a hub is not believed.
pub(super) const UNPROVED: &str = "the hub can't prove that it is the one with the account";

/// How one proves who one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proving {
    /// By a password.
    Password(Secret),
    /// By the certificate that TLS has shown.
    Certificate,
}

/// Who logs in as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    /// The account; `None` is that of the nick.
    pub(crate) account: Option<String>,
    /// How it is proved.
    pub(crate) proving: Proving,
    /// The password before that one, if it was changed a moment ago: services say in words alone that they did not take
    /// the new one.
    pub(crate) former: Option<Secret>,
}

impl Login {
    /// The login by the password before, if there was one.
    pub(super) fn with_former(&self) -> Option<Self> {
        Some(Self {
            account: self.account.clone(),
            proving: Proving::Password(self.former.clone()?),
            former: None,
        })
    }
}

/// A login under way.
#[derive(Debug)]
pub(super) struct Exchange {
    account: String,
    stage: Stage,
    /// The pieces of a message of the server that is not whole.
    text: String,
}

#[derive(Debug)]
enum Stage {
    /// The next `+` is answered with that.
    Ready(String),
    /// SCRAM: the same, and then its challenge is to come.
    ScramReady(First, Secret),
    Challenged(First, Secret),
    /// SCRAM: the server has yet to prove itself.
    Proving(Proof),
    /// There is nothing more to say.
    Done,
}

/// What a piece of the server came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// More of it is to come.
    More,
    /// These are the answer, in this order.
    Say(Vec<String>),
    /// This is not to go on.
    Stop(&'static str),
}

impl Exchange {
    /// Begins an exchange by the best mechanism that both know; gives its name. `offered` are those of the
    /// server, where it tells. A password is sent as it is only where `is_private` says that nobody listens.
    pub(super) fn begin(
        account: String,
        proving: &Proving,
        offered: Option<&str>,
        is_private: bool,
        nonce: &str,
    ) -> Result<(Self, &'static str), &'static str> {
        let offers = |name: &str| {
            let mut names = offered.unwrap_or_default().split(',');
            names.any(|offered| offered.eq_ignore_ascii_case(name))
        };
        let is_untold = offered.is_none();
        let (stage, name) = match proving {
            Proving::Certificate if is_untold || offers("EXTERNAL") => {
                (Stage::Ready(String::new()), "EXTERNAL")
            }
            Proving::Certificate => return Err("the hub knows nobody by a certificate here"),
            Proving::Password(password) if offers("SCRAM-SHA-256") || is_untold && !is_private => {
                let first = First::new(&account, nonce);
                (Stage::ScramReady(first, password.clone()), "SCRAM-SHA-256")
            }
            Proving::Password(_) if !is_untold && !offers("PLAIN") => {
                return Err("expected SCRAM-SHA-256 or PLAIN among the ways to log in");
            }
            Proving::Password(_) if !is_private => {
                return Err(
                    "the hub wants the password as it is, and the connection is not encrypted; ircs:// is",
                );
            }
            Proving::Password(password) => {
                let plain = format!("{account}\0{account}\0{}", password.expose());
                (Stage::Ready(plain), "PLAIN")
            }
        };
        let exchange = Self {
            account,
            stage,
            text: String::new(),
        };
        Ok((exchange, name))
    }

    /// The account that is logged in to.
    pub(super) fn account(&self) -> &str {
        &self.account
    }

    /// Takes what an `AUTHENTICATE` of the server holds.
    pub(super) fn receive(&mut self, piece: &str) -> Next {
        if piece != "+" {
            self.text.push_str(piece);
        }
        if self.text.len() > MESSAGE_BYTES_MAX {
            return Next::Stop("the hub's part of the login is too long");
        }
        if piece.len() == PIECE_BYTES {
            return Next::More;
        }
        let text = std::mem::take(&mut self.text);
        let message = Base64::decode_vec(&text)
            .ok()
            .and_then(|message| String::from_utf8(message).ok());
        let Some(message) = message else {
            return Next::Stop("the hub's part of the login can't be read");
        };
        self.answer(&message)
    }

    fn answer(&mut self, message: &str) -> Next {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Ready(answer) => Next::Say(pieces(&answer)),
            Stage::ScramReady(first, password) => {
                let answer = pieces(&first.message());
                self.stage = Stage::Challenged(first, password);
                Next::Say(answer)
            }
            Stage::Challenged(first, password) => match first.answer(&password, message) {
                Some((answer, proof)) => {
                    self.stage = Stage::Proving(proof);
                    Next::Say(pieces(&answer))
                }
                None => Next::Stop("the hub's challenge is not a safe one"),
            },
            Stage::Proving(proof) if proof.is_given_by(message) => Next::Say(pieces("")),
            Stage::Proving(_) => Next::Stop(UNPROVED),
            Stage::Done => Next::Stop("the hub goes on with a login that is over"),
        }
    }

    /// Whether a success now is one: a server that has yet to prove itself claims too much.
    pub(super) fn may_succeed(&self) -> bool {
        matches!(self.stage, Stage::Done)
    }
}

/// A message in base64, in pieces, the last shorter than a piece.
fn pieces(message: &str) -> Vec<String> {
    let encoded = Base64::encode_string(message.as_bytes());
    let mut rest = encoded.as_str();
    let mut pieces = Vec::new();
    loop {
        let (piece, after) = rest.split_at(rest.len().min(PIECE_BYTES));
        pieces.push(if piece.is_empty() { "+" } else { piece }.to_owned());
        if piece.len() < PIECE_BYTES {
            return pieces;
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(proving: &Proving, offered: Option<&str>, is_private: bool, expected: &str) {
        let begun = Exchange::begin("ann".to_owned(), proving, offered, is_private, "nonce");
        let found = match begun {
            Ok((_, name)) => name,
            Err(reason) => reason,
        };
        assert_eq!(found, expected, "{offered:?}");
    }

    #[test]
    fn the_best_way_that_both_know_is_taken() {
        let password = Proving::Password(Secret::new("pencil"));
        let in_the_open =
            "the hub wants the password as it is, and the connection is not encrypted; ircs:// is";
        check(
            &password,
            Some("PLAIN,SCRAM-SHA-256"),
            true,
            "SCRAM-SHA-256",
        );
        check(&password, Some("PLAIN"), true, "PLAIN");
        check(&password, Some("PLAIN,EXTERNAL"), false, in_the_open);
        check(&password, None, true, "PLAIN");
        check(&password, None, false, "SCRAM-SHA-256");
        let none = "expected SCRAM-SHA-256 or PLAIN among the ways to log in";
        check(&password, Some("EXTERNAL"), true, none);
        check(
            &Proving::Certificate,
            Some("PLAIN,external"),
            true,
            "EXTERNAL",
        );
        let unknown = "the hub knows nobody by a certificate here";
        check(&Proving::Certificate, Some("PLAIN"), true, unknown);
    }

    #[test]
    fn long_messages_go_in_pieces_and_the_last_is_short() {
        assert_eq!(pieces(""), ["+"]);
        let lengths = |message: &str| pieces(message).iter().map(String::len).collect::<Vec<_>>();
        assert_eq!(lengths(&"x".repeat(299)), [400, "+".len()]);
        assert_eq!(lengths(&"x".repeat(301)), [400, 4]);
    }

    #[test]
    fn a_server_that_does_not_prove_itself_has_not_let_us_in() {
        let password = Proving::Password(Secret::new("pencil"));
        let begun = Exchange::begin(
            "user".to_owned(),
            &password,
            Some("SCRAM-SHA-256"),
            false,
            "abc",
        );
        let (mut exchange, _) = begun.unwrap();
        assert!(!exchange.may_succeed());
        assert!(matches!(exchange.receive("+"), Next::Say(_)));
        let challenge = Base64::encode_string(b"r=abcdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        assert!(matches!(exchange.receive(&challenge), Next::Say(_)));
        assert!(!exchange.may_succeed());
        let forged = Base64::encode_string(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        assert_eq!(exchange.receive(&forged), Next::Stop(UNPROVED));
    }
}
