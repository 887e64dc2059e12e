//! `ERROR`: the server is about to close the link, and says why.

use crate::event::EventKind;
use crate::session::{Incoming, Phase, Session};

pub(super) fn error(session: &mut Session, incoming: &Incoming<'_>) {
    let text = incoming.last();
    session.farewell = Some(text.to_owned());
    // The answer to our own QUIT is no news, and a refused registration is told by its end.
    if matches!(session.phase, Phase::Ready | Phase::Joining) {
        session.show(
            incoming,
            None,
            EventKind::Error {
                code: None,
                text: text.to_owned(),
            },
        );
    }
}
