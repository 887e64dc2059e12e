//! `BATCH`: a message of many lines. <https://ircv3.net/specs/extensions/multiline>

use salon_protocol::{Message, cap, numeric};

use super::{Handled, Handler, Phase, Verb, fit, need_more_params, privmsg};
use crate::connection::{Caps, Client, Line, OpenBatch, invalid_batch};
use crate::event::Speech;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "BATCH",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Post(run),
    help: "BATCH +reference draft/multiline target | -reference\nBegins and ends a message of many lines; needs the capability draft/multiline.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    if !client.caps.contains(Caps::MULTILINE | Caps::BATCH) {
        let text = "Needs the capabilities draft/multiline and batch";
        return Err(Reply::numeric(
            numeric::ERR_UNKNOWNCOMMAND,
            &["BATCH", text],
        ));
    }
    let reference = message.param(0).unwrap_or_default();
    if let Some(reference) = reference.strip_prefix('+') {
        return open(client, message, reference);
    }
    let ended = reference.strip_prefix('-').unwrap_or_default();
    let batch = client.open_batch.take_if(|batch| batch.is(ended));
    let batch = batch.ok_or_else(|| invalid_batch("There is no such batch"))?;
    client.postings.extend(batch.finish());
    Ok(())
}

fn open(client: &mut Client, message: &Message<'_>, reference: &str) -> Handled {
    let kind = message.param(1).unwrap_or_default();
    if kind != cap::MULTILINE {
        let context = [fit(reference), fit(kind)];
        return Err(Reply::fail(
            "BATCH",
            "UNKNOWN_TYPE",
            &context,
            "Unknown batch type",
        ));
    }
    let target = message.param(2).filter(|target| !target.is_empty());
    let target = target.ok_or_else(|| need_more_params("BATCH"))?;
    let label = client.label_of(message);
    let batch = OpenBatch::new(reference, label, target, privmsg::client_tags(message));
    if let Some(mut before) = client.open_batch.replace(Box::new(batch)) {
        let reply = invalid_batch("Another batch began before this one ended");
        client.postings.push(before.refuse(reply));
    }
    Ok(())
}

/// Adds a line to the message that the client is sending.
pub(super) fn add(
    client: &mut Client,
    message: &Message<'_>,
    reference: &str,
    speech: Speech,
) -> Handled {
    let (target, text) = (message.param(0), message.param(1));
    let line = Line {
        speech,
        target: target.unwrap_or_default(),
        text: text.unwrap_or_default(),
        continues: message.tags.get("draft/multiline-concat").is_some(),
    };
    let fits = privmsg::fits(client, speech, line.target, line.text)?;
    let Some(batch) = &mut client.open_batch else {
        return Err(invalid_batch("There is no such batch"));
    };
    let added = if !batch.is(reference) {
        Err(invalid_batch(
            "The line is of another batch than the one that is open",
        ))
    } else if !fits {
        Err(invalid_batch("The line is too long to be passed on whole"))
    } else {
        batch.add(line)
    };
    if let Err(reply) = added {
        client.postings.push(batch.refuse(reply));
    }
    Ok(())
}
