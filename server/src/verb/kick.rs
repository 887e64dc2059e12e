//! `KICK`: puts somebody out of a room. <https://modern.ircdocs.horse/#kick-message>

use futures_util::future::BoxFuture;
use salon_protocol::{Message, Nick};

use super::{Handled, Handler, Phase, Verb, cut};
use crate::connection::Client;
use crate::isupport::TEXT_BYTES_MAX;
use crate::reply::no_such_nick;
use crate::room::Request;

pub(super) const VERB: Verb = Verb {
    name: "KICK",
    params_min: 2,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "KICK #room nick[,nick...] [:reason]\nPuts people out of a room; for its operators.",
};

/// One room for all nicks, or as many rooms as nicks.
fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let rooms: Vec<&str> = message.param(0).unwrap_or_default().split(',').collect();
        let nicks = message.param(1).unwrap_or_default().split(',');
        let own = client.nick();
        let reason = message
            .param(2)
            .filter(|reason| !reason.is_empty())
            .unwrap_or(&own);
        let reason = cut(reason, TEXT_BYTES_MAX);
        for (index, nick) in nicks.enumerate() {
            let room = rooms
                .get(index)
                .or(rooms.last())
                .copied()
                .unwrap_or_default();
            if let Err(reply) = kick_one(client, room, nick, reason).await {
                client.reply(&reply);
            }
        }
        Ok(())
    })
}

async fn kick_one(client: &mut Client, room: &str, nick: &str, reason: &str) -> Handled {
    let room = client.room(room)?;
    let nick = nick
        .parse::<Nick>()
        .map_err(|_| no_such_nick(if nick.is_empty() { "*" } else { nick }))?;
    client
        .ask(
            &room,
            Request::Kick {
                nick,
                reason: reason.to_owned(),
            },
        )
        .await?;
    Ok(())
}
