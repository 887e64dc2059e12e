//! Tests over whole settings files of the hub.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Durability, LogFormat, ServerConfig};
use crate::documented::{keys, settings_turned_on};

const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA";

#[track_caller]
fn parse(text: &str) -> ServerConfig {
    ServerConfig::parse(Path::new("/etc/salon/hub.toml"), text).expect("good settings")
}

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let error = ServerConfig::parse(Path::new("hub.toml"), text).expect_err("refused settings");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_empty_file_holds_the_defaults() {
    let config = parse("");
    assert_eq!(config, ServerConfig::default());
    assert_eq!(config.server.name.as_str(), "salon.local");
    assert_eq!(config.server.listen[0].to_string(), "127.0.0.1:6000");
    assert_eq!(config.server.auto_join[0].as_str(), "#lobby");
    assert!(config.limits.is_exempt([127, 0, 0, 1].into()));
    assert!(!config.limits.is_exempt([192, 0, 2, 1].into()));
    assert_eq!(config.log.format, LogFormat::Text);
}

/// A file with every key that there is.
const EVERY_KEY: &str = r#"
[server]
name = "My.Little.Server"
motd = "Hello\nagain"
password = "hunter2"
auto_join = []
listen = ["127.0.0.1:0", "[::1]:6000"]
data_dir = "data"

[tls]
listen = "0.0.0.0:6697"
cert = "cert.pem"
key = "/keys/key.pem"
client_ca = "ca.pem"
sts_duration = "7d"

[limits]
connections = 1000
connections_per_address = 0
connections_per_account = 2
lines_per_second = 10
line_burst = 20
messages_per_second = 5
message_burst = 6
joins_per_second = 7
join_burst = 8
nicks_per_minute = 9
nick_burst = 0
registration_timeout = "1m30s"
ping_interval = 0
ping_timeout = "0s"
nick_length = 9
channel_length = 50
topic_length = 300
exempt = ["10.0.0.0/8"]

[history]
retain = 0
retain_days = 30
replay_on_join = 50
durability = "power"

[accounts]
registration = false
require_sasl = true
before_connect = true
require_email = true
multiclient = false
always_on = "opt-out"

[[operators]]
name = "ada"
password_hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA"

[[operators]]
name = "bob"
password_hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA"

[metrics]
listen = "127.0.0.1:9100"

[websocket]
listen = "127.0.0.1:8080"
tls = true
origins = ["https://chat.example"]
trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]

[log]
filter = "salond=debug"
format = "json"
"#;

#[test]
fn the_sections_of_listeners_are_read() {
    let config = parse(EVERY_KEY);
    assert_eq!(config.server.name.as_str(), "My.Little.Server");
    assert_eq!(config.server.motd.as_deref(), Some("Hello\nagain"));
    assert!(
        config
            .server
            .password
            .is_some_and(|password| password.matches("hunter2"))
    );
    assert_eq!(config.server.auto_join, []);
    assert_eq!(config.server.listen.len(), 2);
    assert_eq!(
        config.server.data_dir,
        Some(PathBuf::from("/etc/salon/data"))
    );
    let tls = config.tls.as_ref().expect("tls");
    assert_eq!(tls.cert, Path::new("/etc/salon/cert.pem"));
    assert_eq!(tls.key, Path::new("/keys/key.pem"));
    assert_eq!(tls.client_ca, Some(PathBuf::from("/etc/salon/ca.pem")));
    assert_eq!(tls.sts_duration, Some(Duration::from_hours(7 * 24)));
    assert_eq!(config.limits.connections.map(u32::from), Some(1000));
    assert_eq!(config.limits.connections_per_address, None);
    let per_account = config.limits.connections_per_account;
    assert_eq!(per_account.map(u32::from), Some(2));
}

#[test]
fn the_sections_of_limits_and_people_are_read() {
    let config = parse(EVERY_KEY);
    assert_eq!(
        config.limits.registration_timeout,
        Some(Duration::from_secs(90))
    );
    assert_eq!(config.limits.ping_interval, None);
    assert_eq!(config.limits.ping_timeout, None);
    assert_eq!(config.limits.nick_length.map(u32::from), Some(9));
    assert!(!config.limits.is_exempt([127, 0, 0, 1].into()));
    assert_eq!(config.history.retain, None);
    assert_eq!(config.history.replay_on_join.map(u32::from), Some(50));
    assert_eq!(config.history.durability, Durability::Power);
    assert!(!config.accounts.registration && config.accounts.require_sasl);
    assert!(!config.accounts.multiclient);
    let always_on = config.accounts.always_on;
    assert!(always_on.holds(None) && always_on.holds(Some(true)) && !always_on.holds(Some(false)));
    assert_eq!(config.operators[1].name, "bob");
    assert_eq!(config.operators[1].password_hash.expose(), HASH);
    assert_eq!(
        config.metrics.as_ref().map(|metrics| metrics.listen.port()),
        Some(9100)
    );
    assert_eq!(
        config.websocket.as_ref().map(|websocket| (
            websocket.listen.len(),
            websocket.tls,
            websocket.origins.len(),
            websocket.trusted_proxies.len()
        )),
        Some((1, true, 1, 2))
    );
    assert_eq!(config.log.filter, "salond=debug");
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn unknown_keys_are_refused_with_the_nearest_known_one() {
    check_refused(
        "[server]\nname = \"a.b\"\n  lisen = []\n",
        "hub.toml:3:3: unknown key `lisen`; did you mean `listen`?",
    );
    check_refused(
        "[sever]\n",
        "hub.toml:1:2: unknown key `sever`; did you mean `server`?",
    );
    check_refused(
        "[metrics]\nlisten = \"a:1\"\nfoo = 1\n",
        "hub.toml:3:1: unknown key `foo`; expected one of `listen`",
    );
    check_refused(
        "[[operators]]\nname = \"a\"\npassword = \"b\"\n",
        "hub.toml:3:1: unknown key `password`; expected one of `name`, `password_hash`",
    );
    check_refused(
        "[history]\ndurability = \"powr\"\n",
        "hub.toml:2:14: unknown value `powr`; did you mean `power`?",
    );
}

#[test]
fn wrong_types_say_what_was_expected() {
    let cases = [
        (
            "[server]\nname = 5\n",
            "hub.toml:2:8: invalid type: integer `5`, expected a text in quotes",
        ),
        (
            "[server]\nlisten = 6000\n",
            "hub.toml:2:10: invalid type: integer `6000`, expected a text in quotes, or a list of them",
        ),
        (
            "[server]\nlisten = [6000]\n",
            "hub.toml:2:11: invalid type: integer `6000`, expected a text in quotes",
        ),
        (
            "[limits]\nconnections = \"many\"\n",
            "hub.toml:2:15: invalid type: string \"many\", expected a whole number from 1 to 4294967295 (0 turns the limit off)",
        ),
        (
            "[limits]\nping_interval = true\n",
            "hub.toml:2:17: invalid type: boolean `true`, expected a duration such as \"30s\" or \"10m\" (0 turns it off)",
        ),
        (
            "[accounts]\nregistration = \"yes\"\n",
            "hub.toml:2:16: invalid type: string \"yes\", expected true or false",
        ),
        (
            "server = 1\n",
            "hub.toml:1:10: invalid type: integer `1`, expected the section `[server]`",
        ),
        (
            "operators = 1\n",
            "hub.toml:1:13: invalid type: integer `1`, expected a list",
        ),
    ];
    for (text, expected) in cases {
        check_refused(text, expected);
    }
}

#[test]
fn wrong_values_say_what_was_expected() {
    let cases = [
        (
            "[server]\nlisten = [\"127.0.0.1\"]\n",
            "hub.toml:2:11: '127.0.0.1' is not an address to listen on; expected HOST:PORT such as \"127.0.0.1:6000\" or \
             \"[::]:6000\"",
        ),
        (
            "[server]\nauto_join = \"the lobby\"\n",
            "hub.toml:2:13: 'the lobby' is not a room; expected `#` and a name without blanks, commas or control characters, such as \
             \"#lobby\"",
        ),
        (
            "[limits]\nnick_length = 65\n",
            "hub.toml:2:15: invalid value: integer `65`, expected a whole number from 1 to 64 (0 turns the limit off)",
        ),
        (
            "[limits]\nconnections = -1\n",
            "hub.toml:2:15: invalid value: integer `-1`, expected a whole number from 1 to 4294967295 (0 turns the limit off)",
        ),
        (
            "[limits]\nping_timeout = 60\n",
            "hub.toml:2:16: the duration 60 has no unit; expected a text such as \"60s\" or \"60m\"",
        ),
        (
            "[limits]\nexempt = [\"localhost\"]\n",
            "hub.toml:2:11: 'localhost' is not a range of addresses; expected one such as \"10.0.0.0/8\", \"192.0.2.7\" or \
             \"2001:db8::/32\"",
        ),
        (
            "[tls]\ncert = \"c\"\n",
            "hub.toml:1:1: the key `key` is missing",
        ),
        (
            "[websocket]\nlisten = \"a:1\"\norigins = [\"chat.example\"]\n",
            "hub.toml:3:12: 'chat.example' is not the origin of a site; expected SCHEME://HOST or SCHEME://HOST:PORT such as \
             \"https://chat.example\", or \"*\"",
        ),
        (
            "[websocket]\nlisten = \"a:1\"\ntls = true\n",
            "hub.toml:3:7: a certificate is missing; expected the section `[tls]` with `cert` and `key`",
        ),
    ];
    for (text, expected) in cases {
        check_refused(text, expected);
    }
}

#[test]
fn a_file_that_is_not_toml_is_refused_with_its_place() {
    check_refused(
        "[server]\nname = \n",
        "hub.toml:2:8: string values must be quoted, expected literal string",
    );
}

#[test]
fn operators_have_names_of_their_own() {
    let entry =
        |name: &str| format!("[[operators]]\nname = \"{name}\"\npassword_hash = \"{HASH}\"\n");
    check_refused(
        &[entry("ada"), entry("ada")].concat(),
        "hub.toml:5:8: two operators have the name 'ada'; expected each name once",
    );
    check_refused(
        &entry("a b"),
        "hub.toml:2:8: 'a b' is not an operator's name; expected one word",
    );
}

#[test]
fn secrets_do_not_show_in_errors_or_output() {
    check_refused(
        "[[operators]]\nname = \"ada\"\npassword_hash = \"hunter2\"\n",
        "hub.toml:3:17: not the hash of a password; expected what `salond hash-password` prints (`$argon2id$...`)",
    );
    check_refused(
        "[server]\npassword = 12345\n",
        "hub.toml:2:12: invalid type: a number, expected a text in quotes",
    );
    check_refused(
        "[server]\npassword = hunter2\n",
        "hub.toml:2:12: string values must be quoted, expected literal string",
    );
    let shown = format!("{:?}", parse("[server]\npassword = \"hunter2\"\n"));
    assert!(
        shown.contains("password: Some([hidden])") && !shown.contains("hunter2"),
        "{shown}"
    );
}

#[test]
fn what_is_seen_later_is_refused_at_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.toml");
    std::fs::write(&path, "[tls]\ncert = \"c\"\nkey = \"k\"\n").expect("a file");
    let error = ServerConfig::refuse(&path, "tls.key", "no key in it", Some("make one".into()));
    assert_eq!(
        error.to_string(),
        format!("{}:3:7: no key in it; make one", path.display())
    );
    let error = ServerConfig::refuse(Path::new("/nonexistent"), "tls.key", "no key in it", None);
    assert_eq!(error.to_string(), "/nonexistent: no key in it");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = ServerConfig::load(Path::new("/nonexistent/hub.toml")).expect_err("no such file");
    assert_eq!(
        error.to_string(),
        "cannot read settings file '/nonexistent/hub.toml'"
    );
}

/// The documented file, in which a line that begins with `#` and no blank is a setting that is off.
const DOCUMENTED: &str = include_str!("../../../docs/salond.toml");

#[test]
fn the_documented_file_holds_the_defaults() {
    assert_eq!(parse(DOCUMENTED), ServerConfig::default());
}

#[test]
fn the_documented_file_has_every_key() {
    let with_all_on = settings_turned_on(DOCUMENTED);
    parse(&with_all_on);
    assert_eq!(keys(&with_all_on), keys(EVERY_KEY));
}

#[test]
fn a_file_cut_short_anywhere_is_taken_or_refused_with_a_place() {
    for cut in (0..EVERY_KEY.len()).filter_map(|end| EVERY_KEY.get(..end)) {
        if let Err(error) = ServerConfig::parse(Path::new("hub.toml"), cut) {
            assert!(error.to_string().starts_with("hub.toml:"), "{error}");
        }
    }
}
