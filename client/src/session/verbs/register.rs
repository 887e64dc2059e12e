//! `REGISTER`: how the making of an account goes on
//! (<https://ircv3.net/specs/extensions/account-registration>).

use crate::session::{Incoming, Session};

pub(super) fn register(session: &mut Session, incoming: &Incoming<'_>) {
    session.show_info(incoming.last());
}
