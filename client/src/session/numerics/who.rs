//! Who matches a mask.

use crate::session::{Incoming, Session};

pub(super) fn reply(session: &mut Session, incoming: &Incoming<'_>) {
    if !session.is_asked_for(incoming) {
        return;
    }
    let (room, user, host, nick) = (
        incoming.param(1),
        incoming.param(2),
        incoming.param(3),
        incoming.param(5),
    );
    let flags = incoming.param(6);
    let away = if flags.starts_with('G') { ", away" } else { "" };
    let is_bot = |mark| flags.contains(mark);
    let bot = if session.server.bot_mark().is_some_and(is_bot) {
        ", a bot"
    } else {
        ""
    };
    // The last parameter begins with the number of servers between us.
    let realname = incoming.last();
    let realname = realname.split_once(' ').map_or(realname, |(_, name)| name);
    let place = if room == "*" {
        String::new()
    } else {
        format!(" in {room}")
    };
    session.listed += 1;
    session.show_info(&format!(
        "{nick} ({user}@{host}){place}{away}{bot}: {realname}"
    ));
}

pub(super) fn end(session: &mut Session, incoming: &Incoming<'_>) {
    if session.is_asked_for(incoming) {
        match session.take_listed() {
            0 => session.show_info(&format!("nobody fits '{}'", incoming.param(1))),
            1 => session.show_info("1 person"),
            count => session.show_info(&format!("{count} people")),
        }
    }
}
