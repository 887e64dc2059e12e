//! The thread that reads lines through the editor, and the one that wakes the editor when something
//! waits to be shown. It must not render or know what lines mean.

use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustyline::config::Configurer as _;
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{
    ColorMode, CompletionType, Config, EditMode, Editor, ExternalPrinter, GraphemeClusterMode,
};
use salon_config::{Environment, Secret};

use super::Shared;
use super::compose;
use super::drafts::Drafts;
use super::guard::Guard;
use super::helper::{Helper, Leaving};
use super::history::LINES_MAX;
use super::keys::{self, Choice};
use super::prompt::{self, Prompt, TAB_COLUMNS};
use super::screen::{Interrupt, Screen};
use super::search::Search;
use super::submit::{Questions, Submitter, Wish};
use super::terminal;
use crate::session::Passwords;

/// What the editor prints when it is nudged. It wants whole lines; this one takes no row, since it
/// goes up before it goes down.
const NUDGE: &str = "\x1b[A\n";

/// The editor of who names none: every system has it.
const EDITOR_DEFAULT: &str = "vi";

/// Two repaints are at least this far apart, so that a burst becomes few of them.
const REPAINT_PAUSE: Duration = Duration::from_millis(16);

/// How long Esc waits for the rest of a key in vi's mode. Long enough for a key that a network divides, and
/// shorter than it takes to press Esc and then Enter.
const VI_ESCAPE_MILLIS: u16 = 50;

/// The shortest password that somebody may choose, as NIST SP 800-63B has it (section 3.1.1.2).
const PASSWORD_CHARACTERS_MIN: usize = 8;

/// The columns of a terminal that does not say.
const COLUMNS_DEFAULT: u16 = 80;

/// The line editor with everything that it needs.
pub(super) struct Reader {
    editor: Editor<Helper, MemHistory>,
    screen: Arc<Screen>,
    guard: Arc<Guard>,
    drafts: Arc<Drafts>,
    search: Arc<Search>,
    /// Whether it was said what is half typed in other rooms.
    has_told_of_drafts: bool,
    width: GraphemeClusterMode,
}

/// How a call of the editor ended.
enum Read {
    Line(String),
    /// The call was left; what was typed goes into the next one.
    Left,
    /// A byte came that is no text, which ends a call and must not end more.
    Garbled,
    /// What was being typed is given up.
    Interrupted,
    /// There is nothing more to read.
    End,
}

impl Reader {
    /// Sets the editor up, with the lines of earlier sessions, and starts the thread that wakes it.
    ///
    /// Fails where stdin or stdout is no terminal, or one that cannot be edited on.
    pub(super) fn new(shared: &Shared, earlier: Vec<String>) -> Result<Self, ReadlineError> {
        let screen = &shared.screen;
        let width = GraphemeClusterMode::from_env();
        let config = Config::builder()
            .max_history_size(LINES_MAX)?
            .history_ignore_dups(true)?
            // The repaint goes through the helper in any case; it knows about colour itself.
            .color_mode(ColorMode::Forced)
            // A single candidate is completed to without a menu.
            .completion_type(CompletionType::List)
            .grapheme_cluster_mode(width)
            .tab_stop(u8::try_from(TAB_COLUMNS).unwrap_or(8))
            // `terminal` turns it on for good, so that no paste falls between two calls.
            .bracketed_paste(false)
            .build();
        let history = MemHistory::with_config(&config);
        let mut editor = Editor::with_history(config, history)?;
        let choice = Arc::new(Choice::default());
        editor.set_helper(Some(Helper::new(shared, Arc::clone(&choice))));
        for (event, handler) in keys::bindings(shared, choice) {
            editor.bind_sequence(event, handler);
        }
        for line in earlier {
            shared.search.add(&line);
            editor.add_history_entry(line)?;
        }
        let (drafts, shown) = (Arc::clone(&shared.drafts), Arc::clone(screen));
        std::thread::Builder::new()
            .name("drafts".to_owned())
            .spawn(move || {
                if let Err(error) = drafts.keep() {
                    shown.show_now(&drafts_warning(&error));
                }
            })?;
        let printer = editor.create_external_printer()?;
        let nudged = Arc::clone(screen);
        std::thread::Builder::new()
            .name("nudge".to_owned())
            .spawn(move || nudge(&nudged, printer))?;
        Ok(Self {
            editor,
            screen: Arc::clone(screen),
            guard: Arc::clone(&shared.guard),
            drafts: Arc::clone(&shared.drafts),
            search: Arc::clone(&shared.search),
            has_told_of_drafts: false,
            width,
        })
    }

    /// Reads lines and hands them over until the conversation or the input ends.
    pub(super) fn run(mut self, submitter: &mut Submitter) {
        let mut typed = (String::new(), String::new());
        while let Some(prompt) = self.screen.begin_reading() {
            typed = self.drafts.begin(typed);
            self.tell_of_drafts();
            match self.read(&prompt, &typed) {
                Read::Line(text) => typed = (self.accept(submitter, &prompt, &text), String::new()),
                Read::Left => {
                    typed = self.screen.typed();
                    self.screen.end_reading("");
                }
                Read::Garbled => typed = self.leave_out(&prompt),
                Read::Interrupted => {
                    typed = (String::new(), String::new());
                    self.drafts.done();
                    submitter.cancel();
                    self.screen.end_reading("");
                    match self.screen.interrupt() {
                        Interrupt::First => self.screen.show_now(keys::INTERRUPT_HINT),
                        Interrupt::Second => break,
                    }
                }
                Read::End => {
                    // Nothing, unless it is the terminal that has ended.
                    typed = self.screen.typed();
                    self.screen.end_reading("");
                    break;
                }
            }
            if submitter.is_over() {
                break;
            }
        }
        // What is left of a line when the connection is gone is not lost with it.
        if !(typed.0.is_empty() && typed.1.is_empty()) {
            let text = crate::render::sanitize(&format!("{}{}", typed.0, typed.1)).into_owned();
            self.screen.show_now(&format!("not sent: {text}\n"));
        }
        if let Err(error) = self.drafts.finish() {
            self.screen.show_now(&drafts_warning(&error));
        }
        self.screen.finish();
        submitter.quit();
        // The end of the conversation may take its time.
        terminal::heed_signals();
    }

    /// A byte that is no text has ended a call, and what the editor had read behind it is gone. Gives what is typed on
    /// from. Of a paste the rest would be taken for keys, so that goes too.
    fn leave_out(&mut self, prompt: &Prompt) -> (String, String) {
        let mut typed = self.screen.typed();
        let erased = self.erase(prompt, &typed.0);
        self.screen.end_reading(&erased);
        if let Some(text) = self.guard.pastes.cut_off() {
            terminal::skip_paste();
            self.screen
                .show_now("what was pasted is not UTF-8; the rest of it was left out\n");
            typed.0.push_str(&self.guard.place(text));
        } else {
            self.screen
                .show_now("a key that is not UTF-8 was left out, and what came along with it\n");
        }
        typed
    }

    /// Says once, on arrival, where else something is half typed.
    fn tell_of_drafts(&mut self) {
        if !self.has_told_of_drafts && self.screen.is_connected() {
            self.has_told_of_drafts = true;
            let rooms = self.drafts.elsewhere();
            if !rooms.is_empty() {
                let rooms = crate::render::sanitize(&rooms.join(", ")).into_owned();
                self.screen
                    .show_now(&format!("something is half typed in {rooms}\n"));
            }
        }
    }

    /// Hands over a line that was accepted. Gives what is to be typed on from, if anything.
    fn accept(&mut self, submitter: &mut Submitter, prompt: &Prompt, line: &str) -> String {
        let text = self.guard.pastes.expand(line);
        let composes = self.guard.take_wish_to_compose();
        let erased = if composes || submitter.is_said(&text) {
            self.erase(prompt, line)
        } else {
            String::new()
        };
        self.screen.end_reading(&erased);
        self.screen.disarm();
        if composes {
            return self.compose(&text);
        }
        if self.guard.pastes.is_in(line) {
            // The name that stands for it is enough to find it again.
            self.remember(line);
        } else {
            for line in submitter.kept(&text) {
                self.remember(&line);
            }
        }
        match submitter.request(line) {
            // What is composed is half typed until it is in the line again.
            Wish::Edit(draft) => return self.compose(&self.guard.pastes.expand(&draft)),
            Wish::Submit => {
                self.drafts.done();
                submitter.submit(&text);
            }
            Wish::Passwords(questions) => {
                self.drafts.done();
                if let Some(passwords) = self.ask(questions) {
                    submitter.submit_with(&text, passwords);
                } else {
                    self.screen.show_now("nothing was sent\n");
                }
            }
        }
        String::new()
    }

    fn remember(&mut self, line: &str) {
        self.search.add(line);
        // A history in memory takes every line.
        let _ = self.editor.add_history_entry(line);
    }

    fn read(&mut self, prompt: &Prompt, typed: &(String, String)) -> Read {
        let is_secret = self.editor.helper().is_some_and(Helper::is_secret);
        self.set_edit_mode(if is_secret {
            // A command of vi would not tell what it takes away.
            salon_config::EditMode::Emacs
        } else {
            self.screen.running_edit_mode()
        });
        let painted = (prompt.raw.as_str(), prompt.styled.as_str());
        let initial = (typed.0.as_str(), typed.1.as_str());
        let editor = AssertUnwindSafe(&mut self.editor);
        let read = std::panic::catch_unwind(move || {
            let AssertUnwindSafe(editor) = { editor };
            editor.readline_with_initial(&painted, initial)
        });
        match read {
            Ok(Ok(line)) => Read::Line(line),
            Ok(Err(ReadlineError::Interrupted)) => Read::Interrupted,
            Ok(Err(ReadlineError::Io(error))) if error.kind() == io::ErrorKind::InvalidData => {
                Read::Garbled
            }
            Ok(Err(_)) => Read::End,
            Err(panic) if panic.is::<Leaving>() => Read::Left,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    /// Asks for passwords, which are shown as stars and kept nowhere. `None` when one was not given.
    fn ask(&mut self, questions: Questions) -> Option<Passwords> {
        match questions {
            Questions::Present => {
                let present = self.read_secret("password: ")?;
                Some(Passwords { present, new: None })
            }
            Questions::New(account) => {
                if let Some(account) = account {
                    // Who thinks that a password stands there learns it while nothing is sent yet.
                    let account = crate::render::sanitize(&account).into_owned();
                    self.screen.show_now(&format!(
                        "the account will be called '{account}'; Ctrl-C makes none\n"
                    ));
                }
                let present = self.read_new_secret()?;
                Some(Passwords { present, new: None })
            }
            Questions::Change => {
                let present = self.read_secret("present password: ")?;
                let new = Some(self.read_new_secret()?);
                Some(Passwords { present, new })
            }
        }
    }

    /// Reads a password that is to be, twice, as long as it must be. Asks until both are alike or none is given: what is
    /// typed once more out of habit must not be said in a room.
    fn read_new_secret(&mut self) -> Option<Secret> {
        loop {
            let new = self.read_secret("new password: ")?;
            if new.expose().chars().count() < PASSWORD_CHARACTERS_MIN {
                self.screen.show_now(&format!(
                    "that is too short to be safe; expected {PASSWORD_CHARACTERS_MIN} characters or more\n"
                ));
                continue;
            }
            if new == self.read_secret("the new password again: ")? {
                return Some(new);
            }
            self.screen
                .show_now("the two are not alike: once more, or Enter alone gives up\n");
        }
    }

    /// Reads one password.
    fn read_secret(&mut self, question: &str) -> Option<Secret> {
        let prompt = Prompt::plain(question);
        let mut typed = (String::new(), String::new());
        self.set_secret(true);
        let secret = loop {
            if self.screen.begin_reading().is_none() {
                break None;
            }
            self.screen.keep_prompt(&prompt);
            let read = self.read(&prompt, &typed);
            if matches!(read, Read::Left) {
                typed = self.screen.typed();
            }
            self.screen.end_reading("");
            match read {
                Read::Line(text) if text.is_empty() => break None,
                Read::Line(text) => break Some(Secret::new(text)),
                Read::Left if self.screen.is_stopped() => break None,
                Read::Left => {}
                Read::Garbled | Read::Interrupted | Read::End => break None,
            }
        };
        self.set_secret(false);
        secret
    }

    fn set_edit_mode(&mut self, edit_mode: salon_config::EditMode) {
        match edit_mode {
            salon_config::EditMode::Emacs => self.editor.set_edit_mode(EditMode::Emacs),
            salon_config::EditMode::Vi => {
                self.editor.set_edit_mode(EditMode::Vi);
                self.editor.set_keyseq_timeout(Some(VI_ESCAPE_MILLIS));
            }
        }
    }

    fn set_secret(&mut self, is_secret: bool) {
        if let Some(helper) = self.editor.helper() {
            helper.set_secret(is_secret);
        }
    }

    /// Composes a text in an editor of its own, which has the terminal meanwhile.
    fn compose(&mut self, draft: &str) -> String {
        if !self.screen.lend() {
            return draft.to_owned();
        }
        let environment = Environment::of_process();
        let editor = environment.editor().unwrap_or(EDITOR_DEFAULT);
        let folder = std::env::temp_dir();
        let composed = terminal::lend(|| compose::compose(editor, draft, &folder));
        self.screen.end_reading("");
        let composed = composed.unwrap_or_else(|error| {
            let error = crate::render::sanitize(&error).into_owned();
            self.screen.show_now(&format!("{error}\n"));
            // What was there before is not lost with the editor.
            draft.to_owned()
        });
        self.guard.place(composed)
    }

    /// What takes a line off the screen, with the cursor on the row below where the text ends.
    fn erase(&mut self, prompt: &Prompt, text: &str) -> String {
        let size = self.editor.dimensions();
        let columns = size.map_or(COLUMNS_DEFAULT, |(columns, _)| columns);
        let rows = prompt::rows(&prompt.raw, text, columns, self.width);
        format!("\x1b[{rows}A\r\x1b[J")
    }
}

/// Wakes the editor whenever something waits to be shown. The call can block while the editor is
/// busy with a search, and so it has a thread of its own.
fn nudge(screen: &Screen, mut printer: impl ExternalPrinter) {
    let mut earliest = Instant::now();
    while screen.wait_for_nudge(earliest) {
        if printer.print(NUDGE.to_owned()).is_err() {
            return;
        }
        earliest = Instant::now() + REPAINT_PAUSE;
    }
}

/// The one line about drafts that are not kept.
fn drafts_warning(error: &io::Error) -> String {
    format!("what is half typed is not kept for the next time: {error}\n")
}
