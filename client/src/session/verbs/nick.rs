//! `NICK`: somebody is called otherwise from now on.

use crate::event::EventKind;
use crate::session::{Incoming, Session};

pub(super) fn nick(session: &mut Session, incoming: &Incoming<'_>) {
    let (old, new) = (incoming.nick(), incoming.param(0));
    session.show(
        incoming,
        None,
        EventKind::Nick {
            new: new.to_owned(),
        },
    );
    for room in session.rooms.iter_mut() {
        room.rename(old, new);
    }
    session.rooms.rename_current(old, new);
    if session.is_me(old) {
        session.renamed(new);
    } else {
        session.nick_is_free(old);
    }
    session.changed = true;
}
