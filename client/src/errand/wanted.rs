//! Which events a subcommand shows: those of one room or conversation, and of the kinds that were
//! asked for.

use salon_commands::{Target, When};
use salon_protocol::{Timestamp, eq_folded};

use super::failure::Failure;
use crate::event::{Event, EventKind, room_of};

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinds {
    /// What was said.
    Said,
    /// All that happened in the room, too.
    All,
}

impl Kinds {
    /// All of them, or what was said alone.
    pub(super) fn new(wants_all: bool) -> Self {
        if wants_all { Self::All } else { Self::Said }
    }

    /// Whether an event is of these kinds.
    pub(super) fn hold(self, event: &Event) -> bool {
        match event.kind {
            EventKind::Message { .. } | EventKind::Action { .. } | EventKind::Notice { .. } => true,
            EventKind::Join
            | EventKind::Part { .. }
            | EventKind::Quit { .. }
            | EventKind::Nick { .. }
            | EventKind::Topic { .. }
            | EventKind::Kick { .. }
            | EventKind::Mode { .. } => self == Self::All,
            EventKind::Error { .. }
            | EventKind::Ready { .. }
            | EventKind::Gap { .. }
            | EventKind::ReadUpTo
            | EventKind::Alert { .. }
            | EventKind::Note { .. }
            | EventKind::Info { .. } => false,
        }
    }
}

/// Whether an event that happens now belongs to a room or a conversation of ours. A nick change or a
/// quit names no room: it belongs to every room.
pub(super) fn belongs(event: &Event, target: &Target, own_nick: &str) -> bool {
    let is = |name: Option<&str>, other: &str| name.is_some_and(|name| eq_folded(name, other));
    let to = event.to.as_deref();
    match target {
        Target::Room(_) | Target::Ranked(_) => {
            to.is_none() || is(to.and_then(room_of), target.place())
        }
        Target::Nick(nick) if event.own => is(to, nick.as_str()),
        Target::Nick(nick) => is(event.from.as_deref(), nick.as_str()) && is(to, own_nick),
    }
}

/// The moment that somebody here and now means.
pub(super) fn moment(when: &When) -> Result<Timestamp, Failure> {
    crate::conversation::moment(when).map_err(Failure::Refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(from: &str, to: Option<&str>, own: bool) -> Event {
        Event {
            time: Timestamp::from_millis(0),
            id: None,
            from: Some(from.to_owned()),
            account: None,
            to: to.map(str::to_owned),
            own,
            kind: EventKind::Join,
        }
    }

    #[track_caller]
    fn check(event: &Event, target: &str, expected: bool) {
        let target = target.parse().unwrap();
        assert_eq!(belongs(event, &target, "me"), expected, "{event:?}");
    }

    #[test]
    fn rooms_have_what_names_them_and_what_names_none() {
        check(&event("ann", Some("#Dev"), false), "#dev", true);
        check(&event("ann", Some("@#dev"), false), "#dev", true);
        check(&event("ann", Some("#ops"), false), "#dev", false);
        check(&event("ann", None, false), "#dev", true);
    }

    #[test]
    fn a_conversation_has_both_sides_and_nobody_else() {
        check(&event("Ann", Some("me"), false), "ann", true);
        check(&event("me", Some("ann"), true), "ann", true);
        check(&event("bob", Some("me"), false), "ann", false);
        check(&event("me", Some("bob"), true), "ann", false);
        check(&event("ann", Some("#dev"), false), "ann", false);
    }

    #[test]
    fn joins_are_shown_where_all_is_wanted() {
        let join = event("ann", Some("#dev"), false);
        assert!(Kinds::new(true).hold(&join));
        assert!(!Kinds::new(false).hold(&join));
    }
}
