//! The command line of `salond`: options over settings, logs on stderr, one line a listener on stdout.

mod service;
mod upkeep;

use std::io::{self, Read as _, Write as _};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use futures_util::FutureExt as _;
use salon_config::{Directories, ListenAddress, LogFormat, ServerConfig, TlsSettings};
use salond::tls::generate::{Files, GenerateError, generate};
use salond::upkeep::UpkeepError;
use salond::{Control, Server, ServerError};
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
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
    /// Listen on this address with TLS; repeat it for more. Without `[tls]` in the settings, the certificate is the one that
    /// `salond gen-cert` makes
    #[arg(long, value_name = "ADDR")]
    tls_listen: Vec<ListenAddress>,
    /// Keep the hub's data in this folder [default: hub/ in the user's data folder]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Read settings from this file; the options above win over it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Check the settings and the certificate, say what is wrong with them, and stop
    #[arg(long)]
    check_config: bool,
    /// What to log on stderr, such as `debug` or `salond=trace` [default: info]
    #[arg(long, value_name = "FILTER")]
    log: Option<EnvFilter>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read a password from standard input and print its hash for `password_hash` in `[[operators]]`
    HashPassword,
    /// Make a self-signed certificate and its private key; nothing is overwritten
    GenCert(GenCert),
    /// Look whether a data folder is sound, and say what is in it; a hub may be running on it
    Check(upkeep::Check),
    /// Copy the log of a data folder to a new file, whole and as of one moment; a hub may be running on it
    Backup(upkeep::Backup),
    /// Print what happened as JSON lines, as docs/json.md has them; a hub may be running on the folder
    Export(upkeep::Export),
}

#[derive(Debug, Args)]
struct GenCert {
    /// Write cert.pem and key.pem to this folder [default: tls/ in the hub's data folder]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Under which names and addresses the hub is reached, the usual one first
    #[arg(value_name = "NAME", default_values = ["localhost", "127.0.0.1", "::1"])]
    names: Vec<String>,
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
    #[error(transparent)]
    Generate(#[from] GenerateError),
    #[error(transparent)]
    Upkeep(#[from] UpkeepError),
    #[error(
        "the log is damaged: {problems}; restore a backup, or ask salond export for what can be read"
    )]
    Unsound { problems: String },
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Settings(_)
            | Self::NoPassword
            | Self::Server(ServerError::Certificate { .. }) => USAGE,
            Self::Server(_)
            | Self::Io { .. }
            | Self::Hash { .. }
            | Self::Generate(_)
            | Self::Upkeep(_)
            | Self::Unsound { .. } => 1,
        }
    }
}

/// Runs the program on the process's arguments.
pub(crate) fn run() -> ExitCode {
    match act(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to do about a closed stderr.
            let _ = writeln!(io::stderr(), "salond: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn act(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Some(Command::HashPassword) => return hash_password(),
        Some(Command::GenCert(options)) => return gen_cert(options),
        Some(Command::Check(options)) => return upkeep::check(options),
        Some(Command::Backup(options)) => return upkeep::backup(options),
        Some(Command::Export(options)) => return upkeep::export(options),
        None => {}
    }
    let config = settings(arguments)?;
    if arguments.check_config {
        return say("the settings are fine");
    }
    log_as(&config, arguments)?;
    runtime()
        .map_err(|source| Failure::Io {
            doing: "start the runtime",
            source,
        })?
        .block_on(serve(&config, arguments))
}

/// One thread for each processor. On a single one they would only hand tasks to themselves, and not in turn: what does not
/// fit into the short queue of a thread waits for all that does.
fn runtime() -> io::Result<Runtime> {
    let mut builder = match std::thread::available_parallelism().map(NonZero::get) {
        Ok(1) => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    builder.enable_all().build()
}

/// Begins to log on stderr. The option wins over the settings.
fn log_as(config: &ServerConfig, arguments: &Arguments) -> Result<(), Failure> {
    let filter = log_filter(config, arguments)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(false);
    match config.log.format {
        LogFormat::Json => lines.json().flatten_event(true).init(),
        LogFormat::Text => lines.init(),
    }
    Ok(())
}

fn log_filter(config: &ServerConfig, arguments: &Arguments) -> Result<EnvFilter, Failure> {
    if let Some(filter) = &arguments.log {
        return Ok(filter.clone());
    }
    let filter = &config.log.filter;
    filter.parse().map_err(|_| {
        let message = format!(
            "'{}' is not a filter of the log; expected one such as \"debug\" or \"salond=trace\"",
            filter.escape_debug()
        );
        let path = arguments.config.as_deref().unwrap_or(Path::new(""));
        ServerConfig::refuse(path, "log.filter", &message, None).into()
    })
}

fn settings(arguments: &Arguments) -> Result<ServerConfig, Failure> {
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
    if !arguments.tls_listen.is_empty() {
        let folder = config.server.data_dir.as_deref().unwrap_or(Path::new(""));
        let tls = config.tls.get_or_insert_with(|| {
            let Files { cert, key } = Files::of_hub(folder);
            TlsSettings::self_signed(cert, key)
        });
        tls.listen.clone_from(&arguments.tls_listen);
    }
    log_filter(&config, arguments)?;
    Server::check(&config).map_err(|error| place(error, arguments))?;
    Ok(config)
}

/// A mistake in a file that the settings name, told at the key that names it.
fn place(error: ServerError, arguments: &Arguments) -> Failure {
    match (error, &arguments.config) {
        (ServerError::Certificate { source }, Some(path)) => {
            let message = source.to_string();
            ServerConfig::refuse(path, source.setting(), &message, Some(source.hint())).into()
        }
        (error, _) => error.into(),
    }
}

async fn serve(config: &ServerConfig, arguments: &Arguments) -> Result<(), Failure> {
    // Before the first line on stdout: whoever reads that line may send a signal at once.
    let stop = stop_signal().map_err(|source| Failure::Io {
        doing: "listen for signals",
        source,
    })?;
    let hangups = signal(SignalKind::hangup()).map_err(|source| Failure::Io {
        doing: "listen for signals",
        source,
    })?;
    let handed = service::sockets().map_err(|source| Failure::Io {
        doing: "use the sockets of the service manager",
        source,
    })?;
    let server = Server::bind_with(config, handed).await?;
    let control = server.control();
    for address in server.local_addrs() {
        say(&format!("listening on {address}"))?;
    }
    service::ready();
    let stop = stop.inspect(|()| service::stopping());
    tokio::select! {
        () = server.run(stop) => {}
        () = service::watchdog() => {}
        () = reload_at(hangups, &control, arguments) => {}
    }
    Ok(())
}

/// Reads the settings anew at every signal; never done.
async fn reload_at(mut hangups: Signal, control: &Control, arguments: &Arguments) {
    while hangups.recv().await.is_some() {
        service::reloading();
        let reloaded = settings(arguments).and_then(|config| {
            control
                .reload(config)
                .map_err(|error| place(error, arguments))
        });
        match reloaded {
            Ok(waiting) => {
                tracing::info!("the settings were read anew");
                for key in waiting {
                    tracing::warn!(
                        "`{key}` has changed, which takes effect when salond starts anew"
                    );
                }
            }
            Err(error) => {
                tracing::error!("the settings were not taken, and those from before stay: {error}");
            }
        }
        service::ready();
    }
    // No more signals can come.
    std::future::pending::<()>().await;
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

fn gen_cert(options: &GenCert) -> Result<(), Failure> {
    let files = match &options.dir {
        Some(folder) => Files::in_folder(folder),
        None => Files::of_hub(&Directories::of_user()?.hub_dir()),
    };
    let fingerprint = generate(&options.names, &files)?;
    say(&format!("cert = {}", quoted(&files.cert)))?;
    say(&format!("key = {}", quoted(&files.key)))?;
    // A remark, so that the lines can go into the settings as they are.
    say(&format!("# sha256:{fingerprint}"))
}

/// A path as the settings file takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
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
