//! What waits to be shown, and how much of it one repaint takes. A terminal that is fast shows everything; one
//! that is slow, or stands still, would be behind for minutes after a burst, so what it can't show soon is left
//! out, summed up, and found again with `:history`. What is not said in a room, or names the person, is never
//! left out. It must not write, and it reads no clock.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::time::Duration;

use super::super::page::wrap;

/// How much one repaint shows at most, so that keys are read in between.
const PAINT_BYTES_MAX: usize = 32 * 1024;
/// How much it shows on a terminal however slow.
const PAINT_BYTES_MIN: usize = 2 * 1024;
/// A repaint that takes longer makes typing lag.
const LAG: Duration = Duration::from_millis(50);
/// One that is done within this could have been of more.
const EASE: Duration = Duration::from_millis(10);
/// So many repaints may wait before lines are left out: a second or so on a fast terminal, three on a slow one.
const REPAINTS_MAX: usize = 64;
/// So many are left then.
const REPAINTS_KEPT: usize = 8;
/// `:history` shows no more at once.
const HISTORY_MAX: u64 = 1_000;
/// How many rooms the sum names.
const ROOMS_NAMED: usize = 3;

/// Whole lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Line {
    /// With its `\n`.
    pub(in super::super) text: String,
    /// The room that it was said in, if it can be left out and found again there.
    pub(in super::super) room: Option<String>,
    /// Who it is for.
    pub(in super::super) reader: Reader,
}

/// Who reads a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Reader {
    /// The person.
    Person,
    /// A program, where the output is for one.
    Program,
}

/// The lines that wait, the first first.
#[derive(Debug)]
pub(super) struct Queue {
    lines: VecDeque<Line>,
    bytes: usize,
    /// How much a repaint shows on this terminal.
    paint_bytes: usize,
    /// How many were left out before the first, by rooms.
    left_out: Vec<(String, u64)>,
}

impl Line {
    /// One that is always shown.
    pub(in super::super) fn lasting(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            room: None,
            reader: Reader::Person,
        }
    }

    /// One that a program reads.
    pub(in super::super) fn object(text: String) -> Self {
        Self {
            text,
            room: None,
            reader: Reader::Program,
        }
    }
}

impl Queue {
    pub(super) fn new() -> Self {
        Self {
            lines: VecDeque::new(),
            bytes: 0,
            paint_bytes: PAINT_BYTES_MAX,
            left_out: Vec::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.left_out.is_empty()
    }

    /// Whether more waits than may, though nothing of it can be left out.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= self.bytes_max()
    }

    /// Adds a line behind the others.
    pub(super) fn push(&mut self, line: Line) {
        self.bytes += line.text.len();
        self.lines.push_back(line);
        if self.bytes > self.bytes_max() {
            self.leave_out(REPAINTS_KEPT * self.paint_bytes);
        }
    }

    /// Takes what the next repaint shows: whole lines, and at least one if there is any. `columns` is how wide
    /// the terminal is.
    pub(super) fn take(&mut self, columns: usize) -> String {
        let mut text = self.take_sum(columns);
        while let Some(line) = self.lines.front() {
            if !text.is_empty() && text.len() + line.text.len() > self.paint_bytes {
                break;
            }
            if let Some(line) = self.lines.pop_front() {
                self.bytes -= line.text.len();
                text.push_str(&line.text);
            }
        }
        text
    }

    /// Takes all of it.
    pub(super) fn take_all(&mut self, columns: usize) -> String {
        let mut text = self.take_sum(columns);
        self.bytes = 0;
        text.extend(self.lines.drain(..).map(|line| line.text));
        text
    }

    /// The last repaint was this late because of the one before.
    pub(super) fn pace(&mut self, lag: Duration) {
        if lag >= LAG {
            self.paint_bytes = (self.paint_bytes / 2).max(PAINT_BYTES_MIN);
        } else if lag <= EASE {
            self.paint_bytes = (self.paint_bytes * 2).min(PAINT_BYTES_MAX);
        }
    }

    fn bytes_max(&self) -> usize {
        REPAINTS_MAX * self.paint_bytes
    }

    /// Leaves out the oldest lines that can be, until no more than this remains.
    fn leave_out(&mut self, bytes_kept: usize) {
        let mut bytes = self.bytes;
        let left_out = &mut self.left_out;
        self.lines.retain(|line| {
            let Some(room) = line.room.as_ref().filter(|_| bytes > bytes_kept) else {
                return true;
            };
            bytes -= line.text.len();
            match left_out.iter_mut().find(|(known, _)| known == room) {
                Some((_, count)) => *count += 1,
                None => left_out.push((room.clone(), 1)),
            }
            false
        });
        self.bytes = bytes;
    }

    /// The line that tells what was left out, if anything was.
    fn take_sum(&mut self, columns: usize) -> String {
        let mut rooms = std::mem::take(&mut self.left_out);
        rooms.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let Some((most, most_count)) = rooms.first() else {
            return String::new();
        };
        let total: u64 = rooms.iter().map(|(_, count)| count).sum();
        let named: Vec<String> = rooms
            .iter()
            .take(ROOMS_NAMED)
            .map(|(room, count)| format!("{count} in {}", crate::render::sanitize(room)))
            .collect();
        let elsewhere: u64 = rooms.iter().skip(ROOMS_NAMED).map(|(_, count)| count).sum();
        let mut sum = format!(
            "--- {total} lines came too fast to be shown: {}",
            named.join(", ")
        );
        // Writing to a String cannot fail.
        if elsewhere > 0 {
            let _ = write!(sum, ", {elsewhere} elsewhere");
        }
        // Those that wait come after them there.
        let waiting = self
            .lines
            .iter()
            .filter(|line| line.room.as_ref() == Some(most));
        let all = *most_count + u64::try_from(waiting.count()).unwrap_or(u64::MAX);
        let which = if all > HISTORY_MAX {
            "the last of them, and ':history --more' those before"
        } else if rooms.len() == 1 {
            "them"
        } else {
            "the last of them"
        };
        let (count, most) = (all.min(HISTORY_MAX), crate::render::sanitize(most));
        let _ = write!(sum, "; ':history {count} {most}' shows {which}");
        let mut text = String::new();
        wrap(&sum, "--- ".len(), columns, &mut text);
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(room: &str, text: &str) -> Line {
        Line {
            text: format!("{text}\n"),
            room: Some(room.to_owned()),
            reader: Reader::Person,
        }
    }

    /// So many lines of 100 bytes.
    fn push_many(queue: &mut Queue, room: &str, count: usize) {
        for number in 0..count {
            queue.push(said(room, &format!("{number:099}")));
        }
    }

    #[test]
    fn one_repaint_takes_whole_lines_up_to_its_limit() {
        let mut queue = Queue::new();
        push_many(&mut queue, "#dev", 1000);
        assert_eq!(queue.take(80).len(), PAINT_BYTES_MAX / 100 * 100);
        queue.push(Line::lasting("x".repeat(PAINT_BYTES_MAX * 2)));
        let rest: usize =
            std::iter::from_fn(|| Some(queue.take(80).len()).filter(|len| *len > 0)).sum();
        let expected = 1000 * 100 - PAINT_BYTES_MAX / 100 * 100 + PAINT_BYTES_MAX * 2;
        assert_eq!(rest, expected);
        assert!(queue.is_empty());
        assert_eq!(queue.bytes, 0);
    }

    #[test]
    fn ten_thousand_lines_are_all_shown_where_the_terminal_is_fast() {
        let mut queue = Queue::new();
        push_many(&mut queue, "#dev", 10_000);
        assert_eq!(queue.take_all(80).lines().count(), 10_000);
    }

    #[test]
    fn what_a_terminal_cannot_show_soon_is_summed_up() {
        let mut queue = Queue::new();
        queue.push(Line::lasting("own\n"));
        push_many(&mut queue, "#ops", 10_000);
        push_many(&mut queue, "#dev", 20_000);
        assert!(queue.bytes <= REPAINTS_MAX * PAINT_BYTES_MAX);
        let text = queue.take_all(200);
        let mut lines = text.lines();
        let sum = lines.next().expect("a sum");
        let rest: Vec<&str> = lines.collect();
        assert_eq!(rest[0], "own");
        let shown = rest.len() - 1;
        let dev = 20_000 - shown;
        assert_eq!(
            sum,
            format!(
                "--- {} lines came too fast to be shown: 10000 in #ops, {dev} in #dev; ':history 1000 #ops' shows the last of them, and ':history --more' those before",
                dev + 10_000
            )
        );
        // The last ones are there, in order.
        let last = format!("{:099}", 19_999);
        assert_eq!(rest.last().copied(), Some(last.as_str()));
        assert!(rest[1..].is_sorted());
    }

    #[test]
    fn what_lasts_is_never_left_out_and_holds_its_writer() {
        let mut queue = Queue::new();
        let line = "x".repeat(1023) + "\n";
        while !queue.is_full() {
            queue.push(Line::lasting(&*line));
        }
        queue.push(Line::lasting(&*line));
        assert_eq!(
            queue.take_all(80).lines().count(),
            REPAINTS_MAX * PAINT_BYTES_MAX / 1024 + 1
        );
        assert!(!queue.is_full());
    }

    #[test]
    fn a_slow_terminal_gets_less_at_once_and_falls_less_behind() {
        let mut queue = Queue::new();
        push_many(&mut queue, "#dev", 1000);
        for _ in 0..10 {
            queue.pace(LAG);
        }
        assert_eq!(queue.take(80).len(), PAINT_BYTES_MIN / 100 * 100);
        push_many(&mut queue, "#dev", 1000);
        assert!(queue.bytes <= REPAINTS_MAX * PAINT_BYTES_MIN);
        let text = queue.take(80);
        assert!(text.starts_with("--- "), "{text}");
        for _ in 0..10 {
            queue.pace(EASE);
        }
        assert_eq!(queue.paint_bytes, PAINT_BYTES_MAX);
        queue.pace(EASE * 2);
        assert_eq!(queue.paint_bytes, PAINT_BYTES_MAX);
    }

    #[test]
    fn many_rooms_are_not_all_named() {
        let mut queue = Queue::new();
        for (index, room) in ["#a", "#b\x1b", "#c", "#d", "#e"].into_iter().enumerate() {
            queue.left_out.push((room.to_owned(), 10 - index as u64));
        }
        assert_eq!(
            queue.take(60),
            "--- 40 lines came too fast to be shown: 10 in #a, 9 in #b␛,\n    8 in #c, 13 elsewhere; ':history 10 #a' shows the last\n    of them\n"
        );
    }
}
