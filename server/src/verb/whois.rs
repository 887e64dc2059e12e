//! `WHOIS`: all about a nick. <https://modern.ircdocs.horse/#whois-message>

use std::sync::Arc;

use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::clock;
use crate::connection::{Caps, Client};
use crate::identity::{Identity, UserModes};
use crate::reply::{Reply, no_such_nick};
use crate::room::Request;
use crate::user::User;

pub(super) const VERB: Verb = Verb {
    name: "WHOIS",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "WHOIS nick\nShows who a nick is, and in which rooms.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        // The form with a server first asks that server; there is only this one.
        let wanted = message
            .param(1)
            .or(message.param(0))
            .filter(|nick| !nick.is_empty());
        let wanted = wanted
            .ok_or_else(|| Reply::numeric(numeric::ERR_NONICKNAMEGIVEN, &["No nickname given"]))?;
        match client.hub.directory.user(wanted) {
            Some(user) => show(client, &user).await?,
            None => client.reply(&no_such_nick(wanted)),
        }
        client.numeric(numeric::RPL_ENDOFWHOIS, &[wanted, "End of /WHOIS list"]);
        Ok(())
    })
}

async fn show(client: &mut Client, user: &Arc<User>) -> Handled {
    let identity = user.identity();
    let nick = identity.nick.as_str();
    let params = [
        nick,
        &identity.username,
        &identity.host,
        "*",
        &identity.realname,
    ];
    client.numeric(numeric::RPL_WHOISUSER, &params);
    let rooms = visible_rooms(client, user).await?;
    client.numeric_list(numeric::RPL_WHOISCHANNELS, &[nick], &rooms, " ");
    let server = client.hub.name().to_owned();
    client.numeric(numeric::RPL_WHOISSERVER, &[nick, &server, "Salon"]);
    if identity.is_operator() {
        client.numeric(numeric::RPL_WHOISOPERATOR, &[nick, "is an IRC operator"]);
    }
    if identity.modes.contains(UserModes::BOT) {
        client.numeric(numeric::RPL_WHOISBOT, &[nick, "is a bot"]);
    }
    if let Some(account) = &identity.account {
        client.numeric(
            numeric::RPL_WHOISACCOUNT,
            &[nick, account, "is logged in as"],
        );
    }
    if client.caps.contains(Caps::METADATA) {
        for (key, value) in identity.metadata.iter() {
            client.numeric(numeric::RPL_WHOISKEYVALUE, &[nick, key, "*", value]);
        }
    }
    if user.is_secure() {
        let text = "is using a secure connection";
        client.numeric(numeric::RPL_WHOISSECURE, &[nick, text]);
    }
    show_presence(client, user, &identity);
    let asker = client.asker()?;
    if asker.user.id == user.id || asker.identity.is_operator() {
        client.numeric(
            numeric::RPL_WHOISACTUALLY,
            &[nick, &identity.host, "is actually using host"],
        );
        let modes = format!("is using modes {}", identity.modes.as_text());
        client.numeric(numeric::RPL_WHOISMODES, &[nick, &modes]);
        for fingerprint in user.fingerprints() {
            let text = format!("has client certificate fingerprint {fingerprint}");
            client.numeric(numeric::RPL_WHOISCERTFP, &[nick, &text]);
        }
    }
    Ok(())
}

fn show_presence(client: &mut Client, user: &User, identity: &Identity) {
    let nick = identity.nick.as_str();
    if let Some(text) = &identity.away {
        client.numeric(numeric::RPL_AWAY, &[nick, text]);
    }
    let idle = user.idle_seconds(clock::now()).to_string();
    let signed_on = (user.connected.as_millis() / 1000).to_string();
    client.numeric(
        numeric::RPL_WHOISIDLE,
        &[nick, &idle, &signed_on, "seconds idle, signon time"],
    );
}

/// The rooms of a user that the client may know of, each with the prefixes of the user's rank there. Who is invisible
/// is shown in rooms that the client is in as well.
async fn visible_rooms(client: &mut Client, user: &Arc<User>) -> Result<Vec<String>, Reply> {
    let asker = client.asker()?;
    let own = asker.user.id == user.id;
    let all = client.caps.contains(Caps::MULTI_PREFIX);
    let mut shown = Vec::new();
    for room in user.rooms() {
        if !own && !user.is_visible_from_outside() && !asker.user.is_member_of(room.id) {
            continue;
        }
        let standing = room
            .ask_one(
                &asker,
                Request::Standing {
                    of: Arc::clone(user),
                },
            )
            .await;
        if let Some(rank) = standing.ok().and_then(|answer| answer.rank) {
            shown.push(format!("{}{}", rank.prefixes(all), room.name()));
        }
    }
    Ok(shown)
}
