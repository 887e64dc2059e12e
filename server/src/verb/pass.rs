//! `PASS`: the password of the hub. <https://modern.ircdocs.horse/#pass-message>

use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;

pub(super) const VERB: Verb = Verb {
    name: "PASS",
    params_min: 1,
    phase: Phase::Unregistered,
    handler: Handler::Now(run),
    help: "PASS password\nGives the hub's password, before NICK and USER.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    client.introduce().password = message.param(0).map(ToOwned::to_owned);
    Ok(())
}
