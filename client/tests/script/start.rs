//! How a script starts, and why it may not.

use std::net::TcpListener;

use crate::hub::{Hub, Manner};
use crate::salon::Salon;

#[track_caller]
fn check(args: &[&str], code: i32, stderr: &[&str]) {
    let outcome = Salon::new(args).run("hello\n");
    assert_eq!(outcome.code, Some(code), "{outcome:?}");
    for part in stderr {
        assert!(outcome.stderr.contains(part), "{part:?} in {outcome:?}");
    }
    assert_eq!(outcome.stdout, "");
}

#[test]
fn nobody_listening_says_how_to_start_a_hub() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    check(
        &[&address],
        3,
        &[&address, "connection refused", "salon host", "salond"],
    );
}

#[test]
fn a_slip_of_a_subcommand_is_no_hub_to_wait_for() {
    check(
        &["hosts"],
        3,
        &[
            "could not connect to hosts:6000",
            "did you mean `salon host`?",
        ],
    );
}

#[test]
fn a_silent_server_is_given_up() {
    let hub = Hub::start(Manner {
        is_silent: true,
        ..Manner::default()
    });
    let address = hub.address.to_string();
    check(
        &[&address, "--timeout", "0.2"],
        3,
        &["no answer from", "0.2 s"],
    );
}

#[test]
fn wrong_usage_is_told_apart() {
    check(&["--bogus"], 2, &["--bogus"]);
    check(&["--nick", "1 2"], 2, &["1 2"]);
    check(&["--tls-fingerprint", "sha1:00"], 2, &["sha1:00"]);
    check(&["a:1", "--server", "b:1"], 2, &["--server"]);
    check(&["--profile", "nowhere"], 2, &["nowhere"]);
    check(
        &["--config", "/nonexistent/salon.toml"],
        2,
        &["/nonexistent/salon.toml': no such file or directory\n"],
    );
}

#[test]
fn wrong_settings_are_told_with_their_place() {
    let outcome = Salon::new(&[])
        .settings("nick = \"ann\"\nnik = 1\n")
        .run("");
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    for part in ["config.toml", "2", "nik", "nick"] {
        assert!(outcome.stderr.contains(part), "{part:?} in {outcome:?}");
    }
}

#[test]
fn settings_name_the_hub_and_the_rooms() {
    let hub = Hub::modern();
    let settings = format!(
        "server = \"{}\"\nnick = \"cfg\"\nrooms = [\"#dev\"]\n",
        hub.address
    );
    let outcome = Salon::new(&["--room", "ops"])
        .settings(&settings)
        .run("hi\n");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(hub.until_quit(), ["JOIN #ops,#dev", "PRIVMSG #ops :hi"]);
    assert!(outcome.stdout.contains("<cfg> hi\n"), "{outcome:?}");
}

#[test]
fn rooms_of_the_url_are_joined() {
    let hub = Hub::modern();
    let url = format!("irc://{}/dev,%23ops", hub.address);
    let outcome = Salon::new(&[&url]).run("hi\n");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(hub.until_quit(), ["JOIN #dev,#ops", "PRIVMSG #dev :hi"]);
}

#[test]
fn a_closed_room_ends_a_script_before_its_first_line() {
    let hub = Hub::modern();
    let address = hub.address.to_string();
    let outcome = Salon::new(&[&address, "--room", "closed"]).run("secret\n");
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(
        outcome.stderr.contains("could not join #closed"),
        "{outcome:?}"
    );
    assert_eq!(hub.next(), "JOIN #closed");
}

#[test]
fn a_nick_in_use_is_varied() {
    let hub = Hub::start(Manner {
        has_ann: true,
        ..Manner::default()
    });
    let address = hub.address.to_string();
    let outcome = Salon::new(&[&address]).run("hi\n");
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("<ann_> hi\n"), "{outcome:?}");
}

#[test]
fn the_version_needs_nothing() {
    let outcome = Salon::new(&["--version"]).run("");
    let version = format!("salon {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!((outcome.code, outcome.stdout), (Some(0), version));
}
