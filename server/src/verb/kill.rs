//! `KILL`: ends somebody's connection. <https://modern.ircdocs.horse/#kill-message>

use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb, cut};
use crate::connection::{Client, no_such_nick};
use crate::inbox::Closing;
use crate::isupport::TEXT_BYTES_MAX;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "KILL",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "KILL nick [:reason]\nEnds somebody's connection; for operators of the server.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    let asker = client.asker()?;
    if !asker.identity.is_operator() {
        let text = "Permission Denied- You're not an IRC operator";
        return Err(Reply::numeric(numeric::ERR_NOPRIVILEGES, &[text]));
    }
    let nick = message.param(0).unwrap_or_default();
    let target = client
        .hub
        .directory
        .user(nick)
        .ok_or_else(|| no_such_nick(nick))?;
    let shown = target.identity().nick.clone();
    let reason = cut(
        message.param(1).unwrap_or("No reason given"),
        TEXT_BYTES_MAX,
    );
    let by = &asker.identity.nick;
    tracing::info!(operator = %by, target = %shown, "KILL");
    target.inbox.close(Closing {
        line: Some(format!(
            ":{} KILL {shown} :{reason}\r\n",
            asker.identity.mask()
        )),
        reason: format!("Killed ({by} ({reason}))"),
    });
    Ok(())
}
