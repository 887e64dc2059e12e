//! What the editor calls while it repaints: the place where waiting lines reach the terminal, and
//! from which a call of the editor is left. It must not decide what is shown; `screen` does.
//!
//! # Leaving the editor
//! rustyline has no way to end a call from outside, and a prompt is fixed during one. Yet a prompt
//! that names the wrong room is a trap, and SIGTERM must not wait for a key. Its one event that is
//! no key is its external printer, and that ends in a repaint, which calls [`Helper`]. From there
//! the call is unwound: `resume_unwind` runs no panic hook, the editor's guards restore the modes of
//! the terminal, its read buffer is empty at that moment (it looks for external prints only then),
//! and the old prompt has just been erased. What was typed goes into the next call. A SIGINT to
//! ourselves would also end it, but then a signal of the user's could not be told from it, and the
//! screen would have to be repaired.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

use rustyline::Context;
use rustyline::completion::Completer;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::Validator;

use super::Shared;
use super::commands::Commands;
use super::drafts::Drafts;
use super::guard::Guard;
use super::keys::Choice;
use super::paint;
use super::screen::{Paint, Screen};
use crate::render::Palette;

#[cfg(not(panic = "unwind"))]
compile_error!("the line editor is left by unwinding; build with panic = \"unwind\"");

/// What a call of the editor is unwound with when its prompt is no longer true.
#[derive(Debug)]
pub(super) struct Leaving;

/// What is told behind the line. It is no part of it, so that no key takes it over.
#[derive(Debug)]
pub(super) struct Told(String);

impl Hint for Told {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

/// The editor's view of the screen.
#[derive(Debug)]
pub(super) struct Helper {
    screen: Arc<Screen>,
    choice: Arc<Choice>,
    commands: Arc<Commands>,
    guard: Arc<Guard>,
    drafts: Arc<Drafts>,
    is_leaving: Cell<bool>,
    /// Whether what is typed is a password.
    is_secret: Cell<bool>,
    /// What is told behind the line.
    told: RefCell<String>,
}

impl Helper {
    pub(super) fn new(shared: &Shared, choice: Arc<Choice>) -> Self {
        Self {
            screen: Arc::clone(&shared.screen),
            choice,
            commands: Arc::clone(&shared.commands),
            guard: Arc::clone(&shared.guard),
            drafts: Arc::clone(&shared.drafts),
            is_leaving: Cell::new(false),
            is_secret: Cell::new(false),
            told: RefCell::default(),
        }
    }

    /// Whether what is typed is a password.
    pub(super) fn is_secret(&self) -> bool {
        self.is_secret.get()
    }

    /// Whether what is typed from now on is a password.
    pub(super) fn set_secret(&self, is_secret: bool) {
        self.is_secret.set(is_secret);
    }
}

impl Highlighter for Helper {
    fn highlight<'l>(&self, line: &'l str, position: usize) -> Cow<'l, str> {
        if self.is_leaving.take() {
            self.screen.typing(line, position);
            std::panic::resume_unwind(Box::new(Leaving));
        }
        // Pasted text can hold anything. The editor counts a control character as no column.
        let is_unseen = |c: char| c.is_control() && c != '\n' && c != '\t';
        if self.is_secret.get() {
            return Cow::Owned(paint::stars(line));
        }
        if line.contains(is_unseen) {
            return Cow::Owned(line.replace(is_unseen, ""));
        }
        match self.commands.registry() {
            Some(registry) => paint::line(&registry, self.commands.palette(), line),
            None => Cow::Borrowed(line),
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(
        &'s self,
        prompt: &'p str,
        is_own_prompt: bool,
    ) -> Cow<'b, str> {
        match self.screen.paint(is_own_prompt) {
            Paint::Leave => {
                self.is_leaving.set(true);
                Cow::Borrowed("")
            }
            Paint::Lines(lines) => match self.screen.current_prompt().filter(|_| is_own_prompt) {
                Some(current) => Cow::Owned(lines + &current),
                None if lines.is_empty() => Cow::Borrowed(prompt),
                None => Cow::Owned(lines + prompt),
            },
        }
    }

    fn highlight_char(&self, line: &str, position: usize, _: CmdKind) -> bool {
        self.screen.make_room(line, position, &self.told.borrow());
        self.screen.typing(line, position);
        if !self.is_secret.get() {
            self.drafts.typing(line);
        }
        // Of what is no command, only what is new must be painted.
        self.is_secret.get() || line.contains([':', '/'])
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(paint::dim(hint))
    }
}

impl Completer for Helper {
    type Candidate = String;

    fn complete(
        &self,
        _: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.choice.take().map_or_else(
            || (position, Vec::new()),
            |(start, text)| (start, vec![text]),
        ))
    }
}

impl Hinter for Helper {
    type Hint = Told;

    fn hint(&self, line: &str, position: usize, _: &Context<'_>) -> Option<Told> {
        let told = self.hint_of(line, position);
        *self.told.borrow_mut() = told.clone().unwrap_or_default();
        told.map(Told)
    }
}

impl Helper {
    fn hint_of(&self, line: &str, position: usize) -> Option<String> {
        let palette = self.commands.palette();
        // Without colour a hint could not be told from what is typed.
        if self.is_secret.get() || position < line.len() || palette == Palette::Plain {
            return None;
        }
        let of_command = || paint::hint(&*self.commands.registry()?, palette, line);
        self.guard.hint(line).or_else(of_command)
    }
}

impl Validator for Helper {}

impl rustyline::Helper for Helper {}
