//! `PING` and `PONG`: signs of life, and the fences that show how far the server is.

use salon_protocol::Message;

use crate::session::{Incoming, Session};

pub(super) fn ping(session: &mut Session, incoming: &Incoming<'_>) {
    session.send(Message::new("PONG").with_param(incoming.last().to_owned()));
}

pub(super) fn pong(session: &mut Session, incoming: &Incoming<'_>) {
    session.ponged(incoming.last());
}
