//! The guard before much goes out at once: it measures what was pasted or typed, and says once what it
//! would be on the wire.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use salon_commands::Registry;

use super::commands::Commands;
use super::page::wrap;
use super::parts::Measure;
use super::paste::Pastes;
use super::prompt;
use super::screen::Screen;
use super::secret;
use super::terminal;

/// No more than this is measured at each key.
const HINTED_BYTES_MAX: usize = 64 * 1024;
/// A line shorter than this is one message.
const HINTED_BYTES_MIN: usize = 200;
/// How many rows of the screen are left for what is said above a pasted text.
const ROWS_LEFT: u16 = 3;

/// What is said when it was given up.
const DROPPED: &str = "dropped; Ctrl-Y brings it back\n";

/// What measures, and what it goes by.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) pastes: Pastes,
    screen: Arc<Screen>,
    commands: Arc<Commands>,
    /// The text that was asked about.
    asked: Mutex<Option<String>>,
    /// Whether the line that is accepted next is to be composed in an editor.
    composes: AtomicBool,
}

impl Guard {
    pub(super) fn new(screen: &Arc<Screen>, commands: &Arc<Commands>) -> Self {
        Self {
            pastes: Pastes::default(),
            screen: Arc::clone(screen),
            commands: Arc::clone(commands),
            asked: Mutex::new(None),
            composes: AtomicBool::new(false),
        }
    }

    /// What stands in the line for a text: the text, or where that is too much, its name. Says what it is on the
    /// wire if that is more than goes out unasked, or if some of its lines do something and say nothing.
    pub(super) fn place(&self, text: String) -> String {
        let measure = self.measure(&text);
        let guard = self.commands.paste_guard();
        let exceeds = measure.exceeds(guard);
        if exceeds || guard > 0 && measure.hides_commands() {
            self.tell(measure);
        }
        if exceeds || !fits(&text) {
            self.pastes.hold(text, measure.lines)
        } else {
            text
        }
    }

    /// Whether a line may go out now. If not, it says what the line is on the wire, and next time it may.
    pub(super) fn admits(&self, line: &str) -> bool {
        let forgotten = self.pastes.forgotten_in(line);
        if forgotten.is_none() && self.pastes.is_in(line) {
            // Its name in the line says what it is.
            return true;
        }
        let measure = self.measure(line);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_admitted = forgotten.is_none() && !measure.exceeds(self.commands.paste_guard())
            || asked.take_if(|asked| asked == line).is_some();
        if !is_admitted {
            *asked = Some(line.to_owned());
            match forgotten {
                // It may be meant as it stands, by who talks about it.
                Some(name) => self.say(&format!(
                    "what {name} stood for is forgotten: Enter sends the line as it is, Ctrl-C drops it"
                )),
                None => self.tell(measure),
            }
        }
        is_admitted
    }

    /// The line that is accepted next is to be composed in an editor, and goes nowhere yet.
    pub(super) fn wish_to_compose(&self) {
        self.composes.store(true, Ordering::SeqCst);
    }

    /// Whether the line that was accepted is to be composed in an editor.
    pub(super) fn take_wish_to_compose(&self) -> bool {
        self.composes.swap(false, Ordering::SeqCst)
    }

    /// The name of a line with more rows than the screen, above which no question would be seen.
    pub(super) fn name_of_tall(&self, line: &str) -> Option<String> {
        (!fits(line)).then(|| {
            let lines = self.measure(line).lines;
            self.pastes.hold(line.to_owned(), lines)
        })
    }

    /// A line is given up. Says how to have it again, if much was in it.
    pub(super) fn drop_line(&self, line: &str) {
        if self.pastes.is_in(line) {
            self.screen.show_now(DROPPED);
        }
    }

    /// What is told behind a line that is more than one message, or that holds commands among others.
    pub(super) fn hint(&self, line: &str) -> Option<String> {
        let is_named = self.pastes.is_in(line);
        if line.len() < HINTED_BYTES_MIN && !line.contains('\n') && !is_named {
            return None;
        }
        let text = self.pastes.expand(line);
        if text.len() > HINTED_BYTES_MAX {
            return None;
        }
        let measure = self.measure(&text);
        let is_told = is_named || measure.messages > 1 || measure.hides_commands();
        is_told.then(|| format!("  ({})", measure.total()))
    }

    /// Whether the last line of a text is no command: then a backslash at its end continues it.
    pub(super) fn may_continue(&self, line: &str) -> bool {
        let last = line.rsplit('\n').next().unwrap_or(line);
        let registry = self.commands.registry();
        registry.is_none_or(|registry: Arc<Registry>| secret::is_plain(&registry, last))
    }

    fn measure(&self, text: &str) -> Measure {
        let registry = self.commands.registry();
        let current = self.screen.current();
        Measure::of(
            registry.as_deref(),
            &self.commands.wire(),
            current.as_deref(),
            text,
        )
    }

    fn tell(&self, measure: Measure) {
        let told = measure.told();
        self.say(&format!("{told}: Enter sends, Ctrl-C drops"));
    }

    fn say(&self, told: &str) {
        let mut text = String::new();
        match terminal::columns() {
            Some(columns) => wrap(told, 0, columns, &mut text),
            None => text.push_str(told),
        }
        text.push('\n');
        self.screen.show_now(&text);
    }
}

/// Whether a text can be edited on the screen: the editor can't scroll.
fn fits(text: &str) -> bool {
    let Some((columns, rows)) = terminal::size() else {
        return true;
    };
    let mode = rustyline::GraphemeClusterMode::from_env();
    prompt::rows("", text, columns, mode).saturating_add(ROWS_LEFT) <= rows
}
