//! Logging in, before the server lets us in or after: whoever is asked for a password is known from then on
//! by an account. The exchange is the same for both.

use salon_protocol::{Message, eq_folded};

use super::outcome::{Refusal, Ticket};
use super::requests::{Purpose, Request};
use super::sasl::{Exchange, Login, Next, UNPROVED};
use super::{Incoming, Session};

/// A login and who waits for it.
#[derive(Debug)]
pub(super) struct LoggingIn {
    exchange: Exchange,
    /// What is tried.
    login: Login,
    /// The line that asked for it; `None` is the registration.
    ticket: Option<Ticket>,
}

impl Session {
    /// Logs in by what both know, for an input line or for the registration.
    pub(super) fn begin_login(
        &mut self,
        ticket: Option<Ticket>,
        login: &Login,
    ) -> Result<(), &'static str> {
        let account = login.account.clone();
        let account = account.unwrap_or_else(|| self.identity.nick.clone());
        let nonce = self.next_nonce();
        let (exchange, name) = Exchange::begin(
            account,
            &login.proving,
            self.mechanisms.as_deref(),
            self.identity.is_private,
            &nonce,
        )?;
        self.logging_in = Some(LoggingIn {
            exchange,
            login: login.clone(),
            ticket,
        });
        self.authenticate(ticket, vec![name.to_owned()]);
        Ok(())
    }

    /// What no exchange has had before. It need be no secret, so what no connection has had, with the number of the exchange
    /// on this one, is as good. <https://www.rfc-editor.org/rfc/rfc5802#section-5.1>
    fn next_nonce(&mut self) -> String {
        let nonce = match self.exchanges {
            0 => self.identity.nonce.clone(),
            before => format!("{}{before}", self.identity.nonce),
        };
        self.exchanges += 1;
        nonce
    }

    /// The server says `AUTHENTICATE`.
    pub(super) fn go_on_with_login(&mut self, piece: &str) {
        let Some(login) = &mut self.logging_in else {
            return;
        };
        let ticket = login.ticket;
        match login.exchange.receive(piece) {
            Next::More => {}
            Next::Say(pieces) => self.authenticate(ticket, pieces),
            Next::Stop(reason) => {
                self.logging_in = None;
                self.authenticate(ticket, vec!["*".to_owned()]);
                match ticket {
                    Some(ticket) => self.requests.refuse_ticket(ticket, Refusal::new(reason)),
                    None => self.reject(format!("could not log in: {reason}")),
                }
            }
        }
    }

    /// The server says that it knows us now.
    pub(super) fn logged_in(&mut self) {
        let Some(login) = self.logging_in.take() else {
            return;
        };
        match (login.ticket, login.exchange.may_succeed()) {
            (Some(_), true) => {}
            (Some(ticket), false) => {
                self.requests.refuse_ticket(ticket, Refusal::new(UNPROVED));
            }
            (None, true) => {
                self.settle_login(login.login);
                self.send(Message::new("CAP").with_param("END"));
            }
            (None, false) => self.reject(format!("could not log in: {UNPROVED}")),
        }
    }

    /// Whether a login is under way in which the hub has yet to prove itself.
    pub(super) fn is_unproved(&self) -> bool {
        let login = self.logging_in.as_ref();
        login.is_some_and(|login| !login.exchange.may_succeed())
    }

    /// Which of two passwords counts is known: the next return needs no second try.
    fn settle_login(&mut self, login: Login) {
        let settled = Login {
            former: None,
            ..login
        };
        if self.identity.login.as_ref() != Some(&settled) {
            self.logged_in_by = Some(settled);
        }
    }

    /// The server says that it doesn't let us in as that: the registration ends with it, unless there is another
    /// password to try. Says whether it was the registration that logged in.
    pub(super) fn login_failed(&mut self, incoming: &Incoming<'_>) -> bool {
        let Some(login) = self.logging_in.take() else {
            return false;
        };
        if login.ticket.is_some() {
            return false;
        }
        if let Some(former) = login.login.with_former()
            && self.begin_login(None, &former).is_ok()
        {
            return true;
        }
        let account = login.exchange.account();
        let reason = plain_reason(incoming.last());
        self.reject(format!("could not log in as '{account}': {reason}"));
        true
    }

    /// Sends pieces of a login. It is the last that is answered.
    fn authenticate(&mut self, ticket: Option<Ticket>, mut pieces: Vec<String>) {
        let last = pieces.pop();
        let message = |piece: String| Message::new("AUTHENTICATE").with_param(piece);
        for piece in pieces {
            self.send(message(piece));
        }
        let Some(last) = last.map(message) else {
            return;
        };
        let Some(ticket) = ticket else {
            return self.send(last);
        };
        let request = Request {
            ticket: Some(ticket),
            purpose: Purpose::Ask,
            subject: String::new(),
            refusal: None,
        };
        self.request(request, last);
    }

    /// Takes note of the ways to log in that a list of capabilities names.
    pub(super) fn learn_mechanisms(&mut self, offer: &str) {
        for token in offer.split_ascii_whitespace() {
            match token.split_once('=') {
                Some((name, value)) if eq_folded(name, "sasl") => {
                    self.mechanisms = Some(value.to_owned());
                }
                _ if eq_folded(token, "sasl") => self.mechanisms = None,
                _ => {}
            }
        }
    }
}

/// The reason that follows the words by which every refusal of a login begins, where one does.
fn plain_reason(text: &str) -> &str {
    let Some((start, reason)) = text.split_once(": ") else {
        return text;
    };
    if start.eq_ignore_ascii_case("SASL authentication failed") {
        reason
    } else {
        text
    }
}
