//! `PART`: leaves rooms. <https://modern.ircdocs.horse/#part-message>

use futures_util::future::BoxFuture;
use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb, cut};
use crate::connection::Client;
use crate::isupport::TEXT_BYTES_MAX;
use crate::room::Request;

pub(super) const VERB: Verb = Verb {
    name: "PART",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "PART #room[,#room...] [:reason]\nLeaves rooms.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let reason = message
            .param(1)
            .map(|reason| cut(reason, TEXT_BYTES_MAX).to_owned());
        for name in message.param(0).unwrap_or_default().split(',') {
            if let Err(reply) = part_one(client, name, reason.clone()).await {
                client.reply(&reply);
            }
        }
        Ok(())
    })
}

async fn part_one(client: &mut Client, name: &str, reason: Option<String>) -> Handled {
    let room = client.room(name)?;
    client.ask(&room, Request::Part { reason }).await?;
    Ok(())
}
