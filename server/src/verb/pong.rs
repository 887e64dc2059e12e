//! `PONG`: the answer to the hub's `PING`. That something came is all that counts, and the connection has noted it.

use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;

pub(super) const VERB: Verb = Verb {
    name: "PONG",
    params_min: 0,
    phase: Phase::Any,
    handler: Handler::Now(run),
    help: "PONG token\nAnswers the hub's PING.",
};

fn run(_client: &mut Client, _message: &Message<'_>) -> Handled {
    Ok(())
}
