//! `INVITE`: somebody is asked into a room.

use crate::session::{Incoming, Session};

pub(super) fn invite(session: &mut Session, incoming: &Incoming<'_>) {
    let (from, guest, room) = (incoming.nick(), incoming.param(0), incoming.param(1));
    if session.is_ignored(incoming.message) {
        return;
    }
    if session.is_me(guest) {
        session.show_info(&format!(
            "{from} invites you to {room}; ':join {room}' enters it"
        ));
    } else if !session.is_me(from) {
        session.show_info(&format!("{from} invites {guest} to {room}"));
    }
}
