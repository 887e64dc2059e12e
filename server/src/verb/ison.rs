//! `ISON`: which of some nicks are here. <https://modern.ircdocs.horse/#ison-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;

pub(super) const VERB: Verb = Verb {
    name: "ISON",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "ISON nick [nick...]\nShows which of the nicks are here.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    let wanted = message
        .params
        .iter()
        .flat_map(|param| param.split(' '))
        .filter(|nick| !nick.is_empty());
    let here = wanted.filter_map(|nick| client.hub.directory.user(nick));
    let nicks: Vec<String> = here.map(|user| user.identity().nick.to_string()).collect();
    if nicks.is_empty() {
        client.numeric(numeric::RPL_ISON, &[""]);
    }
    client.numeric_list(numeric::RPL_ISON, &[], &nicks, " ");
    Ok(())
}
