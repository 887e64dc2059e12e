//! The rooms that the server has.

use crate::session::{Incoming, Session};

pub(super) fn start(_: &mut Session, _: &Incoming<'_>) {}

pub(super) fn room(session: &mut Session, incoming: &Incoming<'_>) {
    let (room, count, topic) = (incoming.param(1), incoming.param(2), incoming.param(3));
    let topic = if topic.is_empty() {
        String::new()
    } else {
        format!(": {topic}")
    };
    session.listed += 1;
    session.show_info(&format!("{room} ({count}){topic}"));
}

pub(super) fn end(session: &mut Session, _: &Incoming<'_>) {
    match session.take_listed() {
        0 => session.show_info("there is no such room"),
        1 => session.show_info("1 room"),
        count => session.show_info(&format!("{count} rooms")),
    }
}
