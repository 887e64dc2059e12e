//! `PING` and `PONG`: signs of life, and the fences that show how far the server is.

use salon_protocol::Message;

use crate::session::{Incoming, Session};

/// What the token of a fence begins with; the number of its request follows.
pub(in crate::session) const FENCE_PREFIX: &str = "salon-";

pub(super) fn ping(session: &mut Session, incoming: &Incoming<'_>) {
    session.send(Message::new("PONG").with_param(incoming.last().to_owned()));
}

pub(super) fn pong(session: &mut Session, incoming: &Incoming<'_>) {
    let number = incoming
        .last()
        .strip_prefix(FENCE_PREFIX)
        .and_then(|number| number.parse().ok());
    let Some(number) = number else { return };
    if session.capabilities.label_answers() {
        session.answered(number);
        return;
    }
    while let Some(oldest) = session.requests.oldest().filter(|oldest| *oldest <= number) {
        session.answered(oldest);
    }
}
