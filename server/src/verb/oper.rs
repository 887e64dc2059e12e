//! `OPER`: becomes an operator of the hub. <https://modern.ircdocs.horse/#oper-message>

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb, mode};
use crate::account::LoginError;
use crate::connection::Client;
use crate::identity::UserModes;
use crate::metrics::Refusal;
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
        let password = message.param(1).unwrap_or_default();
        let (hub, address) = (Arc::clone(&client.hub), client.counted_address());
        let config = hub.config();
        let mut operators = config.operators.iter();
        let known = operators.find(|operator| operator.name == name);
        let hash = known.map(|operator| operator.password_hash.clone());
        // Somebody may have written the password first.
        let operator = known.map(|operator| operator.name.as_str());
        let checked = hub.accounts.check_operator(address, name, hash, password);
        if let Err(error) = checked.await {
            hub.metrics.refused(Refusal::Login);
            tracing::warn!(operator, host = client.host, %error, "OPER refused");
            let text = match error {
                LoginError::Wrong => "Password incorrect".to_owned(),
                LoginError::LockedOut => error.to_string(),
            };
            return Err(Reply::numeric(numeric::ERR_PASSWDMISMATCH, &[&text]));
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
