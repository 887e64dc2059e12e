//! `salon plugin`: making, checking, installing and listing plug-ins, without a conversation.

mod check;
mod install;
mod list;
mod new;
mod remove;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use salon_config::{Directories, Environment};

use super::setup::Setup;
use crate::exit;
use crate::render::sanitize;

/// What `salon plugin` does.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum PluginCommand {
    /// Show the plug-ins, and what each may do
    List,
    /// Run a plug-in's handshake, its examples, malformed input and its deadlines, and report
    Check {
        /// The plug-in: a file, or a folder with plugin.toml
        path: PathBuf,
    },
    /// Write the beginnings of a plug-in into this folder
    New {
        /// Its name
        name: String,
        /// The language: sh, python or rust
        #[arg(long, value_name = "LANGUAGE", default_value = "sh")]
        lang: new::Language,
        /// For Rust: where the sources of Salon are, if not around this folder
        #[arg(long, value_name = "FOLDER")]
        sdk: Option<PathBuf>,
    },
    /// Install a plug-in, after asking whether it may do what it asks for
    Install {
        /// The plug-in: a file, or a folder with plugin.toml
        path: PathBuf,
        /// Grant it what it asks for without a question
        #[arg(long)]
        grant: bool,
        /// Stay, and install it anew whenever its files change; a conversation takes it up by itself
        #[arg(long)]
        watch: bool,
    },
    /// Take a plug-in away, and what was granted to it
    Remove {
        /// Its name
        name: String,
    },
}

/// Does it.
pub(crate) fn run(command: &PluginCommand) -> ExitCode {
    let environment = Environment::of_process();
    let setup = match Directories::of_user() {
        Ok(directories) => Setup::new(&directories, &environment),
        Err(error) => return fail(exit::USAGE, &error.to_string()),
    };
    let done = match command {
        PluginCommand::List => list::run(&setup),
        PluginCommand::Check { path } => return check::run(&setup, path),
        PluginCommand::New { name, lang, sdk } => new::run(name, *lang, sdk.as_deref()),
        PluginCommand::Install { path, grant, watch } => install::run(&setup, path, *grant, *watch),
        PluginCommand::Remove { name } => remove::run(&setup, name),
    };
    match done {
        Ok(()) => ExitCode::from(exit::OK),
        Err(reason) => fail(exit::REFUSED, &reason),
    }
}

fn fail(code: u8, reason: &str) -> ExitCode {
    let mut stderr = io::stderr();
    for (index, line) in reason.lines().enumerate() {
        let mark = if index == 0 { "error: " } else { "" };
        // A closed standard error leaves the code to speak.
        let _ = writeln!(stderr, "{mark}{}", sanitize(line));
    }
    ExitCode::from(code)
}

/// Says a line. A closed standard output is no reason to stop.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{}", sanitize(line));
}
