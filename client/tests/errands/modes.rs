//! What `:help mode` says of the hub's modes, against the hub.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

use crate::hub::PATIENCE;
use crate::real::Hub;

/// The letters of the modes of rooms, by the hub's `004`.
fn of_hub(hub: &Hub) -> BTreeSet<char> {
    let mut stream = TcpStream::connect(hub.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
        .write_all(b"NICK reader\r\nUSER r 0 * :r\r\n")
        .unwrap();
    let lines = BufReader::new(&stream).lines().map(Result::unwrap);
    let mut lines = lines.filter(|line| line.contains(" 004 "));
    let welcome = lines.next().unwrap();
    welcome.split(' ').nth(6).unwrap().chars().collect()
}

#[test]
fn help_has_every_mode_of_the_hub_and_no_other() {
    let hub = Hub::start();
    let help = hub.output(&[], ":help mode\n");
    let modes = help
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix('+'));
    let told: BTreeSet<char> = modes.filter_map(|mode| mode.chars().next()).collect();
    assert_eq!(told, of_hub(&hub), "{help}");
}
