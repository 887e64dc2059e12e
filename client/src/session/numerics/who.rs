//! Who matches a mask.

use crate::session::{Incoming, Session};

pub(super) fn reply(session: &mut Session, incoming: &Incoming<'_>) {
    if !session.is_asked_for(incoming) {
        return;
    }
    let (room, user, host, nick) = (
        incoming.param(1),
        incoming.param(2),
        incoming.param(3),
        incoming.param(5),
    );
    let away = if incoming.param(6).starts_with('G') {
        ", away"
    } else {
        ""
    };
    // The last parameter begins with the number of servers between us.
    let realname = incoming.last();
    let realname = realname.split_once(' ').map_or(realname, |(_, name)| name);
    let place = if room == "*" {
        String::new()
    } else {
        format!(" in {room}")
    };
    session.show_info(&format!("{nick} ({user}@{host}){place}{away}: {realname}"));
}

pub(super) fn end(session: &mut Session, incoming: &Incoming<'_>) {
    if session.is_asked_for(incoming) {
        session.show_info(&format!("end of who for {}", incoming.param(1)));
    }
}
