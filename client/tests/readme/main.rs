//! The READMEs told against the programs: both languages say the same, what they name exists, their
//! recipes run, their settings are read, and the screenshot is what the terminals show.
//!
//! `UPDATE_EXPECT=1 cargo test -p salon --test readme screenshot` draws the screenshot anew.

mod hub;
mod languages;
mod names;
mod page;
mod pane;
mod plugins;
mod recipes;
mod screenshot;
mod scripting;
mod settings;
mod shell;
mod svg;
mod watcher;

use std::time::Duration;

/// No test waits longer than this for anything.
const LIMIT: Duration = Duration::from_secs(20);
