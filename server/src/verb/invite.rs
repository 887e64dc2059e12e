//! `INVITE`: asks somebody into a room; what an operator of it says opens what closes it. <https://modern.ircdocs.horse/#invite-message>

use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb, need_more_params};
use crate::connection::Client;
use crate::event::Body;
use crate::reply::no_such_nick;
use crate::room::Request;

pub(super) const VERB: Verb = Verb {
    name: "INVITE",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "INVITE nick #room\nAsks somebody into a room; of an operator, past its bans, key and limit. Without parameters: lists the rooms that you are invited to.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let (nick, room) = match (message.param(0), message.param(1)) {
            (None, _) => return list(client),
            (Some(_), None) => return Err(need_more_params("INVITE")),
            (Some(nick), Some(room)) => (nick, room),
        };
        let guest = client
            .hub
            .directory
            .user(nick)
            .ok_or_else(|| no_such_nick(nick))?;
        let room = client.room(room)?;
        let shown = guest.identity().nick.clone();
        client
            .ask(
                &room,
                Request::Invite {
                    guest: std::sync::Arc::clone(&guest),
                    nick: shown.clone(),
                },
            )
            .await?;
        let asker = client.asker()?;
        let body = Body::Invite {
            nick: shown.clone(),
            announced: false,
        };
        let hub = std::sync::Arc::clone(&client.hub);
        for result in hub
            .post
            .send(&asker, &guest, room.name().as_str(), vec![body])
            .await
        {
            result?;
        }
        guest.note_invitation(&room);
        client.numeric(
            numeric::RPL_INVITING,
            &[shown.as_str(), room.name().as_str()],
        );
        Ok(())
    })
}

/// `336` and `337`.
fn list(client: &mut Client) -> Handled {
    for room in client.asker()?.user.invitations() {
        client.numeric(numeric::RPL_INVITELIST, &[room.as_str()]);
    }
    client.numeric(numeric::RPL_ENDOFINVITELIST, &["End of /INVITE list"]);
    Ok(())
}
