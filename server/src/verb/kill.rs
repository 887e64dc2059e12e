//! `KILL`: ends somebody's connections. <https://modern.ircdocs.horse/#kill-message>

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb, cut};
use crate::connection::Client;
use crate::inbox::Closing;
use crate::isupport::TEXT_BYTES_MAX;
use crate::reply::no_such_nick;

pub(super) const VERB: Verb = Verb {
    name: "KILL",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "KILL nick [:reason]\nEnds somebody's connections; for operators of the server.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let operator = client.operator()?;
        let nick = message.param(0).unwrap_or_default();
        let target = client
            .hub
            .directory
            .user(nick)
            .ok_or_else(|| no_such_nick(nick))?;
        let shown = target.identity().nick.clone();
        let reason = cut(
            message.param(1).unwrap_or("No reason given"),
            TEXT_BYTES_MAX,
        );
        let by = &operator.nick;
        tracing::info!(operator = %by, user = %shown, "KILL");
        let closing = Closing {
            line: Some(format!(":{} KILL {shown} :{reason}\r\n", operator.mask())),
            reason: format!("Killed ({by} ({reason}))"),
        };
        let hub = Arc::clone(&client.hub);
        hub.expel(&target, closing).await;
        Ok(())
    })
}
