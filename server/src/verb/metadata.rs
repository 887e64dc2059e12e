//! `METADATA`: keys with values that users and rooms have. <https://ircv3.net/specs/extensions/metadata>

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb, fit, need_more_params};
use crate::connection::{Caps, Client, not_registered};
use crate::metadata::{self, Metadata, SUBSCRIPTIONS_MAX, VALUE_BYTES_MAX};
use crate::reply::Reply;
use crate::room::{Request, Room};

pub(super) const VERB: Verb = Verb {
    name: "METADATA",
    params_min: 2,
    phase: Phase::Any,
    handler: Handler::Ask(run),
    help: "METADATA target GET key... | LIST | SET key [:value] | CLEAR | SYNC; METADATA * SUB key... | UNSUB key... | SUBS\nShows and sets keys with values of yourself (*) and of rooms, and subscribes to keys of others.",
};

/// How many keys stand on one line of an answer.
const KEYS_PER_LINE: usize = 5;

/// Whose metadata it is about.
enum Target {
    Own,
    Other(String, Metadata),
    Room(Arc<Room>),
}

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        if client.user.is_none() && !client.caps.contains(Caps::METADATA) {
            return Err(not_registered());
        }
        let subcommand = message.param(1).unwrap_or_default().to_ascii_uppercase();
        let params = message.params.iter().skip(2).map(AsRef::as_ref);
        let keys: Vec<&str> = params.collect();
        match subcommand.as_str() {
            "SUB" => subscribe(client, &keys),
            "UNSUB" => unsubscribe(client, &keys),
            "SUBS" => {
                let all: Vec<String> = client.subscriptions.iter().cloned().collect();
                list_keys(client, numeric::RPL_METADATASUBS, &all);
                Ok(())
            }
            "GET" | "LIST" | "SET" | "CLEAR" | "SYNC" => {
                on_target(client, message, &subcommand, &keys).await
            }
            _ => {
                let text = "GET, LIST, SET, CLEAR, SYNC, SUB, UNSUB or SUBS is expected";
                let given = fit(message.param(1).unwrap_or_default());
                Err(Reply::fail(
                    "METADATA",
                    "SUBCOMMAND_INVALID",
                    &[given],
                    text,
                ))
            }
        }
    })
}

async fn on_target(
    client: &mut Client,
    message: &Message<'_>,
    subcommand: &str,
    keys: &[&str],
) -> Handled {
    let target = target(client, message.param(0).unwrap_or_default())?;
    match (subcommand, target) {
        ("SET", target) => {
            let (written, value) = (keys.first(), keys.get(1).copied());
            let written = written.ok_or_else(|| need_more_params("METADATA"))?;
            let key = metadata::key(written).ok_or_else(|| invalid_key(written))?;
            let value = value.filter(|value| !value.is_empty());
            if value.is_some_and(|value| value.len() > VALUE_BYTES_MAX) {
                let text = format!("A value of at most {VALUE_BYTES_MAX} bytes is expected");
                return Err(Reply::fail("METADATA", "INVALID_VALUE", &[&key], &text));
            }
            set(client, target, &key, value).await
        }
        ("CLEAR", target) => clear(client, target).await,
        (_, target) => show(client, target, subcommand, keys).await,
    }
}

fn target(client: &Client, name: &str) -> Result<Target, Reply> {
    if name == "*"
        || client
            .identity()
            .is_some_and(|identity| identity.nick.is(name))
    {
        return Ok(Target::Own);
    }
    if client.user.is_none() {
        return Err(not_registered());
    }
    if let Ok(room) = client.room(name) {
        return Ok(Target::Room(room));
    }
    let user = client.hub.directory.user(name).ok_or_else(|| {
        let text = "There is no such room or nick";
        Reply::fail("METADATA", "INVALID_TARGET", &[fit(name)], text)
    })?;
    let identity = user.identity();
    Ok(Target::Other(
        identity.nick.to_string(),
        identity.metadata.clone(),
    ))
}

async fn show(client: &mut Client, target: Target, subcommand: &str, keys: &[&str]) -> Handled {
    let (name, metadata, room) = match target {
        Target::Own => (own_name(client), own(client), None),
        Target::Other(nick, metadata) => (nick, metadata, None),
        Target::Room(room) => {
            let answer = client.ask(&room, Request::ShowMetadata).await?;
            let metadata = answer.metadata.unwrap_or_default();
            (room.name().to_string(), metadata, Some(room))
        }
    };
    let lines = match subcommand {
        "GET" => keys
            .iter()
            .map(|written| get(client, &name, &metadata, written))
            .collect(),
        "LIST" => {
            let all = metadata.iter();
            all.map(|(key, value)| client.metadata_line(&name, key, Some(value)))
                .collect()
        }
        _ => match room {
            Some(room) => {
                let answer = client.ask(&room, Request::Members).await?;
                let members = answer.members.unwrap_or_default();
                client.room_lines(&name, &metadata, &members)
            }
            None => client.subscribed_lines(&name, &metadata),
        },
    };
    client.push_batch("metadata", &[&name], &lines);
    Ok(())
}

fn get(client: &Client, name: &str, metadata: &Metadata, written: &str) -> Vec<u8> {
    match metadata::key(written) {
        Some(key) => client.metadata_line(name, &key, metadata.get(&key)),
        None => client.reply_line(&invalid_key(written)),
    }
}

async fn set(client: &mut Client, target: Target, key: &str, value: Option<&str>) -> Handled {
    let name = match target {
        Target::Other(nick, _) => return Err(no_permission(&nick, key)),
        Target::Own => {
            let (name, metadata) = (own_name(client), own(client));
            if value.is_none() && metadata.get(key).is_none() {
                let text = "The key is not set";
                return Err(Reply::fail("METADATA", "KEY_NOT_SET", &[&name, key], text));
            }
            if value.is_some() && metadata.is_full_for(key) {
                let text = "There are too many keys";
                return Err(Reply::fail("METADATA", "LIMIT_REACHED", &[&name], text));
            }
            set_own(client, key, value).await?;
            name
        }
        Target::Room(room) => {
            let request = Request::SetMetadata {
                key: key.to_owned(),
                value: value.map(ToOwned::to_owned),
            };
            client.ask(&room, request).await?;
            room.name().to_string()
        }
    };
    let line = client.metadata_line(&name, key, value);
    client.push(&line);
    Ok(())
}

async fn clear(client: &mut Client, target: Target) -> Handled {
    let (name, before) = match target {
        Target::Other(nick, _) => return Err(no_permission(&nick, "*")),
        Target::Own => {
            let before = own(client);
            for (key, _) in before.iter() {
                set_own(client, key, None).await?;
            }
            (own_name(client), before)
        }
        Target::Room(room) => {
            let answer = client.ask(&room, Request::ClearMetadata).await?;
            (room.name().to_string(), answer.metadata.unwrap_or_default())
        }
    };
    let keys = before
        .iter()
        .map(|(key, _)| client.metadata_line(&name, key, None));
    let lines: Vec<Vec<u8>> = keys.collect();
    client.push_batch("metadata", &[&name], &lines);
    Ok(())
}

/// Before registration it is kept for the one who arrives.
async fn set_own(client: &mut Client, key: &str, value: Option<&str>) -> Handled {
    if client.user.is_none() {
        let metadata = own(client).with(key, value);
        client.introduce().metadata = metadata;
        return Ok(());
    }
    client.set_own_metadata(key, value).await
}

fn own(client: &Client) -> Metadata {
    let identity = client.identity();
    identity.map_or_else(
        || client.introduction().metadata.clone(),
        |identity| identity.metadata.clone(),
    )
}

fn own_name(client: &Client) -> String {
    let identity = client.identity();
    identity.map_or_else(|| "*".to_owned(), |identity| identity.nick.to_string())
}

fn subscribe(client: &mut Client, keys: &[&str]) -> Handled {
    let mut done = Vec::new();
    let mut refused = Vec::new();
    for written in keys {
        let Some(key) = metadata::key(written) else {
            refused.push(invalid_key(written));
            continue;
        };
        if client.subscriptions.len() >= SUBSCRIPTIONS_MAX && !client.subscriptions.contains(&key) {
            let text = "You are subscribed to too many keys";
            refused.push(Reply::fail("METADATA", "TOO_MANY_SUBS", &[&key], text));
            break;
        }
        client.subscriptions.insert(key.clone());
        done.push(key);
    }
    list_keys(client, numeric::RPL_METADATASUBOK, &done);
    for reply in &refused {
        client.reply(reply);
    }
    // What there is already is to be asked for, room by room.
    let rooms = client
        .user
        .as_ref()
        .map(|user| user.rooms())
        .unwrap_or_default();
    for room in rooms.iter().filter(|_| !done.is_empty()) {
        client.numeric(numeric::RPL_METADATASYNCLATER, &[room.name().as_str(), "1"]);
    }
    Ok(())
}

fn unsubscribe(client: &mut Client, keys: &[&str]) -> Handled {
    let mut done = Vec::new();
    for written in keys {
        match metadata::key(written) {
            Some(key) => {
                client.subscriptions.remove(&key);
                done.push(key);
            }
            None => client.reply(&invalid_key(written)),
        }
    }
    list_keys(client, numeric::RPL_METADATAUNSUBOK, &done);
    Ok(())
}

fn list_keys(client: &mut Client, numeric: salon_protocol::numeric::Numeric, keys: &[String]) {
    for some in keys.chunks(KEYS_PER_LINE) {
        let params: Vec<&str> = some.iter().map(String::as_str).collect();
        client.numeric(numeric, &params);
    }
}

fn invalid_key(written: &str) -> Reply {
    let text = "A key has letters, digits and _.:-/ alone";
    Reply::fail("METADATA", "KEY_INVALID", &[fit(written)], text)
}

fn no_permission(target: &str, key: &str) -> Reply {
    let text = "You may not change that";
    Reply::fail("METADATA", "KEY_NO_PERMISSION", &[target, key], text)
}
