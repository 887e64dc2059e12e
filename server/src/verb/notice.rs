//! `NOTICE`: like `PRIVMSG`, and never answered by a machine. <https://modern.ircdocs.horse/#notice-message>

use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb, privmsg};
use crate::connection::Client;
use crate::event::Speech;

pub(super) const VERB: Verb = Verb {
    name: "NOTICE",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Post(run),
    help: "NOTICE target[,target...] :text\nSays something that no program must answer.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    privmsg::post(client, message, Speech::Notice)
}
