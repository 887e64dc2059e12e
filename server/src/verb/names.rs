//! `NAMES`: who is in a room. <https://modern.ircdocs.horse/#names-message>

use std::collections::BTreeSet;

use futures_util::future::BoxFuture;
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;
use crate::reply::Reply;
use crate::room::Request;

/// How many rooms one command may name; `TARGMAX` in `005`. Each is answered with all of its members.
pub(crate) const ROOMS_MAX: usize = 10;

pub(super) const VERB: Verb = Verb {
    name: "NAMES",
    params_min: 0,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "NAMES #room[,#room...]\nLists who is in a room, with the prefixes of their ranks.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let names = message
            .param(0)
            .filter(|names| !names.is_empty())
            .unwrap_or("*");
        if names.split(',').count() > ROOMS_MAX {
            let params = [names, "Too many targets"];
            return Err(Reply::numeric(numeric::ERR_TOOMANYTARGETS, &params));
        }
        let mut listed = BTreeSet::new();
        for name in names.split(',') {
            let Ok(room) = client.room(name) else {
                continue;
            };
            if !listed.insert(room.id) {
                continue;
            }
            let answer = client.ask(&room, Request::Members).await?;
            let members = answer.members.unwrap_or_else(|| [].into());
            if !members.is_empty() {
                client.list_names(room.name().as_str(), room.summary().secret, &members);
            }
        }
        client.numeric(numeric::RPL_ENDOFNAMES, &[names, "End of /NAMES list"]);
        Ok(())
    })
}
