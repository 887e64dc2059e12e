//! `BATCH`: lines that belong together, often one answer.

use crate::session::requests::label;
use crate::session::{Incoming, Session};

pub(super) fn batch(session: &mut Session, incoming: &Incoming<'_>) {
    let reference = incoming.param(0);
    if let Some(reference) = reference.strip_prefix('+') {
        let own_label = label(incoming.message);
        session
            .batches
            .begin(reference, own_label, incoming.message);
    } else if let Some(number) = reference
        .strip_prefix('-')
        .and_then(|reference| session.batches.end(reference))
    {
        session.answered(number);
    }
}
