//! `salon host`, with the real hub.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;

use crate::salon::Salon;

#[test]
fn a_hub_and_a_script_in_one_process() {
    let outcome =
        Salon::new(&["host", "--listen", "127.0.0.1:0", "--nick", "ann"]).run(":nick bot\nhello\n");
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (Some(0), ""),
        "{outcome:?}"
    );
    assert!(outcome.stdout.contains("<bot> hello\n"), "{outcome:?}");
}

#[test]
fn others_join_the_hub_and_talk() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let mut host = Salon::new(&["host", "--listen", &address, "--nick", "ann"]).start();
    let mut output = BufReader::new(host.child.stdout.take().unwrap()).lines();
    host.write("first\n");
    let mut wait_for = |text: &str| {
        let found = output.any(|line| line.unwrap().contains(text));
        assert!(found, "the output ended before {text:?}");
    };
    wait_for("<ann> first");
    let guest = Salon::new(&[&address, "--nick", "bob"]).run("second\n");
    assert_eq!(guest.code, Some(0), "{guest:?}");
    wait_for("<bob> second");
    drop(host.child.stdin.take());
    assert_eq!(host.end().code, Some(0));
}

#[test]
fn the_hub_remembers_after_its_client_has_left() {
    let folder = tempfile::TempDir::new().unwrap();
    let folder = folder.path().to_str().unwrap();
    let args = [
        "host",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        folder,
        "--json",
    ];
    let first = Salon::new(&args).run(":topic tea time\n");
    assert_eq!(first.code, Some(0), "{first:?}");
    let second = Salon::new(&args).run(":topic\n");
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(second.stdout.contains("tea time"), "{second:?}");
}

#[test]
fn an_address_in_use_is_told_with_what_to_do() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let outcome = Salon::new(&["host", "--listen", &address]).run("");
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    let expected = format!("error: could not listen on {address}: the address is in use\nhint: ");
    assert!(outcome.stderr.starts_with(&expected), "{outcome:?}");
}
