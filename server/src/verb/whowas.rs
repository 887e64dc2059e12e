//! `WHOWAS`: who had a nick before. <https://modern.ircdocs.horse/#whowas-message>

use salon_protocol::{Message, Nick, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "WHOWAS",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "WHOWAS nick [count]\nShows those who had a nick, the latest first.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    let wanted = message.param(0).filter(|nick| !nick.is_empty());
    let wanted = wanted
        .ok_or_else(|| Reply::numeric(numeric::ERR_NONICKNAMEGIVEN, &["No nickname given"]))?;
    let count = message
        .param(1)
        .and_then(|count| count.parse::<usize>().ok())
        .filter(|count| *count > 0);
    let departed = wanted
        .parse::<Nick>()
        .map(|nick| client.hub.directory.departed(&nick))
        .unwrap_or_default();
    let server = client.hub.name().to_owned();
    if departed.is_empty() {
        client.numeric(
            numeric::ERR_WASNOSUCHNICK,
            &[wanted, "There was no such nickname"],
        );
    }
    for one in departed.iter().take(count.unwrap_or(usize::MAX)) {
        let identity = &one.identity;
        let params = [
            identity.nick.as_str(),
            &identity.username,
            &identity.host,
            "*",
            &identity.realname,
        ];
        client.numeric(numeric::RPL_WHOWASUSER, &params);
        client.numeric(
            numeric::RPL_WHOISSERVER,
            &[identity.nick.as_str(), &server, &one.time.to_string()],
        );
    }
    client.numeric(numeric::RPL_ENDOFWHOWAS, &[wanted, "End of WHOWAS"]);
    Ok(())
}
