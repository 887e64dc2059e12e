//! The keys that mean something else here than in an editor of lines: Ctrl-C, Ctrl-L, Ctrl-Z and Tab. Each
//! returns at once: the editor's own menus wait for a key, and nothing would be shown meanwhile.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use rustyline::{
    Cmd, ConditionalEventHandler, Event, EventContext, EventHandler, KeyCode, KeyEvent, Modifiers,
    Movement, RepeatCount,
};
use salon_commands::Completion;

use super::Shared;
use super::commands::{Commands, Known};
use super::completion::{self, Names};
use super::screen::{Interrupt, Screen};
use super::terminal;
use crate::render::sanitize;

/// The line that says how to leave.
pub(super) const INTERRUPT_HINT: &str = "press Ctrl-C again to leave, or type :quit\n";

/// No more candidates than this are listed.
const LISTED_MAX: usize = 60;

/// The keys and what they do.
pub(super) fn bindings(shared: &Shared, choice: Arc<Choice>) -> [(Event, EventHandler); 4] {
    let tab = Tab {
        screen: Arc::clone(&shared.screen),
        commands: Arc::clone(&shared.commands),
        names: Arc::clone(&shared.names),
        choice,
    };
    let cancel = Cancel {
        screen: Arc::clone(&shared.screen),
        commands: Arc::clone(&shared.commands),
    };
    let clear = Clear {
        screen: Arc::clone(&shared.screen),
    };
    [
        (KeyEvent::ctrl('c').into(), conditional(cancel)),
        (KeyEvent::ctrl('l').into(), conditional(clear)),
        (KeyEvent::ctrl('z').into(), conditional(Suspend)),
        (
            KeyEvent(KeyCode::Tab, Modifiers::NONE).into(),
            conditional(tab),
        ),
    ]
}

fn conditional(handler: impl ConditionalEventHandler + 'static) -> EventHandler {
    EventHandler::Conditional(Box::new(handler))
}

/// Ctrl-C clears the line; on an empty line it gives up what plug-ins run, and leaves when it is pressed twice.
struct Cancel {
    screen: Arc<Screen>,
    commands: Arc<Commands>,
}

impl ConditionalEventHandler for Cancel {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        if self.screen.is_asking() {
            // A question is given up at once, and what was typed is not to come back.
            return Some(Cmd::Interrupt);
        }
        if !context.line().is_empty() {
            self.screen.disarm();
            // Ctrl-Y brings it back.
            return Some(Cmd::Kill(Movement::WholeBuffer));
        }
        self.commands.cancel();
        match self.screen.interrupt() {
            Interrupt::First => {
                self.screen.show_now(INTERRUPT_HINT);
                Some(Cmd::Noop)
            }
            Interrupt::Second => Some(Cmd::EndOfFile),
        }
    }
}

/// Ctrl-L clears the screen, as the editor does it.
struct Clear {
    screen: Arc<Screen>,
}

impl ConditionalEventHandler for Clear {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        self.screen.clearing();
        Some(Cmd::ClearScreen)
    }
}

/// Ctrl-Z stops the job with the terminal as the shell expects it.
struct Suspend;

impl ConditionalEventHandler for Suspend {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        // A shell without job control refuses; then nothing happens.
        let _ = terminal::suspend();
        Some(Cmd::Repaint)
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

impl ConditionalEventHandler for Tab {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
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
