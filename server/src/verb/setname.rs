//! `SETNAME`: changes the real name. <https://ircv3.net/specs/extensions/setname>

use futures_util::future::BoxFuture;
use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;
use crate::event::Body;
use crate::identity::Identity;
use crate::isupport::TEXT_BYTES_MAX;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "SETNAME",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "SETNAME :real name\nChanges your real name.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let realname = message.param(0).unwrap_or_default();
        if realname.is_empty() || realname.len() > TEXT_BYTES_MAX {
            let text = format!("A real name of 1 to {TEXT_BYTES_MAX} bytes is expected");
            return Err(Reply::fail("SETNAME", "INVALID_REALNAME", &[], &text));
        }
        let change = |identity: &Identity| Some(identity.with_realname(realname));
        client
            .become_in_all_rooms(change, Some(Body::Setname))
            .await
            .map(drop)
    })
}
