//! How a login goes. Its replies have numbers among those of errors, and are none.

use crate::session::{Incoming, Session};

/// We are known by an account from now on.
pub(super) fn logged_in(session: &mut Session, incoming: &Incoming<'_>) {
    told(session, incoming);
    session.known_by(incoming.optional(2));
}

/// We are known by no account any more.
pub(super) fn logged_out(session: &mut Session, incoming: &Incoming<'_>) {
    session.known_by(None);
    told(session, incoming);
}

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
