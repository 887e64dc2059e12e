//! How a login goes. Its replies have numbers among those of errors, and are none.

use crate::session::{Incoming, Session};

/// What the server says of it is for the person.
pub(super) fn told(session: &mut Session, incoming: &Incoming<'_>) {
    session.show_info(incoming.last());
}

/// It is told in other words already.
pub(super) fn ignore(_: &mut Session, _: &Incoming<'_>) {}
