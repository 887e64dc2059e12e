//! `AWAY`: says that one is not at the keyboard, or back. <https://modern.ircdocs.horse/#away-message>
//!
//! Before registration too, by <https://ircv3.net/specs/extensions/pre-away>. Somebody with several connections is away
//! when all of them are.

use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb, cut};
use crate::connection::{Caps, Client};
use crate::isupport::TEXT_BYTES_MAX;

pub(super) const VERB: Verb = Verb {
    name: "AWAY",
    params_min: 0,
    phase: Phase::Any,
    handler: Handler::Ask(run),
    help: "AWAY [:text]\nSays that you are away, and why; without a text, that you are back.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let text = message
            .param(0)
            .filter(|text| !text.is_empty())
            .map(|text| cut(text, TEXT_BYTES_MAX));
        if client.user.is_none() && client.caps.contains(Caps::PRE_AWAY) {
            client.introduce().away = text.map(ToOwned::to_owned);
            answer(client, text);
            return Ok(());
        }
        let asker = client.asker()?;
        asker.user.set_away(client.session, text);
        client.share_away().await?;
        answer(client, text);
        Ok(())
    })
}

/// `305` or `306`.
fn answer(client: &mut Client, text: Option<&str>) {
    let (numeric, text) = match text {
        Some(_) => (numeric::RPL_NOWAWAY, "You have been marked as being away"),
        None => (
            numeric::RPL_UNAWAY,
            "You are no longer marked as being away",
        ),
    };
    client.numeric(numeric, &[text]);
}
