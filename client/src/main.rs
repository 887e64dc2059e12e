//! The `salon` program: a line-edited REPL on a terminal, a script runner on a pipe.

mod charset;
mod cli;
mod configuration;
mod conversation;
mod destination;
mod driver;
mod errand;
mod event;
mod exit;
mod hidden;
mod host;
mod json;
mod link;
mod packaging;
mod plugin;
mod policies;
mod render;
mod repl;
mod script;
mod secret;
mod session;
mod settings;
mod slip;
mod tls;

use std::error::Error;
use std::io::{self, IsTerminal, Read, Write};
use std::process::ExitCode;

use clap::Parser;

use tokio::runtime::Runtime;

use crate::cli::{Cli, Subcommands};
use crate::conversation::Plan;
use crate::errand::{ExpectOptions, Reading};
use crate::script::{Format, Manner, Shows, Streams};
use crate::settings::{Input, Settings};

/// What is said of an `--expect` that nothing would heed.
const EXPECT_MISPLACED: &str = "`--expect` is for lines that are sent: `salon send` with it behind that word, or lines on standard input";

fn main() -> ExitCode {
    if let Some(code) = plugin::launcher::intercept(std::env::args_os().skip(1)) {
        return code;
    }
    let Cli {
        url,
        options,
        expect,
        command,
    } = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let words = std::env::args_os().skip(1);
            let words: Vec<String> = words.map(|word| word.to_string_lossy().into()).collect();
            return slip::explain(&error, &words);
        }
    };
    if expect.expect.is_some() && command.is_some() {
        return fail(exit::USAGE, EXPECT_MISPLACED);
    }
    match &command {
        Some(Subcommands::Plugin(command)) => return plugin::cli::run(command),
        Some(Subcommands::Config(command)) => {
            return configuration::run(*command, url.as_ref(), &options);
        }
        Some(Subcommands::Completions(options)) => return packaging::completions(options),
        Some(Subcommands::Man(options)) => return packaging::man(options),
        _ => {}
    }
    let input = match &command {
        None | Some(Subcommands::Host(_)) if io::stdin().is_terminal() => Input::Terminal,
        None | Some(Subcommands::Host(_)) => Input::Pipe,
        Some(_) => Input::None,
    };
    let mut settings = match settings::decide(url.as_ref(), &options, input) {
        Ok(settings) => settings,
        Err(error) => return fail(exit::USAGE, &explained(&error)),
    };
    // A hub of one's own is not the one that the account is on.
    if !matches!(command, Some(Subcommands::Host(_)))
        && let Err(error) = settings.log_in()
    {
        return fail(exit::USAGE, &error.to_string());
    }
    match command {
        Some(Subcommands::Host(host)) => host::run(&host, settings, input),
        Some(Subcommands::Send(send)) => errand::send(&send, settings),
        Some(Subcommands::Tail(tail)) => errand::read(&Reading::Tail(&tail), settings),
        Some(Subcommands::Search(search)) => errand::read(&Reading::Search(&search), settings),
        Some(Subcommands::Export(export)) => errand::read(&Reading::Export(&export), settings),
        // The others are done with above.
        None
        | Some(
            Subcommands::Plugin(_)
            | Subcommands::Config(_)
            | Subcommands::Completions(_)
            | Subcommands::Man(_),
        ) => talk(settings, input, expect),
    }
}

/// Holds a conversation in the way that the input asks for.
fn talk(settings: Settings, input: Input, expect: ExpectOptions) -> ExitCode {
    match input {
        Input::Terminal if expect.expect.is_some() => fail(
            exit::USAGE,
            "`--expect` is for lines that are sent: `salon send`, or lines on standard input",
        ),
        Input::Terminal => talk_at_prompt(settings),
        Input::Pipe | Input::None => run_lines(settings, expect),
    }
}

/// Runs the lines of standard input.
fn run_lines(settings: Settings, expect: ExpectOptions) -> ExitCode {
    let format = if settings.json {
        Format::Json
    } else {
        Format::Text(settings.palette)
    };
    let manner = Manner {
        format,
        shows: Shows::Everything,
        expect: expect.expect,
    };
    let streams = Streams {
        input: io::stdin(),
        output: io::stdout(),
        errors: io::stderr(),
    };
    run_script(settings.plan, manner, streams)
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
        coloured: settings.coloured,
        passage: settings.passage,
        history: settings.history,
        drafts: settings.drafts,
        invitation: settings.invitation,
        json: settings.json,
        no_commands: settings.no_commands,
    };
    let code = repl::run(line, &options);
    conversation
        .join()
        .expect("the conversation does not panic");
    code
}

fn run_script<I: Read + Send + 'static>(
    plan: Plan,
    manner: Manner,
    streams: Streams<I, io::Stdout, io::Stderr>,
) -> ExitCode {
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => return fail(exit::UNREACHABLE, &format!("could not start: {error}")),
    };
    let code = runtime.block_on(script::run(plan, manner, streams));
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

/// One thread is enough for one connection, and starts in no time.
fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

/// Writes to standard output, and ends. A reader who left is no reason to complain.
fn print(bytes: &[u8]) -> ExitCode {
    let mut output = io::stdout().lock();
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let cause = conversation::cause(&error);
            fail(
                exit::REFUSED,
                &format!("could not write to standard output: {cause}"),
            )
        }
        _ => ExitCode::from(exit::OK),
    }
}

/// Says why it ends, and ends.
fn fail(code: u8, text: &str) -> ExitCode {
    // A closed standard error leaves the code to speak.
    let _ = writeln!(io::stderr(), "error: {text}");
    ExitCode::from(code)
}
