//! The reading half of the REPL and the terminal that it reads from: how it starts and how it ends.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use super::history::History;
use super::plain::{self, Output};
use super::reader::Reader;
use super::screen::Screen;
use super::submit::{self, Submitter};
use super::terminal::{self, Terminal};
use super::{Options, Shared};
use crate::driver::Request;

/// How long the first prompt waits for the hub, so that it usually is the right one at once.
const FIRST_PROMPT_PATIENCE: Duration = Duration::from_millis(30);

/// How long the reader has to leave the editor at the end.
const READER_PATIENCE: Duration = Duration::from_millis(250);

/// The thread that reads, and the modes of its terminal.
pub(super) struct Reading {
    reader: Option<JoinHandle<()>>,
    terminal: Option<Terminal>,
}

impl Reading {
    /// Starts to read: through the editor where stdin and stdout are terminals, else plainly.
    pub(super) fn start(requests: Sender<Request>, shared: &Shared, options: &Options) -> Self {
        let (history, earlier) = History::open(options.history.as_deref());
        let earlier = earlier.unwrap_or_else(|error| {
            shared.screen.show(&submit::history_warning(&error));
            Vec::new()
        });
        let mut submitter = Submitter::new(requests, shared, history);
        let output = if io::stdout().is_terminal() {
            Output::Terminal
        } else {
            Output::Elsewhere
        };
        // It refuses where stdin is none, or the terminal can do nothing.
        let editor = match output {
            Output::Terminal => Reader::new(shared, earlier).ok(),
            Output::Elsewhere => None,
        };
        // The modes change only where the editor runs.
        let terminal = editor.as_ref().and_then(|_| Terminal::enter().ok());
        if editor.is_none() {
            shared.screen.arm();
        }
        let screen = Arc::clone(&shared.screen);
        let read = move || {
            screen.wait_connected(FIRST_PROMPT_PATIENCE);
            if let Some(reader) = editor {
                // The editor restores the modes that it found by itself, whoever has the terminal.
                terminal::hold_stops();
                reader.run(&mut submitter);
            } else {
                plain::read(&mut submitter, &screen, output);
            }
        };
        let reader = std::thread::Builder::new()
            .name("reader".to_owned())
            .spawn(read);
        Self {
            reader: reader.ok(),
            terminal,
        }
    }

    /// Leaves the editor and restores the terminal. Returns whether the reader had failed.
    ///
    /// From the background it leaves the terminal alone, and the editor where it is: the process is
    /// about to end.
    pub(super) fn end(self, screen: &Screen) -> bool {
        if self.terminal.is_some() && terminal::is_in_background() {
            return false;
        }
        screen.stop();
        if self.terminal.is_some() {
            screen.wait_finished(READER_PATIENCE);
        }
        drop(self.terminal);
        self.reader
            .filter(JoinHandle::is_finished)
            .is_some_and(|reader| reader.join().is_err())
    }
}
