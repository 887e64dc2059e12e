//! What a person reads: events as lines for a terminal this wide, with the days, the rule below what was read,
//! what rings, and how much is unread elsewhere. It reads no clock and must not write to the terminal.

mod absence;
mod attention;
mod comings;
mod day;
mod marker;
mod notice;
mod seen;
mod unread;
mod wrap;

use std::time::{Duration, Instant};

use salon_protocol::{Timestamp, eq_folded};

use self::absence::Absence;
use self::attention::{MARK, attention};
use self::comings::{Coming, Comings};
use self::day::Day;
use self::marker::Markers;
use self::notice::Notices;
pub(crate) use self::notice::Passage;
use self::seen::Seen;
pub(super) use self::unread::Piece;
use self::unread::Unread;
pub(super) use self::wrap::wrap;
use super::screen::{Line, Reader};
use crate::conversation::Look;
use crate::driver::Status;
use crate::event::{Event, EventKind, is_room};
use crate::render::{Palette, READ, Renderer, Style, conversation, push_rule, sanitize};

/// What empties the screen.
const CLEAR: &str = "\x1b[H\x1b[2J";

/// Now, and when a key was pressed last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: Instant,
    pub(super) last_key: Instant,
}

/// The lines that are to be shown, and what is needed to make them.
#[derive(Debug)]
pub(super) struct Page {
    renderer: Renderer,
    palette: Palette,
    look: Look,
    nick: String,
    /// The room or nick in front.
    current: Option<String>,
    /// How wide the terminal is; `None` where lines are not for one.
    columns: Option<usize>,
    day: Day,
    absence: Absence,
    comings: Comings,
    unread: Unread,
    seen: Seen,
    markers: Markers,
    notices: Notices,
    passage: Passage,
    /// What is being written.
    text: String,
    /// Lines that were not taken yet.
    lines: Vec<Line>,
}

impl Page {
    /// An empty page of today.
    pub(super) fn new(palette: Palette, passage: Passage, today: Timestamp) -> Self {
        let renderer = Renderer::new(palette);
        let date = renderer.date(today).unwrap_or_default();
        Self {
            renderer,
            palette,
            look: Look::default(),
            nick: String::new(),
            current: None,
            columns: None,
            day: Day::new(date, today),
            absence: Absence::default(),
            comings: Comings::default(),
            unread: Unread::default(),
            seen: Seen::new(),
            markers: Markers::default(),
            notices: Notices::new(passage),
            passage,
            text: String::new(),
            lines: Vec::new(),
        }
    }

    /// What was made since it was last taken.
    pub(super) fn take(&mut self) -> Vec<Line> {
        self.end_line(None);
        std::mem::take(&mut self.lines)
    }

    /// How wide the terminal is from now on.
    pub(super) fn set_columns(&mut self, columns: Option<usize>) {
        self.columns = columns;
    }

    /// How things look from now on.
    pub(super) fn look(&mut self, palette: Palette, look: &Look) {
        self.renderer = Renderer::new(palette).with_formatting(look.formatting);
        self.palette = palette;
        self.look = look.clone();
    }

    /// Who and where one is from now on. It comes with each that comes or goes, too, and that is no reason to tell of them;
    /// what happened before one is elsewhere belongs before that.
    pub(super) fn status(&mut self, status: &Status) {
        if self.current != status.current {
            self.tell_comings();
        }
        self.nick.clone_from(&status.nick);
        self.current.clone_from(&status.current);
        if let Some(current) = &status.current {
            self.unread.forget(current);
        }
        let is_joined = |name: &str| {
            let mut rooms = status.rooms.iter();
            !is_room(name) || rooms.any(|room| eq_folded(room, name))
        };
        self.unread.retain(is_joined);
    }

    /// What was said there until then was read, here or in another client.
    pub(super) fn read(&mut self, place: &str, until: Timestamp) {
        self.markers.set(place, until);
        if self.seen.until(place).is_none_or(|last| last <= until) {
            self.unread.forget(place);
        }
    }

    /// What was said elsewhere, in a third of the row at most.
    pub(super) fn unread(&self) -> Vec<Piece> {
        let columns = self.columns.unwrap_or(80);
        self.unread.pieces(columns / 3)
    }

    /// When those who came and went are to be told of, if some wait.
    pub(super) fn due(&self) -> Option<Instant> {
        self.comings.due()
    }

    /// Tells of those who came and went.
    pub(super) fn tell_comings(&mut self) {
        let comings = self.comings.release();
        let Some(first) = comings.first() else {
            return;
        };
        self.turn_day(first);
        let mut lines = String::new();
        self.renderer
            .render_crowd(&comings, self.current.as_deref(), &mut lines);
        for line in lines.lines() {
            // Behind the time.
            let text_at = line.find(' ').map_or(0, |blank| blank + 1);
            self.push_wrapped(line, text_at);
        }
    }

    /// Something happened.
    pub(super) fn event(&mut self, event: &Event, moment: Moment) {
        match self.comings.take(event, self.look.presence, moment.now) {
            Coming::Told => {}
            Coming::Waits | Coming::Hidden => return,
        }
        self.tell_comings();
        match &event.kind {
            EventKind::ReadUpTo => {
                return push_rule(self.palette, READ, self.columns, &mut self.text);
            }
            EventKind::Info { .. } => {}
            EventKind::Ready { .. } => {
                self.seen.arrive(event.time);
                self.turn_day(event);
            }
            _ => self.turn_day(event),
        }
        let attention = attention(event, &self.nick, &self.look);
        let mark = if attention.is_marked { MARK } else { "" };
        let is_news = self.is_news(event);
        if is_news {
            let is_for_one = attention.is_marked || attention.is_private;
            self.note(event, is_for_one, moment);
            if attention.rings {
                self.notices
                    .ring(event, self.look.desktop, moment.now, &mut self.text);
            }
        }
        let room = conversation(event)
            .filter(|place| is_news && !attention.is_marked && is_room(place))
            .map(str::to_owned);
        self.end_line(None);
        let mut line = String::new();
        let current = self.current.as_deref();
        let text_at = self.renderer.render_marked(event, current, mark, &mut line);
        self.push_wrapped(&line, text_at);
        self.end_line(room);
    }

    /// What was written is a line of its own; if it was said in a room, it can be found there again.
    fn end_line(&mut self, room: Option<String>) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            let reader = Reader::Person;
            self.lines.push(Line { text, room, reader });
        }
    }

    /// Shows whole lines, divided for the terminal. The text of each begins there, or behind its own blanks.
    pub(super) fn push_wrapped(&mut self, lines: &str, text_at: usize) {
        for line in lines.lines() {
            match self.columns {
                Some(columns) => {
                    let blanks = line.len() - line.trim_start_matches(' ').len();
                    wrap(line, text_at.max(blanks), columns, &mut self.text);
                }
                None => self.text.push_str(line),
            }
            self.text.push('\n');
        }
    }

    /// Shows what is wrong, with what explains it below.
    pub(super) fn push_wrong(&mut self, lines: &str) {
        let mut wrong = String::new();
        self.palette.paint(&mut wrong, Style::Alarm, "!!!");
        wrong.push(' ');
        let text_at = wrong.len();
        let mut lines = lines.lines();
        wrong.push_str(&sanitize(lines.next().unwrap_or_default()));
        self.push_wrapped(&wrong, text_at);
        // What explains it points at places of the line, and stays as it is.
        for line in lines {
            self.text.push_str(&sanitize(line));
            self.text.push('\n');
        }
    }

    /// Empties the screen, where there is one that can be emptied.
    pub(super) fn clear(&mut self) {
        if self.passage.is_open() {
            self.text.push_str(CLEAR);
        }
    }

    /// Shows what a program reads.
    pub(super) fn push_object(&mut self, object: String) {
        self.end_line(None);
        self.lines.push(Line::object(object));
    }

    /// Shows what must not be changed, as it is.
    pub(super) fn push_raw(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.text);
    }

    /// A line of another day than the one before says so above it.
    fn turn_day(&mut self, event: &Event) {
        if let Some(date) = self.renderer.date(event.time)
            && self.day.turns(date, event.time)
        {
            push_rule(
                self.palette,
                &day::words(date),
                self.columns,
                &mut self.text,
            );
        }
    }

    /// Whether somebody else says something that one has not seen.
    fn is_news(&mut self, event: &Event) -> bool {
        match &event.kind {
            EventKind::Message { .. } | EventKind::Action { .. } | EventKind::Notice { .. } => {
                let Some(place) = conversation(event) else {
                    return !event.own;
                };
                let is_new = self.seen.is_new(place, event);
                if is_new {
                    self.markers.end_page();
                } else if self.markers.divides(place, event.time) {
                    push_rule(self.palette, READ, self.columns, &mut self.text);
                }
                if event.own && is_new {
                    // Who answers has read.
                    self.unread.forget(place);
                }
                is_new && !event.own
            }
            EventKind::Alert { .. } => true,
            _ => false,
        }
    }

    /// Somebody said something: it counts where one is not looking.
    fn note(&mut self, event: &Event, is_for_one: bool, moment: Moment) {
        let after: Option<Duration> = self.look.rule_after;
        if self.absence.begins(moment.now, moment.last_key, after) {
            push_rule(self.palette, READ, self.columns, &mut self.text);
        }
        let Some(place) = conversation(event) else {
            return;
        };
        let is_notice = matches!(
            event.kind,
            EventKind::Notice { .. } | EventKind::Alert { .. }
        );
        if is_notice && !is_room(place) {
            // Most of these are the server's, and none wants an answer.
            return;
        }
        let current = self.current.as_deref();
        let is_here = current.is_some_and(|current| eq_folded(current, place));
        if is_here && !self.absence.lasts(moment.last_key) {
            self.unread.forget(place);
        } else {
            self.unread.note(place, is_for_one && is_room(place));
        }
    }
}

#[cfg(test)]
mod tests;
