//! What can be written behind `salon` on a command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, CommandFactory as _, Parser, Subcommand};
use salon_config::{
    ClientTls, ColorChoice, Fingerprint, KeyedRoom, ListenAddress, Nickname, ServerUrl,
};

use crate::configuration::ConfigCommand;
use crate::errand::{ExpectOptions, ExportOptions, SearchOptions, SendOptions, TailOptions};
use crate::packaging::{CompletionsOptions, ManOptions};
use crate::plugin::cli::PluginCommand;

/// Chat for people who live in a terminal: a REPL on a terminal, a script runner on a pipe.
#[derive(Debug, Parser)]
#[command(
    name = "salon",
    version,
    about,
    args_conflicts_with_subcommands = false,
    subcommand_negates_reqs = true
)]
#[command(
    after_help = "When standard input is not a terminal its lines are run in order and each is acknowledged.\n\
    Exit codes: 0 all acknowledged, 1 a line was refused, 2 usage, 3 could not connect or log in,\n\
    4 the connection was lost with lines unacknowledged, 5 nothing was found or no answer came,\n\
    130 interrupted."
)]
#[command(group(ArgGroup::new("hub").args(["url", "server"])))]
pub(crate) struct Cli {
    /// The hub.
    #[arg(
        value_name = "URL",
        help = "The hub: host[:port] or irc://host[:port][/room,...], ircs:// with TLS [default: 127.0.0.1:6000]"
    )]
    pub(crate) url: Option<ServerUrl>,

    #[command(flatten)]
    pub(crate) options: Options,

    #[command(flatten)]
    pub(crate) expect: ExpectOptions,

    #[command(subcommand)]
    pub(crate) command: Option<Subcommands>,
}

/// The options that the bare command and every subcommand take.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The hub, as URL
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) server: Option<ServerUrl>,

    /// The nick to take [default: from the settings, or the login name]
    #[arg(long, global = true)]
    pub(crate) nick: Option<Nickname>,

    /// A room to join, with its key behind a blank if it has one (repeatable); the first becomes the current one
    #[arg(
        long = "room",
        value_name = "ROOM",
        value_delimiter = ',',
        global = true
    )]
    pub(crate) rooms: Vec<KeyedRoom>,

    /// Print events as JSON, one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Take every line as a message, whatever it begins with
    #[arg(long, global = true)]
    pub(crate) no_commands: bool,

    /// Whether to use colours: auto, always or never
    #[arg(long, value_name = "WHEN", global = true)]
    pub(crate) color: Option<ColorChoice>,

    /// The settings file [default: config.toml in the user's configuration folder]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,

    /// The profile of the settings file to use
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) profile: Option<String>,

    /// How long to wait for an answer of the hub; 0 waits for ever [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, global = true)]
    pub(crate) timeout: Option<Duration>,

    #[command(flatten)]
    pub(crate) tls: TlsOptions,
}

/// Whom to trust with TLS, and what to show.
#[derive(Debug, clap::Args)]
pub(crate) struct TlsOptions {
    /// With TLS, trust the PEM certificates in this file instead of the platform's
    #[arg(long = "tls-ca", id = "tls_ca", value_name = "FILE", global = true)]
    pub(crate) ca: Option<PathBuf>,

    /// With TLS, the certificate that the hub must show, and no other
    #[arg(
        long = "tls-fingerprint",
        id = "tls_fingerprint",
        value_name = "SHA256",
        global = true
    )]
    pub(crate) fingerprint: Option<Fingerprint>,

    /// The certificate that you show the hub, as PEM
    #[arg(long = "tls-cert", id = "tls_cert", value_name = "FILE", global = true)]
    pub(crate) cert: Option<PathBuf>,

    /// Its private key, where that isn't in the same file
    #[arg(long = "tls-key", id = "tls_key", value_name = "FILE", global = true)]
    pub(crate) key: Option<PathBuf>,
}

impl TlsOptions {
    /// These before the settings. Whoever names whom to trust here means nobody else.
    pub(crate) fn over(&self, settings: &ClientTls) -> ClientTls {
        let settings = settings.clone();
        ClientTls {
            fingerprint: self
                .fingerprint
                .or(settings.fingerprint.filter(|_| self.ca.is_none())),
            ca: self.ca.clone().or(settings.ca),
            cert: self.cert.clone().or(settings.cert),
            key: self.key.clone().or(settings.key),
        }
    }
}

/// What else `salon` does.
#[derive(Debug, Subcommand)]
pub(crate) enum Subcommands {
    /// Run a hub and join it, in one process
    Host(HostOptions),
    /// Say something in a room or to somebody, and know that it arrived
    Send(SendOptions),
    /// Show what was said, and with --follow what is said from then on
    Tail(TailOptions),
    /// Find what was said
    Search(SearchOptions),
    /// Write out all that was said in a room or with somebody
    Export(ExportOptions),
    /// Show the settings that count, check them, and show where the files are
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print what a shell needs to complete command lines of salon
    Completions(CompletionsOptions),
    /// Print or write the manual pages
    Man(ManOptions),
    /// Make, check, install and list plug-ins
    #[command(subcommand)]
    Plugin(PluginCommand),
}

/// The options of `salon host` alone.
#[derive(Debug, clap::Args)]
pub(crate) struct HostOptions {
    /// Where the hub listens (repeatable) [default: 127.0.0.1:6000]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Vec<ListenAddress>,

    /// Where it listens with TLS besides, for people elsewhere (repeatable); it makes itself a certificate
    #[arg(long, value_name = "ADDR")]
    pub(crate) tls_listen: Vec<ListenAddress>,

    /// Where the hub keeps its data [default: hub/ in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
}

/// The subcommand that a word is probably a slip of.
pub(crate) fn similar_subcommand(word: &str) -> Option<String> {
    let command = Cli::command();
    let names = command.get_subcommands().map(clap::Command::get_name);
    names
        .map(|name| (strsim::osa_distance(name, word), name))
        .filter(|(distance, name)| *distance * 3 <= name.len())
        .min()
        .map(|(_, name)| name.to_owned())
}

/// The longest that anybody waits who does not wait for ever: some 30 years, which every clock can bear.
const SECONDS_MAX: f64 = 1e9;

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok();
    let seconds = seconds.filter(|seconds| *seconds <= SECONDS_MAX);
    let seconds = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| {
        format!(
            "expected a number of seconds up to {SECONDS_MAX}, such as 30 or 0.5; 0 is for ever"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parse(line: &str) -> Result<Cli, clap::error::ErrorKind> {
        Cli::try_parse_from(line.split_whitespace()).map_err(|error| error.kind())
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn rooms_repeat_and_need_no_hash() {
        let cli = parse("salon --room dev --room #ops,lab").unwrap();
        let rooms: Vec<_> = cli.options.rooms.iter().map(KeyedRoom::as_str).collect();
        assert_eq!(rooms, ["#dev", "#ops", "#lab"]);
    }

    #[test]
    fn the_hub_is_named_once() {
        assert_eq!(parse("salon a:1").unwrap().url.unwrap().host, "a");
        assert_eq!(
            parse("salon --server a:1")
                .unwrap()
                .options
                .server
                .unwrap()
                .host,
            "a"
        );
        let both = parse("salon a:1 --server b:1").unwrap_err();
        assert_eq!(both, clap::error::ErrorKind::ArgumentConflict);
    }

    #[test]
    fn host_takes_options_on_both_sides() {
        let cli = parse("salon --nick ann host --listen 127.0.0.1:0 --room dev").unwrap();
        assert_eq!(cli.options.nick.unwrap().as_str(), "ann");
        assert_eq!(cli.options.rooms.len(), 1);
        let Some(Subcommands::Host(host)) = cli.command else {
            panic!("host is the command")
        };
        assert_eq!(host.listen.len(), 1);
    }

    #[test]
    fn a_slip_of_a_subcommand_is_seen() {
        for (word, expected) in [
            ("hosts", Some("host")),
            ("hsot", Some("host")),
            ("plugins", Some("plugin")),
            ("localhost", None),
            ("hub", None),
            ("chat.example.org", None),
        ] {
            assert_eq!(similar_subcommand(word).as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn timeouts_are_numbers_of_seconds() {
        let timeout = |line| parse(line).map(|cli| cli.options.timeout);
        assert_eq!(
            timeout("salon --timeout 0.5"),
            Ok(Some(Duration::from_millis(500)))
        );
        for bad in [
            "salon --timeout x",
            "salon --timeout=-1",
            "salon --timeout inf",
            "salon --timeout 1e19",
        ] {
            assert_eq!(
                timeout(bad),
                Err(clap::error::ErrorKind::ValueValidation),
                "{bad}"
            );
        }
    }

    #[test]
    fn wrong_values_are_refused() {
        for bad in [
            "salon --nick 1a",
            "salon --color blue",
            "salon http://x",
            "salon --room a,,b",
        ] {
            assert_eq!(
                parse(bad).unwrap_err(),
                clap::error::ErrorKind::ValueValidation,
                "{bad}"
            );
        }
    }
}
