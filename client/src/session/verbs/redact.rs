//! `REDACT`: somebody took back what was said
//! (<https://ircv3.net/specs/extensions/message-redaction>). A line that was shown can't be taken off
//! the screen, so it is said that it was taken back.

use crate::session::{Incoming, Session};

pub(super) fn redact(session: &mut Session, incoming: &Incoming<'_>) {
    let (from, to) = (incoming.nick(), incoming.param(0));
    let reason = incoming
        .optional(2)
        .map(|reason| format!(": {reason}"))
        .unwrap_or_default();
    let id = incoming.param(1).to_owned();
    session.show_info(&format!("{from} took back a message in {to}{reason}"));
    session.redacted.push(id);
}
