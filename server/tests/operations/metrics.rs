//! What Prometheus reads of a hub that runs.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;

use crate::lines::Lines;
use crate::process::{Process, connect};

/// The numbers, by their names with labels.
fn numbers(address: SocketAddr) -> Vec<(String, String)> {
    let mut stream = connect(address);
    let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("an answer");
    let (head, body) = response.split_once("\r\n\r\n").expect("a head and a body");
    assert!(
        head.starts_with(
            "HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text; version=1.0.0"
        ),
        "{head}"
    );
    assert!(body.ends_with("# EOF\n"), "{body}");
    let lines = body.lines().filter(|line| !line.starts_with('#'));
    let number = |line: &str| {
        let (name, number) = line.rsplit_once(' ').expect("a name and a number");
        (name.to_owned(), number.to_owned())
    };
    lines.map(number).collect()
}

#[test]
fn the_numbers_follow_what_happens() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = "password = \"sesame\"\n[metrics]\nlisten = \"127.0.0.1:0\"\n";
    let mut hub = Process::start(folder.path(), settings);
    let (chat, metrics) = (hub.address(), hub.address());
    let mut intruder = Lines::new(connect(chat));
    intruder.send("NICK eve\r\nUSER u 0 * :Eve");
    intruder.rest();
    let enter = |nick: &str| {
        let mut client = Lines::new(connect(chat));
        client.send("PASS sesame");
        client.register(nick)
    };
    let (mut ann, mut bob) = (enter("ann"), enter("bob"));
    let lines: Vec<String> = (0..200)
        .map(|number| format!("PRIVMSG #lobby :{number}"))
        .collect();
    ann.does(&lines.join("\r\n"));
    ann.does("PRIVMSG bob :psst\r\nJOIN #dev");
    bob.does("PING x");
    let all = numbers(metrics);
    let text = |name: &str| -> &str {
        let found = all.iter().find(|(known, _)| known == name);
        &found
            .unwrap_or_else(|| panic!("{name} is not in {all:?}"))
            .1
    };
    let value = |name: &str| -> f64 { text(name).parse().expect("a number") };
    // Each name once: Prometheus refuses all of it otherwise.
    let mut names: Vec<&String> = all.iter().map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all.len());
    assert_eq!(
        ["connections", "users", "rooms"].map(|name| text(&format!("salon_{name}"))),
        ["2", "2", "2"]
    );
    assert!(value("salon_connected_total") >= 3.0);
    // Two joins of the lobby, 200 messages, one to bob. That somebody is alone in #dev is not worth storing yet.
    assert_eq!(text("salon_events_total"), "203");
    let commits = value("salon_commit_seconds_count");
    assert!((1.0..=203.0).contains(&commits), "{commits}");
    assert!(value("salon_commit_seconds_sum") > 0.0);
    assert!(value("salon_delivery_lag_seconds_count") > 0.0);
    assert!(value("salon_received_bytes_total") > 200.0 * 20.0);
    assert!(value("salon_sent_bytes_total") > 200.0 * 30.0);
    assert_eq!(text("salon_refusals_total{reason=\"Password\"}"), "1");
    assert_eq!(text("salon_refusals_total{reason=\"Ban\"}"), "0");
    drop((ann, bob));
    hub.stop();
}
