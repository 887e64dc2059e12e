//! `TIME`: what the hub's clock says, in UTC. <https://modern.ircdocs.horse/#time-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::clock;
use crate::connection::Client;

pub(super) const VERB: Verb = Verb {
    name: "TIME",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "TIME\nShows the time of the server, in UTC.",
};

fn run(client: &mut Client, _message: &Message<'_>) -> Handled {
    let name = client.hub.name().to_owned();
    client.numeric(numeric::RPL_TIME, &[&name, &clock::now().to_string()]);
    Ok(())
}
