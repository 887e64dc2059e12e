//! Tests over whole settings files of the client.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use super::{ClientConfig, ClientLogin, ClientSettings, ColorChoice, KeyedRoom, Nickname, Setting};
use crate::documented::{keys, settings_turned_on};

#[track_caller]
fn parse(text: &str) -> ClientConfig {
    ClientConfig::parse(Path::new("config.toml"), text).expect("good settings")
}

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let error = ClientConfig::parse(Path::new("config.toml"), text).expect_err("refused settings");
    assert_eq!(error.to_string(), expected);
}

const TWO_HUBS: &str = r##"
    server = "chat.example.org:7000"
    nick = "ada"
    realname = "Ada Lovelace"
    rooms = ["dev", "#ops"]
    password = "hunter2"
    color = "never"
    timeout = "5s"

    [profiles.work]
    server = "ircs://work.example.org"
    nick = "lovelace"
    rooms = []
    timeout = 0

    [profiles.home]
"##;

#[test]
fn an_empty_file_holds_the_defaults() {
    let config = parse("");
    assert_eq!(config, ClientConfig::default());
    let settings = config.settings(None).expect("no profile");
    assert_eq!(settings.server.to_string(), "irc://127.0.0.1:6000");
    assert_eq!(settings.timeout, Some(Duration::from_secs(30)));
}

#[test]
fn a_profile_replaces_what_it_names() {
    let config = parse(TWO_HUBS);
    let work = config.settings(Some("work")).expect("a profile");
    assert_eq!(work.server.to_string(), "ircs://work.example.org:6697");
    assert_eq!(work.nick.as_ref().map(Nickname::as_str), Some("lovelace"));
    assert_eq!(work.realname.as_deref(), Some("Ada Lovelace"));
    assert_eq!(work.rooms, []);
    assert_eq!(work.color, ColorChoice::Never);
    assert_eq!(work.timeout, None);
    let top = config.settings(None).expect("no profile");
    let rooms: Vec<_> = top.rooms.iter().map(KeyedRoom::as_str).collect();
    assert_eq!(rooms, ["#dev", "#ops"]);
    assert_eq!(
        config.settings(Some("home")).expect("an empty profile"),
        config.settings(None).expect("no profile")
    );
}

#[test]
fn an_unknown_profile_gets_a_hint() {
    let error = |config: &ClientConfig, name: &str| {
        config
            .settings(Some(name))
            .expect_err("unknown")
            .to_string()
    };
    let config = parse(TWO_HUBS);
    assert_eq!(
        error(&config, "wrok"),
        "no profile `wrok` in the settings; did you mean `work`?"
    );
    assert_eq!(
        error(&config, "club"),
        "no profile `club` in the settings; expected one of `home`, `work`"
    );
    assert_eq!(
        error(&ClientConfig::default(), "club"),
        "no profile `club` in the settings; a section `[profiles.club]` makes one"
    );
}

#[test]
fn mistakes_are_told_with_their_place() {
    check_refused(
        "nik = \"ada\"\n",
        "config.toml:1:1: unknown key `nik`; did you mean `nick`?",
    );
    check_refused(
        "color = \"alway\"\n",
        "config.toml:1:9: unknown value `alway`; did you mean `always`?",
    );
    check_refused(
        "[profiles.work]\nsever = \"h\"\n",
        "config.toml:2:1: unknown key `sever`; did you mean `server`?",
    );
    check_refused(
        "nick = \"1ada\"\n",
        "config.toml:1:8: '1ada' is not a nick; expected letters, digits and any of -[]\\`_^{|}, not beginning with a digit or `-`",
    );
    check_refused(
        "[profiles.work]\nrealname = \"a\\nb\"\n",
        "config.toml:2:12: the real name has a line break or NUL in it; expected a text of one line",
    );
    check_refused(
        "profiles = 1\n",
        "config.toml:1:12: invalid type: integer `1`, expected a map",
    );
}

#[test]
fn settings_need_not_exist() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.toml");
    assert_eq!(
        ClientConfig::load_if_present(&path).expect("defaults"),
        ClientConfig::default()
    );
    std::fs::write(&path, "nick = \"ada\"\n").expect("writing");
    assert_eq!(
        ClientConfig::load_if_present(&path).expect("settings"),
        parse("nick = \"ada\"\n")
    );
    assert!(
        ClientConfig::load_if_present(folder.path()).is_err(),
        "a folder is no settings file"
    );
}

/// The documented file, in which a line that begins with `#` and no blank is a setting that is off.
const DOCUMENTED: &str = include_str!("../../../docs/config.toml");

#[test]
fn the_documented_file_holds_the_defaults() {
    assert_eq!(parse(DOCUMENTED), ClientConfig::default());
}

#[test]
fn the_documented_file_has_every_key() {
    let with_all_on = settings_turned_on(DOCUMENTED);
    let config = parse(&with_all_on);
    assert!(config.settings(Some("work")).is_ok());
    let of_a_hub = [
        "server",
        "nick",
        "realname",
        "rooms",
        "password",
        "account",
        "password_command",
        "password_file",
        "tls_ca",
        "tls_fingerprint",
        "tls_cert",
        "tls_key",
        "color",
        "timeout",
    ];
    let of_the_person = [
        "highlight",
        "ignore",
        "notify",
        "desktop",
        "formatting",
        "presence",
        "rule_after",
        "edit_mode",
        "paste_guard",
        "aliases.hug",
    ];
    let expected: BTreeSet<String> = of_a_hub
        .iter()
        .flat_map(|key| [(*key).to_owned(), format!("profiles.work.{key}")])
        .chain(of_the_person.map(str::to_owned))
        .collect();
    assert_eq!(keys(&with_all_on), expected);
}

/// What is for one hub alone, and `tls_ca`, which is for any.
fn secrets() -> String {
    let pin = "0a".repeat(32);
    format!(
        r##"
        nick = "ada"
        rooms = ["#ops sesame"]
        password = "hunter2"
        account = "ada"
        password_command = "pass show chat"
        tls_ca = "ca.pem"
        tls_cert = "me.pem"
        tls_key = "me.key"
        tls_fingerprint = "{pin}"
        "##
    )
}

/// Those settings where nothing of one hub has come to another one.
#[track_caller]
fn check_without_secrets(settings: &ClientSettings) {
    let expected = parse("nick = \"ada\"\ntls_ca = \"ca.pem\"").settings(None);
    let expected = ClientSettings {
        server: settings.server.clone(),
        ..expected.expect("settings")
    };
    assert_eq!(*settings, expected);
}

#[test]
fn what_is_for_one_hub_is_not_for_another() {
    let settings = |text: &str| parse(text).settings(None).expect("settings");
    let named = settings(&format!("server = \"ircs://hub.example\"\n{}", secrets()));
    assert_eq!(named.clone().for_hub("hub.example"), named);
    check_without_secrets(&named.for_hub("other.example"));
    let of_none = settings(&secrets());
    assert_eq!(of_none.clone().for_hub("other.example"), of_none);
}

#[test]
fn what_is_for_the_hub_above_is_not_for_that_of_a_profile() {
    let text = format!("server = \"ircs://hub.example\"\n{}", secrets());
    let settings = |profile: &str| {
        let config = parse(&format!("{text}[profiles.x]\n{profile}"));
        config.settings(Some("x")).expect("a profile")
    };
    check_without_secrets(&settings("server = \"ircs://other.example\"\n"));
    // Its own are not taken from it.
    let own = settings("server = \"other.example\"\nrooms = [\"#den\"]\naccount = \"al\"\n");
    let rooms: Vec<_> = own.rooms.iter().map(KeyedRoom::as_str).collect();
    assert_eq!((rooms, own.password), (vec!["#den"], None));
    let login = ClientLogin {
        account: Some("al".to_owned()),
        ..ClientLogin::default()
    };
    assert_eq!(own.login, login);
    // Another way to the same hub, or another name there.
    let top = parse(&text).settings(None).expect("settings");
    assert_eq!(settings(""), top);
    let by_port = settings("server = \"ircs://hub.example:7000\"\n");
    assert_eq!(by_port.password, top.password);
    assert_eq!((by_port.login, by_port.tls), (top.login, top.tls));
}

#[test]
fn every_key_can_be_set_but_a_password_and_what_has_a_command_of_its_own() {
    let apart = ["password", "aliases.hug"];
    let at_the_top = keys(&settings_turned_on(DOCUMENTED)).into_iter();
    let documented: BTreeSet<String> = at_the_top
        .filter(|key| !key.starts_with("profiles.") && !apart.contains(&key.as_str()))
        .collect();
    let settings = Setting::all().map(|setting| setting.name().to_owned());
    assert_eq!(settings.collect::<BTreeSet<_>>(), documented);
}
