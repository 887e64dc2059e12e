//! `MARKREAD`: up to when a conversation was read. <https://ircv3.net/specs/extensions/read-marker>

use futures_util::future::BoxFuture;
use salon_protocol::{Message, Timestamp};

use super::{Handled, Handler, Phase, Verb, fit};
use crate::connection::Client;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "MARKREAD",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "MARKREAD target [timestamp=...]\nShows up to when you have read a conversation, or says so; the time only ever rises. An account keeps it.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let target = message.param(0).filter(|target| !target.is_empty());
        let target = target.ok_or_else(|| {
            Reply::fail("MARKREAD", "NEED_MORE_PARAMS", &[], "Missing parameters")
        })?;
        if fit(target) == "*" {
            return Err(invalid(target));
        }
        if let Some(given) = message.param(1) {
            let time = given
                .strip_prefix("timestamp=")
                .and_then(|time| time.parse::<Timestamp>().ok());
            let time = time.ok_or_else(|| invalid(given))?;
            mark_read(client, target, time).await?;
        }
        client.show_marker(target);
        Ok(())
    })
}

/// What changed is kept before anybody is told of it, and then told to the user's other connections too.
async fn mark_read(client: &Client, target: &str, time: Timestamp) -> Handled {
    let user = client.asker()?.user;
    let notes = user.notes();
    let accounts = &client.hub.accounts;
    let kept = accounts.note(&notes, || notes.of_reading(target, time));
    let is_later = kept.await.map_err(|_| {
        let text = "The time could not be stored; try again later";
        Reply::fail("MARKREAD", "INTERNAL_ERROR", &[target], text)
    })?;
    if is_later {
        user.tell_read(client.session, target, time);
    }
    Ok(())
}

fn invalid(given: &str) -> Reply {
    let text = "A target and a time such as timestamp=2026-01-31T12:00:00.000Z are expected";
    Reply::fail("MARKREAD", "INVALID_PARAMS", &[fit(given)], text)
}
