//! Turns events into lines for people: the time, the room when it is not the one in front, the nick
//! in its steady colour, the text made harmless. The REPL and the plain output of scripts share it,
//! so that both say the same. It must not print, and it knows nothing of terminals and prompts.
//!
//! Lines are not wrapped here: a program that reads them wants each whole. The prompt wraps them, and is
//! told where the text of each begins.

mod aside;
mod code;
mod crowd;
mod formatted;
mod nick_colour;
mod palette;
mod rule;
mod sanitize;
mod shade;

use std::fmt::Write as _;

use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use salon_config::Formatting;
use salon_protocol::{Timestamp, eq_folded};

pub(crate) use self::crowd::CROWD_MIN;
use self::formatted::push_formatted;
pub(crate) use self::palette::{Palette, Style};
pub(crate) use self::rule::{READ, push_rule};
pub(crate) use self::sanitize::sanitize;
use crate::event::{Event, EventKind, is_room, room_of};

/// What marks an alert where nothing else does.
const ALERT: &str = "!";

/// The one form in which people see events.
#[derive(Debug, Clone)]
pub(crate) struct Renderer {
    palette: Palette,
    formatting: Formatting,
    zone: TimeZone,
    /// Whether the time has its date and its seconds.
    is_dated: bool,
}

impl Renderer {
    /// A renderer with the clock of this machine.
    pub(crate) fn new(palette: Palette) -> Self {
        Self {
            palette,
            formatting: Formatting::default(),
            zone: TimeZone::system(),
            is_dated: false,
        }
    }

    /// The same with what people made bold or coloured so, or not.
    pub(crate) fn with_formatting(self, formatting: Formatting) -> Self {
        Self { formatting, ..self }
    }

    /// The same with dates and seconds before the lines, for what happened at any time.
    pub(crate) fn dated(palette: Palette) -> Self {
        Self {
            is_dated: true,
            ..Self::new(palette)
        }
    }

    /// The same with the clock of another place.
    #[cfg(test)]
    pub(crate) fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// Appends the whole lines, each with its `\n`, that this event is for a person. `current` is
    /// the room or nick in front, which needs no naming.
    pub(crate) fn render(&self, event: &Event, current: Option<&str>, out: &mut String) {
        self.render_marked(event, current, "", out);
    }

    /// The same, with a mark behind the time of a line that wants attention. Gives where in `out` the
    /// text begins.
    pub(crate) fn render_marked(
        &self,
        event: &Event,
        current: Option<&str>,
        mark: &str,
        out: &mut String,
    ) -> usize {
        match &event.kind {
            EventKind::Info { text } => {
                let text_at = out.len();
                info(text, out);
                return text_at;
            }
            EventKind::ReadUpTo => {
                push_rule(self.palette, READ, None, out);
                return out.len();
            }
            _ => {}
        }
        self.time(event.time, out);
        let is_alert = matches!(event.kind, EventKind::Alert { .. });
        let mark = if is_alert && mark.is_empty() {
            ALERT
        } else {
            mark
        };
        if !mark.is_empty() {
            self.palette.paint(out, Style::Alarm, mark);
            out.push(' ');
        }
        let mut text_at = out.len();
        match &event.kind {
            EventKind::Message { text }
            | EventKind::Action { text }
            | EventKind::Notice { text } => {
                let (before, after) = match &event.kind {
                    EventKind::Action { .. } => ("* ", " "),
                    EventKind::Notice { .. } => ("-", "- "),
                    _ => ("<", "> "),
                };
                self.label(event, current, out);
                self.nick_between(event, before, after, out);
                text_at = out.len();
                self.text(text, out);
            }
            EventKind::Alert { text } => sanitize::push_harmless(out, text),
            EventKind::Error { code, text } => self.error(code.as_deref(), text, out),
            EventKind::Join
            | EventKind::Part { .. }
            | EventKind::Quit { .. }
            | EventKind::Nick { .. }
            | EventKind::Topic { .. }
            | EventKind::Kick { .. }
            | EventKind::Mode { .. }
            | EventKind::Ready { .. }
            | EventKind::Gap { .. }
            | EventKind::ReadUpTo
            | EventKind::Note { .. }
            | EventKind::Info { .. } => self.aside(event, out),
        }
        out.push('\n');
        text_at
    }

    /// What somebody wrote.
    fn text(&self, text: &str, out: &mut String) {
        match self.formatting {
            Formatting::Show => push_formatted(self.palette, text, out),
            Formatting::Strip => sanitize::push_harmless(out, text),
        }
    }

    /// `18:04 `: local, since that is the clock on the reader's wall.
    fn time(&self, time: Timestamp, out: &mut String) {
        let local = self.local(time);
        let (before, after) = match self.palette {
            Palette::Plain => ("", ""),
            Palette::Colour | Palette::Indexed | Palette::Direct => ("\x1b[2m", "\x1b[0m"),
        };
        if self.is_dated {
            let shown = local.unwrap_or_default();
            let (date, time) = (shown.date(), shown.strftime("%H:%M:%S"));
            let _ = write!(out, "{before}{date} {time}{after} ");
            return;
        }
        let (hour, minute) = local.map_or((0, 0), |local| (local.hour(), local.minute()));
        // Writing to a String cannot fail.
        let _ = write!(out, "{before}{hour:02}:{minute:02}{after} ");
    }

    /// The day on the reader's wall.
    pub(crate) fn date(&self, time: Timestamp) -> Option<Date> {
        self.local(time).map(|local| local.date())
    }

    fn local(&self, time: Timestamp) -> Option<ZonedDateTime> {
        let millis = i64::try_from(time.as_millis()).ok()?;
        let timestamp = jiff::Timestamp::from_millisecond(millis).ok()?;
        Some(timestamp.to_zoned_datetime(self.zone.clone()))
    }

    /// `#dev ` or `@bob ` when the event belongs to a conversation that is not in front, and `@#dev ` whenever it is
    /// for some of a room.
    fn label(&self, event: &Event, current: Option<&str>, out: &mut String) {
        let Some(conversation) = conversation(event) else {
            return;
        };
        let to = event.to.as_deref().unwrap_or_default();
        if to.len() > conversation.len() && to.ends_with(conversation) && is_room(conversation) {
            self.palette.paint(out, Style::Room, to);
        } else if current.is_some_and(|current| eq_folded(current, conversation)) {
            return;
        } else if is_room(conversation) {
            self.palette.paint(out, Style::Room, conversation);
        } else if matches!(event.kind, EventKind::Notice { .. }) && !event.own {
            // `-bob- ` says it already, and most of these are the server's.
            return;
        } else {
            out.push('@');
            self.palette.paint(out, Style::Nick, conversation);
        }
        out.push(' ');
    }

    fn nick_between(&self, event: &Event, before: &str, after: &str, out: &mut String) {
        out.push_str(before);
        self.nick(event.from.as_deref().unwrap_or("?"), event.own, out);
        out.push_str(after);
    }

    fn nick(&self, nick: &str, own: bool, out: &mut String) {
        let style = if own { Style::Own } else { Style::Nick };
        self.palette.paint(out, style, nick);
    }

    fn error(&self, code: Option<&str>, text: &str, out: &mut String) {
        self.palette.paint(out, Style::Alarm, "!!!");
        out.push(' ');
        sanitize::push_harmless(out, text);
        if let Some(code) = code {
            out.push_str(" (");
            sanitize::push_harmless(out, code);
            out.push(')');
        }
    }
}

fn info(text: &str, out: &mut String) {
    for line in text.split('\n') {
        sanitize::push_harmless(out, line.strip_suffix('\r').unwrap_or(line));
        out.push('\n');
    }
}

/// The room or the other person: where an answer to this event would go.
pub(crate) fn conversation(event: &Event) -> Option<&str> {
    let to = event.to.as_deref();
    let room = to.and_then(room_of);
    let other = if event.own { to } else { event.from.as_deref() };
    room.or(other)
}

#[cfg(test)]
mod tests;
