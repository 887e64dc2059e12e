//! `LINKS`: the servers of the network, of which a hub is the only one. <https://modern.ircdocs.horse/#links-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;

pub(super) const VERB: Verb = Verb {
    name: "LINKS",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "LINKS\nLists the servers linked to this one: there are none.",
};

fn run(client: &mut Client, _message: &Message<'_>) -> Handled {
    client.numeric(numeric::RPL_ENDOFLINKS, &["*", "End of /LINKS list"]);
    Ok(())
}
