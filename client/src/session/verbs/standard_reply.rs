//! `FAIL`, `WARN` and `NOTE`: standard replies, `FAIL JOIN CODE #room :text`
//! (<https://ircv3.net/specs/extensions/standard-replies>).

use crate::event::EventKind;
use crate::session::{Incoming, Session};

pub(super) fn fail(session: &mut Session, incoming: &Incoming<'_>) {
    let (verb, code) = (incoming.param(0), incoming.param(1));
    let reason = text(incoming);
    if session.registration().is_some() && !session.is_welcomed() && verb != "CAP" {
        session.reject(reason);
        return;
    }
    session.refused(incoming, code, reason);
}

pub(super) fn warn(session: &mut Session, incoming: &Incoming<'_>) {
    let code = Some(incoming.param(1).to_owned());
    session.show(
        incoming,
        None,
        EventKind::Error {
            code,
            text: text(incoming),
        },
    );
}

pub(super) fn note(session: &mut Session, incoming: &Incoming<'_>) {
    session.show(
        incoming,
        None,
        EventKind::Notice {
            text: text(incoming),
        },
    );
}

/// The text, behind what it is about.
fn text(incoming: &Incoming<'_>) -> String {
    let mut text: String = context(incoming).collect::<Vec<_>>().join(" ");
    if !text.is_empty() {
        text.push_str(": ");
    }
    text.push_str(incoming.last());
    text
}

/// The parameters between the code and the text.
fn context<'a>(incoming: &'a Incoming<'_>) -> impl Iterator<Item = &'a str> {
    let count = incoming.message.params.len().saturating_sub(3);
    incoming
        .message
        .params
        .iter()
        .skip(2)
        .take(count)
        .map(AsRef::as_ref)
}
