//! The lines beside the conversation: who comes, who goes, who changes what. They are told as short
//! sentences behind an arrow, so that the eye can pass over them. It must not know of times and
//! labels; the renderer writes those.

use std::fmt::Write as _;

use salon_protocol::Timestamp;

use super::sanitize::push_harmless;
use super::{Renderer, Style};
use crate::event::{Event, EventKind, is_room};

impl Renderer {
    /// What happens beside the conversation: people come, go and change things.
    pub(super) fn aside(&self, event: &Event, out: &mut String) {
        let arrow = match &event.kind {
            EventKind::Join => "--> ",
            EventKind::Part { .. } | EventKind::Quit { .. } | EventKind::Kick { .. } => "<-- ",
            _ => "--- ",
        };
        self.palette.paint(out, Style::Faint, arrow);
        let room = event.to.as_deref().unwrap_or("?");
        match &event.kind {
            EventKind::Ready { nick, network } => {
                self.ready(event, nick, network.as_deref(), out);
            }
            EventKind::Gap {
                skipped: Some(skipped),
                ..
            } => {
                let _ = write!(
                    out,
                    "{skipped} lines came too fast to be shown; ':history' shows them"
                );
            }
            EventKind::Gap { since, .. } => self.gap(event, *since, out),
            EventKind::Join => self.deed(event, " joined ", room, out),
            EventKind::Part { reason } => {
                self.deed(event, " left ", room, out);
                push_reason(reason.as_deref(), out);
            }
            EventKind::Quit { reason } => {
                self.deed(event, " quit", "", out);
                push_reason(reason.as_deref(), out);
            }
            EventKind::Nick { new } => {
                self.deed(event, " is now known as ", "", out);
                self.nick(new, event.own, out);
            }
            EventKind::Topic { text } => self.topic(event, text.as_deref(), room, out),
            EventKind::Kick { nick, reason } => {
                self.deed(event, " threw ", "", out);
                self.palette.paint(out, Style::Nick, nick);
                out.push_str(" out of ");
                self.palette.paint(out, Style::Room, room);
                push_reason(reason.as_deref(), out);
            }
            EventKind::Mode { changes } => {
                self.deed(event, " set mode ", "", out);
                push_harmless(out, changes);
                out.push_str(" on ");
                self.palette.paint(out, Style::Room, room);
            }
            EventKind::Note { text } => push_harmless(out, text),
            EventKind::Message { .. }
            | EventKind::Action { .. }
            | EventKind::Notice { .. }
            | EventKind::Error { .. }
            | EventKind::ReadUpTo
            | EventKind::Alert { .. }
            | EventKind::Info { .. } => {}
        }
    }

    fn ready(&self, event: &Event, nick: &str, network: Option<&str>, out: &mut String) {
        out.push_str("connected");
        if let Some(server) = &event.from {
            out.push_str(" to ");
            push_harmless(out, server);
        }
        if let Some(network) = network {
            out.push_str(" (");
            push_harmless(out, network);
            out.push(')');
        }
        out.push_str(" as ");
        self.nick(nick, true, out);
        if let Some(room) = &event.to {
            out.push_str(", in ");
            self.palette.paint(out, Style::Room, room);
        }
    }

    /// From when on it is not known what was said, and until when where that is told of one place.
    fn gap(&self, event: &Event, since: Option<Timestamp>, out: &mut String) {
        match &event.to {
            Some(place) => {
                let (word, style) = if is_room(place) {
                    ("in ", Style::Room)
                } else {
                    ("with ", Style::Nick)
                };
                out.push_str("what was said ");
                out.push_str(word);
                self.palette.paint(out, style, place);
                out.push_str(" is not known");
            }
            None => out.push_str("what was said here is not known"),
        }
        let Some(since) = since else { return };
        out.push_str(" from ");
        self.time(since, out);
        if event.to.is_some() {
            out.push_str("to ");
            self.time(event.time, out);
            // The blank behind a time.
            out.pop();
        } else {
            out.push_str("on");
        }
    }

    /// Somebody changed it, or it is only told.
    fn topic(&self, event: &Event, text: Option<&str>, room: &str, out: &mut String) {
        match (text, event.from.is_some()) {
            (Some(_), true) => self.deed(event, " set the topic of ", room, out),
            (None, true) => self.deed(event, " cleared the topic of ", room, out),
            (Some(_), false) => {
                out.push_str("the topic of ");
                self.palette.paint(out, Style::Room, room);
            }
            (None, false) => {
                self.palette.paint(out, Style::Room, room);
                out.push_str(" has no topic");
            }
        }
        if let Some(text) = text {
            out.push_str(if event.from.is_some() {
                " to: "
            } else {
                " is: "
            });
            self.text(text, out);
        }
    }

    /// `alice joined #dev`.
    fn deed(&self, event: &Event, verb: &str, room: &str, out: &mut String) {
        self.nick(event.from.as_deref().unwrap_or("?"), event.own, out);
        out.push_str(verb);
        if !room.is_empty() {
            self.palette.paint(out, Style::Room, room);
        }
    }
}

fn push_reason(reason: Option<&str>, out: &mut String) {
    if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
        out.push_str(" (");
        push_harmless(out, reason);
        out.push(')');
    }
}
