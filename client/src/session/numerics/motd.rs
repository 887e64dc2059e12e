//! The message of the day. Its end, or its absence, is the end of the welcome.

use crate::session::{Incoming, Session};

pub(super) fn ignore(_: &mut Session, _: &Incoming<'_>) {}

pub(super) fn line(session: &mut Session, incoming: &Incoming<'_>) {
    let line = incoming.last();
    let line = line.strip_prefix("- ").unwrap_or(line);
    // An empty line is shown too, as its author meant it.
    session.show_info(if line.is_empty() { "\n" } else { line });
}

pub(super) fn end(session: &mut Session, _: &Incoming<'_>) {
    session.join_rooms();
}
