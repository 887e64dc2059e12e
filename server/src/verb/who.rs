//! `WHO`: who is in a room, or matches a mask; with WHOX, exactly the fields asked for.
//!
//! <https://modern.ircdocs.horse/#who-message>, <https://ircv3.net/specs/extensions/whox>

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::mask::Mask;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::clock;
use crate::connection::{Caps, Client};
use crate::identity::{Identity, UserModes};
use crate::room::Request;
use crate::room::modes::Rank;
use crate::user::User;

/// The fields of WHOX, in the order in which they are answered.
const FIELDS: &str = "tcuihsnfdlaor";

pub(super) const VERB: Verb = Verb {
    name: "WHO",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "WHO #room|mask [o][%fields[,token]]\nLists people: of a room, or those whose nick, user name, host or real name matches.",
};

/// The second parameter: whether operators alone are asked for, and which fields with which token.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    operators: bool,
    fields: Option<String>,
    token: String,
}

impl Options {
    fn parse(text: &str) -> Self {
        let (flags, fields) = text
            .split_once('%')
            .map_or((text, None), |(flags, fields)| (flags, Some(fields)));
        let (fields, token) = match fields {
            Some(fields) => {
                let (fields, token) = fields.split_once(',').unwrap_or((fields, ""));
                (
                    Some(fields.to_ascii_lowercase()),
                    token.chars().take(3).collect(),
                )
            }
            None => (None, String::new()),
        };
        Self {
            operators: flags.contains('o'),
            fields,
            token,
        }
    }
}

/// Somebody to be listed, in a room or not.
struct Entry {
    user: Arc<User>,
    identity: Arc<Identity>,
    room: Option<(String, Rank)>,
}

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let wanted = message
            .param(0)
            .filter(|mask| !mask.is_empty())
            .unwrap_or("*");
        let options = Options::parse(message.param(1).unwrap_or_default());
        let entries = if wanted.starts_with('#') {
            in_room(client, wanted).await?
        } else {
            matching(client, wanted).await?
        };
        for entry in entries
            .iter()
            .filter(|entry| !options.operators || entry.identity.is_operator())
        {
            tokio::task::consume_budget().await;
            show(client, entry, &options);
        }
        client.numeric(numeric::RPL_ENDOFWHO, &[wanted, "End of WHO list"]);
        Ok(())
    })
}

async fn in_room(client: &mut Client, name: &str) -> Result<Vec<Entry>, crate::reply::Reply> {
    let Ok(room) = client.room(name) else {
        return Ok(Vec::new());
    };
    let members = client
        .ask(&room, Request::Members)
        .await?
        .members
        .unwrap_or_else(|| [].into());
    let entries = members.iter().map(|member| Entry {
        user: Arc::clone(&member.user),
        identity: Arc::clone(&member.identity),
        room: Some((room.name().to_string(), member.rank)),
    });
    Ok(entries.collect())
}

async fn matching(client: &Client, wanted: &str) -> Result<Vec<Entry>, crate::reply::Reply> {
    let asker = client.asker()?;
    let mask = Mask::new(wanted);
    let mut entries = Vec::new();
    for user in client.hub.directory.users() {
        // There may be very many, and others have something to do meanwhile.
        tokio::task::consume_budget().await;
        let identity = user.identity();
        if is_meant(&asker.user, &user, &identity, &mask, wanted) {
            entries.push(Entry {
                identity,
                user,
                room: None,
            });
        }
    }
    entries.sort_by(|one, other| one.identity.nick.cmp(&other.identity.nick));
    entries.dedup_by(|one, other| one.user.id == other.user.id);
    Ok(entries)
}

/// One who is invisible is listed for those who share a room, and for whoever gives the very nick.
fn is_meant(asker: &User, user: &User, identity: &Identity, mask: &Mask, wanted: &str) -> bool {
    let texts = [
        identity.nick.as_str(),
        &identity.username,
        &identity.host,
        &identity.realname,
    ];
    let is_visible = || user.is_visible_from_outside() || asker.shares_a_room_with(user);
    identity.nick.is(wanted) || (texts.iter().any(|text| mask.matches(text)) && is_visible())
}

fn show(client: &mut Client, entry: &Entry, options: &Options) {
    let server = client.hub.name().to_owned();
    let flags = flags(entry, client.caps.contains(Caps::MULTI_PREFIX));
    let room = entry.room.as_ref().map_or("*", |(room, _)| room.as_str());
    let identity = &entry.identity;
    let Some(fields) = &options.fields else {
        let realname = format!("0 {}", identity.realname);
        let params = [
            room,
            &identity.username,
            &identity.host,
            &server,
            identity.nick.as_str(),
            &flags,
            &realname,
        ];
        client.numeric(numeric::RPL_WHOREPLY, &params);
        return;
    };
    let idle = entry.user.idle_seconds(clock::now()).to_string();
    let value = |field: char| match field {
        't' => (!options.token.is_empty()).then_some(options.token.as_str()),
        'c' => Some(room),
        'u' => Some(identity.username.as_ref()),
        'i' | 'h' => Some(identity.host.as_ref()),
        's' => Some(server.as_str()),
        'n' => Some(identity.nick.as_str()),
        'f' => Some(flags.as_str()),
        'd' => Some("0"),
        'l' => Some(idle.as_str()),
        'a' => Some(identity.account.as_deref().unwrap_or("0")),
        'o' => Some("n/a"),
        'r' => Some(identity.realname.as_ref()),
        _ => None,
    };
    let params: Vec<&str> = FIELDS
        .chars()
        .filter(|field| fields.contains(*field))
        .filter_map(value)
        .collect();
    client.numeric(numeric::RPL_WHOSPCRPL, &params);
}

/// Here or gone, operator, bot, and the prefixes in the room.
fn flags(entry: &Entry, all_prefixes: bool) -> String {
    let identity = &entry.identity;
    let mut flags = String::from(if identity.away.is_some() { "G" } else { "H" });
    if identity.is_operator() {
        flags.push('*');
    }
    if identity.modes.contains(UserModes::BOT) {
        flags.push('B');
    }
    if let Some((_, rank)) = &entry.room {
        flags.push_str(&rank.prefixes(all_prefixes));
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, operators: bool, fields: Option<&str>, token: &str) {
        let expected = Options {
            operators,
            fields: fields.map(ToOwned::to_owned),
            token: token.to_owned(),
        };
        assert_eq!(Options::parse(text), expected);
    }

    #[test]
    fn options_hold_flags_fields_and_token() {
        check("", false, None, "");
        check("o", true, None, "");
        check("%TCNF,42", false, Some("tcnf"), "42");
        check("o%n", true, Some("n"), "");
    }
}
