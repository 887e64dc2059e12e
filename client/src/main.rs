//! The `salon` program: a line-edited REPL on a terminal, a script runner on a pipe.

mod cli;
mod conversation;
mod driver;
mod event;
mod exit;
mod host;
mod json;
mod link;
mod plugin;
mod render;
mod repl;
mod script;
mod session;
mod settings;

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Subcommands};
use crate::script::{Format, Streams};
use crate::settings::{Input, Settings};

fn main() -> ExitCode {
    if let Some(code) = plugin::launcher::intercept(std::env::args_os().skip(1)) {
        return code;
    }
    let Cli {
        url,
        options,
        command,
    } = Cli::parse();
    if let Some(Subcommands::Plugin(command)) = &command {
        return plugin::cli::run(command);
    }
    let input = if io::stdin().is_terminal() {
        Input::Terminal
    } else {
        Input::Pipe
    };
    let settings = match settings::decide(url.as_ref(), &options, input) {
        Ok(settings) => settings,
        Err(error) => return fail(exit::USAGE, &explained(&error)),
    };
    match command {
        None | Some(Subcommands::Plugin(_)) => talk(settings, input),
        Some(Subcommands::Host(host)) => host::run(&host, settings, input),
    }
}

/// Holds a conversation in the way that the input asks for.
fn talk(settings: Settings, input: Input) -> ExitCode {
    match input {
        Input::Terminal => talk_at_prompt(settings),
        Input::Pipe => run_script(settings),
    }
}

fn talk_at_prompt(settings: Settings) -> ExitCode {
    let (line, conversation) = match driver::spawn(settings.plan) {
        Ok(started) => started,
        Err(error) => {
            return fail(
                exit::UNREACHABLE,
                &format!("could not start a thread: {error}"),
            );
        }
    };
    let options = repl::Options {
        palette: settings.palette,
        history: settings.history,
        json: settings.json,
        no_commands: settings.no_commands,
    };
    let code = repl::run(line, &options);
    conversation
        .join()
        .expect("the conversation does not panic");
    code
}

fn run_script(settings: Settings) -> ExitCode {
    // One thread is enough for one connection, and starts in no time.
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(exit::UNREACHABLE, &format!("could not start: {error}")),
    };
    let format = if settings.json {
        Format::Json
    } else {
        Format::Text(settings.palette)
    };
    let streams = Streams {
        input: io::stdin(),
        output: io::stdout(),
        errors: io::stderr(),
    };
    let code = runtime.block_on(script::run(settings.plan, format, streams));
    // A name that is still being looked up must not keep us.
    runtime.shutdown_background();
    code
}

/// An error and what caused it, as one text.
fn explained(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        let cause_text = cause.to_string();
        // The number of an error of the system tells a person nothing.
        let words = cause_text.split(" (os error").next();
        text.push_str(&words.unwrap_or_default().to_lowercase());
        next = cause.source();
    }
    text
}

/// Says why it ends, and ends.
fn fail(code: u8, text: &str) -> ExitCode {
    // A closed standard error leaves the code to speak.
    let _ = writeln!(io::stderr(), "error: {text}");
    ExitCode::from(code)
}
