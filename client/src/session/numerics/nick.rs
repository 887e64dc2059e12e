//! A nick that we can't have: while registering another is tried, later it is a refusal.

use super::refuse;
use crate::session::{Incoming, Session};

pub(super) fn taken(session: &mut Session, incoming: &Incoming<'_>) {
    if session.registration().is_some() {
        session.try_another_nick(incoming.last());
    } else {
        refuse(session, incoming);
    }
}

/// A variation of our own making may be too long for the server; the nick asked for is the user's to mend.
pub(super) fn impossible(session: &mut Session, incoming: &Incoming<'_>) {
    if session.registration().is_some() && !session.is_first_nick() {
        session.try_another_nick(incoming.last());
    } else {
        refuse(session, incoming);
    }
}

/// A server that has never heard of `CAP` says so, and goes on without.
pub(super) fn unknown_command(session: &mut Session, incoming: &Incoming<'_>) {
    let about_cap = incoming
        .message
        .params
        .iter()
        .any(|param| param.eq_ignore_ascii_case("CAP"));
    if about_cap && session.registration().is_some() {
        session.introduce();
    } else {
        refuse(session, incoming);
    }
}
