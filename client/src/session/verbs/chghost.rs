//! `CHGHOST`: somebody's user and host changed. Ours decide how long our lines may be.

use crate::session::{Incoming, Session};

pub(super) fn chghost(session: &mut Session, incoming: &Incoming<'_>) {
    if session.is_me(incoming.nick()) {
        session.me.user = incoming.optional(0);
        session.me.host = incoming.optional(1);
    }
}
