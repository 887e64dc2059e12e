//! `VERSION`: which version this is, and again what it supports. <https://modern.ircdocs.horse/#version-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;
use crate::isupport::VERSION;

pub(super) const VERB: Verb = Verb {
    name: "VERSION",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "VERSION\nShows the version of the program and what it supports.",
};

fn run(client: &mut Client, _message: &Message<'_>) -> Handled {
    let name = client.hub.name().to_owned();
    client.numeric(numeric::RPL_VERSION, &[VERSION, &name, "Salon"]);
    client.show_isupport();
    Ok(())
}
