//! `QUIT`: leaves the hub. <https://modern.ircdocs.horse/#quit-message>

use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb, cut};
use crate::connection::Client;
use crate::isupport::TEXT_BYTES_MAX;

pub(super) const VERB: Verb = Verb {
    name: "QUIT",
    params_min: 0,
    phase: Phase::Any,
    handler: Handler::Now(run),
    help: "QUIT [:reason]\nLeaves the hub.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    client.has_quit = true;
    // The prefix keeps a client from passing its own words off as the hub's.
    let reason = message.param(0).filter(|reason| !reason.is_empty());
    client.ending = Some(reason.map_or_else(
        || "Quit".to_owned(),
        |reason| format!("Quit: {}", cut(reason, TEXT_BYTES_MAX)),
    ));
    Ok(())
}
