//! `salon config show`: each value that counts, and where it comes from. Secrets stay hidden.

use std::path::Path;
use std::time::Duration;

use salon_config::{
    ClientConfig, ColorChoice, ConfigError, Environment, KeyedRoom, Places, ServerUrl, Setting,
};

use super::origin::Origin;
use crate::cli::Options;
use crate::destination::{self, NamedBy};

/// What is known besides the command line.
pub(super) struct Source<'a> {
    pub(super) config: &'a ClientConfig,
    pub(super) places: &'a Places,
    pub(super) file: Option<&'a Path>,
    pub(super) environment: &'a Environment,
}

/// The settings that are those of the person, whatever the hub.
const OF_THE_PERSON: [Setting; 9] = [
    Setting::Highlight,
    Setting::Ignore,
    Setting::Notify,
    Setting::Desktop,
    Setting::Formatting,
    Setting::Presence,
    Setting::RuleAfter,
    Setting::EditMode,
    Setting::PasteGuard,
];

/// A value and where it comes from.
pub(super) type Row = (String, String, Origin);

/// A line for each value: `nick = ann  # ~/.config/salon/config.toml:3`.
pub(super) fn lines(
    source: &Source<'_>,
    url: Option<&ServerUrl>,
    options: &Options,
) -> Result<String, ConfigError> {
    let rows = rows(source, url, options)?;
    let written = |(key, value, _): &Row| {
        let value = if value.is_empty() { "none" } else { value };
        format!("{key} = {value}")
    };
    let width = rows
        .iter()
        .map(|row| written(row).chars().count())
        .filter(|width| *width <= 40);
    let width = width.max().unwrap_or(0);
    let lines = rows
        .iter()
        .map(|row| format!("{:width$}  # {}\n", written(row), row.2));
    Ok(lines.collect())
}

fn rows(
    source: &Source<'_>,
    url: Option<&ServerUrl>,
    options: &Options,
) -> Result<Vec<Row>, ConfigError> {
    let settings = destination::settings(url, options, source.config)?;
    let profile = options.profile.as_deref();
    let place = |key: &str| source.place(key, profile);
    let (server, named_by) = destination::server(url, options, &settings);
    let mut rows = vec![row("server", &server.to_string(), origin(named_by, place))];
    let named = destination::rooms(url, options, &settings);
    let rooms = rooms(&named, place);
    rows.push(match (&options.nick, &settings.nick) {
        (Some(nick), _) => row("nick", nick.as_str(), Origin::CommandLine("--nick")),
        (None, Some(nick)) => row(
            "nick",
            nick.as_str(),
            place("nick").unwrap_or(Origin::Default),
        ),
        (None, None) => row(
            "nick",
            source.environment.default_nick().as_str(),
            source.login_name(),
        ),
    });
    let nick = rows
        .last()
        .map(|(_, nick, _)| nick.clone())
        .unwrap_or_default();
    let realname = settings.realname.as_deref();
    rows.push(match realname.filter(|name| !name.is_empty()) {
        Some(name) => row(
            "realname",
            name,
            place("realname").unwrap_or(Origin::Default),
        ),
        None => row("realname", &nick, Origin::Derived("the nick")),
    });
    rows.push(rooms);
    let password = settings.password.map_or("", |_| "(hidden)");
    let origin = place("password").filter(|_| !password.is_empty());
    rows.push(row("password", password, origin.unwrap_or(Origin::Default)));
    rows.extend(super::login::rows(&settings.login, place));
    rows.extend(super::tls::rows(&options.tls, &settings.tls, place));
    rows.push(source.color(options, settings.color, place("color")));
    rows.push(match options.timeout {
        Some(timeout) => row(
            "timeout",
            &seconds(Some(timeout)),
            Origin::CommandLine("--timeout"),
        ),
        None => row(
            "timeout",
            &seconds(settings.timeout),
            place("timeout").unwrap_or(Origin::Default),
        ),
    });
    for setting in OF_THE_PERSON {
        let origin = source
            .place(setting.name(), None)
            .unwrap_or(Origin::Default);
        rows.push(row(setting.name(), &setting.show(source.config), origin));
    }
    for (name, line) in &source.config.aliases {
        let key = format!("aliases.{name}");
        let origin = source.place(&key, None).unwrap_or(Origin::Default);
        rows.push(row(&key, line, origin));
    }
    Ok(rows)
}

impl Source<'_> {
    /// The line of a key, that of the profile before that of all.
    fn place(&self, key: &str, profile: Option<&str>) -> Option<Origin> {
        let in_profile = profile.and_then(|profile| {
            let line = self.places.line(&format!("profiles.{profile}.{key}"))?;
            Some(Origin::line(self.file, line, Some(profile)))
        });
        in_profile.or_else(|| {
            let line = self.places.line(key)?;
            Some(Origin::line(self.file, line, None))
        })
    }

    fn login_name(&self) -> Origin {
        let known = ["USER", "LOGNAME", "USERNAME"];
        let name = known.into_iter().find(|name| self.environment.has(name));
        let home = || self.environment.has("HOME").then_some("HOME");
        name.or_else(home)
            .map_or(Origin::Default, Origin::Environment)
    }

    /// The variables count where the choice is left to the program.
    fn color(&self, options: &Options, chosen: ColorChoice, place: Option<Origin>) -> Row {
        let is_auto = options.color.unwrap_or(chosen) == ColorChoice::Auto;
        if is_auto && self.environment.no_color() {
            return row("color", "never", Origin::Environment("NO_COLOR"));
        }
        if is_auto && self.environment.terminal_is_dumb() {
            return row("color", "never", Origin::Environment("TERM"));
        }
        match options.color {
            Some(color) => row("color", &color.to_string(), Origin::CommandLine("--color")),
            None => row(
                "color",
                &chosen.to_string(),
                place.unwrap_or(Origin::Default),
            ),
        }
    }
}

/// Where the name of a hub or a room comes from; `line` knows the lines of the settings.
fn origin(named_by: NamedBy, line: impl Fn(&str) -> Option<Origin>) -> Origin {
    let line = |key| line(key).unwrap_or(Origin::Default);
    match named_by {
        NamedBy::Url => Origin::CommandLine("URL"),
        NamedBy::ServerOption => Origin::CommandLine("--server"),
        NamedBy::RoomOption => Origin::CommandLine("--room"),
        NamedBy::ServerSetting => line("server"),
        NamedBy::RoomsSetting => line("rooms"),
    }
}

fn rooms(named: &[(KeyedRoom, NamedBy)], line: impl Fn(&str) -> Option<Origin>) -> Row {
    let names: Vec<String> = named.iter().map(|(room, _)| room.shown()).collect();
    let mut origins: Vec<Origin> = Vec::new();
    for (_, named_by) in named {
        let origin = origin(*named_by, &line);
        if origins.last() != Some(&origin) {
            origins.push(origin);
        }
    }
    if origins.is_empty() {
        // A line that has some is for another hub.
        origins.push(Origin::Default);
    }
    row("rooms", &names.join(", "), Origin::All(origins))
}

fn row(key: &str, value: &str, origin: Origin) -> Row {
    (key.to_owned(), value.to_owned(), origin)
}

fn seconds(timeout: Option<Duration>) -> String {
    match timeout.filter(|timeout| !timeout.is_zero()) {
        Some(timeout) => format!("{}s", timeout.as_secs_f64()),
        None => "0".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    #[track_caller]
    fn check(line: &str, text: &str, environment: &[(&str, &str)], expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, text).unwrap();
        let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
        let source = Source {
            config: &ClientConfig::load(&file).unwrap(),
            places: &Places::load(&file).unwrap(),
            file: Some(Path::new("FILE")),
            environment: &Environment::from_pairs(environment.iter().copied()),
        };
        let shown = lines(&source, cli.url.as_ref(), &cli.options).unwrap();
        let shown: Vec<String> = shown
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        for line in expected {
            assert!(
                shown.iter().any(|shown| shown == line),
                "{line} in {shown:#?}"
            );
        }
    }

    #[test]
    fn nothing_said_is_told_as_defaults() {
        let expected = [
            "server = irc://127.0.0.1:6000 # default",
            "nick = ann # environment: USER",
            "realname = ann # default: the nick",
            "rooms = none # default",
            "password = none # default",
            "account = none # default",
            "tls_ca = none # default",
            "tls_fingerprint = none # default",
            "color = auto # default",
            "timeout = 30s # default",
            "notify = mentions # default",
            "edit_mode = emacs # default",
            "paste_guard = 10 # default",
        ];
        check("salon config show", "", &[("USER", "ann")], &expected);
    }

    #[test]
    fn lines_of_the_file_and_of_a_profile_are_named() {
        let text = "nick = \"cfg\"\nrooms = [\"#a\"]\ntimeout = \"5s\"\n[profiles.work]\nnick = \"wrk\"\npassword = \"secret\"\n";
        let expected = [
            "nick = wrk # FILE:5 (profile work)",
            "rooms = #a # FILE:2",
            "password = (hidden) # FILE:6 (profile work)",
            "timeout = 5s # FILE:3",
        ];
        check("salon --profile work config show", text, &[], &expected);
        check("salon config show", text, &[], &["nick = cfg # FILE:1"]);
    }

    #[test]
    fn keys_of_rooms_stay_hidden() {
        let text = "rooms = [\"#dev sesame\", \"#ops\"]\n";
        check(
            "salon",
            text,
            &[],
            &["rooms = #dev (key hidden), #ops # FILE:1"],
        );
    }

    #[test]
    fn what_is_for_another_hub_is_not_told_as_what_counts() {
        let pin = "0a".repeat(32);
        let text = format!(
            "server = \"hub\"\nrooms = [\"#ops\"]\naccount = \"ada\"\ntls_fingerprint = \"{pin}\"\n[profiles.work]\nserver = \"work\"\n"
        );
        let expected = [
            "rooms = none # default",
            "account = none # default",
            "tls_fingerprint = none # default",
        ];
        check("salon other config show", &text, &[], &expected);
        check("salon --profile work config show", &text, &[], &expected);
    }

    #[test]
    fn rooms_of_the_address_in_the_settings_are_shown() {
        let text = "server = \"irc://hub/dev\"\nrooms = [\"#DEV\", \"#ops\"]\n";
        let expected = [
            "server = irc://hub:6000/#dev # FILE:1",
            "rooms = #dev, #ops # FILE:1, FILE:2",
        ];
        check("salon config show", text, &[], &expected);
    }

    #[test]
    fn the_way_to_a_password_is_shown_and_no_password() {
        let text = "account = \"ada\"\npassword_command = \"pass show chat\"\n";
        let expected = [
            "account = ada # FILE:1",
            "password_command = pass show chat # FILE:2",
            "password_file = none # default",
        ];
        check("salon config show", text, &[], &expected);
    }

    #[test]
    fn whom_to_trust_on_the_command_line_wins() {
        let pin = format!("sha256:{}", "0a".repeat(32));
        let text = format!("tls_fingerprint = \"{pin}\"\ntls_key = \"/me.key\"\n");
        let pinned = format!("tls_fingerprint = {pin} # FILE:1");
        check(
            "salon config show",
            &text,
            &[],
            &[&pinned, "tls_key = /me.key # FILE:2"],
        );
        let expected = [
            "tls_ca = ca.pem # command line: --tls-ca",
            "tls_fingerprint = none # command line: --tls-ca",
        ];
        check("salon config show --tls-ca ca.pem", &text, &[], &expected);
    }

    #[test]
    fn the_command_line_and_the_environment_win() {
        let text =
            "nick = \"cfg\"\nrooms = [\"#a\"]\ncolor = \"auto\"\n[aliases]\nhi = \":me waves\"\n";
        let expected = [
            "server = irc://hub:6000/#dev # command line: --server",
            "nick = bot # command line: --nick",
            "rooms = #ops, #dev, #a # command line: --room, command line: --server, FILE:2",
            "color = never # environment: NO_COLOR",
            "timeout = 0 # command line: --timeout",
            "aliases.hi = :me waves # FILE:5",
        ];
        let line =
            "salon config show --server irc://hub:6000/dev --nick bot --room ops --timeout 0";
        check(line, text, &[("NO_COLOR", "1")], &expected);
    }
}
