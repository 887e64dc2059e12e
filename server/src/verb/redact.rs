//! `REDACT`: takes a message back. It is gone from history and search from then on.
//! <https://ircv3.net/specs/extensions/message-redaction>

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb, cut, fit};
use crate::connection::{Client, Conversation, unreadable_for};
use crate::event::{Body, Event};
use crate::isupport::TEXT_BYTES_MAX;
use crate::reply::{Reply, no_such_nick};
use crate::room::{Request, redaction_forbidden};

pub(super) const VERB: Verb = Verb {
    name: "REDACT",
    params_min: 2,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "REDACT target msgid [:reason]\nTakes a message back: your own, or anybody's as an operator of the room.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let target = message.param(0).unwrap_or_default();
        let id = message.param(1).unwrap_or_default();
        let reason = message.param(2).filter(|reason| !reason.is_empty());
        let reason = reason.map(|reason| cut(reason, TEXT_BYTES_MAX).to_owned());
        let conversation = client.conversation(target).ok_or_else(|| {
            let text = "You cannot take back messages there";
            Reply::fail("REDACT", "INVALID_TARGET", &[fit(target)], text)
        })?;
        let found = find(client, &conversation, target, id).await?;
        if let Ok(room) = client.room(target) {
            let redact = Request::Redact {
                is_own: is_own(client, &found)?,
                message: found,
                reason,
            };
            client.ask(&room, redact).await?;
            return Ok(());
        }
        redact_direct(client, target, &found, reason).await
    })
}

async fn find(
    client: &Client,
    conversation: &Conversation,
    target: &str,
    id: &str,
) -> Result<Arc<Event>, Reply> {
    let unknown = || {
        let text = "There is no such message here, or it is no longer kept";
        Reply::fail("REDACT", "UNKNOWN_MSGID", &[fit(target), fit(id)], text)
    };
    let parsed = id.parse().map_err(|_| unknown())?;
    let found = client.message(conversation, parsed).await;
    let found = found.map_err(|error| unreadable_for("REDACT", &error, &[fit(target)]))?;
    found
        .filter(|event| event.is_speech() && event.id == parsed)
        .ok_or_else(unknown)
}

fn is_own(client: &Client, message: &Event) -> Result<bool, Reply> {
    let user = client.asker()?.user.id;
    Ok(message.is_by(user, client.owner().as_ref()))
}

/// Takes back what was written to somebody; what they wrote is theirs.
async fn redact_direct(
    client: &mut Client,
    target: &str,
    message: &Event,
    reason: Option<String>,
) -> Handled {
    let asker = client.asker()?;
    if !is_own(client, message)? {
        return Err(redaction_forbidden(fit(target), message.id));
    }
    let receiver = [client.hub.directory.user(target), client.user.clone()];
    let mut receiver = receiver.into_iter().flatten();
    let receiver = receiver
        .find(|user| user.direct() == message.id.stream)
        .ok_or_else(|| no_such_nick(target))?;
    let body = Body::Redact {
        message: message.id,
        reason: reason.map(Into::into),
    };
    let hub = Arc::clone(&client.hub);
    let stored = hub
        .post
        .send(&asker, &receiver, &message.target, vec![body])
        .await;
    for result in stored {
        client.show_own(&*result?);
    }
    Ok(())
}
