//! `PRIVMSG` and `NOTICE`: somebody says something; perhaps we, and then the server took it.

use crate::event::EventKind;
use crate::session::past::is_narrated;
use crate::session::{Incoming, Session};

/// The byte that frames what is not plain text.
const CTCP: char = '\u{1}';

pub(super) fn privmsg(session: &mut Session, incoming: &Incoming<'_>) {
    message(session, incoming, "PRIVMSG");
}

pub(super) fn notice(session: &mut Session, incoming: &Incoming<'_>) {
    message(session, incoming, "NOTICE");
}

fn message(session: &mut Session, incoming: &Incoming<'_>, verb: &str) {
    let (from, to, text) = (incoming.nick(), incoming.param(0), incoming.param(1));
    if incoming.label.is_some() && session.is_me(from) && session.is_me(to) {
        // What we say to ourselves comes twice: as the echo and as a message. Only the echo has the label.
        return;
    }
    let is_past = session.batches.holds_past(incoming.message);
    if session.is_ignored(incoming.message) || is_past && is_narrated(incoming) {
        return;
    }
    if session.is_undelivered(from, text) {
        return;
    }
    if let Some(kind) = said(verb, text) {
        session.note_echo(incoming, &kind);
        session.show(incoming, Some(to), kind);
    } else if !session.is_me(from) {
        let query = text.trim_matches(CTCP);
        session.show_info(&format!("{from} sent CTCP {query}"));
    }
}

/// What a message of this verb and text is to a reader; `None` for other verbs and for requests
/// between programs.
pub(in crate::session) fn said(verb: &str, text: &str) -> Option<EventKind> {
    let is_notice = match verb {
        "PRIVMSG" => false,
        "NOTICE" => true,
        _ => return None,
    };
    let Some(framed) = text.strip_prefix(CTCP) else {
        let text = text.to_owned();
        return Some(if is_notice {
            EventKind::Notice { text }
        } else {
            EventKind::Message { text }
        });
    };
    // The closing byte may be missing, when the server cut the line.
    let framed = framed.strip_suffix(CTCP).unwrap_or(framed);
    let (name, rest) = framed.split_once(' ').unwrap_or((framed, ""));
    (!is_notice && name.eq_ignore_ascii_case("ACTION")).then(|| EventKind::Action {
        text: rest.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(verb: &str, text: &str, expected: Option<&EventKind>) {
        assert_eq!(said(verb, text).as_ref(), expected);
    }

    #[test]
    fn plain_texts() {
        let text = "hi".to_owned();
        check(
            "PRIVMSG",
            "hi",
            Some(&EventKind::Message { text: text.clone() }),
        );
        check("NOTICE", "hi", Some(&EventKind::Notice { text }));
    }

    #[test]
    fn actions_with_and_without_the_closing_byte() {
        let waves = EventKind::Action {
            text: "waves ".to_owned(),
        };
        check("PRIVMSG", "\u{1}ACTION waves \u{1}", Some(&waves));
        check("PRIVMSG", "\u{1}action waves ", Some(&waves));
        let nothing = EventKind::Action {
            text: String::new(),
        };
        check("PRIVMSG", "\u{1}ACTION\u{1}", Some(&nothing));
    }

    #[test]
    fn other_requests_are_no_texts() {
        check("PRIVMSG", "\u{1}VERSION\u{1}", None);
        check("NOTICE", "\u{1}VERSION salon\u{1}", None);
        check("TAGMSG", "", None);
    }
}
