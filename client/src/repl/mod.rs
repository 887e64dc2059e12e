//! The conversation as a person has it: a line is typed below, what happens appears above it.
//!
//! Four threads share the terminal through [`screen::Screen`]. The main one turns reports into lines;
//! one reads through the editor; one wakes the editor when lines wait; one awaits signals. None of
//! them waits for the network, and the network waits for none of them.
//!
//! It must not open connections, parse commands or decide what is sent; the driver does.

mod completion;
mod helper;
mod history;
mod keys;
mod plain;
mod prompt;
mod reader;
mod screen;
mod secret;
mod signals;
mod submit;
mod terminal;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use salon_commands::Registry;
use tokio::sync::mpsc::Receiver;

use self::completion::Names;
use self::history::History;
use self::prompt::Prompt;
use self::reader::Reader;
use self::screen::Screen;
use self::submit::Submitter;
use self::terminal::Terminal;
use crate::driver::{Ended, Line, Report, Status};
use crate::event::Event;
use crate::render::{Palette, Renderer, sanitize};
use crate::session::Outcome;
use crate::{exit, json};

/// How long the first prompt waits for the hub, so that it usually is the right one at once.
const FIRST_PROMPT_PATIENCE: Duration = Duration::from_millis(30);

/// How long the reader has to leave the editor at the end.
const READER_PATIENCE: Duration = Duration::from_millis(250);

/// How many reports are folded into one text.
const FOLDED_MAX: usize = 256;

/// What a person chose.
#[derive(Debug)]
pub(crate) struct Options {
    /// Whether there is colour.
    pub(crate) palette: Palette,
    /// The file of what was typed earlier.
    pub(crate) history: Option<PathBuf>,
    /// Whether events are shown as JSON lines.
    pub(crate) json: bool,
    /// Whether every line is a message.
    pub(crate) no_commands: bool,
}

/// Talks until the conversation ends. Must be called on the main thread, with no runtime.
pub(crate) fn run(line: Line, options: &Options) -> ExitCode {
    let screen = Arc::new(Screen::new(Prompt::connecting(options.palette)));
    let signalled = match signals::watch(&screen) {
        Ok(signalled) => signalled,
        Err(error) => {
            complain(&format!("cannot await signals: {error}"));
            return ExitCode::from(exit::USAGE);
        }
    };
    let names = Arc::new(Mutex::new(Names::default()));
    let mut view = View {
        screen: Arc::clone(&screen),
        renderer: Renderer::new(options.palette),
        palette: options.palette,
        json: options.json,
        names: Arc::clone(&names),
        current: None,
    };
    let reading = Reading::start(line.requests, &screen, names, options);
    let ended = view.follow(line.reports);
    let code = reading.end(&screen, || conclude(ended));
    ExitCode::from(signalled.code().unwrap_or(code))
}

/// The reading half, and the terminal that it reads from.
struct Reading {
    reader: Option<JoinHandle<()>>,
    terminal: Option<Terminal>,
}

impl Reading {
    fn start(
        requests: tokio::sync::mpsc::Sender<crate::driver::Request>,
        screen: &Arc<Screen>,
        names: Arc<Mutex<Names>>,
        options: &Options,
    ) -> Self {
        let registry = (!options.no_commands).then(|| Arc::new(Registry::builtin()));
        let completed = registry.clone().unwrap_or_default();
        let (history, earlier) = History::open(options.history.as_deref());
        let earlier = earlier.unwrap_or_else(|error| {
            screen.show(&submit::history_warning(&error));
            Vec::new()
        });
        let shared = Arc::clone(screen);
        let mut submitter = Submitter::new(requests, Arc::clone(screen), history, registry);
        let editable = io::stdin().is_terminal() && io::stdout().is_terminal();
        let editor = editable
            .then(|| Reader::new(screen, completed, names, earlier).ok())
            .flatten();
        // The modes change only where the editor runs.
        let terminal = editor.as_ref().and_then(|_| Terminal::enter().ok());
        let read = move || match editor {
            Some(reader) => {
                shared.wait_connected(FIRST_PROMPT_PATIENCE);
                reader.run(&mut submitter);
            }
            None => plain::read(&mut submitter),
        };
        let reader = std::thread::Builder::new()
            .name("reader".to_owned())
            .spawn(read);
        Self {
            reader: reader.ok(),
            terminal,
        }
    }

    /// Leaves the editor, restores the terminal, and then says what there is to say.
    fn end(self, screen: &Screen, conclude: impl FnOnce() -> u8) -> u8 {
        screen.stop();
        let is_edited = self.terminal.is_some();
        if is_edited {
            screen.wait_finished(READER_PATIENCE);
        }
        let has_panicked = self
            .reader
            .filter(JoinHandle::is_finished)
            .is_some_and(|reader| reader.join().is_err());
        drop(self.terminal);
        let code = conclude();
        if has_panicked { exit::USAGE } else { code }
    }
}

/// What a person sees of the reports.
struct View {
    screen: Arc<Screen>,
    renderer: Renderer,
    palette: Palette,
    json: bool,
    names: Arc<Mutex<Names>>,
    current: Option<String>,
}

impl View {
    /// Shows what is reported until the end, which is `None` if the driver died without a word.
    fn follow(&mut self, mut reports: Receiver<Report>) -> Option<Ended> {
        let mut lines = String::new();
        while let Some(report) = reports.blocking_recv() {
            let mut next = Some(report);
            for _ in 0..FOLDED_MAX {
                match next {
                    Some(Report::Ended(ended)) => {
                        self.screen.show(&lines);
                        return Some(ended);
                    }
                    Some(report) => self.take(report, &mut lines),
                    None => break,
                }
                next = reports.try_recv().ok();
            }
            if let Some(report) = next {
                if let Report::Ended(ended) = report {
                    self.screen.show(&lines);
                    return Some(ended);
                }
                self.take(report, &mut lines);
            }
            self.screen.show(&lines);
            lines.clear();
        }
        None
    }

    fn take(&mut self, report: Report, lines: &mut String) {
        match report {
            Report::Show(event) => self.event(&event, lines),
            Report::Status(status) => {
                // What was said before belongs before the new prompt.
                self.screen.show(lines);
                lines.clear();
                self.status(status);
            }
            Report::Resolved { ticket, outcome } => {
                if let Outcome::Refused(refusal) = outcome {
                    self.refusal(&refusal, lines);
                    self.screen.show(lines);
                    lines.clear();
                }
                self.screen.resolve(ticket.0);
            }
            Report::Ended(_) => {}
        }
    }

    fn event(&self, event: &Event, lines: &mut String) {
        if self.json {
            json::append(event, lines);
        } else {
            self.renderer.render(event, self.current.as_deref(), lines);
        }
    }

    fn status(&mut self, status: Status) {
        let prompt = Prompt::new(&status, self.palette);
        self.current.clone_from(&status.current);
        self.screen.set_prompt(prompt, status.current);
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) = Names {
            rooms: status.rooms,
            nicks: status.nicks,
        };
    }

    fn refusal(&self, refusal: &crate::session::Refusal, lines: &mut String) {
        self.palette
            .paint(lines, crate::render::Style::Alarm, "!!!");
        lines.push(' ');
        lines.push_str(&sanitize(&refusal.to_string()));
        lines.push('\n');
        for line in refusal.details().unwrap_or_default().lines() {
            lines.push_str(&sanitize(line));
            lines.push('\n');
        }
    }
}

/// The last word, and the exit code.
fn conclude(ended: Option<Ended>) -> u8 {
    match ended {
        Some(Ended::Quit) => exit::OK,
        Some(Ended::Failed(error)) => {
            complain(&error.to_string());
            exit::UNREACHABLE
        }
        Some(Ended::Lost {
            reason,
            unacknowledged,
        }) => {
            complain(&format!("the connection was lost: {reason}"));
            if unacknowledged.is_empty() {
                exit::REFUSED
            } else {
                let count = unacknowledged.len();
                complain(&format!("{count} of your lines may not have arrived"));
                exit::LOST
            }
        }
        None => {
            complain("the conversation ended without a reason; this is an error in salon");
            exit::LOST
        }
    }
}

/// Says something beside the conversation.
fn complain(text: &str) {
    let mut error = io::stderr().lock();
    for line in text.lines() {
        // Where stderr is gone, nobody is there to be told.
        let _ = writeln!(error, "salon: {}", sanitize(line));
    }
}
