//! The lists of masks that a room keeps: whom it bans, whom it excepts, who may enter uninvited.

use salon_protocol::{Numeric, numeric};

use crate::session::{Incoming, Session};

pub(super) fn entry(session: &mut Session, incoming: &Incoming<'_>) {
    let (room, mask) = (incoming.param(1), incoming.param(2));
    let by = incoming
        .optional(3)
        .map(|setter| format!(" (by {setter})"))
        .unwrap_or_default();
    let text = if is(incoming, numeric::RPL_BANLIST) {
        format!("{mask} is banned from {room}{by}")
    } else if is(incoming, numeric::RPL_EXCEPTLIST) {
        format!("{mask} is excepted from the bans of {room}{by}")
    } else {
        format!("{mask} may enter {room} uninvited{by}")
    };
    session.listed += 1;
    session.show_info(&text);
}

/// Only an empty list needs a word at its end.
pub(super) fn end(session: &mut Session, incoming: &Incoming<'_>) {
    if session.take_listed() > 0 || !session.is_asked_for(incoming) {
        return;
    }
    let room = incoming.param(1);
    let text = if is(incoming, numeric::RPL_ENDOFBANLIST) {
        format!("nobody is banned from {room}")
    } else if is(incoming, numeric::RPL_ENDOFEXCEPTLIST) {
        format!("nobody is excepted from the bans of {room}")
    } else {
        format!("nobody may enter {room} uninvited")
    };
    session.show_info(&text);
}

fn is(incoming: &Incoming<'_>, numeric: Numeric) -> bool {
    super::code(&incoming.message.verb) == Some(numeric.code())
}
