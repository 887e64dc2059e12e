//! `QUIT`: somebody left the server.

use crate::event::EventKind;
use crate::session::{Incoming, Session};

pub(super) fn quit(session: &mut Session, incoming: &Incoming<'_>) {
    let nick = incoming.nick();
    if session.is_me(nick) {
        return;
    }
    for room in session.rooms.iter_mut() {
        room.remove(nick);
    }
    session.changed = true;
    session.show(
        incoming,
        None,
        EventKind::Quit {
            reason: incoming.optional(0),
        },
    );
    session.nick_is_free(nick);
}
