//! `AUTHENTICATE`: logs in by SASL, before registration or after it.
//!
//! <https://ircv3.net/specs/extensions/sasl-3.2>

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::account::sasl::{self, Exchange, Mechanism, Received, Stage};
use crate::account::scram::ClientFirst;
use crate::account::{Account, LoginError};
use crate::connection::Client;
use crate::metrics::Refusal;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "AUTHENTICATE",
    params_min: 1,
    phase: Phase::Any,
    handler: Handler::Ask(run),
    help: "AUTHENTICATE mechanism | base64 | *\nLogs in to an account by SASL; * ends an attempt.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let piece = message.param(0).unwrap_or_default();
        let Some(mut exchange) = client.login.take() else {
            return begin(client, piece);
        };
        if piece == "*" {
            client.login = Some(exchange);
            client.abort_login();
            return Ok(());
        }
        match exchange.receive(piece) {
            Received::Partly => {
                client.login = Some(exchange);
                Ok(())
            }
            Received::Message(message) => {
                let handled = go_on(client, exchange, &message).await;
                if handled.is_err() {
                    client.hub.metrics.refused(Refusal::Login);
                }
                handled
            }
            Received::TooLong => Err(Reply::numeric(
                numeric::ERR_SASLTOOLONG,
                &["SASL message too long"],
            )),
            Received::Invalid => Err(failed("expected base64")),
        }
    })
}

fn begin(client: &mut Client, name: &str) -> Handled {
    if name == "*" {
        return Err(Reply::numeric(
            numeric::ERR_SASLABORTED,
            &["SASL authentication aborted"],
        ));
    }
    let with_tls = client.entrance.tls;
    let known = Mechanism::named(name);
    let Some(mechanism) = known.filter(|known| with_tls || *known != Mechanism::External) else {
        let text = "are available SASL mechanisms";
        client.numeric(numeric::RPL_SASLMECHS, &[sasl::mechanisms(with_tls), text]);
        return Err(failed("no such mechanism"));
    };
    client.login = Some(Box::new(Exchange::new(mechanism)));
    client.hub_line("AUTHENTICATE", &["+"]);
    Ok(())
}

/// Takes a whole message of the client.
async fn go_on(client: &mut Client, mut exchange: Box<Exchange>, message: &[u8]) -> Handled {
    match (exchange.mechanism, exchange.stage) {
        (Mechanism::Plain, _) => {
            let (name, password) = sasl::plain(message)
                .ok_or_else(|| failed("expected account, NUL, account, NUL, password"))?;
            let address = client.counted_address();
            let accounts = &client.hub.accounts;
            let account = accounts.check_password(address, name, password).await;
            let account = account.map_err(refused)?;
            succeed(client, &account).await
        }
        (Mechanism::External, _) => {
            let account = external(client, message)
                .ok_or_else(|| failed("the certificate stands for no account"))?;
            succeed(client, &account).await
        }
        (Mechanism::ScramSha256, Stage::First) => {
            let first = ClientFirst::parse(message)
                .ok_or_else(|| failed("expected a first message of SCRAM"))?;
            let address = client.counted_address();
            let accounts = &client.hub.accounts;
            accounts
                .begin_attempt(address, &first.name)
                .map_err(refused)?;
            let (account, verifier) = accounts.scram_of(&first.name);
            let (answer, challenge) = first.challenge(verifier);
            exchange.stage = Stage::Proof(account, Box::new(challenge));
            send(client, &answer);
            client.login = Some(exchange);
            Ok(())
        }
        (Mechanism::ScramSha256, Stage::Proof(account, challenge)) => {
            let answer = challenge.prove(message);
            let (Some(account), Some(answer)) = (account, answer) else {
                return Err(refused(LoginError::Wrong));
            };
            let address = client.counted_address();
            client.hub.accounts.end_attempt(address, &challenge.name);
            send(client, &answer);
            exchange.stage = Stage::Proved(account);
            client.login = Some(exchange);
            Ok(())
        }
        (Mechanism::ScramSha256, Stage::Proved(account)) => succeed(client, &account).await,
    }
}

/// The account that the connection's certificate stands for; the client may name it.
fn external(client: &Client, message: &[u8]) -> Option<Arc<Account>> {
    let fingerprint = client.certificate_fingerprint()?;
    let account = client.hub.accounts.by_certificate(&fingerprint)?;
    let acting = std::str::from_utf8(message).ok()?;
    (acting.is_empty() || account.name.is(acting)).then_some(account)
}

async fn succeed(client: &mut Client, account: &Arc<Account>) -> Handled {
    client.log_in(account).await?;
    client.numeric(
        numeric::RPL_SASLSUCCESS,
        &["SASL authentication successful"],
    );
    Ok(())
}

fn send(client: &mut Client, message: &str) {
    for piece in sasl::pieces(message.as_bytes()) {
        client.hub_line("AUTHENTICATE", &[&piece]);
    }
}

fn refused(error: LoginError) -> Reply {
    failed(&error.to_string())
}

fn failed(why: &str) -> Reply {
    let text = format!("SASL authentication failed: {why}");
    Reply::numeric(numeric::ERR_SASLFAIL, &[&text])
}
