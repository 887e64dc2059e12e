//! `TAGMSG`: tags without a text. <https://ircv3.net/specs/extensions/message-tags#the-tagmsg-tag-only-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb, privmsg};
use crate::connection::{Caps, Client};
use crate::event::Speech;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "TAGMSG",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Post(run),
    help: "TAGMSG target[,target...]\nSends client-only tags without a text; needs the capability message-tags.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    if !client.caps.contains(Caps::MESSAGE_TAGS) {
        return Err(Reply::numeric(
            numeric::ERR_UNKNOWNCOMMAND,
            &["TAGMSG", "Needs the capability message-tags"],
        ));
    }
    privmsg::post(client, message, Speech::Tagmsg)
}
