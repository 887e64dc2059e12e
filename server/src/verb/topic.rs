//! `TOPIC`: shows or sets what a room is about. <https://modern.ircdocs.horse/#topic-message>

use futures_util::future::BoxFuture;
use salon_protocol::{LINE_BYTES_MAX, Message};

use super::{Handled, Handler, Phase, Verb, cut};
use crate::connection::Client;
use crate::isupport::topic_bytes_max;
use crate::room::Request;

pub(super) const VERB: Verb = Verb {
    name: "TOPIC",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "TOPIC #room [:text]\nShows the topic of a room, or sets it; an empty text clears it.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let room = client.room(message.param(0).unwrap_or_default())?;
        // What is stored is what fits the line that the others get.
        let frame = ":".len() + client.asker()?.identity.mask().len() + " TOPIC  :\r\n".len();
        let room_for_text =
            LINE_BYTES_MAX - (frame + room.name().as_str().len()).min(LINE_BYTES_MAX);
        let bytes_max = topic_bytes_max(&client.hub.config()).min(room_for_text);
        let text = message.param(1).map(|text| cut(text, bytes_max).to_owned());
        client.ask(&room, Request::Topic { text }).await?;
        Ok(())
    })
}
