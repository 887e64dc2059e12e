//! The real `salon` on a pseudo-terminal, with a model of the screen that a person would see, against
//! a hub of the test's own that says what the test wants.
//!
//! Nothing here sleeps: a test waits for a state of the screen or a line at the hub, under a limit.

mod burst;
mod commands;
mod completion;
mod conversation;
mod drafts;
mod history;
mod hub;
mod keys;
mod lines;
mod output;
mod plugins;
mod terminal;
mod together;
mod waiting;
mod ways_out;
mod width;

use std::path::PathBuf;

use crate::hub::Hub;
use crate::terminal::Terminal;

/// A person at a terminal, a hub, and a home that was empty before.
struct Stage {
    hub: Hub,
    terminal: Terminal,
    home: tempfile::TempDir,
}

impl Stage {
    /// A person called alice in `#lobby`, with the first prompt on the screen.
    fn set() -> Self {
        Self::with(&[])
    }

    /// The same with more arguments.
    fn with(arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a temporary home");
        let hub = Hub::start();
        let mut terminal = enter(&hub, home.path(), arguments);
        terminal.wait_for_prompt("#lobby alice> ", "");
        Self {
            hub,
            terminal,
            home,
        }
    }

    fn history_file(&self) -> PathBuf {
        self.home.path().join("state/salon/history")
    }
}

/// Starts the program at a terminal of the usual size.
fn enter(hub: &Hub, home: &std::path::Path, arguments: &[&str]) -> Terminal {
    let address = hub.address();
    let mut all = vec![address.as_str(), "--nick", "alice"];
    all.extend(arguments);
    Terminal::start(&all, home, 24, 80)
}
