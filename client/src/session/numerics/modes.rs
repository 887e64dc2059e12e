//! The modes of a room, and since when there is one.

use salon_protocol::Timestamp;

use crate::session::{Incoming, Session};

pub(super) fn of_room(session: &mut Session, incoming: &Incoming<'_>) {
    if session.is_asked_for(incoming) {
        let modes = super::text(incoming, 2);
        let modes = if modes == "+" { "none" } else { &modes };
        session.show_info(&format!("modes of {}: {modes}", incoming.param(1)));
    }
}

pub(super) fn made(session: &mut Session, incoming: &Incoming<'_>) {
    let seconds = incoming.param(2).parse::<u64>().ok();
    if let Some(millis) = seconds.and_then(|seconds| seconds.checked_mul(1000))
        && session.is_asked_for(incoming)
    {
        let time = Timestamp::from_millis(millis).to_string();
        let day = time.get(..10).unwrap_or(&time);
        session.show_info(&format!("{} was made on {day}", incoming.param(1)));
    }
}
