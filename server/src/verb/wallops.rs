//! `WALLOPS`: an operator's word to everybody who wants it (`+w`). <https://modern.ircdocs.horse/#wallops-message>

use std::sync::Arc;

use futures_util::future::{BoxFuture, join_all};
use salon_protocol::{Message, numeric};

use super::{Handled, Handler, Phase, Verb};
use crate::connection::Client;
use crate::event::Body;
use crate::identity::UserModes;
use crate::isupport::TEXT_BYTES_MAX;
use crate::reply::Reply;

pub(super) const VERB: Verb = Verb {
    name: "WALLOPS",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "WALLOPS :text\nSays something to all users who have set the mode +w; for operators of the hub.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let asker = client.asker()?;
        if !asker.identity.is_operator() {
            let text = "Permission Denied- You're not an IRC operator";
            return Err(Reply::numeric(numeric::ERR_NOPRIVILEGES, &[text]));
        }
        let text = message.param(0).unwrap_or_default();
        if text.len() > TEXT_BYTES_MAX {
            let why = "Input line was too long to be passed on whole";
            return Err(Reply::numeric(numeric::ERR_INPUTTOOLONG, &[why]));
        }
        let hub = Arc::clone(&client.hub);
        let mut users = hub.directory.users();
        users.retain(|user| user.identity().modes.contains(UserModes::WALLOPS));
        let sent = users.iter().map(|user| {
            let body = Body::Wallops { text: text.into() };
            hub.post.send(&asker, user, "*", vec![body])
        });
        for result in join_all(sent).await.into_iter().flatten() {
            result?;
        }
        Ok(())
    })
}
