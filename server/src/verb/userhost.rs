//! `USERHOST`: user names and hosts of some nicks. <https://modern.ircdocs.horse/#userhost-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;
use crate::identity::Identity;

/// How many nicks one command asks for at most.
const NICKS_MAX: usize = 5;

pub(super) const VERB: Verb = Verb {
    name: "USERHOST",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "USERHOST nick [nick...]\nShows user name and host of up to five nicks.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    let users = message
        .params
        .iter()
        .take(NICKS_MAX)
        .filter_map(|nick| client.hub.directory.user(nick));
    let shown: Vec<String> = users.map(|user| show(&user.identity())).collect();
    client.numeric(numeric::RPL_USERHOST, &[&shown.join(" ")]);
    Ok(())
}

fn show(identity: &Identity) -> String {
    let operator = if identity.is_operator() { "*" } else { "" };
    let presence = if identity.away.is_some() { '-' } else { '+' };
    format!(
        "{}{operator}={presence}{}@{}",
        identity.nick, identity.username, identity.host
    )
}
