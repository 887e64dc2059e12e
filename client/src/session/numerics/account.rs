//! How a login goes. Its replies have numbers among those of errors, and are none.

use crate::session::{Incoming, Session};

/// What the server says of it is for the person.
pub(super) fn told(session: &mut Session, incoming: &Incoming<'_>) {
    session.show_info(incoming.last());
}

/// The login is over. It is told in other words already.
pub(super) fn success(session: &mut Session, _: &Incoming<'_>) {
    session.logged_in();
}

/// Nothing came of the login.
pub(super) fn failure(session: &mut Session, incoming: &Incoming<'_>) {
    if !session.login_failed(incoming) {
        super::refuse(session, incoming);
    }
}
