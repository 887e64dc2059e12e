//! `REGISTER`: makes an account. <https://ircv3.net/specs/extensions/account-registration>
//!
//! Its name is the client's nick, so that nobody's nick is registered by somebody else. There is no verification: an
//! e-mail address is kept as it was given.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::{Message, Nick};

use super::{Handled, Handler, Phase, Verb};
use crate::account::{Account, AccountError, Password};
use crate::clock;
use crate::connection::Client;
use crate::reply::Reply;
use crate::user::{DirectPlace, Mailbox};

pub(super) const VERB: Verb = Verb {
    name: "REGISTER",
    params_min: 3,
    phase: Phase::Any,
    handler: Handler::Ask(run),
    help: "REGISTER account|* email|* :password\nMakes an account of your nick (*), and logs you in to it.",
};

/// The longest e-mail address, in bytes (RFC 5321).
const EMAIL_BYTES_MAX: usize = 254;

/// Why no account was made: a code of the specification, and a text.
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) text: String,
}

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let wanted = message.param(0).unwrap_or_default().to_owned();
        let email = message.param(1).filter(|email| *email != "*");
        let password = message.param(2).unwrap_or_default();
        let refuse =
            |refusal: Refusal| Reply::fail("REGISTER", refusal.code, &[&wanted], &refusal.text);
        let early = client.user.is_none() && !client.hub.config().accounts.before_connect;
        if early {
            let text = "Complete the connection first";
            return Err(refuse(refusal("COMPLETE_CONNECTION_REQUIRED", text)));
        }
        let nick = own_nick(client).map_err(refuse)?;
        if wanted != "*" && !nick.is(&wanted) {
            let text = "The account's name has to be your nick";
            return Err(refuse(refusal("ACCOUNT_NAME_MUST_BE_NICK", text)));
        }
        let account = register(client, &nick, email, password)
            .await
            .map_err(refuse)?;
        let text = format!("Account {nick} is yours");
        client.hub_line("REGISTER", &["SUCCESS", nick.as_str(), &text]);
        client.log_in(&account).await
    })
}

/// The nick that the client has, or has asked for before it is registered.
pub(super) fn own_nick(client: &Client) -> Result<Nick, Refusal> {
    let nick = match client.identity() {
        Some(identity) => Some(identity.nick.clone()),
        None => client.introduction().wanted.clone(),
    };
    nick.ok_or_else(|| refusal("NEED_NICK", "Choose a nick first"))
}

/// Makes an account of a nick that the client has.
pub(super) async fn register(
    client: &Client,
    nick: &Nick,
    email: Option<&str>,
    password: &str,
) -> Result<Arc<Account>, Refusal> {
    let hub = Arc::clone(&client.hub);
    if !hub.config().accounts.registration {
        let text = "Accounts are made by the operators of this server alone";
        return Err(refusal("DISALLOWED", text));
    }
    if client.account().is_some() {
        return Err(refusal("ALREADY_AUTHENTICATED", "You have an account"));
    }
    let held_by_other = client.user.is_none() && hub.directory.user(nick.as_str()).is_some();
    if held_by_other || hub.accounts.keeps_from(nick, None) {
        return Err(exists());
    }
    if email.map_or(hub.config().accounts.require_email, |email| {
        !is_email(email)
    }) {
        return Err(refusal("INVALID_EMAIL", "An e-mail address is expected"));
    }
    let password = Password::prepare(password).map_err(|error| Refusal {
        code: "UNACCEPTABLE_PASSWORD",
        text: error.to_string(),
    })?;
    if !hub.accounts.may_register(client.counted_address()) {
        let text = "Too many accounts were made from your address; try again later";
        return Err(refusal("TEMPORARILY_UNAVAILABLE", text));
    }
    let mailbox = mailbox(client);
    let stream = mailbox.stream;
    let made = hub
        .accounts
        .register(nick, mailbox, email, password, clock::now())
        .await;
    let account = made.map_err(|error| match error {
        AccountError::Exists => exists(),
        _ => refusal("TEMPORARILY_UNAVAILABLE", &error.to_string()),
    })?;
    // An account that was not made keeps nothing: the messages would be nobody's once the client leaves.
    if let Some(user) = &client.user {
        user.keep_mailbox(stream);
    }
    tracing::info!(account = nick.as_str(), host = client.host, "account made");
    Ok(account)
}

/// The direct messages to the account that is made: those to the client so far, if they are nobody's yet.
fn mailbox(client: &Client) -> Mailbox {
    let own = client.user.as_ref().and_then(|user| user.own_mailbox());
    own.unwrap_or_else(|| Mailbox {
        stream: client.hub.next_stream(),
        place: DirectPlace::default(),
    })
}

/// Whether a text looks like an address; whether it is one, only its owner knows.
fn is_email(text: &str) -> bool {
    let fit = |part: &str| !part.is_empty() && !part.contains(char::is_control);
    text.len() <= EMAIL_BYTES_MAX
        && text
            .rsplit_once('@')
            .is_some_and(|(name, host)| fit(name) && fit(host))
}

fn exists() -> Refusal {
    refusal("ACCOUNT_EXISTS", "The name is taken already")
}

fn refusal(code: &'static str, text: &str) -> Refusal {
    Refusal {
        code,
        text: text.to_owned(),
    }
}
