//! `NICK`: what a client is called. <https://modern.ircdocs.horse/#nick-message>

use futures_util::future::BoxFuture;
use salon_protocol::{Message, Nick, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::clock;
use crate::connection::{Client, nick_in_use};
use crate::isupport::nick_bytes_max;
use crate::reply::Reply;
use crate::service;

pub(super) const VERB: Verb = Verb {
    name: "NICK",
    params_min: 0,
    phase: Phase::Any,
    handler: Handler::Ask(run),
    help: "NICK name\nSets or changes your nick: ASCII letters, digits and []\\`_^{|}-, not beginning with a digit or '-'.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let wanted = message.param(0).unwrap_or_default();
        if wanted.is_empty() {
            return Err(Reply::numeric(
                numeric::ERR_NONICKNAMEGIVEN,
                &["No nickname given"],
            ));
        }
        let nick = Nick::parse_with_max(wanted, nick_bytes_max(&client.hub.config()))
            .map_err(|error| erroneous(wanted, &error.to_string()))?;
        match client.identity() {
            None => introduce(client, nick).await,
            Some(identity) if identity.nick.as_str() == nick.as_str() => Ok(()),
            // Boxed: who arrives has another way to go.
            Some(_) => Box::pin(rename(client, nick)).await,
        }
    })
}

async fn introduce(client: &mut Client, nick: Nick) -> Handled {
    client.introduce().wanted = Some(nick.clone());
    if service::is_name(nick.as_str()) {
        return Err(nick_in_use(&nick));
    }
    if let Some(holder) = client.hub.directory.user(nick.as_str()) {
        // Who is still to log in may turn out to be the same.
        let account = client.account();
        let may_be_own = client.introduction().negotiating && holder.identity().account.is_some();
        if !may_be_own && !client.may_share(&holder, account.as_deref()) {
            return Err(nick_in_use(&nick));
        }
    }
    client.introduce().nick = Some(nick);
    client.try_register().await;
    Ok(())
}

/// Changes the nick of a registered client.
pub(super) async fn rename(client: &mut Client, nick: Nick) -> Handled {
    let asker = client.asker()?;
    client.check_owner(&nick, asker.identity.account.as_deref())?;
    let hub = std::sync::Arc::clone(&client.hub);
    if service::is_name(nick.as_str()) {
        return Err(nick_in_use(&nick));
    }
    if let Some(ban) = hub
        .bans
        .against(&asker.identity.with_nick(nick.clone()), clock::now())
    {
        return Err(erroneous(
            nick.as_str(),
            &format!("it is banned: {}", ban.reason),
        ));
    }
    let renamed = hub.rename(&asker, nick.clone()).await;
    if let Some(changed) = renamed.map_err(|_| nick_in_use(&nick))? {
        client.show_change(changed).await;
    }
    Ok(())
}

/// `432`; what was wanted is shown only where it is fit to be a parameter.
fn erroneous(wanted: &str, why: &str) -> Reply {
    let fit = !wanted.contains(' ') && !wanted.starts_with(':');
    Reply::numeric(
        numeric::ERR_ERRONEUSNICKNAME,
        &[
            if fit { wanted } else { "*" },
            &format!("Erroneous nickname: {why}"),
        ],
    )
}
