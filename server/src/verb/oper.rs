//! `OPER`: becomes an operator of the hub. <https://modern.ircdocs.horse/#oper-message>

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb, mode};
use crate::connection::Client;
use crate::identity::UserModes;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "OPER",
    params_min: 2,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "OPER name password\nMakes you an operator of this server.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let name = message.param(0).unwrap_or_default();
        let password = message.param(1).unwrap_or_default().to_owned();
        let config = client.hub.config();
        let known = config
            .operators
            .iter()
            .find(|operator| operator.name == name);
        let hash = known.map(|operator| operator.password_hash.expose().to_owned());
        // Argon2 takes its time on purpose: a thread of its own, so that nobody else waits.
        let right = tokio::task::spawn_blocking(move || {
            hash.is_some_and(|hash| is_right(&hash, &password))
        });
        if !right.await.unwrap_or(false) {
            tracing::warn!(operator = name, host = client.host, "OPER refused");
            return Err(Reply::numeric(
                numeric::ERR_PASSWDMISMATCH,
                &["Password incorrect"],
            ));
        }
        tracing::info!(operator = name, host = client.host, "OPER granted");
        client.numeric(numeric::RPL_YOUREOPER, &["You are now an IRC operator"]);
        let modes = client.asker()?.identity.modes;
        if modes.contains(UserModes::OPERATOR) {
            return Ok(());
        }
        mode::set_modes(client, [UserModes::OPERATOR, UserModes::empty()], "+o").await
    })
}

fn is_right(hash: &str, password: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else {
        return false;
    };
    Argon2::default()
        .verify_password(password.as_bytes(), &hash)
        .is_ok()
}
