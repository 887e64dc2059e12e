//! Many who come or go at once, as one line: how many, where, why if all had the same reason, and the first
//! few by name. What one person does is told in its order. It must not decide whether they do so at once.

use std::collections::{HashMap, HashSet};
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Deed {
    Join,
    Part,
    Quit,
}

/// What somebody does, and how much else they did before: who comes and goes is there or not by what was last.
type Step = (usize, Deed);

impl Renderer {
    /// Appends the lines of those who came and went, in order. Who does what many do is told with the first of them; so
    /// that the order of each one's deeds stays, the first deeds of all come before the second ones then.
    pub(crate) fn render_crowd(&self, events: &[Event], current: Option<&str>, out: &mut String) {
        let mut crowds: HashMap<Step, Vec<&Event>> = HashMap::new();
        let mut steps = steps(events);
        for (step, event) in &steps {
            crowds.entry(*step).or_default().push(event);
        }
        crowds.retain(|_, crowd| crowd.len() >= CROWD_MIN);
        let mut told = HashSet::new();
        if !crowds.is_empty() {
            steps.sort_by_key(|((before, _), _)| *before);
        }
        for (step, event) in steps {
            match crowds.get(&step) {
                None => self.render(event, current, out),
                Some(crowd) if told.insert(step) => self.crowd(crowd, step.1, out),
                Some(_) => {}
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

/// The events of those who come and go, each with its step.
fn steps(events: &[Event]) -> Vec<(Step, &Event)> {
    let mut last: HashMap<String, Step> = HashMap::new();
    let step = |event| {
        let (deed, nick) = (deed(event)?, event.from.as_deref().unwrap_or_default());
        let step = last.entry(fold(nick)).or_insert((0, deed));
        if step.1 != deed {
            *step = (step.0 + 1, deed);
        }
        Some((*step, event))
    };
    events.iter().filter_map(step).collect()
}

fn deed(event: &Event) -> Option<Deed> {
    match event.kind {
        EventKind::Join => Some(Deed::Join),
        EventKind::Part { .. } => Some(Deed::Part),
        EventKind::Quit { .. } => Some(Deed::Quit),
        _ => None,
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
