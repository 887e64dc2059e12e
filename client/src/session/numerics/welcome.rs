//! The first numbered replies: who we are, and what the server can do.

use crate::session::{Incoming, Session};

pub(super) fn welcome(session: &mut Session, incoming: &Incoming<'_>) {
    session.welcome(incoming.param(0), incoming.nick());
}

pub(super) fn isupport(session: &mut Session, incoming: &Incoming<'_>) {
    session.server.learn(incoming.message);
    session.rooms.compare_by(session.server.names());
}

pub(super) fn visible_host(session: &mut Session, incoming: &Incoming<'_>) {
    let (user, host) = incoming
        .param(1)
        .split_once('@')
        .unwrap_or(("", incoming.param(1)));
    if !user.is_empty() {
        session.me.user = Some(user.to_owned());
    }
    session.me.host = Some(host.to_owned());
}
