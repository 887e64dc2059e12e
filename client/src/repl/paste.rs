//! What is pasted. It comes key by key, marked by the terminal at its beginning and its end. A text that
//! is small goes into the line as it is; of a large one the line gets a name, `[300 lines]`, which stands for
//! it until it is sent. So the line stays one that can be seen and edited, and nothing goes out by accident.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustyline::{KeyCode, KeyEvent, Modifiers};

/// How many texts are held, the last ones.
const HELD_MAX: usize = 8;

/// What was pasted lately.
#[derive(Debug, Default)]
pub(super) struct Pastes(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// What has come of a paste that has not ended.
    arriving: Option<String>,
    held: Vec<Held>,
}

/// A text that a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    name: String,
    text: String,
}

impl Pastes {
    /// A paste begins.
    pub(super) fn begin(&self) {
        self.lock().arriving = Some(String::new());
    }

    /// Whether a paste has begun and not ended.
    pub(super) fn is_arriving(&self) -> bool {
        self.lock().arriving.is_some()
    }

    /// A key of the paste. Escape sequences and control characters are nobody's text.
    pub(super) fn take(&self, key: KeyEvent) {
        let c = match key {
            KeyEvent(KeyCode::Char(c), Modifiers::NONE) => c,
            KeyEvent(KeyCode::Enter, Modifiers::NONE) => '\r',
            KeyEvent(KeyCode::Char('J'), Modifiers::CTRL) => '\n',
            KeyEvent(KeyCode::Tab, Modifiers::NONE) => '\t',
            _ => return,
        };
        if let Some(text) = &mut self.lock().arriving {
            text.push(c);
        }
    }

    /// The paste has ended; its text, with one kind of ends of lines.
    pub(super) fn end(&self) -> String {
        let text = self.lock().arriving.take().unwrap_or_default();
        text.replace("\r\n", "\n").replace('\r', "\n")
    }

    /// Holds a text of so many lines, and gives the name that stands for it.
    pub(super) fn hold(&self, text: String, lines: usize) -> String {
        let mut state = self.lock();
        if let Some(known) = state.held.iter().find(|held| held.text == text) {
            return known.name.clone();
        }
        let plural = if lines == 1 { "" } else { "s" };
        let name = (1..).map(|number| match number {
            1 => format!("[{lines} line{plural}]"),
            _ => format!("[{lines} line{plural}, {number}]"),
        });
        let is_free = |name: &String| !state.held.iter().any(|held| held.name == *name);
        let name = name.into_iter().find(is_free).unwrap_or_default();
        if state.held.len() >= HELD_MAX {
            state.held.remove(0);
        }
        state.held.push(Held {
            name: name.clone(),
            text,
        });
        name
    }

    /// Whether a name in this line stands for a text.
    pub(super) fn is_in(&self, line: &str) -> bool {
        let state = self.lock();
        state.held.iter().any(|held| line.contains(&held.name))
    }

    /// The line with the texts that its names stand for.
    pub(super) fn expand(&self, line: &str) -> String {
        let state = self.lock();
        let mut out = String::new();
        let mut rest = line;
        // What a text holds is not looked at again: it may hold such a name itself.
        while let Some((at, held)) = state
            .held
            .iter()
            .filter_map(|held| Some((rest.find(&held.name)?, held)))
            .min_by_key(|(at, _)| *at)
        {
            let (before, after) = rest.split_at(at);
            out.push_str(before);
            out.push_str(&held.text);
            rest = after.strip_prefix(&held.name).unwrap_or_default();
        }
        out.push_str(rest);
        out
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_the_text_that_was_pasted() {
        let pastes = Pastes::default();
        pastes.begin();
        for c in "one\r\ntwo\rthree\nfo\tur\x07".chars() {
            pastes.take(KeyEvent::new(c, Modifiers::NONE));
        }
        pastes.take(KeyEvent::alt('x'));
        assert!(pastes.is_arriving());
        assert_eq!(pastes.end(), "one\ntwo\nthree\nfo\tur");
        assert!(!pastes.is_arriving());
    }

    #[test]
    fn a_name_stands_for_its_text_wherever_it_is() {
        let pastes = Pastes::default();
        let first = pastes.hold("a\nb [2 lines, 2]".to_owned(), 2);
        let second = pastes.hold("c\nd".to_owned(), 2);
        assert_eq!(
            (first.as_str(), second.as_str()),
            ("[2 lines]", "[2 lines, 2]")
        );
        assert_eq!(pastes.hold("c\nd".to_owned(), 2), second);
        let line = format!("see {second}: {first}!");
        assert!(pastes.is_in(&line));
        assert_eq!(pastes.expand(&line), "see c\nd: a\nb [2 lines, 2]!");
        assert!(!pastes.is_in("[3 lines]"));
        assert_eq!(pastes.expand("[3 lines]"), "[3 lines]");
    }

    #[test]
    fn the_oldest_text_goes_first() {
        let pastes = Pastes::default();
        let names: Vec<String> = (0..=HELD_MAX)
            .map(|number| pastes.hold(number.to_string(), 1))
            .collect();
        assert!(!pastes.is_in(&names[0]));
        assert_eq!(pastes.expand(&names[HELD_MAX]), HELD_MAX.to_string());
    }
}
