//! `PING`: asks whether the hub is there, and marks a place in its answers: the `PONG` comes after all that was on its
//! way to the client. <https://modern.ircdocs.horse/#ping-message>

use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "PING",
    params_min: 0,
    phase: Phase::Any,
    handler: Handler::Ask(run),
    help: "PING token\nIs answered with PONG and the token, after all output that came before.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let token = message.param(0).filter(|token| !token.is_empty());
        let token =
            token.ok_or_else(|| Reply::numeric(numeric::ERR_NOORIGIN, &["No origin specified"]))?;
        client.collect().await;
        let name = client.hub.name().to_owned();
        client.hub_line("PONG", &[&name, token]);
        Ok(())
    })
}
