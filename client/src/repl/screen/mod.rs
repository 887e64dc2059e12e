//! The one owner of what is written to the terminal while a conversation runs.
//!
//! Who may write when is decided by a single lock. While the editor reads, text only queues, and
//! the editor's thread takes it from its repaint, in [`Screen::paint`]: the prompt that it paints is
//! the queued lines and then the prompt. While it does not read, text is written at once. So text
//! has one order and one writer, nobody waits for a key to be pressed inside a menu or a search, and
//! whatever waits is folded into one repaint. While another program has the terminal, text waits too.
//!
//! The editor repaints when a key is pressed, and when it is nudged through its external printer,
//! which is done by a thread of its own (`nudge`) since that call can block. The printer is never
//! given text: what it holds at the end of a line appears only with the next one.
//!
//! The queue is bounded (`queue`). What was said in rooms is left out of it where the terminal can't keep up;
//! the writer of anything else waits when it is full. The conversation does not wait for that writer, so no
//! answer to a `PING` is ever late because of a terminal.
//!
//! Where standard output is a program's, the lines for the person are written to standard error.

mod editing;
mod queue;
mod width;

use std::io::{ErrorKind, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use salon_config::EditMode;

pub(super) use self::editing::Paint;
use self::queue::Queue;
pub(super) use self::queue::{Line, Reader};
use super::prompt::Prompt;
use super::terminal;

/// The columns of a terminal that does not say.
const COLUMNS_DEFAULT: usize = 80;

/// The state that the threads of the REPL share.
#[derive(Debug)]
pub(super) struct Screen {
    state: Mutex<State>,
    changed: Condvar,
    /// Whether an empty prompt was interrupted once. Who writes may hold the lock for long, and an interrupt must not wait.
    armed: AtomicBool,
    /// Whether nobody reads any more what is written.
    is_cut: AtomicBool,
}

#[derive(Debug)]
struct State {
    mode: Mode,
    /// Whole lines that wait for the editor's next repaints.
    queue: Queue,
    /// The prompt that should be seen, and the one that the running call of the editor has.
    prompt: Prompt,
    painted: Prompt,
    /// What a search asks instead, from the next call of the editor on, and in the running one.
    question: Option<String>,
    running_question: Option<String>,
    /// Whose keys edit the line from the next call on, and in the running one.
    edit_mode: EditMode,
    running_edit_mode: EditMode,
    /// Whether the keys are commands, as vi has them.
    is_commanding: bool,
    /// What is being typed and where the cursor stands, in bytes.
    line: String,
    position: usize,
    /// What the running call of the editor has before it, and how wide the terminal was when both were painted; 0 where it
    /// does not say.
    running_prompt: String,
    columns: u16,
    /// Why the next repaint comes.
    cause: Cause,
    /// When a key was pressed last.
    last_key: Instant,
    /// Since when a nudge is on its way, if one is.
    nudged: Option<Instant>,
    stop: bool,
    /// Whether standard output has the lines for a program alone.
    is_apart: bool,
    /// Whose the prompt is that is painted.
    painted_by: PaintedBy,
    /// Where the prompt stands, as far as that is known.
    place: Place,
    /// The greatest number of a line that is done.
    resolved: u64,
    /// What is in front, once there is a conversation.
    front: Option<Front>,
}

/// What is in front.
#[derive(Debug)]
struct Front {
    /// The room or nick that plain lines go to, if any.
    current: Option<String>,
    /// Whether there is a hub.
    is_online: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Key,
    Nudge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Nobody reads; text goes out at once.
    Idle,
    /// The editor has the terminal.
    Reading,
    /// Another program has it; text waits.
    Lent,
    /// A terminal that cannot be edited on collects a line after a prompt of ours.
    Prompting,
    /// Nobody will read again; text goes out at once.
    Over,
}

/// What the painted prompt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PaintedBy {
    /// Where the conversation is, as it changes.
    Conversation,
    /// A question of ours, which doesn't.
    Question,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Unknown,
    /// On the first row, where a nudge has gone down without having gone up.
    Top,
}

/// What an interrupt on an empty line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interrupt {
    /// It was the first: a second one leaves.
    First,
    /// It was the second.
    Second,
}

impl Screen {
    pub(super) fn new(prompt: Prompt) -> Self {
        Self {
            state: Mutex::new(State {
                mode: Mode::Idle,
                queue: Queue::new(),
                painted: prompt.clone(),
                prompt,
                question: None,
                running_question: None,
                edit_mode: EditMode::default(),
                running_edit_mode: EditMode::default(),
                is_commanding: false,
                line: String::new(),
                position: 0,
                running_prompt: String::new(),
                columns: 0,
                cause: Cause::Nudge,
                last_key: Instant::now(),
                nudged: None,
                stop: false,
                is_apart: false,
                painted_by: PaintedBy::Conversation,
                place: Place::Unknown,
                resolved: 0,
                front: None,
            }),
            changed: Condvar::new(),
            armed: AtomicBool::new(false),
            is_cut: AtomicBool::new(false),
        }
    }

    /// Standard output, which is no terminal, is a program's from now on.
    pub(super) fn keep_apart(&self) {
        self.lock().is_apart = true;
    }

    /// Shows whole lines above what is being typed. Waits while too much waits already, unless
    /// nothing will ever take it.
    pub(super) fn show(&self, lines: &str) {
        self.show_all(vec![Line::lasting(lines)]);
    }

    /// The same for many, some of which can be left out.
    pub(super) fn show_all(&self, lines: Vec<Line>) {
        if lines.is_empty() {
            return;
        }
        let mut state = self.lock();
        while state.is_others() && state.queue.is_full() && !state.stop {
            state = self.wait(state);
        }
        self.put(&mut state, lines);
    }

    /// The same for the editor's own thread, which must not wait for itself.
    pub(super) fn show_now(&self, lines: &str) {
        self.put(&mut self.lock(), vec![Line::lasting(lines)]);
    }

    fn put(&self, state: &mut State, lines: Vec<Line>) {
        let is_waiting = state.is_others() || !state.queue.is_empty();
        if is_waiting && state.mode != Mode::Over {
            for line in lines {
                state.queue.push(line);
            }
            self.changed.notify_all();
            return;
        }
        if state.is_apart {
            return lines.iter().for_each(|line| self.write_apart(line));
        }
        let text: String = lines.into_iter().map(|line| line.text).collect();
        match state.mode {
            Mode::Prompting if !text.is_empty() => {
                self.write(&format!("\n{text}{}", state.prompt.raw));
            }
            _ => self.write(&text),
        }
    }

    /// The prompt from now on, the room or nick in front, and whether there is a hub.
    pub(super) fn set_prompt(&self, prompt: Prompt, current: Option<String>, is_online: bool) {
        let mut state = self.lock();
        if state.mode == Mode::Prompting && state.prompt != prompt {
            self.write(&format!("\n{}", prompt.raw));
        }
        state.prompt = prompt;
        state.front = Some(Front { current, is_online });
        self.changed.notify_all();
    }

    /// When a key was pressed last.
    pub(super) fn last_key(&self) -> Instant {
        self.lock().last_key
    }

    /// What stands before the line instead of the prompt from now on.
    pub(super) fn ask(&self, question: Option<String>) {
        self.lock().question = question;
        self.changed.notify_all();
    }

    /// Whose keys edit the line from now on.
    pub(super) fn set_edit_mode(&self, edit_mode: EditMode) {
        self.lock().edit_mode = edit_mode;
        self.changed.notify_all();
    }

    /// Whose keys edit the line in the call of the editor that has begun.
    pub(super) fn running_edit_mode(&self) -> EditMode {
        self.lock().running_edit_mode
    }

    /// Whether the next key is a command, as vi has them.
    pub(super) fn commanding(&self, is_commanding: bool) {
        self.lock().is_commanding = is_commanding;
    }

    /// The room or nick in front.
    pub(super) fn current(&self) -> Option<String> {
        self.lock().front.as_ref()?.current.clone()
    }

    pub(super) fn is_connected(&self) -> bool {
        let state = self.lock();
        state.front.as_ref().is_some_and(|front| front.is_online)
    }

    /// The line of this number is done.
    pub(super) fn resolve(&self, number: u64) {
        let mut state = self.lock();
        state.resolved = state.resolved.max(number);
        self.changed.notify_all();
    }

    /// Waits until there is a conversation, at most this long.
    pub(super) fn wait_connected(&self, at_most: Duration) {
        self.wait_until(at_most, |state| state.front.is_some() || state.stop);
    }

    /// Waits until the line of this number is done, at most this long.
    pub(super) fn wait_resolved(&self, number: u64, at_most: Duration) {
        self.wait_until(at_most, |state| state.resolved >= number || state.stop);
    }

    /// Nothing will be read any more.
    pub(super) fn finish(&self) {
        let mut state = self.lock();
        state.mode = Mode::Over;
        self.write(&state.queue.take_all(columns()));
        self.changed.notify_all();
    }

    /// Waits until nothing will be read any more, at most this long.
    pub(super) fn wait_finished(&self, at_most: Duration) {
        self.wait_until(at_most, |state| state.mode == Mode::Over);
    }

    fn wait_until(&self, at_most: Duration, is_met: impl Fn(&State) -> bool) {
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), at_most, |state| !is_met(state));
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Ends the reading as soon as the editor can be left.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stop = true;
        self.changed.notify_all();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.lock().stop
    }

    /// Whether a question of ours is on the screen.
    pub(super) fn is_asking(&self) -> bool {
        let state = self.lock();
        state.mode == Mode::Reading && state.painted_by == PaintedBy::Question
    }

    /// Prompts for a line that the terminal collects. `false` when reading is over.
    pub(super) fn begin_prompting(&self) -> bool {
        let mut state = self.lock();
        if !state.stop {
            state.mode = Mode::Prompting;
            self.write(&state.prompt.raw);
        }
        !state.stop
    }

    /// An interrupt on an empty line.
    pub(super) fn interrupt(&self) -> Interrupt {
        if self.armed.swap(true, Ordering::AcqRel) {
            Interrupt::Second
        } else {
            Interrupt::First
        }
    }

    /// The next interrupt leaves: where there is no editor, there is no line to clear.
    pub(super) fn arm(&self) {
        self.armed.store(true, Ordering::Release);
    }

    /// Something else was done.
    pub(super) fn disarm(&self) {
        self.armed.store(false, Ordering::Release);
    }

    /// Whether what is written goes to a pipe that nobody reads from any more.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut.load(Ordering::Acquire)
    }

    /// To whom a line is for, where they are two.
    fn write_apart(&self, line: &Line) {
        match line.reader {
            Reader::Program => self.write(&line.text),
            Reader::Person => {
                // Where standard error is gone, nobody is there to be told.
                let _ = std::io::stderr().lock().write_all(line.text.as_bytes());
            }
        }
    }

    /// A terminal that is gone is noticed by whoever reads from it.
    fn write(&self, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut out = std::io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        if written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
            self.is_cut.store(true, Ordering::Release);
        }
    }

    /// No code can panic while it holds the lock and leave the state half changed: the changes are
    /// assignments.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// How wide the terminal is.
fn columns() -> usize {
    terminal::columns().unwrap_or(COLUMNS_DEFAULT)
}

#[cfg(test)]
mod tests;
