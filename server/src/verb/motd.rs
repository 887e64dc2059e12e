//! `MOTD`: the message of the day. <https://modern.ircdocs.horse/#motd-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;

pub(super) const VERB: Verb = Verb {
    name: "MOTD",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "MOTD\nShows the message of the day.",
};

fn run(client: &mut Client, _message: &Message<'_>) -> Handled {
    show(client);
    Ok(())
}

/// `375`, `372` and `376`, or `422`.
pub(crate) fn show(client: &mut Client) {
    let hub = std::sync::Arc::clone(&client.hub);
    let config = hub.config();
    let Some(motd) = &config.server.motd else {
        client.numeric(numeric::ERR_NOMOTD, &["MOTD File is missing"]);
        return;
    };
    client.numeric(
        numeric::RPL_MOTDSTART,
        &[&format!("- {} Message of the day - ", hub.name())],
    );
    for line in motd.lines() {
        client.numeric(numeric::RPL_MOTD, &[&format!("- {line}")]);
    }
    client.numeric(numeric::RPL_ENDOFMOTD, &["End of /MOTD command"]);
}
