//! The command line of `salond`: options over settings, logs on stderr, one line a listener on stdout.

use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use salon_config::{Directories, ListenAddress, ServerConfig};
use salond::Server;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// The exit code for a command line or a settings file that cannot be used.
const USAGE: u8 = 2;

/// The Salon hub: a small IRC server.
#[derive(Debug, Parser)]
#[command(name = "salond", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Listen on this address; repeat it for more [default: 127.0.0.1:6000]
    #[arg(long, value_name = "ADDR")]
    listen: Vec<ListenAddress>,
    /// Listen on this address with TLS; repeat it for more
    #[arg(long, value_name = "ADDR")]
    tls_listen: Vec<ListenAddress>,
    /// Keep the hub's data in this folder [default: hub/ in the user's data folder]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Read settings from this file; the options above win over it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Check the settings, say what is wrong with them, and stop
    #[arg(long)]
    check_config: bool,
    /// What to log on stderr, such as `debug` or `salond=trace`
    #[arg(long, value_name = "FILTER", default_value = "info")]
    log: EnvFilter,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read a password from standard input and print its hash for `password_hash` in `[[operators]]`
    HashPassword,
}

/// Why the program ends without having served.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Settings(#[from] salon_config::ConfigError),
    #[error(transparent)]
    Server(#[from] salond::ServerError),
    #[error("cannot {doing}: {source}")]
    Io {
        doing: &'static str,
        source: io::Error,
    },
    #[error("cannot hash the password: {reason}")]
    Hash { reason: String },
    #[error("no password on standard input; expected one line")]
    NoPassword,
    #[error("--tls-listen needs TLS, which this version of salond does not have")]
    Tls,
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Settings(_)
            | Self::Tls
            | Self::NoPassword
            | Self::Server(salond::ServerError::Unsupported { .. }) => USAGE,
            Self::Server(_) | Self::Io { .. } | Self::Hash { .. } => 1,
        }
    }
}

/// Runs the program on the process's arguments.
pub(crate) fn run() -> ExitCode {
    match act(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to do about a closed stderr.
            let _ = writeln!(io::stderr(), "salond: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn act(arguments: Arguments) -> Result<(), Failure> {
    if let Some(Command::HashPassword) = arguments.command {
        return hash_password();
    }
    let config = settings(&arguments)?;
    if arguments.check_config {
        return say("the settings are fine");
    }
    tracing_subscriber::fmt()
        .with_env_filter(arguments.log)
        .with_writer(io::stderr)
        .with_ansi(false)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime
        .map_err(|source| Failure::Io {
            doing: "start the runtime",
            source,
        })?
        .block_on(serve(&config))
}

fn settings(arguments: &Arguments) -> Result<ServerConfig, Failure> {
    if !arguments.tls_listen.is_empty() {
        return Err(Failure::Tls);
    }
    let mut config = match &arguments.config {
        Some(path) => ServerConfig::load(path)?,
        None => ServerConfig::default(),
    };
    if !arguments.listen.is_empty() {
        config.server.listen.clone_from(&arguments.listen);
    }
    if let Some(folder) = &arguments.data_dir {
        config.server.data_dir = Some(folder.clone());
    }
    if config.server.data_dir.is_none() {
        config.server.data_dir = Some(Directories::of_user()?.hub_dir());
    }
    if let Some(feature) = config.features().into_iter().next() {
        return Err(salond::ServerError::Unsupported { feature }.into());
    }
    Ok(config)
}

async fn serve(config: &ServerConfig) -> Result<(), Failure> {
    // Before the first line on stdout: whoever reads that line may send a signal at once.
    let stop = stop_signal().map_err(|source| Failure::Io {
        doing: "listen for signals",
        source,
    })?;
    let server = Server::bind(config).await?;
    for address in server.local_addrs() {
        say(&format!("listening on {address}"))?;
    }
    server.run(stop).await;
    Ok(())
}

fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn hash_password() -> Result<(), Failure> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|source| Failure::Io {
            doing: "read standard input",
            source,
        })?;
    let password = text
        .lines()
        .next()
        .filter(|password| !password.is_empty())
        .ok_or(Failure::NoPassword)?;
    let hash = salond::password::hash(password).map_err(|error| Failure::Hash {
        reason: error.to_string(),
    })?;
    say(&hash)
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}").map_err(|source| Failure::Io {
        doing: "write to standard output",
        source,
    })
}
