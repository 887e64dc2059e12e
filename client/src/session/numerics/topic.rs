//! What a room talks about, told on entering it or on asking.

use crate::event::EventKind;
use crate::session::{Incoming, Session};

pub(super) fn none(session: &mut Session, incoming: &Incoming<'_>) {
    show(session, incoming, None);
}

pub(super) fn topic(session: &mut Session, incoming: &Incoming<'_>) {
    show(session, incoming, incoming.optional(2));
}

pub(super) fn who_and_when(session: &mut Session, incoming: &Incoming<'_>) {
    if session.is_asked_for(incoming) {
        let setter = incoming.param(2);
        let nick = setter.split('!').next().unwrap_or(setter);
        session.show_info(&format!("set by {nick}"));
    }
}

fn show(session: &mut Session, incoming: &Incoming<'_>, text: Option<String>) {
    let name = incoming.param(1);
    if let Some(room) = session.rooms.get_mut(name) {
        room.topic.clone_from(&text);
    }
    session.show_state(incoming, name, EventKind::Topic { text });
}
