//! `RENAME`: gives a room another name. <https://ircv3.net/specs/extensions/channel-rename>
//!
//! Its history, members and settings stay. Whoever does not know of such a thing is shown to leave one room and to enter
//! another. The name before is free at once, and does not lead to the room any more.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::{Message, RoomName};

use super::{Handled, Handler, Phase, Verb, cut, fit};
use crate::connection::Client;
use crate::isupport::{TEXT_BYTES_MAX, room_name_bytes_max};
use crate::reply::Reply;
use crate::room::{Request, Room};

pub(super) const VERB: Verb = Verb {
    name: "RENAME",
    params_min: 2,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "RENAME #room #new [:reason]\nGives a room another name; for its operators.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let [old, new] = [0, 1].map(|at| message.param(at).unwrap_or_default());
        let room = client.room(old)?;
        let cannot =
            |text: &str| Reply::fail("RENAME", "CANNOT_RENAME", &[fit(old), fit(new)], text);
        let to = RoomName::parse_with_max(new, room_name_bytes_max(&client.hub.config()))
            .map_err(|error| cannot(&error.to_string()))?;
        if room.name().as_str() == to.as_str() {
            return Err(cannot("That is its name"));
        }
        if !client.hub.reserve_room_name(&room, &to) {
            let text = "There is a room of that name";
            let names = [fit(old), fit(new)];
            return Err(Reply::fail("RENAME", "CHANNEL_NAME_IN_USE", &names, text));
        }
        let reason = cut(message.param(2).unwrap_or_default(), TEXT_BYTES_MAX);
        let renamed = rename(client, &room, to.clone(), reason).await;
        client.hub.directory.settle_room_name(&room, &to);
        renamed
    })
}

async fn rename(client: &mut Client, room: &Arc<Room>, to: RoomName, reason: &str) -> Handled {
    let request = Request::Rename {
        to,
        reason: reason.to_owned(),
    };
    client.ask(room, request).await.map(drop)
}
