//! `LUSERS`: how many are here. <https://modern.ircdocs.horse/#lusers-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;

pub(super) const VERB: Verb = Verb {
    name: "LUSERS",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "LUSERS\nShows how many users and rooms there are.",
};

fn run(client: &mut Client, _message: &Message<'_>) -> Handled {
    show(client);
    Ok(())
}

/// `251` to `255`, `265` and `266`.
pub(crate) fn show(client: &mut Client) {
    let census = client.hub.directory.census();
    let unregistered = client.hub.unregistered();
    let visible = census.users.saturating_sub(census.invisible);
    let users = format!(
        "There are {visible} users and {} invisible on 1 servers",
        census.invisible
    );
    client.numeric(numeric::RPL_LUSERCLIENT, &[&users]);
    client.numeric(
        numeric::RPL_LUSEROP,
        &[&census.operators.to_string(), "operator(s) online"],
    );
    client.numeric(
        numeric::RPL_LUSERUNKNOWN,
        &[&unregistered.to_string(), "unregistered connection(s)"],
    );
    client.numeric(
        numeric::RPL_LUSERCHANNELS,
        &[&census.rooms.to_string(), "channels formed"],
    );
    let mine = format!("I have {} clients and 0 servers", census.users);
    client.numeric(numeric::RPL_LUSERME, &[&mine]);
    let (now, peak) = (census.users.to_string(), census.users_peak.to_string());
    let text = format!("Current local users {now}, max {peak}");
    client.numeric(numeric::RPL_LOCALUSERS, &[&now, &peak, &text]);
    let text = format!("Current global users {now}, max {peak}");
    client.numeric(numeric::RPL_GLOBALUSERS, &[&now, &peak, &text]);
}
