//! Who is in a room.

use crate::session::{Incoming, Session};

/// How long the text of names is that is shown at most. The list of a server may have no end.
const NAMES_BYTES_MAX: usize = 1 << 20;

/// Names as they are shown.
#[derive(Debug, Default)]
pub(in crate::session) struct Names {
    count: usize,
    /// Each behind a blank.
    text: String,
}

impl Names {
    fn add(&mut self, marks: &str, nick: &str) {
        self.count += 1;
        if self.text.len() + marks.len() + nick.len() < NAMES_BYTES_MAX {
            self.text.extend([" ", marks, nick]);
        }
    }
}

pub(super) fn some(session: &mut Session, incoming: &Incoming<'_>) {
    let asked_for = session.is_asked_for(incoming);
    let room = incoming.param(2);
    for entry in incoming.last().split_ascii_whitespace() {
        let (marks, nick) = session.server.split_member(entry);
        if let Some(room) = session.rooms.get_mut(room) {
            room.add(nick, marks);
            session.changed = true;
        }
        if asked_for {
            session.names.add(marks, nick);
        }
    }
}

pub(super) fn end(session: &mut Session, incoming: &Incoming<'_>) {
    if session.is_asked_for(incoming) {
        let Names { count, text } = std::mem::take(&mut session.names);
        session.show_info(&format!("{} ({count}):{text}", incoming.param(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_end_are_counted_and_not_kept() {
        let mut names = Names::default();
        names.add("@", "ann");
        let long = "x".repeat(NAMES_BYTES_MAX / 2);
        for _ in 0..3 {
            names.add("", &long);
        }
        assert_eq!(names.count, 4);
        assert_eq!(names.text, format!(" @ann {long}"));
    }
}
