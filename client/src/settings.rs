//! What the program goes by: the command line before the settings file before the defaults.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use salon_config::{
    ClientConfig, ClientLogin, ClientSettings, ColorChoice, ColorDepth, ConfigError, Directories,
    Environment, ServerUrl,
};
use thiserror::Error;

use crate::cli::{Options, TlsOptions};
use crate::conversation::{ClosedRoom, Lines, PAUSE_MIN, Plan, Preferences};
use crate::policies::Policies;
use crate::render::Palette;
use crate::repl::{Invitation, Passage};
use crate::secret::{self, SecretError};
use crate::session::{Identity, RoomToJoin};
use crate::{destination, plugin};

/// Why the program can't start as it was called.
#[derive(Debug, Error)]
pub(crate) enum SettingsError {
    /// The settings file is amiss.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A certificate is to be shown on a connection that has none.
    #[error(
        "--tls-fingerprint needs TLS, and the hub is to be reached without; expected it as ircs://{host}:PORT"
    )]
    InClear { host: String },
}

/// Who types the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// A person.
    Terminal,
    /// A program.
    Pipe,
    /// Nobody: a subcommand has all it needs on its command line.
    None,
}

/// All that was decided.
#[derive(Debug)]
pub(crate) struct Settings {
    /// What the conversation goes by.
    pub(crate) plan: Plan,
    /// How text is painted.
    pub(crate) palette: Palette,
    /// How it is painted where colour is wanted in any case.
    pub(crate) coloured: Palette,
    /// How control sequences get to the terminal that is seen.
    pub(crate) passage: Passage,
    /// Whether events are printed as JSON.
    pub(crate) json: bool,
    /// Whether every line is a message.
    pub(crate) no_commands: bool,
    /// Where typed lines are remembered; nowhere when the user has no home.
    pub(crate) history: Option<PathBuf>,
    /// Where what is half typed is kept, under a name of the profile's; nowhere when the user has no home.
    pub(crate) drafts: Option<PathBuf>,
    /// How to log in, if at all, until [`Settings::log_in`] has found the secret.
    pub(crate) login: ClientLogin,
    /// How others join, where that is ours to say.
    pub(crate) invitation: Option<Invitation>,
}

impl Settings {
    /// Has the secret of the account at hand, where the settings want a login: by its command or its file, or
    /// from a person.
    pub(crate) fn log_in(&mut self) -> Result<(), SecretError> {
        self.plan.identity.login = secret::login(&self.login, &self.plan)?;
        Ok(())
    }
}

/// Decides by the command line, the settings file and the environment.
pub(crate) fn decide(
    url: Option<&ServerUrl>,
    options: &Options,
    input: Input,
) -> Result<Settings, SettingsError> {
    let directories = Directories::of_user();
    let config = match (&options.config, &directories) {
        (Some(path), _) => ClientConfig::load(path)?,
        (None, Ok(directories)) => {
            ClientConfig::load_if_present(&directories.client_settings_file())?
        }
        // Without a home there is no settings file, and nothing to complain about.
        (None, Err(_)) => ClientConfig::default(),
    };
    let settings = destination::settings(url, options, &config)?;
    let environment = Environment::of_process();
    let mut plan = plan(url, options, &settings, &environment, input);
    refuse_in_clear(&plan, &options.tls)?;
    plan.plugins = directories
        .as_ref()
        .ok()
        .map(|directories| plugin::Setup::new(directories, &environment));
    let file = options.config.clone().or_else(|| {
        let directories = directories.as_ref().ok();
        directories.map(Directories::client_settings_file)
    });
    plan.preferences = Preferences::new(config, file);
    plan.preferences.profile.clone_from(&options.profile);
    plan.home = environment.home().map(PathBuf::from);
    let policies = directories.as_ref().ok().map(Directories::sts_dir);
    plan.policies = policies.map(Policies::new);
    plan.unsent = directories.as_ref().ok().map(Directories::unsent_dir);
    Ok(Settings {
        palette: palette(options.color.unwrap_or(settings.color), &environment, input),
        coloured: coloured(&environment),
        passage: passage(&environment),
        json: options.json,
        no_commands: options.no_commands,
        drafts: directories
            .as_ref()
            .ok()
            .map(|directories| drafts(directories, options.profile.as_deref())),
        history: directories
            .ok()
            .map(|directories| directories.input_history_file()),
        invitation: None,
        login: settings.login.clone(),
        plan,
    })
}

/// Whoever says on the command line which certificate the hub must show is not to be connected where none is shown.
fn refuse_in_clear(plan: &Plan, options: &TlsOptions) -> Result<(), SettingsError> {
    if options.fingerprint.is_some() && plan.tls().is_none() {
        return Err(SettingsError::InClear {
            host: plan.host.clone(),
        });
    }
    Ok(())
}

fn plan(
    url: Option<&ServerUrl>,
    options: &Options,
    settings: &ClientSettings,
    environment: &Environment,
    input: Input,
) -> Plan {
    let (server, _) = destination::server(url, options, settings);
    let nick = options.nick.clone().or_else(|| settings.nick.clone());
    let nick = nick
        .unwrap_or_else(|| environment.default_nick())
        .as_str()
        .to_owned();
    let lines = match input {
        _ if options.no_commands => Lines::Verbatim,
        Input::Terminal => Lines::Typed,
        Input::Pipe => Lines::Scripted,
        Input::None => Lines::Verbatim,
    };
    let timeout = match options.timeout {
        Some(Duration::ZERO) => None,
        Some(timeout) => Some(timeout),
        None => settings.timeout,
    };
    Plan {
        host: server.host.clone(),
        port: server.port,
        transport: server.transport,
        secure_port: None,
        policies: None,
        tls: options.tls.over(&settings.tls),
        identity: Identity {
            user: nick.clone(),
            realname: settings
                .realname
                .clone()
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| nick.clone()),
            nick,
            password: settings.password.clone(),
            login: None,
            is_private: false,
            nonce: String::new(),
            rooms: destination::rooms(url, options, settings)
                .iter()
                .map(|(room, _)| RoomToJoin::from(room))
                .collect(),
            wants_all_events: false,
        },
        lines,
        closed_room: match input {
            Input::Terminal => ClosedRoom::Tell,
            Input::Pipe | Input::None => ClosedRoom::Fail,
        },
        timeout,
        preferences: Preferences::default(),
        pause_min: PAUSE_MIN,
        unsent: None,
        home: None,
        plugins: None,
        addressee: None,
    }
}

/// Where the drafts of a profile are. Its name may be one that no file can have.
fn drafts(directories: &Directories, profile: Option<&str>) -> PathBuf {
    let name = profile.unwrap_or("default").replace(
        |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')),
        "_",
    );
    directories.drafts_dir().join(name)
}

/// The output of a script has no colour unless it is asked for by name.
fn palette(choice: ColorChoice, environment: &Environment, input: Input) -> Palette {
    let wanted = match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            input != Input::Pipe
                && std::io::stdout().is_terminal()
                && !environment.no_color()
                && !environment.terminal_is_dumb()
        }
    };
    if wanted {
        coloured(environment)
    } else {
        Palette::Plain
    }
}

/// Where the terminal understands no control sequences, it gets none, nor does a pipe or a file.
fn passage(environment: &Environment) -> Passage {
    if !std::io::stdout().is_terminal() {
        Passage::NoTerminal
    } else if environment.terminal_is_dumb() {
        Passage::None
    } else if environment.is_in_tmux() {
        Passage::Tmux
    } else {
        Passage::Direct
    }
}

/// As much colour as the terminal has.
fn coloured(environment: &Environment) -> Palette {
    match environment.color_depth() {
        ColorDepth::Sixteen => Palette::Colour,
        ColorDepth::Indexed => Palette::Indexed,
        ColorDepth::Direct => Palette::Direct,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use salon_config::{ClientTls, Secret, Transport};

    use super::*;
    use crate::cli::Cli;

    #[track_caller]
    fn decided(line: &str, config: &str, input: Input) -> Plan {
        decided_by(line.split_whitespace(), config, input)
    }

    #[track_caller]
    fn decided_by<'a>(
        words: impl IntoIterator<Item = &'a str>,
        config: &str,
        input: Input,
    ) -> Plan {
        let cli = Cli::try_parse_from(words).unwrap();
        let config = ClientConfig::parse("config.toml".as_ref(), config).unwrap();
        let settings = destination::settings(cli.url.as_ref(), &cli.options, &config).unwrap();
        let environment = Environment::from_pairs([("USER", "ann")]);
        plan(
            cli.url.as_ref(),
            &cli.options,
            &settings,
            &environment,
            input,
        )
    }

    #[test]
    fn nothing_said_is_the_hub_next_door_under_the_login_name() {
        let plan = decided("salon", "", Input::Terminal);
        assert_eq!((plan.host.as_str(), plan.port), ("127.0.0.1", 6000));
        assert_eq!(plan.identity.nick, "ann");
        assert_eq!(plan.identity.rooms, []);
        assert_eq!(
            (plan.lines, plan.closed_room),
            (Lines::Typed, ClosedRoom::Tell)
        );
        assert_eq!(plan.timeout, Some(Duration::from_secs(30)));
    }

    #[test]
    fn the_command_line_comes_before_the_settings() {
        let config = "nick = \"config\"\nserver = \"hub:1\"\nrooms = [\"#later\", \"#dev\"]\ntimeout = \"5s\"";
        let line = "salon irc://hub:7/dev --nick bot --room ops --timeout 0";
        let plan = decided(line, config, Input::Pipe);
        assert_eq!((plan.host.as_str(), plan.port), ("hub", 7));
        assert_eq!(plan.identity.nick, "bot");
        let rooms = ["#ops", "#dev", "#later"].map(RoomToJoin::open);
        assert_eq!(plan.identity.rooms, rooms);
        assert_eq!(
            (plan.lines, plan.closed_room),
            (Lines::Scripted, ClosedRoom::Fail)
        );
        assert_eq!(plan.timeout, None);
    }

    #[test]
    fn a_room_has_its_key_wherever_that_is_named() {
        let config = "rooms = [\"#dev sesame\", \"#ops tahini\"]";
        let cli = ["salon", "irc://hub/dev", "--room", "OPS halva"];
        let rooms = decided_by(cli, config, Input::Pipe).identity.rooms;
        let known: Vec<_> = rooms
            .iter()
            .map(|room| (room.name.as_str(), room.key.as_ref().map(Secret::expose)))
            .collect();
        assert_eq!(known, [("#OPS", Some("halva")), ("#dev", Some("sesame"))]);
    }

    #[test]
    fn a_hub_is_not_told_the_rooms_of_another() {
        let config =
            "server = \"hub\"\nrooms = [\"#ops sesame\"]\n[profiles.work]\nserver = \"work\"";
        let rooms = |line| decided(line, config, Input::Pipe).identity.rooms.len();
        assert_eq!(rooms("salon hub:7"), 1);
        assert_eq!(rooms("salon other"), 0);
        assert_eq!(rooms("salon --profile work"), 0);
        let named = decided("salon irc://other/den --room dev", config, Input::Pipe);
        assert_eq!(named.identity.rooms, ["#dev", "#den"].map(RoomToJoin::open));
    }

    #[test]
    fn tls_is_as_the_options_say_and_then_as_the_settings_do() {
        let pin = |digits: &str| format!("sha256:{}", digits.repeat(32));
        let config = format!(
            "server = \"ircs://hub\"\ntls_ca = \"ca.pem\"\ntls_cert = \"me.pem\"\ntls_fingerprint = \"{}\"",
            pin("0a")
        );
        let plan = decided("salon", &config, Input::Pipe);
        assert_eq!((plan.port, plan.transport), (6697, Transport::Tls));
        let expected = ClientTls {
            ca: Some("ca.pem".into()),
            fingerprint: pin("0a").parse().ok(),
            cert: Some("me.pem".into()),
            key: None,
        };
        assert_eq!(plan.tls(), Some(&expected));
        let line = format!("salon --tls-fingerprint {} --tls-key k.pem", pin("0b"));
        let plan = decided(&line, &config, Input::Pipe);
        assert_eq!(plan.tls.fingerprint, pin("0b").parse().ok());
        assert_eq!(plan.tls.key, Some("k.pem".into()));
        // Who is to be trusted is asked for on this command line.
        let plan = decided("salon --tls-ca other.pem", &config, Input::Pipe);
        assert_eq!(plan.tls.ca, Some("other.pem".into()));
        assert_eq!(plan.tls.fingerprint, None);
        assert_eq!(decided("salon hub", &config, Input::Pipe).tls(), None);
    }

    #[test]
    fn a_fingerprint_is_for_tls() {
        let check = |line: &str| {
            let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
            let refused = refuse_in_clear(&decided(line, "", Input::Pipe), &cli.options.tls);
            refused.map_err(|error| error.to_string())
        };
        let pin = "0a".repeat(32);
        let needs = "--tls-fingerprint needs TLS, and the hub is to be reached without; expected it as ircs://hub:PORT";
        let refused = check(&format!("salon hub --tls-fingerprint {pin}"));
        assert_eq!(refused, Err(needs.to_owned()));
        let encrypted = check(&format!("salon ircs://hub --tls-fingerprint {pin}"));
        assert_eq!(encrypted, Ok(()));
        assert_eq!(check("salon hub"), Ok(()));
    }

    #[test]
    fn no_commands_makes_every_line_a_message() {
        let plan = decided("salon --no-commands", "", Input::Terminal);
        assert_eq!(plan.lines, Lines::Verbatim);
    }
}
