//! `MARKREAD`: up to when a conversation was read. <https://ircv3.net/specs/extensions/read-marker>

use salon_protocol::{Message, Timestamp};

use super::{Handled, Handler, Phase, Verb, fit};
use crate::connection::Client;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "MARKREAD",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Now(run),
    help: "MARKREAD target [timestamp=...]\nShows up to when you have read a conversation, or says so; the time only ever rises.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    let target = message.param(0).filter(|target| !target.is_empty());
    let target = target
        .ok_or_else(|| Reply::fail("MARKREAD", "NEED_MORE_PARAMS", &[], "Missing parameters"))?;
    if fit(target) == "*" {
        return Err(invalid(target));
    }
    let user = client.asker()?.user;
    if let Some(given) = message.param(1) {
        let time = given
            .strip_prefix("timestamp=")
            .and_then(|time| time.parse::<Timestamp>().ok());
        let time = time.ok_or_else(|| invalid(given))?;
        user.mark_read(target, time);
    }
    client.show_marker(target);
    Ok(())
}

fn invalid(given: &str) -> Reply {
    let text = "A target and a time such as timestamp=2026-01-31T12:00:00.000Z are expected";
    Reply::fail("MARKREAD", "INVALID_PARAMS", &[fit(given)], text)
}
