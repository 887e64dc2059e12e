//! Who is in a room.

use crate::session::{Incoming, Session};

pub(super) fn some(session: &mut Session, incoming: &Incoming<'_>) {
    let asked_for = session.is_asked_for(incoming);
    let room = incoming.param(2);
    for entry in incoming.last().split_ascii_whitespace() {
        let (marks, nick) = session.server.split_member(entry);
        if let Some(room) = session.rooms.get_mut(room) {
            room.add(nick, marks);
            session.changed = true;
        }
        if asked_for {
            session.names.push(format!("{marks}{nick}"));
        }
    }
}

pub(super) fn end(session: &mut Session, incoming: &Incoming<'_>) {
    if session.is_asked_for(incoming) {
        let names = std::mem::take(&mut session.names);
        let count = names.len();
        session.show_info(&format!(
            "{} ({count}): {}",
            incoming.param(1),
            names.join(" ")
        ));
    }
}
