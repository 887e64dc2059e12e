//! `salon config`: what the program goes by and where it comes from, whether the settings file is right,
//! and where the files are. It goes to no hub.

mod check;
mod login;
mod origin;
mod show;
mod tls;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use salon_config::{ClientConfig, Directories, Environment, Places, ServerUrl};

use crate::cli::Options;
use crate::render::sanitize;
use crate::{exit, explained, fail};

/// What `salon config` does.
#[derive(Debug, Clone, Copy, clap::Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show what counts, and where each value comes from
    Show,
    /// Check the settings file, or the one after --config
    Check,
    /// Show where the files are
    Path {
        /// One of them alone, without its name
        what: Option<File>,
    },
}

/// A file or a folder of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum File {
    /// The settings
    Settings,
    /// The lines that were typed
    History,
    /// The plug-ins
    Plugins,
    /// What the hub of `salon host` keeps
    Hub,
}

/// Does it.
pub(crate) fn run(command: ConfigCommand, url: Option<&ServerUrl>, options: &Options) -> ExitCode {
    let directories = Directories::of_user();
    if let ConfigCommand::Path { what } = command {
        return match directories {
            Ok(directories) => print(&paths(what, &directories, options)),
            Err(error) => fail(exit::USAGE, &explained(&error)),
        };
    }
    let file = options.config.clone().or_else(|| {
        let directories = directories.as_ref().ok()?;
        Some(directories.client_settings_file())
    });
    let (config, places) = match load(file.as_ref(), options) {
        Ok(loaded) => loaded,
        Err(error) => return fail(exit::USAGE, &error),
    };
    match command {
        ConfigCommand::Show => {
            let environment = Environment::of_process();
            let source = show::Source {
                config: &config,
                places: &places,
                file: file.as_deref(),
                environment: &environment,
            };
            match show::lines(&source, url, options) {
                Ok(lines) => print(&lines),
                Err(error) => fail(exit::USAGE, &explained(&error)),
            }
        }
        ConfigCommand::Check | ConfigCommand::Path { .. } => check(&config, file, &places),
    }
}

fn load(file: Option<&PathBuf>, options: &Options) -> Result<(ClientConfig, Places), String> {
    let Some(file) = file else {
        return Ok((ClientConfig::default(), Places::default()));
    };
    let config = if options.config.is_some() {
        ClientConfig::load(file)
    } else {
        ClientConfig::load_if_present(file)
    };
    let config = config.and_then(|config| {
        config.settings(options.profile.as_deref())?;
        Ok((config, Places::load(file)?))
    });
    config.map_err(|error| explained(&error))
}

/// Tells what is wrong with the file.
fn check(config: &ClientConfig, file: Option<PathBuf>, places: &Places) -> ExitCode {
    let Some(file) = file.filter(|file| file.exists()) else {
        return print("there is no settings file, and none is needed\n");
    };
    let place = |key: &str| format!("{}:{}", file.display(), places.line(key).unwrap_or(1));
    let wrong = check::mistakes(config);
    if wrong.is_empty() {
        return print(&format!("{}: no mistake\n", file.display()));
    }
    let lines: Vec<String> = wrong
        .iter()
        .map(|(key, mistake)| format!("{}: {mistake}", place(key)))
        .collect();
    fail(exit::USAGE, &lines.join("\n"))
}

fn paths(what: Option<File>, directories: &Directories, options: &Options) -> String {
    let path = |file| match file {
        File::Settings => {
            let chosen = options.config.clone();
            chosen.unwrap_or_else(|| directories.client_settings_file())
        }
        File::History => directories.input_history_file(),
        File::Plugins => directories.plugins_dir(),
        File::Hub => directories.hub_dir(),
    };
    if let Some(file) = what {
        return format!("{}\n", path(file).display());
    }
    let files = File::value_variants().iter().map(|file| {
        let name = file.to_possible_value();
        let name = name.as_ref().map_or("", |name| name.get_name()).to_owned();
        let path = path(*file);
        let mark = if path.exists() { "" } else { " (not there)" };
        format!("{name:8}  {}{mark}\n", path.display())
    });
    files.collect()
}

/// Prints lines, made harmless: a value may hold anything.
fn print(text: &str) -> ExitCode {
    let mut lines = String::new();
    for line in text.lines() {
        lines.push_str(&sanitize(line));
        lines.push('\n');
    }
    crate::print(lines.as_bytes())
}
