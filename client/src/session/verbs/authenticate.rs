//! `AUTHENTICATE`: the server's part of a login.

use crate::session::{Incoming, Session};

pub(super) fn authenticate(session: &mut Session, incoming: &Incoming<'_>) {
    session.go_on_with_login(incoming.param(0));
}
