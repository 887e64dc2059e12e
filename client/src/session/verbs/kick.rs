//! `KICK`: somebody was put out of a room. When it is us and the room was current, there is no
//! current room any more: a line meant for it must not land in another.

use crate::event::EventKind;
use crate::session::{Incoming, Session};

pub(super) fn kick(session: &mut Session, incoming: &Incoming<'_>) {
    let (room, nick) = (incoming.param(0), incoming.param(1));
    if session.is_me(nick) {
        session.rooms.leave(room);
    } else if let Some(room) = session.rooms.get_mut(room) {
        room.remove(nick);
    }
    session.changed = true;
    let kind = EventKind::Kick {
        nick: nick.to_owned(),
        reason: incoming.optional(2),
    };
    session.show(incoming, Some(room), kind);
}
