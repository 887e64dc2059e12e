//! `INFO`: what this program is. <https://modern.ircdocs.horse/#info-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;
use crate::isupport::VERSION;

pub(super) const VERB: Verb = Verb {
    name: "INFO",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "INFO\nShows what program this is.",
};

fn run(client: &mut Client, _message: &Message<'_>) -> Handled {
    let started = client.hub.started;
    let lines = [
        VERSION.to_owned(),
        "Salon: chat for people who live in a terminal. MIT licence.".to_owned(),
        format!("Running since {started}"),
    ];
    for line in &lines {
        client.numeric(numeric::RPL_INFO, &[line]);
    }
    client.numeric(numeric::RPL_ENDOFINFO, &["End of /INFO list"]);
    Ok(())
}
