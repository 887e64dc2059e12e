//! Servers that keep no history and don't search.

use std::io::{BufRead as _, BufReader};
use std::sync::mpsc::channel;
use std::thread;

use crate::hub::{Hub, PATIENCE};
use crate::real::check;
use crate::relay::Relay;
use crate::salon::{Running, Salon};

#[test]
fn what_a_server_lacks_is_named() {
    let hub = Hub::modern();
    let address = hub.address.to_string();
    for (args, stderr) in [
        (
            ["tail", "#lobby"],
            "error: the server keeps no history that one can ask for: it does not offer draft/chathistory\n",
        ),
        (
            ["export", "#lobby"],
            "error: the server keeps no history that one can ask for: it does not offer draft/chathistory\n",
        ),
        (
            ["search", "word"],
            "error: the server can't search: it does not offer soju.im/search\n",
        ),
    ] {
        let mut all = args.to_vec();
        all.extend(["--server", &address]);
        check(&Salon::new(&all).run(""), 1, "", stderr);
    }
}

#[test]
fn following_begins_with_a_gap_where_history_was_wanted() {
    let hub = Hub::modern();
    let address = hub.address.to_string();
    let args = [
        "tail", "#lobby", "-f", "--since", "1h", "--json", "--server", &address,
    ];
    check_gap(Salon::new(&args).start());
}

#[test]
fn following_has_a_gap_where_the_connection_was_lost() {
    let hub = Hub::modern();
    let relay = Relay::to(hub.address);
    let address = relay.address.to_string();
    let args = ["tail", "#lobby", "-f", "--json", "--server", &address];
    let mut tail = Salon::new(&args).start();
    let mut notes = BufReader::new(tail.child.stderr.take().unwrap()).lines();
    assert!(notes.any(|note| note.unwrap().ends_with("from now on is shown")));
    relay.cut();
    check_gap(tail);
}

/// The first thing on standard output is a gap since some time.
#[track_caller]
fn check_gap(mut tail: Running) {
    let mut lines = BufReader::new(tail.child.stdout.take().unwrap()).lines();
    let (sender, first) = channel();
    thread::spawn(move || sender.send(lines.next()));
    let first = first.recv_timeout(PATIENCE).expect("a gap is printed");
    let gap: serde_json::Value = serde_json::from_str(&first.unwrap().unwrap()).unwrap();
    assert_eq!(
        (&gap["type"], &gap["to"]),
        (&"gap".into(), &"#lobby".into())
    );
    assert!(
        gap["since"].is_string() && gap["skipped"].is_null(),
        "{gap}"
    );
    tail.child.kill().unwrap();
    tail.child.wait().unwrap();
}
