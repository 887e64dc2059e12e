//! What is pasted. It comes key by key, marked by the terminal at its beginning and its end. A text that
//! is small goes into the line as it is; of a large one the line gets a name, `[300 lines]`, which stands for
//! it, also when the line is found again. So the line stays one that can be seen and edited, and nothing goes out by
//! accident. A name stands for one text as long as the program runs, and for none once that is forgotten.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustyline::{KeyCode, KeyEvent, Modifiers};

/// How many texts are held, the last ones.
const HELD_MAX: usize = 8;
/// Of how many more the name is known.
const FORGOTTEN_MAX: usize = 1_000;

/// A paste of which nothing has come for so long has lost its end.
const PAUSE_MIN: Duration = Duration::from_secs(1);

/// What was pasted lately.
#[derive(Debug, Default)]
pub(super) struct Pastes(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    arriving: Option<Arriving>,
    held: VecDeque<Held>,
    /// The names of texts that are no longer held.
    forgotten: VecDeque<String>,
    /// How many texts of so many lines had a name.
    named: HashMap<usize, u64>,
}

/// What has come of a paste that has not ended.
#[derive(Debug)]
struct Arriving {
    text: String,
    /// When the last of it came.
    last: Instant,
}

/// What a key did to a paste that has not ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrived {
    /// It is part of it, or nothing at all.
    More,
    /// It is its end. This is all of it, with one kind of ends of lines.
    Whole(String),
    /// It gives it up.
    GivenUp,
}

/// A text that a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    name: String,
    text: String,
}

impl Pastes {
    /// A paste begins.
    pub(super) fn begin(&self, now: Instant) {
        self.lock().arriving = Some(Arriving {
            text: String::new(),
            last: now,
        });
    }

    /// Whether a paste has begun and not ended.
    pub(super) fn is_arriving(&self) -> bool {
        self.lock().arriving.is_some()
    }

    /// A key, while a paste has begun and not ended. Escape sequences and control characters are nobody's text.
    pub(super) fn take(&self, key: KeyEvent, now: Instant) -> Arrived {
        let mut state = self.lock();
        let Some(arriving) = &mut state.arriving else {
            return Arrived::More;
        };
        let pause = now.saturating_duration_since(std::mem::replace(&mut arriving.last, now));
        let c = match key {
            // An escape character that ends the text makes Alt of it.
            KeyEvent(KeyCode::BracketedPasteEnd, _) => {
                let text = std::mem::take(&mut arriving.text);
                state.arriving = None;
                return Arrived::Whole(with_one_end_of_lines(&text));
            }
            // Its end was garbled on the way. At once it would be one that was pasted: what would come behind it must
            // not be taken for keys.
            KeyEvent(KeyCode::Char('C'), Modifiers::CTRL) if pause >= PAUSE_MIN => {
                state.arriving = None;
                return Arrived::GivenUp;
            }
            KeyEvent(KeyCode::Char(c), Modifiers::NONE) => c,
            KeyEvent(KeyCode::Enter, Modifiers::NONE) => '\r',
            KeyEvent(KeyCode::Char('J'), Modifiers::CTRL) => '\n',
            KeyEvent(KeyCode::Tab, Modifiers::NONE) => '\t',
            _ => return Arrived::More,
        };
        arriving.text.push(c);
        Arrived::More
    }

    /// No more of the paste can be told from keys. Gives what has come of it, if one has begun and not ended.
    pub(super) fn cut_off(&self) -> Option<String> {
        let arriving = self.lock().arriving.take()?;
        Some(with_one_end_of_lines(&arriving.text))
    }

    /// Holds a text of so many lines, and gives the name that stands for it.
    pub(super) fn hold(&self, text: String, lines: usize) -> String {
        let mut state = self.lock();
        if let Some(known) = state.held.iter().find(|held| held.text == text) {
            return known.name.clone();
        }
        let name = state.new_name(lines);
        if state.held.len() >= HELD_MAX
            && let Some(oldest) = state.held.pop_front()
        {
            state.forget(oldest.name);
        }
        state.held.push_back(Held {
            name: name.clone(),
            text,
        });
        name
    }

    /// A name in this line whose text is no longer held.
    pub(super) fn forgotten_in(&self, line: &str) -> Option<String> {
        let state = self.lock();
        let mut names = state.forgotten.iter();
        names.find(|name| line.contains(name.as_str())).cloned()
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

impl State {
    /// A name that no text had before: a line of earlier must not come to mean another one.
    fn new_name(&mut self, lines: usize) -> String {
        let number = self.named.entry(lines).or_default();
        *number += 1;
        let plural = if lines == 1 { "" } else { "s" };
        match number {
            1 => format!("[{lines} line{plural}]"),
            number => format!("[{lines} line{plural}, {number}]"),
        }
    }

    fn forget(&mut self, name: String) {
        if self.forgotten.len() >= FORGOTTEN_MAX {
            self.forgotten.pop_front();
        }
        self.forgotten.push_back(name);
    }
}

/// Terminals send what Enter sends for the end of a line, and some what was copied.
fn with_one_end_of_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: KeyEvent = KeyEvent(KeyCode::BracketedPasteEnd, Modifiers::NONE);

    /// A paste of this text, which has not ended.
    fn arriving(text: &str, now: Instant) -> Pastes {
        let pastes = Pastes::default();
        pastes.begin(now);
        for c in text.chars() {
            assert_eq!(
                pastes.take(KeyEvent::new(c, Modifiers::NONE), now),
                Arrived::More
            );
        }
        pastes
    }

    #[test]
    fn keys_become_the_text_that_was_pasted() {
        let now = Instant::now();
        let pastes = arriving("one\r\ntwo\rthree\nfo\tur\x07", now);
        assert_eq!(pastes.take(KeyEvent::alt('x'), now), Arrived::More);
        assert!(pastes.is_arriving());
        let whole = Arrived::Whole("one\ntwo\nthree\nfo\tur".to_owned());
        assert_eq!(pastes.take(END, now), whole);
        assert!(!pastes.is_arriving());
    }

    #[test]
    fn a_paste_ends_also_behind_an_escape_character() {
        let now = Instant::now();
        let end = KeyEvent(KeyCode::BracketedPasteEnd, Modifiers::ALT);
        let whole = Arrived::Whole("text".to_owned());
        assert_eq!(arriving("text", now).take(end, now), whole);
    }

    #[test]
    fn only_behind_a_pause_is_a_key_pressed_by_somebody() {
        let start = Instant::now();
        let pastes = arriving("text", start);
        let soon = start + PAUSE_MIN / 2;
        let interrupt = KeyEvent::ctrl('C');
        assert_eq!(pastes.take(interrupt, soon), Arrived::More);
        assert_eq!(pastes.take(interrupt, soon + PAUSE_MIN), Arrived::GivenUp);
        assert!(!pastes.is_arriving());
    }

    #[test]
    fn what_has_come_of_a_paste_that_is_cut_off_is_kept() {
        let now = Instant::now();
        let pastes = arriving("one\rtw", now);
        assert_eq!(pastes.cut_off().as_deref(), Some("one\ntw"));
        assert_eq!(pastes.cut_off(), None);
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
    fn the_oldest_text_goes_first_and_its_name_never_stands_for_another() {
        let pastes = Pastes::default();
        let names: Vec<String> = (0..=HELD_MAX)
            .map(|number| pastes.hold(number.to_string(), 1))
            .collect();
        assert!(!pastes.is_in(&names[0]));
        assert_eq!(pastes.expand(&names[HELD_MAX]), HELD_MAX.to_string());
        assert_eq!(pastes.hold("again".to_owned(), 1), "[1 line, 10]");
        let line = format!("see {}", names[0]);
        assert_eq!(pastes.forgotten_in(&line).as_ref(), Some(&names[0]));
        assert_eq!(pastes.forgotten_in(&names[HELD_MAX]), None);
        assert_eq!(pastes.forgotten_in("[2 lines]"), None);
    }
}
