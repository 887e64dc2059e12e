//! `MARKREAD`: up to where one has read, here or in another client
//! (<https://ircv3.net/specs/extensions/read-marker>).

use crate::session::{Incoming, Session};

pub(super) fn markread(session: &mut Session, incoming: &Incoming<'_>) {
    let target = incoming.param(0);
    let time = incoming.param(1).strip_prefix("timestamp=");
    // `*` is that nothing is known to be read.
    let Some(time) = time.and_then(|time| time.parse().ok()) else {
        return;
    };
    session.read.push((target.to_owned(), time));
    if session.is_asked_for(incoming) {
        session.show_info(&format!("all in {target} is read"));
    }
}
