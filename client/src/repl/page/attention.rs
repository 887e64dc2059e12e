//! Which lines want attention: those that name one, hold what is marked, or are for one alone. It says
//! which, and must not ring or paint.

use salon_config::Notify;

use crate::conversation::Look;
use crate::event::{Event, EventKind, room_of};

/// What marks a line that wants attention.
pub(super) const MARK: &str = "»";

/// What an event deserves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Attention {
    /// Whether its line is marked.
    pub(super) is_marked: bool,
    /// Whether the bell rings.
    pub(super) rings: bool,
    /// Whether it is for one alone.
    pub(super) is_private: bool,
}

/// What an event deserves of who has this nick.
pub(super) fn attention(event: &Event, nick: &str, look: &Look) -> Attention {
    if matches!(event.kind, EventKind::Alert { .. }) {
        return Attention {
            is_marked: true,
            rings: look.notify != Notify::Off,
            is_private: true,
        };
    }
    // A notice asks for no answer, and most are of machines.
    let (EventKind::Message { text } | EventKind::Action { text }) = &event.kind else {
        return Attention::default();
    };
    if event.own {
        return Attention::default();
    }
    let is_marked = holds_word(text, nick) || look.highlight.iter().any(|mark| holds(text, mark));
    let is_private = event.to.as_deref().is_some_and(|to| room_of(to).is_none());
    let rings = match look.notify {
        Notify::Off => false,
        Notify::Mentions => is_marked || is_private,
        Notify::All => true,
    };
    Attention {
        is_marked,
        rings,
        is_private,
    }
}

/// Whether a text holds another, in any case.
fn holds(text: &str, part: &str) -> bool {
    !part.is_empty() && text.to_lowercase().contains(&part.to_lowercase())
}

/// Whether a text holds a name as a word of its own.
fn holds_word(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || "[]\\`_^{|}-".contains(c);
    let (text, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    !name.is_empty()
        && text.match_indices(&name).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text
                .get(at + name.len()..)
                .and_then(|after| after.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
}

#[cfg(test)]
mod tests {
    use salon_protocol::Timestamp;

    use super::*;

    #[track_caller]
    fn check(to: &str, text: &str, expected: (bool, bool)) {
        let look = Look {
            highlight: vec!["Build failed".to_owned()],
            ..Look::default()
        };
        let event = Event {
            time: Timestamp::from_millis(0),
            id: None,
            from: Some("bob".to_owned()),
            account: None,
            to: Some(to.to_owned()),
            own: false,
            kind: EventKind::Message {
                text: text.to_owned(),
            },
        };
        let found = attention(&event, "ann", &look);
        assert_eq!((found.is_marked, found.rings), expected, "{text:?}");
        let own = Event { own: true, ..event };
        assert_eq!(attention(&own, "ann", &look), Attention::default());
    }

    #[test]
    fn names_and_marks_and_private_lines() {
        check("#dev", "hello", (false, false));
        check("#dev", "Ann: hello", (true, true));
        check("#dev", "hello (ann)", (true, true));
        check("#dev", "anna and joann", (false, false));
        check("#dev", "the build has failed", (false, false));
        check("#dev", "the BUILD FAILED", (true, true));
        check("ann", "hello", (false, true));
    }

    #[test]
    fn what_asks_for_attention_gets_it() {
        let event = Event {
            time: Timestamp::from_millis(0),
            id: None,
            from: None,
            account: None,
            to: None,
            own: false,
            kind: EventKind::Alert {
                text: "tea".to_owned(),
            },
        };
        for (notify, rings) in [
            (Notify::Off, false),
            (Notify::Mentions, true),
            (Notify::All, true),
        ] {
            let look = Look {
                notify,
                ..Look::default()
            };
            let found = attention(&event, "ann", &look);
            assert_eq!((found.is_marked, found.rings), (true, rings));
        }
    }

    #[test]
    fn bell_is_as_one_likes() {
        let event = Event {
            time: Timestamp::from_millis(0),
            id: None,
            from: Some("bob".to_owned()),
            account: None,
            to: Some("#dev".to_owned()),
            own: false,
            kind: EventKind::Message {
                text: "ann".to_owned(),
            },
        };
        let rings = |notify| {
            let look = Look {
                notify,
                ..Look::default()
            };
            attention(&event, "ann", &look).rings
        };
        assert!(!rings(Notify::Off));
        assert!(rings(Notify::Mentions));
        let other = |notify| {
            let look = Look {
                notify,
                ..Look::default()
            };
            attention(&event, "eve", &look).rings
        };
        assert!(!other(Notify::Mentions));
        assert!(other(Notify::All));
    }
}
