//! `TOPIC`: what a room talks about changed.

use crate::event::EventKind;
use crate::session::{Incoming, Session};

pub(super) fn topic(session: &mut Session, incoming: &Incoming<'_>) {
    let (room, text) = (incoming.param(0), incoming.optional(1));
    if let Some(room) = session.rooms.get_mut(room) {
        room.topic.clone_from(&text);
        session.changed = true;
    }
    session.show(incoming, Some(room), EventKind::Topic { text });
}
