//! `CHATHISTORY`: what was said before. <https://ircv3.net/specs/extensions/chathistory>

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use salon_protocol::{Message, Timestamp};
use tokio::time::timeout;

use super::{Handled, Handler, Phase, Verb, fit};
use crate::connection::{Client, Conversation, Reference, Window, unreadable};
use crate::event::Event;
use crate::log::LogError;
use crate::reply::Reply;

/// How many messages one command gets at most; `CHATHISTORY` in `005`.
pub(crate) const MESSAGES_MAX: usize = 100;

/// How long it may take to look at the ends of all conversations of somebody, of which there may be more than a thousand.
const TARGETS_TIME_MAX: Duration = Duration::from_secs(5);

pub(super) const VERB: Verb = Verb {
    name: "CHATHISTORY",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "CHATHISTORY LATEST|BEFORE|AFTER|AROUND target reference limit\nShows what was said before; also BETWEEN target reference reference limit, and TARGETS timestamp timestamp limit. A reference is msgid=..., timestamp=... or, for LATEST, *.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let subcommand = message.param(0).unwrap_or_default().to_ascii_uppercase();
        let hub = Arc::clone(&client.hub);
        let turn = hub.pages.take(client.counted_address()).await;
        let _turn = turn.map_err(|error| unreadable(&error, fit(&subcommand), "*"))?;
        match subcommand.as_str() {
            "TARGETS" => targets(client, message).await,
            "LATEST" | "BEFORE" | "AFTER" | "AROUND" | "BETWEEN" => {
                messages(client, &subcommand, message).await
            }
            _ => {
                let shown = fit(message.param(0).unwrap_or_default());
                Err(Reply::fail(
                    "CHATHISTORY",
                    "INVALID_PARAMS",
                    &[shown],
                    "Unknown subcommand",
                ))
            }
        }
    })
}

async fn messages(client: &mut Client, subcommand: &str, message: &Message<'_>) -> Handled {
    let target = message
        .param(1)
        .filter(|target| !target.is_empty())
        .ok_or_else(|| too_few(subcommand))?;
    let wanted = fit(target);
    let conversation = client.conversation(target).ok_or_else(|| {
        Reply::fail(
            "CHATHISTORY",
            "INVALID_TARGET",
            &[subcommand, wanted],
            "Messages could not be retrieved",
        )
    })?;
    let events = if subcommand == "AROUND" {
        around(client, &conversation, message).await?
    } else {
        let mut window = window(subcommand, message)?;
        let turned = client.put_in_order(&conversation, &mut window).await;
        turned.map_err(|error| unreadable(&error, subcommand, wanted))?;
        let found = client.history(&conversation, window).await;
        found.map_err(|error| unreadable(&error, subcommand, wanted))?
    };
    client.push_events("chathistory", &[target], &events);
    Ok(())
}

fn window(subcommand: &str, message: &Message<'_>) -> Result<Window, Reply> {
    let at = |index| reference(subcommand, message.param(index));
    Ok(match subcommand {
        "LATEST" => {
            let after = if message.param(2) == Some("*") {
                None
            } else {
                Some(at(2)?)
            };
            Window {
                after,
                before: None,
                events_max: limit(subcommand, message.param(3))?,
                newest: true,
            }
        }
        "BEFORE" => {
            let events_max = limit(subcommand, message.param(3))?;
            Window {
                after: None,
                before: Some(at(2)?),
                events_max,
                newest: true,
            }
        }
        "AFTER" => {
            let events_max = limit(subcommand, message.param(3))?;
            Window {
                after: Some(at(2)?),
                before: None,
                events_max,
                newest: false,
            }
        }
        _ => {
            let (from, to) = (at(2)?, at(3)?);
            let events_max = limit(subcommand, message.param(4))?;
            let newest = is_later(from, to);
            let (after, before) = if newest { (to, from) } else { (from, to) };
            Window {
                after: Some(after),
                before: Some(before),
                events_max,
                newest,
            }
        }
    })
}

/// Whether a window runs backwards: the messages next to its first reference are wanted. Of references that cannot be
/// compared without the log, the first is taken to be the earlier one.
fn is_later(from: Reference, to: Reference) -> bool {
    match (from, to) {
        (Reference::Time(from), Reference::Time(to)) => from > to,
        (Reference::Message(from), Reference::Message(to)) => {
            from.stream == to.stream && from.seq > to.seq
        }
        (Reference::Time(_), Reference::Message(_))
        | (Reference::Message(_), Reference::Time(_)) => false,
    }
}

/// As many messages before the reference as after it, and the one that it names.
async fn around(
    client: &Client,
    conversation: &Conversation,
    message: &Message<'_>,
) -> Result<Vec<Arc<Event>>, Reply> {
    let center = reference("AROUND", message.param(2))?;
    let events_max = limit("AROUND", message.param(3))?;
    let target = fit(message.param(1).unwrap_or_default());
    let refuse = |error: LogError| unreadable(&error, "AROUND", target);
    let half = events_max / 2;
    let before = Window {
        after: None,
        before: Some(center),
        events_max: half,
        newest: true,
    };
    let mut events = client.history(conversation, before).await.map_err(refuse)?;
    let from = match center {
        Reference::Message(id) => {
            events.extend(client.message(conversation, id).await.map_err(refuse)?);
            center
        }
        Reference::Time(time) => {
            Reference::Time(Timestamp::from_millis(time.as_millis().saturating_sub(1)))
        }
    };
    let events_max = events_max.saturating_sub(events.len());
    if events_max > 0 {
        let after = Window {
            after: Some(from),
            before: None,
            events_max,
            newest: false,
        };
        events.extend(client.history(conversation, after).await.map_err(refuse)?);
    }
    Ok(events)
}

/// The conversations with something said between two times, the one that was silent longest first.
async fn targets(client: &mut Client, message: &Message<'_>) -> Handled {
    let bound = |index| match reference("TARGETS", message.param(index))? {
        Reference::Time(time) => Ok(time),
        Reference::Message(_) => Err(invalid("TARGETS", "timestamp=... is expected")),
    };
    let (from, to) = (bound(1)?, bound(2)?);
    let events_max = limit("TARGETS", message.param(3))?;
    let (from, to) = (from.min(to), from.max(to));
    let limit = TARGETS_TIME_MAX;
    let ends = timeout(limit, ends(client)).await;
    let ends = ends.unwrap_or(Err(LogError::TakesTooLong { limit }));
    let mut found = ends.map_err(|error| unreadable(&error, "TARGETS", "*"))?;
    found.retain(|(time, _)| *time > from && *time < to);
    found.sort();
    found.truncate(events_max);
    let hub = client.hub.name().to_owned();
    let lines: Vec<Vec<u8>> = found
        .into_iter()
        .map(|(time, name)| format!(":{hub} CHATHISTORY TARGETS {name} {time}\r\n").into_bytes())
        .collect();
    client.push_batch("draft/chathistory-targets", &[], &lines);
    Ok(())
}

/// When something was said last in each conversation.
async fn ends(client: &Client) -> Result<Vec<(Timestamp, String)>, LogError> {
    let mut found = Vec::new();
    for name in client.partners().await? {
        if let Some(conversation) = client.conversation(&name)
            && let Some(time) = client.latest(&conversation).await?
        {
            found.push((time, name));
        }
    }
    Ok(found)
}

fn reference(subcommand: &str, text: Option<&str>) -> Result<Reference, Reply> {
    let text = text.ok_or_else(|| too_few(subcommand))?;
    let parsed = match text.split_once('=') {
        Some(("timestamp", time)) => time.parse().ok().map(Reference::Time),
        Some(("msgid", id)) => id.parse().ok().map(Reference::Message),
        Some(_) | None => None,
    };
    parsed.ok_or_else(|| invalid(subcommand, "msgid=... or timestamp=... is expected"))
}

fn limit(subcommand: &str, text: Option<&str>) -> Result<usize, Reply> {
    let text = text.ok_or_else(|| too_few(subcommand))?;
    let limit = text.parse::<usize>().ok().filter(|limit| *limit > 0);
    Ok(limit
        .ok_or_else(|| invalid(subcommand, "a number of messages above 0 is expected"))?
        .min(MESSAGES_MAX))
}

fn too_few(subcommand: &str) -> Reply {
    Reply::fail(
        "CHATHISTORY",
        "NEED_MORE_PARAMS",
        &[subcommand],
        "Missing parameters",
    )
}

fn invalid(subcommand: &str, text: &str) -> Reply {
    Reply::fail(
        "CHATHISTORY",
        "INVALID_PARAMS",
        &[subcommand],
        &format!("Invalid parameter: {text}"),
    )
}
