//! The keys that mean something else here than in an editor of lines: Enter, Tab, Ctrl-C and the like, and those that
//! bring another room to the front. Each returns at once: the editor's own menus wait for a key, and nothing would be
//! shown meanwhile.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rustyline::{
    Cmd, ConditionalEventHandler, EditMode, Event, EventContext, EventHandler, InputMode, KeyCode,
    KeyEvent, Modifiers, Movement, RepeatCount,
};
use salon_commands::Completion;

use super::Shared;
use super::commands::{Commands, Known};
use super::completion::{self, Names};
use super::drafts::Drafts;
use super::guard::Guard;
use super::paste::Arrived;
use super::screen::{Interrupt, Screen};
use super::search::{Found, Search};
use super::terminal;
use crate::render::sanitize;

/// The line that says how to leave.
pub(super) const INTERRUPT_HINT: &str = "press Ctrl-C again to leave, or type :quit\n";

/// What is said of a paste whose end never came.
const PASTE_GIVEN_UP: &str = "what was pasted never ended, and was left out\n";

/// No more candidates than this are listed.
const LISTED_MAX: usize = 60;

/// The keys and what they do. All of them go through one handler, since those of a pasted text are none.
pub(super) fn bindings(shared: &Shared, choice: Arc<Choice>) -> [(Event, EventHandler); 2] {
    let tab = Tab {
        screen: Arc::clone(&shared.screen),
        commands: Arc::clone(&shared.commands),
        names: Arc::clone(&shared.names),
        choice: Arc::clone(&choice),
    };
    let cancel = Cancel {
        screen: Arc::clone(&shared.screen),
        commands: Arc::clone(&shared.commands),
        guard: Arc::clone(&shared.guard),
    };
    let keys = Keys {
        screen: Arc::clone(&shared.screen),
        guard: Arc::clone(&shared.guard),
        search: Arc::clone(&shared.search),
        front: Front {
            screen: Arc::clone(&shared.screen),
            commands: Arc::clone(&shared.commands),
            names: Arc::clone(&shared.names),
            drafts: Arc::clone(&shared.drafts),
        },
        choice,
        tab,
        cancel,
    };
    let compose = Compose {
        screen: Arc::clone(&shared.screen),
        guard: Arc::clone(&shared.guard),
    };
    let compose_keys = vec![KeyEvent::ctrl('x'), KeyEvent::ctrl('e')];
    [
        (Event::Any, EventHandler::Conditional(Box::new(keys))),
        (
            Event::KeySeq(compose_keys),
            EventHandler::Conditional(Box::new(compose)),
        ),
    ]
}

/// What each key does that means something here.
struct Keys {
    screen: Arc<Screen>,
    guard: Arc<Guard>,
    search: Arc<Search>,
    front: Front,
    choice: Arc<Choice>,
    tab: Tab,
    cancel: Cancel,
}

impl ConditionalEventHandler for Keys {
    fn handle(
        &self,
        event: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        let key = *event.get(0)?;
        self.screen.commanding(is_command_next(key, context));
        if self.guard.pastes.is_arriving() {
            return Some(self.paste(key));
        }
        if self.search.is_active() {
            match self.search.press(key) {
                Found::Line(line) => {
                    self.choice.make(0, &line);
                    return Some(Cmd::Complete);
                }
                Found::Same => return Some(Cmd::Noop),
                Found::Over => {}
            }
        }
        let KeyEvent(code, modifiers) = key;
        match (code, modifiers) {
            (KeyCode::Char('C'), Modifiers::CTRL) => Some(self.cancel.press(context)),
            (KeyCode::Char('L'), Modifiers::CTRL) => {
                self.screen.clearing();
                Some(Cmd::ClearScreen)
            }
            (KeyCode::Char('Z'), Modifiers::CTRL) => {
                // A shell without job control refuses; then nothing happens.
                let _ = terminal::suspend();
                Some(Cmd::Repaint)
            }
            (KeyCode::Tab, Modifiers::NONE) => self.tab.press(context),
            _ if self.screen.is_asking() => self.press_secret(key),
            (KeyCode::BracketedPasteStart, _) => self.begin_paste(context),
            // What is found replaces all before the cursor.
            (KeyCode::Char('R'), Modifiers::CTRL) => {
                self.search.begin(context.line());
                Some(Cmd::Move(Movement::EndOfBuffer))
            }
            (KeyCode::Enter, Modifiers::ALT) => Some(Cmd::Newline),
            (KeyCode::Enter, Modifiers::NONE) | (KeyCode::Char('J'), Modifiers::CTRL) => {
                self.enter(context)
            }
            (KeyCode::Char('n'), Modifiers::ALT) | (KeyCode::F(6), Modifiers::NONE) => {
                self.front.step(Step::Next);
                Some(Cmd::Noop)
            }
            (KeyCode::Char('p'), Modifiers::ALT) | (KeyCode::F(5), Modifiers::NONE) => {
                self.front.step(Step::Previous);
                Some(Cmd::Noop)
            }
            _ => None,
        }
    }
}

impl Keys {
    /// What is pasted comes key by key; a command of vi would take its digits for counts, though.
    fn begin_paste(&self, context: &EventContext<'_>) -> Option<Cmd> {
        let is_command =
            context.mode() == EditMode::Vi && context.input_mode() == InputMode::Command;
        if is_command {
            return None;
        }
        self.guard.pastes.begin(Instant::now());
        Some(Cmd::Noop)
    }

    /// A password is one line, and is sent to nobody by a key of its own.
    fn press_secret(&self, key: KeyEvent) -> Option<Cmd> {
        match secret_key(key) {
            SecretKey::Edits => None,
            SecretKey::Clears => {
                self.choice.make(0, "");
                Some(Cmd::Complete)
            }
            SecretKey::Nothing => Some(Cmd::Noop),
        }
    }

    fn paste(&self, key: KeyEvent) -> Cmd {
        match self.guard.pastes.take(key, Instant::now()) {
            Arrived::More => Cmd::Noop,
            Arrived::Whole(text) => Cmd::Insert(1, self.guard.place(text)),
            Arrived::GivenUp => {
                self.screen.show_now(PASTE_GIVEN_UP);
                Cmd::Noop
            }
        }
    }

    /// Enter submits, unless a backslash stands before it or the line is more than goes out unasked.
    fn enter(&self, context: &EventContext<'_>) -> Option<Cmd> {
        let (line, position) = (context.line(), context.pos());
        let backslashes = line.len() - line.trim_end_matches('\\').len();
        // Two of them are a text that ends in one, as shells have it.
        if backslashes % 2 == 1 && position == line.len() && self.guard.may_continue(line) {
            self.choice.make(position - 1, "\n");
            return Some(Cmd::Complete);
        }
        if self.guard.admits(line) {
            return None;
        }
        if position == line.len()
            && let Some(name) = self.guard.name_of_tall(line)
        {
            self.choice.make(0, &name);
            return Some(Cmd::Complete);
        }
        Some(Cmd::Noop)
    }
}

/// Whether vi's keys are commands once this one was pressed. One that ends that is noticed at the next.
fn is_command_next(key: KeyEvent, context: &EventContext<'_>) -> bool {
    context.mode() == EditMode::Vi
        && (context.input_mode() == InputMode::Command
            || key == KeyEvent(KeyCode::Esc, Modifiers::NONE))
}

/// What a key does while a password is typed.
#[derive(Debug, PartialEq, Eq)]
enum SecretKey {
    /// What the editor makes of it.
    Edits,
    /// It takes away what stands before the cursor.
    Clears,
    Nothing,
}

/// What is killed stays with the editor, and Ctrl-Y would show it in the next line that is no password. Its search shows
/// what is typed, and the lines of earlier are none. So only a few keys are left.
fn secret_key(key: KeyEvent) -> SecretKey {
    match key {
        KeyEvent(KeyCode::Char('U' | 'W'), Modifiers::CTRL) => SecretKey::Clears,
        KeyEvent(KeyCode::Char('A' | 'B' | 'D' | 'E' | 'F' | 'H' | 'J' | 'M'), Modifiers::CTRL)
        | KeyEvent(
            KeyCode::Char(_)
            | KeyCode::Enter
            | KeyCode::Backspace
            | KeyCode::Delete
            | KeyCode::Left
            | KeyCode::Right
            | KeyCode::Home
            | KeyCode::End
            | KeyCode::BracketedPasteStart,
            Modifiers::NONE,
        ) => SecretKey::Edits,
        _ => SecretKey::Nothing,
    }
}

/// Ctrl-X Ctrl-E, as in shells: the line is edited in an editor of its own.
struct Compose {
    screen: Arc<Screen>,
    guard: Arc<Guard>,
}

impl ConditionalEventHandler for Compose {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        if self.screen.is_asking() {
            return Some(Cmd::Noop);
        }
        self.guard.wish_to_compose();
        Some(Cmd::AcceptLine)
    }
}

/// Which room comes to the front.
#[derive(Debug, Clone, Copy)]
enum Step {
    Next,
    Previous,
}

/// Alt-N and Alt-P bring the next and the previous room to the front.
struct Front {
    screen: Arc<Screen>,
    commands: Arc<Commands>,
    names: Arc<Mutex<Names>>,
    drafts: Arc<Drafts>,
}

impl Front {
    fn step(&self, step: Step) {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let count = names.rooms.len();
        let current = self.screen.current();
        let place = names
            .rooms
            .iter()
            .position(|room| Some(room) == current.as_ref());
        let next = match (place, step) {
            (Some(place), Step::Next) => (place + 1) % count,
            (Some(place), Step::Previous) => (place + count - 1) % count,
            (None, _) => 0,
        };
        if let Some(room) = names
            .rooms
            .get(next)
            .filter(|room| Some(*room) != current.as_ref())
        {
            // Whatever it was typed behind: it is this key that leads there.
            self.drafts.follow(None);
            self.commands.bring_forward(room);
        }
    }
}

/// Ctrl-C clears the line; on an empty line it gives up what plug-ins run, and leaves when it is pressed twice.
struct Cancel {
    screen: Arc<Screen>,
    commands: Arc<Commands>,
    guard: Arc<Guard>,
}

impl Cancel {
    fn press(&self, context: &EventContext<'_>) -> Cmd {
        if self.screen.is_asking() {
            // A question is given up at once, and what was typed is not to come back.
            return Cmd::Interrupt;
        }
        if !context.line().is_empty() {
            self.screen.disarm();
            self.guard.drop_line(context.line());
            // Ctrl-Y brings it back.
            return Cmd::Kill(Movement::WholeBuffer);
        }
        self.commands.cancel();
        match self.screen.interrupt() {
            Interrupt::First => {
                self.screen.show_now(INTERRUPT_HINT);
                Cmd::Noop
            }
            Interrupt::Second => Cmd::EndOfFile,
        }
    }
}

/// What Tab decided on, on its way to the editor: the one thing that the editor completes to, so that
/// its own menu, which would wait for a key, never opens.
#[derive(Debug, Default)]
pub(super) struct Choice(Mutex<Option<(usize, String)>>);

impl Choice {
    fn make(&self, start: usize, text: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((start, text.to_owned()));
    }

    /// Where the replaced part of the line begins, and what stands there then.
    pub(super) fn take(&self) -> Option<(usize, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Tab completes as far as there is no choice, and then lists the choices above the line.
struct Tab {
    screen: Arc<Screen>,
    commands: Arc<Commands>,
    names: Arc<Mutex<Names>>,
    choice: Arc<Choice>,
}

impl Tab {
    fn press(&self, context: &EventContext<'_>) -> Option<Cmd> {
        if self.screen.is_asking() {
            // The names that a password begins like are nobody's business.
            return Some(Cmd::Noop);
        }
        let before = context.line().get(..context.pos())?;
        let completion = {
            let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            let known = Known {
                names: &names,
                commands: &self.commands,
            };
            let registry = self.commands.registry().unwrap_or_default();
            completion::complete(&registry, &known, context.line(), context.pos())
        };
        let typed = before.get(completion.start..)?;
        let Some(common) = completion::common(&completion) else {
            return Some(Cmd::Noop);
        };
        if completion.candidates.len() > 1 && common.len() <= typed.len() {
            self.screen.show_now(&listing(&completion));
            return Some(Cmd::Noop);
        }
        self.choice.make(completion.start, common);
        Some(Cmd::Complete)
    }
}

/// The candidates with their summaries, a line each; those without one share a line.
fn listing(completion: &Completion) -> String {
    let candidates = &completion.candidates;
    let shown = candidates.iter().take(LISTED_MAX);
    let mut out = String::new();
    if candidates
        .iter()
        .all(|candidate| candidate.summary.is_none())
    {
        let names: Vec<_> = shown.map(|candidate| sanitize(candidate.label())).collect();
        out.push_str(&names.join("  "));
        out.push('\n');
    } else {
        for candidate in shown {
            let summary = candidate.summary.as_deref().unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{:12}  {}",
                sanitize(candidate.label()),
                sanitize(summary)
            );
        }
    }
    if candidates.len() > LISTED_MAX {
        let _ = writeln!(out, "and {} more", candidates.len() - LISTED_MAX);
    }
    out
}

#[cfg(test)]
mod tests {
    use salon_commands::Registry;

    use super::*;

    #[track_caller]
    fn check(text: &str, nicks: &[&str], expected: &str) {
        let names = Names::new(
            Vec::new(),
            nicks.iter().map(|nick| (*nick).to_owned()).collect(),
        );
        let registry = Registry::builtin();
        let completion = completion::complete(&registry, &names, text, text.len());
        assert_eq!(listing(&completion), expected);
    }

    #[test]
    fn what_is_typed_of_a_password_is_neither_killed_nor_searched_with() {
        for (key, expected) in [
            (KeyEvent::new('x', Modifiers::NONE), SecretKey::Edits),
            (
                KeyEvent(KeyCode::Backspace, Modifiers::NONE),
                SecretKey::Edits,
            ),
            (KeyEvent(KeyCode::Enter, Modifiers::NONE), SecretKey::Edits),
            (KeyEvent::ctrl('D'), SecretKey::Edits),
            (KeyEvent::ctrl('U'), SecretKey::Clears),
            (KeyEvent::ctrl('W'), SecretKey::Clears),
            (KeyEvent::ctrl('K'), SecretKey::Nothing),
            (KeyEvent::alt('d'), SecretKey::Nothing),
            (
                KeyEvent(KeyCode::Backspace, Modifiers::ALT),
                SecretKey::Nothing,
            ),
            (KeyEvent::ctrl('R'), SecretKey::Nothing),
            (KeyEvent::ctrl('X'), SecretKey::Nothing),
            (KeyEvent::ctrl('Y'), SecretKey::Nothing),
            (KeyEvent(KeyCode::Up, Modifiers::NONE), SecretKey::Nothing),
        ] {
            assert_eq!(secret_key(key), expected, "{key:?}");
        }
    }

    #[test]
    fn names_share_a_line() {
        check("al", &["alice", "Al\x1bbert"], "alice  Al␛bert\n");
    }

    #[test]
    fn commands_have_a_line_each() {
        let summary = |name| {
            let registry = Registry::builtin();
            registry
                .get(name)
                .map(|entry| entry.spec().summary.to_string())
                .unwrap_or_default()
        };
        let expected = format!(":whois        {}\n", summary("whois"));
        check(":whoi", &[], &expected);
    }

    #[test]
    fn a_long_list_is_cut() {
        let expected = format!("{}\nand 5 more\n", vec!["x"; LISTED_MAX].join("  "));
        check("x", &["x"; LISTED_MAX + 5], &expected);
    }
}
