//! `JOIN`: somebody came into a room. When it is us, the room is known from here on, and current
//! if we asked for it: where the server puts us by itself, nothing that is being typed goes.

use crate::event::EventKind;
use crate::session::{Incoming, Purpose, Session};

pub(super) fn join(session: &mut Session, incoming: &Incoming<'_>) {
    let (nick, room) = (incoming.nick(), incoming.param(0));
    let own = session.is_me(nick);
    if own {
        let request = session.answering(incoming);
        let key = request.and_then(|request| match &request.purpose {
            Purpose::Join { key } => Some(
                key.clone()
                    .filter(|_| session.server.names().eq(&request.subject, room)),
            ),
            _ => None,
        });
        let asked_for = key.is_some();
        let number = session.answered_by(incoming);
        let key = session.has_entered(number, room).or(key.flatten());
        session.rooms.enter(room, key);
        if let Some(source) = &incoming.message.source {
            session.me.user = source.user().map(str::to_owned);
            session.me.host = source.host().map(str::to_owned);
        }
        if asked_for && session.is_ready() {
            session.rooms.switch(room);
        }
    }
    if let Some(room) = session.rooms.get_mut(room) {
        room.add(nick, "");
        session.changed = true;
    }
    session.show(incoming, Some(room), EventKind::Join);
}
