//! Whoever we wrote to is away.

use crate::session::{Incoming, Session};

pub(super) fn away(session: &mut Session, incoming: &Incoming<'_>) {
    session.show_info(&format!(
        "{} is away: {}",
        incoming.param(1),
        incoming.last()
    ));
}
