//! `PART`: somebody left a room. When it is us and the room was current, the one that we joined
//! last before it is current: we meant to leave.

use crate::event::EventKind;
use crate::session::{Incoming, Session};

pub(super) fn part(session: &mut Session, incoming: &Incoming<'_>) {
    let (nick, room) = (incoming.nick(), incoming.param(0));
    if session.is_me(nick) {
        if session.rooms.leave(room) {
            session.rooms.switch_to_latest();
        }
    } else if let Some(room) = session.rooms.get_mut(room) {
        room.remove(nick);
    }
    session.changed = true;
    session.show(
        incoming,
        Some(room),
        EventKind::Part {
            reason: incoming.optional(1),
        },
    );
}
