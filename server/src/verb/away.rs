//! `AWAY`: says that one is not at the keyboard, or back. <https://modern.ircdocs.horse/#away-message>

use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb, cut};
use crate::connection::Client;
use crate::event::Body;
use crate::isupport::TEXT_BYTES_MAX;

pub(super) const VERB: Verb = Verb {
    name: "AWAY",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "AWAY [:text]\nSays that you are away, and why; without a text, that you are back.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let text = message
            .param(0)
            .filter(|text| !text.is_empty())
            .map(|text| cut(text, TEXT_BYTES_MAX));
        let identity = client.asker()?.identity;
        if identity.away.as_deref() != text {
            client
                .become_in_all_rooms(identity.with_away(text), Some(Body::Away))
                .await?;
        }
        match text {
            Some(_) => client.numeric(
                numeric::RPL_NOWAWAY,
                &["You have been marked as being away"],
            ),
            None => client.numeric(
                numeric::RPL_UNAWAY,
                &["You are no longer marked as being away"],
            ),
        }
        Ok(())
    })
}
