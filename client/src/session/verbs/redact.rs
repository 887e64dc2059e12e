//! `REDACT`: somebody took back what was said
//! (<https://ircv3.net/specs/extensions/message-redaction>). What that was, whoever has shown it knows.

use crate::session::{Incoming, Output, Redaction, Session};

pub(super) fn redact(session: &mut Session, incoming: &Incoming<'_>) {
    session.outputs.push_back(Output::Redacted(Redaction {
        time: incoming.time,
        from: incoming.nick().to_owned(),
        to: incoming.param(0).to_owned(),
        id: incoming.param(1).to_owned(),
        reason: incoming.optional(2),
    }));
}
