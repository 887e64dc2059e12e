//! The editor's side of the screen: it is handed the terminal, paints what waits before its prompt, and is nudged or left
//! when there is something new.

use std::sync::PoisonError;
use std::time::Instant;

use super::{Cause, Mode, PaintedBy, Place, Screen, State, columns};
use crate::repl::prompt::{Difference, Prompt};
use crate::repl::terminal;

/// What a repaint of the editor should show before the line.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::repl) enum Paint {
    /// These whole lines, then the prompt.
    Lines(String),
    /// Nothing: the editor is to be left, since its prompt is no longer true or it must stop.
    Leave,
}

impl Screen {
    /// Hands the terminal to the editor: what waited is written, and the prompt to paint returned.
    /// `None` when reading is over.
    pub(in crate::repl) fn begin_reading(&self) -> Option<Prompt> {
        let mut state = self.lock();
        self.changed.notify_all();
        if state.stop {
            self.write(&state.queue.take_all(columns()));
            return None;
        }
        // The rest comes with the first repaints, so that a slow terminal takes keys in between.
        self.write(&state.queue.take(columns()));
        state.mode = Mode::Reading;
        state.painted_by = PaintedBy::Conversation;
        state.painted = state.prompt.clone();
        state.running_edit_mode = state.edit_mode;
        state.is_commanding = false;
        let question = state.question.clone();
        state.running_question = question;
        state.cause = Cause::Nudge;
        state.nudged = None;
        let question = state.running_question.as_deref();
        let prompt = question.map_or_else(|| state.painted.clone(), Prompt::plain);
        state.running_prompt.clone_from(&prompt.raw);
        state.columns = terminal::size().map_or(0, |(columns, _)| columns);
        Some(prompt)
    }

    /// Hands the terminal to another program. `false` when reading is over.
    pub(in crate::repl) fn lend(&self) -> bool {
        let mut state = self.lock();
        if !state.stop {
            self.write(&state.queue.take(columns()));
            state.mode = Mode::Lent;
        }
        !state.stop
    }

    /// The call of the editor that has begun has a prompt of its own: it is not left for another prompt.
    pub(in crate::repl) fn keep_prompt(&self, prompt: &Prompt) {
        let mut state = self.lock();
        state.painted_by = PaintedBy::Question;
        state.running_prompt.clone_from(&prompt.raw);
    }

    /// Takes the terminal back. `erase` is written first, then some of what waited.
    pub(in crate::repl) fn end_reading(&self, erase: &str) {
        let mut state = self.lock();
        state.mode = Mode::Idle;
        state.place = Place::Unknown;
        state.line.clear();
        state.position = 0;
        self.write(erase);
        self.write(&state.queue.take(columns()));
        self.changed.notify_all();
    }

    /// What is being typed: before the cursor, and after it.
    pub(in crate::repl) fn typed(&self) -> (String, String) {
        let state = self.lock();
        let (before, after) = state
            .line
            .split_at_checked(state.position)
            .unwrap_or((&state.line, ""));
        (before.to_owned(), after.to_owned())
    }

    /// The editor is about to show this line because of a key.
    pub(in crate::repl) fn typing(&self, line: &str, position: usize) {
        let mut state = self.lock();
        // A call of the editor that begins shows what was there before.
        if state.line != line || state.position != position {
            state.last_key = Instant::now();
        }
        state.line.clear();
        state.line.push_str(line);
        state.position = position;
        state.cause = Cause::Key;
        if !line.is_empty() {
            self.disarm();
        }
    }

    /// The editor repaints. `is_own_prompt` is whether it does so with the prompt that it was given,
    /// and not with that of a search.
    ///
    /// It is left only from a repaint that no key caused: then it has read all that was typed so
    /// far, and nothing is lost with it.
    pub(in crate::repl) fn paint(&self, is_own_prompt: bool) -> Paint {
        let mut state = self.lock();
        let cause = std::mem::replace(&mut state.cause, Cause::Nudge);
        if let Some(nudged) = state.nudged.take().filter(|_| cause == Cause::Nudge) {
            state.queue.pace(nudged.elapsed());
        }
        self.changed.notify_all();
        if state.must_leave() && cause == Cause::Nudge && is_own_prompt {
            return Paint::Leave;
        }
        let lines = state.queue.take(columns());
        if state.place == Place::Unknown {
            return Paint::Lines(lines);
        }
        if !lines.is_empty() {
            state.place = Place::Unknown;
        }
        // From the first row this goes nowhere.
        Paint::Lines(format!("\x1b[A{lines}"))
    }

    /// The prompt that is painted instead of the one that the editor was given: one with other news, and as wide.
    /// `None` where the editor's is none of ours.
    pub(in crate::repl) fn current_prompt(&self) -> Option<String> {
        let mut state = self.lock();
        if state.painted_by == PaintedBy::Question || state.running_question.is_some() {
            return None;
        }
        if state.painted.difference(&state.prompt) == Difference::SameWidth {
            state.painted = state.prompt.clone();
        }
        Some(state.painted.styled.clone())
    }

    /// The screen is about to be cleared, and the prompt painted on its first row.
    pub(in crate::repl) fn clearing(&self) {
        self.lock().place = Place::Top;
    }

    /// Waits until the editor should be nudged, and not before `earliest`. `false` when it is over.
    pub(in crate::repl) fn wait_for_nudge(&self, earliest: Instant) -> bool {
        let mut state = self.lock();
        loop {
            if state.wants_nudge() {
                let Some(pause) = earliest.checked_duration_since(Instant::now()) else {
                    state.nudged = Some(Instant::now());
                    return true;
                };
                let waited = self.changed.wait_timeout(state, pause);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            } else if state.mode == Mode::Over {
                return false;
            } else {
                state = self.wait(state);
            }
        }
    }
}

impl State {
    /// Whether somebody else than the screen has the terminal.
    pub(super) fn is_others(&self) -> bool {
        matches!(self.mode, Mode::Reading | Mode::Lent)
    }

    /// Whether the editor should be nudged. Where another program has the terminal, that would be written into its page.
    pub(super) fn wants_nudge(&self) -> bool {
        let wanted = !self.queue.is_empty() || self.must_leave();
        self.mode == Mode::Reading && wanted && self.nudged.is_none()
    }

    /// Whether the running call of the editor is to be left. News from elsewhere are not worth what it knows of
    /// a line that is being typed.
    fn must_leave(&self) -> bool {
        let is_stale = self.edit_mode != self.running_edit_mode
            || self.question != self.running_question
            || match self.painted.difference(&self.prompt) {
                Difference::None | Difference::SameWidth => false,
                // Each call begins with keys that are text.
                Difference::News => self.line.is_empty() && !self.is_commanding,
                Difference::Place => true,
            };
        self.stop || (is_stale && self.painted_by == PaintedBy::Conversation)
    }
}
