//! The bell, and what asks the terminal for a notice of the desktop. A burst rings a few times. It reads no
//! clock.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use salon_config::Desktop;

use crate::event::{Event, EventKind, room_of};
use crate::render::sanitize;

/// The terminal's bell.
const BELL: char = '\u{7}';
/// It rings no more than so often in so long.
const RINGS_MAX: usize = 5;
const WHILE: Duration = Duration::from_secs(5);
/// How many characters of a text the desktop is told.
const TEXT_MAX: usize = 200;

/// How a control sequence gets to the terminal that the person sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passage {
    /// Not at all, and a bell neither: what is shown goes to no terminal.
    NoTerminal,
    /// Not at all: it would be shown as text.
    None,
    /// As it is.
    Direct,
    /// Wrapped, since tmux takes what it knows and passes on what is wrapped, where it is allowed to.
    Tmux,
}

impl Passage {
    /// Whether there is a way.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Direct | Self::Tmux)
    }
}

/// When it rang last.
#[derive(Debug)]
pub(super) struct Notices {
    passage: Passage,
    rung: VecDeque<Instant>,
}

impl Notices {
    pub(super) fn new(passage: Passage) -> Self {
        Self {
            passage,
            rung: VecDeque::new(),
        }
    }

    /// Appends what rings for this event, unless it rang often just now.
    pub(super) fn ring(&mut self, event: &Event, desktop: Desktop, now: Instant, out: &mut String) {
        if self.passage == Passage::NoTerminal {
            return;
        }
        if self.rung.len() >= RINGS_MAX {
            let first = self.rung.front();
            if first.is_some_and(|first| now.saturating_duration_since(*first) < WHILE) {
                return;
            }
            self.rung.pop_front();
        }
        self.rung.push_back(now);
        out.push(BELL);
        let sequence = match desktop {
            Desktop::Off => return,
            _ if !self.passage.is_open() => return,
            // A number and a semicolon first would be a command of ConEmu's.
            Desktop::Osc9 => format!("\x1b]9;{}: {}\x07", title(event), text(event)),
            Desktop::Osc777 => {
                format!("\x1b]777;notify;{};{}\x07", title(event), text(event))
            }
        };
        if self.passage == Passage::Tmux {
            let doubled = sequence.replace('\x1b', "\x1b\x1b");
            // Writing to a String cannot fail.
            let _ = write!(out, "\x1bPtmux;{doubled}\x1b\\");
        } else {
            out.push_str(&sequence);
        }
    }
}

/// Who, and where: `bob in #dev`.
fn title(event: &Event) -> String {
    let from = event.from.as_deref().unwrap_or("salon");
    let title = match event.to.as_deref().and_then(room_of) {
        Some(room) => format!("{from} in {room}"),
        None => from.to_owned(),
    };
    // It ends where a semicolon is.
    harmless(&title.replace(';', ","))
}

/// What was said.
fn text(event: &Event) -> String {
    match &event.kind {
        EventKind::Message { text }
        | EventKind::Action { text }
        | EventKind::Notice { text }
        | EventKind::Alert { text } => harmless(text),
        _ => String::new(),
    }
}

/// One line with no control character in it, and not too long.
fn harmless(text: &str) -> String {
    let text = sanitize(text);
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(TEXT_MAX).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short.replace('\t', " ")
}

#[cfg(test)]
mod tests {
    use salon_protocol::Timestamp;

    use super::*;

    fn said(from: &str, to: &str, text: &str) -> Event {
        Event {
            time: Timestamp::from_millis(0),
            id: None,
            from: Some(from.to_owned()),
            account: None,
            to: Some(to.to_owned()),
            own: false,
            kind: EventKind::Message {
                text: text.to_owned(),
            },
        }
    }

    #[track_caller]
    fn check(passage: Passage, desktop: Desktop, event: &Event, expected: &str) {
        let mut out = String::new();
        Notices::new(passage).ring(event, desktop, Instant::now(), &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn the_bell_is_all_unless_more_is_wanted() {
        let event = said("bob", "#dev", "ann: hi");
        check(Passage::Direct, Desktop::Off, &event, "\x07");
        check(Passage::None, Desktop::Osc9, &event, "\x07");
        check(Passage::NoTerminal, Desktop::Osc9, &event, "");
        check(
            Passage::Direct,
            Desktop::Osc9,
            &event,
            "\x07\x1b]9;bob in #dev: ann: hi\x07",
        );
        let private = said("bob", "ann", "hi");
        check(
            Passage::Direct,
            Desktop::Osc777,
            &private,
            "\x07\x1b]777;notify;bob;hi\x07",
        );
        check(
            Passage::Tmux,
            Desktop::Osc9,
            &private,
            "\x07\x1bPtmux;\x1b\x1b]9;bob: hi\x07\x1b\\",
        );
    }

    #[test]
    fn what_was_said_ends_no_sequence_and_begins_none() {
        let event = said("b;o\x07b", "#d\x1b\\ev", "x\x07\x1b]0;t\u{9c}\ty");
        check(
            Passage::Direct,
            Desktop::Osc777,
            &event,
            "\x07\x1b]777;notify;b,o␇b in #d␛\\ev;x␇␛]0;t\u{fffd} y\x07",
        );
        let long = said("bob", "ann", &"x".repeat(TEXT_MAX + 1));
        let expected = format!("\x07\x1b]9;bob: {}…\x07", "x".repeat(TEXT_MAX));
        check(Passage::Direct, Desktop::Osc9, &long, &expected);
    }

    #[test]
    fn a_burst_rings_a_few_times() {
        let event = said("bob", "ann", "hi");
        let mut notices = Notices::new(Passage::Direct);
        let start = Instant::now();
        let mut rings = |millis| {
            let mut out = String::new();
            let now = start + Duration::from_millis(millis);
            notices.ring(&event, Desktop::Off, now, &mut out);
            !out.is_empty()
        };
        assert_eq!((0..100).filter(|number| rings(*number)).count(), RINGS_MAX);
        assert!(!rings(4_999));
        assert!(rings(5_000));
        assert!(rings(5_001));
        assert!(rings(9_000));
    }
}
