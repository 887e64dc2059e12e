//! The conversation as a person has it: a line is typed below, what happens appears above it.
//!
//! Four threads share the terminal through [`screen::Screen`]. The main one turns reports into lines;
//! one reads through the editor; one wakes the editor when lines wait; one awaits signals. None of
//! them waits for the network, and the network waits for none of them.
//!
//! It must not open connections, parse commands or decide what is sent; the driver does.

mod commands;
mod completion;
mod compose;
mod drafts;
mod guard;
mod helper;
mod history;
mod keys;
mod outbox;
mod page;
mod paint;
mod parts;
mod paste;
mod plain;
mod prompt;
mod reader;
mod reading;
mod screen;
mod search;
mod secret;
mod signals;
mod submit;
mod terminal;
mod view;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc::Sender;

use self::commands::Commands;
use self::completion::Names;
use self::drafts::Drafts;
use self::guard::Guard;
use self::outbox::Outbox;
pub(crate) use self::page::Passage;
use self::prompt::Prompt;
use self::reading::Reading;
use self::screen::Screen;
use self::search::Search;
use self::view::View;
use crate::driver::{Ended, Line, Request};
use crate::exit;
use crate::render::{Palette, sanitize};

/// What a person chose.
#[derive(Debug)]
pub(crate) struct Options {
    /// Whether there is colour.
    pub(crate) palette: Palette,
    /// What is meant by colour, if there is to be any.
    pub(crate) coloured: Palette,
    /// How control sequences get to the terminal that is seen.
    pub(crate) passage: Passage,
    /// The file of what was typed earlier.
    pub(crate) history: Option<PathBuf>,
    /// The beginning of the names of the files of what is half typed.
    pub(crate) drafts: Option<PathBuf>,
    /// Whether events are shown as JSON lines.
    pub(crate) json: bool,
    /// Whether every line is a message.
    pub(crate) no_commands: bool,
    /// How others join, where that is ours to say.
    pub(crate) invitation: Option<Invitation>,
}

/// How others join a hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invitation {
    /// In words.
    pub(crate) told: String,
    /// What they type, where it is too long to be told among words: it is never divided, so that it can be copied.
    pub(crate) command: Option<String>,
}

/// What the threads share.
#[derive(Debug, Clone)]
struct Shared {
    screen: Arc<Screen>,
    /// What Tab can complete to.
    names: Arc<Mutex<Names>>,
    outbox: Arc<Outbox>,
    commands: Arc<Commands>,
    guard: Arc<Guard>,
    drafts: Arc<Drafts>,
    search: Arc<Search>,
}

impl Shared {
    fn new(requests: &Sender<Request>, options: &Options) -> Self {
        let screen = Arc::new(Screen::new(Prompt::connecting(options.palette)));
        if options.json && !io::stdout().is_terminal() {
            screen.keep_apart();
        }
        let commands = Commands::new(requests, options.no_commands, options.palette);
        let commands = Arc::new(commands);
        let guard = Arc::new(Guard::new(&screen, &commands));
        let drafts = Drafts::open(options.drafts.as_deref(), &commands, &guard);
        Self {
            guard,
            drafts: Arc::new(drafts),
            search: Arc::new(Search::new(&screen)),
            screen,
            names: Arc::default(),
            outbox: Arc::default(),
            commands,
        }
    }
}

/// Talks until the conversation ends. Must be called on the main thread, with no runtime.
pub(crate) fn run(line: Line, options: &Options) -> ExitCode {
    let shared = Shared::new(&line.requests, options);
    let started = signals::watch(&shared.screen, line.requests.downgrade())
        .and_then(|signalled| Ok((signalled, View::new(shared.clone(), options)?)));
    let (signalled, view) = match started {
        Ok(started) => started,
        Err(error) => {
            complain(&format!("could not start: {error}"));
            return ExitCode::from(exit::UNREACHABLE);
        }
    };
    let reading = Reading::start(line.requests, &shared, options);
    let ended = view.follow(line.reports);
    let has_failed = reading.end(&shared.screen);
    let code = conclude(ended, &shared);
    let code = if has_failed { exit::LOST } else { code };
    ExitCode::from(signalled.code().unwrap_or(code))
}

/// The last word, and the exit code.
fn conclude(ended: Option<Ended>, shared: &Shared) -> u8 {
    let fate = match ended {
        Some(Ended::Failed(_) | Ended::GivenUp) => "not sent",
        _ => "may not have arrived",
    };
    let unconfirmed = shared.outbox.rest();
    for text in &unconfirmed {
        let lines: Vec<_> = text.lines().map(sanitize).collect();
        let lines = lines.join("\n    ");
        shared.screen.show(&format!("--- {fate}: {lines}\n"));
    }
    match ended {
        Some(Ended::Quit | Ended::GivenUp) => exit::OK,
        Some(Ended::Failed(error)) => {
            complain(&error.to_string());
            exit::UNREACHABLE
        }
        Some(Ended::Lost {
            reason,
            unacknowledged,
        }) => {
            complain(&format!("the connection was lost: {reason}"));
            if unacknowledged.is_empty() && unconfirmed.is_empty() {
                exit::REFUSED
            } else {
                exit::LOST
            }
        }
        None => {
            complain("the conversation ended without a reason");
            exit::LOST
        }
    }
}

/// Says what went wrong, on stderr.
fn complain(text: &str) {
    let mut stderr = io::stderr().lock();
    let lines: Vec<_> = text.lines().map(sanitize).collect();
    // Where stderr is gone, nobody is there to be told.
    let _ = writeln!(stderr, "error: {}", lines.join("\n"));
}
