//! `PRIVMSG`: says something to rooms and users. `NOTICE` and `TAGMSG` are read here too.
//!
//! A text that would not fit its line once the hub has put the sender before it is refused with `417`: cutting it
//! would lose what was said. <https://modern.ircdocs.horse/#privmsg-message>

use salon_protocol::{LINE_BYTES_MAX, Message, numeric};

use super::{Handled, Handler, Phase, Verb, batch};
use crate::connection::{Caps, Client, Content, Posting, destination};
use crate::event::Speech;
use crate::reply::Reply;

/// How many targets one message may have; `TARGMAX` in `005`.
pub(crate) const TARGETS_MAX: usize = 4;

pub(super) const VERB: Verb = Verb {
    name: "PRIVMSG",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Post(run),
    help: "PRIVMSG target[,target...] :text\nSays something to a room or a nick; @#room reaches its operators.",
};

fn run(client: &mut Client, message: &Message<'_>) -> Handled {
    post(client, message, Speech::Privmsg)
}

/// Reads a message and leaves it for the next flush.
pub(super) fn post(client: &mut Client, message: &Message<'_>, speech: Speech) -> Handled {
    if let Some(reference) = message.tags.get("batch")
        && client.caps.contains(Caps::MULTILINE | Caps::BATCH)
    {
        return batch::add(client, message, reference, speech);
    }
    let targets = message.param(0).filter(|targets| !targets.is_empty());
    let targets = targets.ok_or_else(|| no_recipient(speech))?;
    let text = match speech {
        Speech::Tagmsg => "",
        Speech::Privmsg | Speech::Notice => message.param(1).unwrap_or_default(),
    };
    if text.is_empty() && speech != Speech::Tagmsg {
        return silent(
            speech,
            Reply::numeric(numeric::ERR_NOTEXTTOSEND, &["No text to send"]),
            client,
            message,
        );
    }
    let names: Vec<&str> = targets.split(',').filter(|name| !name.is_empty()).collect();
    if names.len() > TARGETS_MAX {
        let reply = Reply::numeric(numeric::ERR_TOOMANYTARGETS, &[targets, "Too many targets"]);
        return silent(speech, reply, client, message);
    }
    let mut fit = true;
    for name in &names {
        fit &= fits(client, speech, name, text)?;
    }
    if !fit {
        let reply = Reply::numeric(
            numeric::ERR_INPUTTOOLONG,
            &["Input line was too long to be passed on whole"],
        );
        return silent(speech, reply, client, message);
    }
    let posting = Posting {
        label: client.label_of(message),
        destinations: names.into_iter().map(destination).collect(),
        content: Content {
            speech,
            text: text.to_owned(),
            client_tags: client_tags(message),
        },
        refusal: None,
    };
    client.postings.push(posting);
    Ok(())
}

/// Whether a text fits its line once the hub has put the sender before it.
pub(super) fn fits(
    client: &Client,
    speech: Speech,
    target: &str,
    text: &str,
) -> Result<bool, Reply> {
    let asker = client.asker()?;
    let frame = ":".len() + asker.identity.mask().len() + speech.verb().len() + "   :\r\n".len();
    Ok(frame + target.len() + text.len() <= LINE_BYTES_MAX)
}

/// A `NOTICE` is not answered, unless its sender asked for it with a label.
fn silent(speech: Speech, reply: Reply, client: &Client, message: &Message<'_>) -> Handled {
    if speech == Speech::Notice && client.label_of(message).is_none() {
        Ok(())
    } else {
        Err(reply)
    }
}

/// The client-only tags as they came, which is already in the form for the wire.
pub(super) fn client_tags(message: &Message<'_>) -> String {
    let tags = message
        .tags
        .raw()
        .unwrap_or_default()
        .split(';')
        .filter(|tag| tag.starts_with('+'));
    tags.collect::<Vec<&str>>().join(";")
}

fn no_recipient(speech: Speech) -> Reply {
    Reply::numeric(
        numeric::ERR_NORECIPIENT,
        &[&format!("No recipient given ({})", speech.verb())],
    )
}
