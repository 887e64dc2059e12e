//! Ctrl-R: a line of earlier is found by a part of it. The editor's own search waits for keys, and shows nothing of what
//! arrives meanwhile; this one is a state beside the editor, which has the line and the prompt that it asks for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustyline::{KeyCode, KeyEvent, Modifiers};

use super::screen::Screen;

/// The lines of earlier, and the search in them, if one is under way.
#[derive(Debug)]
pub(super) struct Search {
    state: Mutex<State>,
    screen: Arc<Screen>,
}

#[derive(Debug, Default)]
struct State {
    /// The oldest first.
    lines: Vec<String>,
    active: Option<Active>,
}

#[derive(Debug)]
struct Active {
    wanted: String,
    /// The line that was found last.
    found: Option<usize>,
    has_failed: bool,
    /// What stood in the line.
    before: String,
}

/// Where the next line is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Older,
    Newer,
}

/// What a key did to the search.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// This is to stand in the line.
    Line(String),
    /// The line stays.
    Same,
    /// The search is over, and the key does what it does without one.
    Over,
}

impl Search {
    pub(super) fn new(screen: &Arc<Screen>) -> Self {
        Self {
            state: Mutex::default(),
            screen: Arc::clone(screen),
        }
    }

    /// A line that can be found from now on.
    pub(super) fn add(&self, line: &str) {
        let mut state = self.lock();
        if state.lines.last().is_none_or(|last| last != line) {
            state.lines.push(line.to_owned());
        }
    }

    /// Whether one is under way.
    pub(super) fn is_active(&self) -> bool {
        self.lock().active.is_some()
    }

    /// One begins, with this in the line.
    pub(super) fn begin(&self, line: &str) {
        let mut state = self.lock();
        state.active = Some(Active {
            wanted: String::new(),
            found: None,
            has_failed: false,
            before: line.to_owned(),
        });
        self.show(&state);
    }

    /// A key was pressed while one is under way.
    pub(super) fn press(&self, key: KeyEvent) -> Found {
        let mut state = self.lock();
        let state = &mut *state;
        let Some(active) = &mut state.active else {
            return Found::Over;
        };
        let found = match key {
            KeyEvent(KeyCode::Char(c), Modifiers::NONE) => {
                active.wanted.push(c);
                active.find(&state.lines, Way::Older, active.found)
            }
            KeyEvent(KeyCode::Backspace, Modifiers::NONE)
            | KeyEvent(KeyCode::Char('H'), Modifiers::CTRL) => {
                active.wanted.pop();
                active.find(&state.lines, Way::Older, None)
            }
            KeyEvent(KeyCode::Char('R'), Modifiers::CTRL) => {
                let next = active.found.map(|found| found.wrapping_sub(1));
                active.find(&state.lines, Way::Older, next)
            }
            KeyEvent(KeyCode::Char('S'), Modifiers::CTRL) => {
                let next = active.found.map(|found| found + 1);
                active.find(&state.lines, Way::Newer, next)
            }
            KeyEvent(KeyCode::Char('G'), Modifiers::CTRL) => {
                let before = std::mem::take(&mut active.before);
                state.active = None;
                Found::Line(before)
            }
            _ => {
                state.active = None;
                Found::Over
            }
        };
        self.show(state);
        found
    }

    fn show(&self, state: &State) {
        self.screen.ask(state.active.as_ref().map(Active::question));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Active {
    /// Looks for the line from there on, that one among them; from the newest on without one.
    fn find(&mut self, lines: &[String], way: Way, from: Option<usize>) -> Found {
        // A line that was typed several times is found where it was typed last.
        let is_it = |at: &usize| {
            let mut from_there = lines.iter().skip(*at);
            from_there.next().is_some_and(|line| {
                line.contains(&self.wanted) && !from_there.any(|newer| newer == line)
            })
        };
        let from = from.unwrap_or(lines.len().wrapping_sub(1));
        let found = match way {
            _ if self.wanted.is_empty() || from >= lines.len() => None,
            Way::Older => (0..=from).rev().find(is_it),
            Way::Newer => (from..lines.len()).find(is_it),
        };
        self.has_failed = found.is_none() && !self.wanted.is_empty();
        match found.and_then(|at| Some((at, lines.get(at)?))) {
            Some((at, line)) => {
                self.found = Some(at);
                Found::Line(line.clone())
            }
            None => Found::Same,
        }
    }

    fn question(&self) -> String {
        let failed = if self.has_failed { "failed " } else { "" };
        format!("({failed}reverse-i-search)`{}': ", self.wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::super::prompt::Prompt;
    use super::*;

    fn search() -> Search {
        let search = Search::new(&Arc::new(Screen::new(Prompt::plain("> "))));
        for line in ["make test", "make", "test it", "hello"] {
            search.add(line);
        }
        search.begin("typed");
        search
    }

    #[track_caller]
    fn check(search: &Search, keys: &str, expected: Option<&str>) {
        let mut last = Found::Same;
        for c in keys.chars() {
            last = search.press(KeyEvent::new(c, Modifiers::NONE));
        }
        let expected = expected.map_or(Found::Same, |line| Found::Line(line.to_owned()));
        assert_eq!(last, expected, "{keys:?}");
    }

    #[test]
    fn the_newest_line_is_found_first_and_then_older_ones() {
        let search = search();
        check(&search, "te", Some("test it"));
        check(&search, "st", Some("test it"));
        check(&search, "\x12", Some("make test"));
        check(&search, "\x12", None);
        check(&search, "\x13", Some("test it"));
        check(&search, "\x13", None);
        check(&search, "x", None);
        check(&search, "\x7f\x7f\x7f", Some("test it"));
    }

    #[test]
    fn nothing_is_lost_by_giving_it_up() {
        let search = search();
        check(&search, "hel\x07", Some("typed"));
        assert!(!search.is_active());
    }

    #[test]
    fn another_key_ends_it_with_what_was_found() {
        for key in [KeyEvent::ctrl('e'), KeyEvent(KeyCode::Esc, Modifiers::NONE)] {
            let search = search();
            check(&search, "make", Some("make"));
            assert_eq!(search.press(key), Found::Over);
            assert!(!search.is_active());
        }
    }

    #[test]
    fn what_was_typed_often_is_found_once() {
        let search = search();
        for line in ["make test", "make"] {
            search.add(line);
        }
        check(&search, "make", Some("make"));
        check(&search, "\x12", Some("make test"));
        check(&search, "\x12", None);
        check(&search, "\x13", Some("make"));
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        let search = Search::new(&Arc::new(Screen::new(Prompt::plain("> "))));
        search.begin("");
        check(&search, "a\x12\x13\x7f", None);
    }
}
