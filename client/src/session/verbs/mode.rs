//! `MODE`: the modes of a room or of ourselves changed.

use salon_config::Secret;

use crate::event::EventKind;
use crate::session::server::KeyChange;
use crate::session::{Incoming, Session};

pub(super) fn mode(session: &mut Session, incoming: &Incoming<'_>) {
    let to = incoming.param(0);
    let params: Vec<&str> = incoming
        .message
        .params
        .iter()
        .skip(1)
        .map(AsRef::as_ref)
        .collect();
    let (modes, rest) = params
        .split_first()
        .map_or(("", [].as_slice()), |(modes, rest)| (*modes, rest));
    let changes = session.server.rank_changes(modes, rest);
    let marks = session.server.rank_marks();
    let key_change = session.server.key_change(modes, rest);
    if let Some(room) = session.rooms.get_mut(to) {
        match key_change {
            Some(KeyChange::Is(key)) => room.key = Some(Secret::new(key)),
            Some(KeyChange::Gone) => room.key = None,
            None => {}
        }
        for change in changes {
            room.mark(change.nick, change.mark, change.given, &marks);
        }
    }
    session.show(
        incoming,
        Some(to),
        EventKind::Mode {
            changes: params.join(" "),
        },
    );
}
