//! `AUTHENTICATE`: the server is ready for what a login sends next.

use crate::session::{Incoming, Session};

pub(super) fn authenticate(session: &mut Session, incoming: &Incoming<'_>) {
    if incoming.param(0) == "+" {
        session.send_credentials();
    }
}
