//! Many who come or go at once, as one line: how many, where, why if all had the same reason, and the first
//! few by name. It must not decide whether they do so at once.

use std::collections::HashSet;
use std::fmt::Write as _;

use salon_protocol::fold;

use super::sanitize::push_harmless;
use super::{Renderer, Style};
use crate::event::{Event, EventKind};

/// How many are many.
pub(crate) const CROWD_MIN: usize = 4;
/// How many are named.
const NAMED_MAX: usize = 5;
/// How many rooms are named.
const ROOMS_MAX: usize = 3;

/// What they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Join,
    Part,
    Quit,
}

impl Renderer {
    /// Appends the lines of those who came and went. Who does what many do is told with them.
    pub(crate) fn render_crowd(&self, events: &[Event], current: Option<&str>, out: &mut String) {
        for deed in [Deed::Quit, Deed::Part, Deed::Join] {
            let crowd: Vec<_> = events.iter().filter(|event| does(event, deed)).collect();
            if crowd.len() >= CROWD_MIN {
                self.crowd(&crowd, deed, out);
            } else {
                for event in crowd {
                    self.render(event, current, out);
                }
            }
        }
    }

    fn crowd(&self, events: &[&Event], deed: Deed, out: &mut String) {
        let Some(first) = events.first() else { return };
        self.time(first.time, out);
        let (arrow, verb) = match deed {
            Deed::Join => ("--> ", " joined "),
            Deed::Part => ("<-- ", " left "),
            Deed::Quit => ("<-- ", " quit"),
        };
        self.palette.paint(out, Style::Faint, arrow);
        let people = distinct(events.iter().filter_map(|event| event.from.as_deref()));
        // Writing to a String cannot fail.
        let _ = write!(out, "{} people{verb}", people.len());
        let rooms = distinct(events.iter().filter_map(|event| event.to.as_deref()));
        self.list(&rooms, ROOMS_MAX, Style::Room, out);
        if let Some(reason) = common_reason(events) {
            out.push_str(" (");
            push_harmless(out, reason);
            out.push(')');
        }
        out.push_str(": ");
        self.list(&people, NAMED_MAX, Style::Nick, out);
        out.push('\n');
    }

    /// The first few names, and how many there are besides.
    fn list(&self, names: &[&str], shown_max: usize, style: Style, out: &mut String) {
        for (index, name) in names.iter().take(shown_max).enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            self.palette.paint(out, style, name);
        }
        if let Some(more) = names.len().checked_sub(shown_max).filter(|more| *more > 0) {
            let _ = write!(out, " and {more} more");
        }
    }
}

fn does(event: &Event, deed: Deed) -> bool {
    match event.kind {
        EventKind::Join => deed == Deed::Join,
        EventKind::Part { .. } => deed == Deed::Part,
        EventKind::Quit { .. } => deed == Deed::Quit,
        _ => false,
    }
}

/// Each name once, in order.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    names.filter(|name| seen.insert(fold(name))).collect()
}

/// The reason that all of them gave.
fn common_reason<'a>(events: &[&'a Event]) -> Option<&'a str> {
    let reason = |event: &'a Event| match &event.kind {
        EventKind::Part { reason } | EventKind::Quit { reason } => reason.as_deref(),
        _ => None,
    };
    let first = reason(events.first()?).filter(|reason| !reason.is_empty())?;
    let is_common = events.iter().all(|event| reason(event) == Some(first));
    is_common.then_some(first)
}
