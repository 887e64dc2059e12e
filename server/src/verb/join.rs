//! `JOIN`: enters rooms. <https://modern.ircdocs.horse/#join-message>

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::{Message, RoomName, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::{Client, no_such_channel};
use crate::isupport::{ROOMS_MAX, room_name_bytes_max};
use crate::reply::Reply;
use crate::room::{Request, Room};

pub(super) const VERB: Verb = Verb {
    name: "JOIN",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "JOIN #room[,#room...] [key[,key...]]\nEnters rooms; one that does not exist is made, and you are its operator. JOIN 0 leaves all.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let rooms = message.param(0).unwrap_or_default();
        if rooms == "0" {
            return leave_all(client).await;
        }
        let mut keys = message.param(1).unwrap_or_default().split(',');
        for name in rooms.split(',') {
            let key = keys.next().filter(|key| !key.is_empty());
            if let Err(reply) = join_one(client, name, key).await {
                client.reply(&reply);
            }
        }
        Ok(())
    })
}

async fn join_one(client: &mut Client, name: &str, key: Option<&str>) -> Handled {
    let parsed = RoomName::parse_with_max(name, room_name_bytes_max(&client.hub.config()));
    let room = parsed.map_err(|_| {
        no_such_channel(if name.is_empty() || name.contains(' ') {
            "*"
        } else {
            name
        })
    })?;
    let user = client.asker()?.user;
    let is_in = |room: Arc<Room>| user.is_member_of(room.id);
    if user.room_count() >= ROOMS_MAX && !client.hub.directory.room(&room).is_some_and(is_in) {
        return Err(Reply::numeric(
            numeric::ERR_TOOMANYCHANNELS,
            &[name, "You have joined too many channels"],
        ));
    }
    client.join(&room, key).await
}

async fn leave_all(client: &mut Client) -> Handled {
    for room in client.asker()?.user.rooms() {
        let reason = Some("Left all rooms".to_owned());
        if let Err(reply) = client.ask(&room, Request::Part { reason }).await {
            client.reply(&reply);
        }
    }
    Ok(())
}
