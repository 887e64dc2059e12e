//! What the hub tells a service manager, and the sockets that it takes from one.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;

use crate::process::{Process, client, salond};

/// The next thing that is told, apart from what is said again and again.
fn told(socket: &UnixDatagram) -> String {
    loop {
        let mut bytes = [0; 512];
        let count = socket.recv(&mut bytes).expect("word from the hub in time");
        let text = String::from_utf8_lossy(bytes.get(..count).unwrap_or_default()).into_owned();
        if text.trim() != "WATCHDOG=1" {
            return text;
        }
    }
}

fn manager(folder: &Path) -> UnixDatagram {
    let socket = UnixDatagram::bind(folder.join("notify")).expect("a socket");
    socket
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a socket");
    socket
}

#[test]
fn a_service_manager_is_told_of_start_reload_and_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let socket = manager(folder);
    let mut command = salond(folder);
    command.env("NOTIFY_SOCKET", folder.join("notify"));
    let mut hub = Process::start_as(command, folder, "");
    assert_eq!(told(&socket).trim(), "READY=1");
    // It listens by then, whether or not anybody has read the line.
    client(hub.address(), "ann").does("PING x");
    hub.signal(Signal::HUP);
    let reloading = told(&socket);
    let mut words = reloading.lines();
    assert_eq!(words.next(), Some("RELOADING=1"));
    let time = words
        .next()
        .and_then(|word| word.strip_prefix("MONOTONIC_USEC="));
    assert!(
        time.is_some_and(|time| time.parse::<u64>().is_ok()),
        "{reloading}"
    );
    assert_eq!(told(&socket).trim(), "READY=1");
    hub.signal(Signal::TERM);
    assert_eq!(told(&socket).trim(), "STOPPING=1");
}

#[test]
fn a_service_manager_hears_that_the_hub_is_alive() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let socket = manager(folder);
    let mut command = salond(folder);
    command
        .env("NOTIFY_SOCKET", folder.join("notify"))
        .env("WATCHDOG_USEC", "200000");
    let _hub = Process::start_as(command, folder, "");
    let mut heard = 0;
    while heard < 3 {
        let mut bytes = [0; 64];
        let count = socket.recv(&mut bytes).expect("word from the hub in time");
        heard += usize::from(bytes[..count].starts_with(b"WATCHDOG=1"));
    }
}

/// The program with a socket as the first one that is handed over, as a service manager starts it.
fn with_socket(folder: &Path, socket: &TcpListener) -> Command {
    let program = salond(folder);
    let script = "exec 3<&0 </dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" \"$@\"";
    let mut command = Command::new("/bin/sh");
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .args(["-c", script])
        .arg(program.get_program())
        .stdin(Stdio::from(OwnedFd::from(
            socket.try_clone().expect("a socket"),
        )));
    command
}

#[test]
fn a_socket_that_is_handed_over_is_served_in_the_place_of_the_own_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = socket.local_addr().expect("an address");
    // Whoever connects before the hub is there waits for it.
    let early = crate::process::connect(address);
    let mut hub = Process::start_as(with_socket(folder, &socket), folder, "");
    assert_eq!(hub.address(), address);
    crate::lines::Lines::new(early)
        .register("ann")
        .does("PING x");
    assert_eq!(hub.stop(), "", "it listens nowhere else");
}

#[test]
fn a_socket_with_the_address_of_another_listener_is_that_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = socket.local_addr().expect("an address");
    let settings = format!("[metrics]\nlisten = \"{address}\"\n");
    let mut hub = Process::start_as(with_socket(folder, &socket), folder, &settings);
    let plain = hub.address();
    assert_ne!(plain, address);
    assert_eq!(hub.address(), address);
    client(plain, "ann").does("PING x");
    hub.stop();
}

#[test]
fn the_units_are_good_where_there_is_systemd_to_ask() {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let mut units = Vec::new();
    for name in ["salond.service", "salond.socket"] {
        let text = std::fs::read_to_string(docs.join(name)).expect("a unit");
        let program = env!("CARGO_BIN_EXE_salond");
        let path = folder.path().join(name);
        std::fs::write(&path, text.replace("/usr/local/bin/salond", program)).expect("written");
        units.push(path);
    }
    let verify = Command::new("systemd-analyze")
        .arg("verify")
        .args(&units)
        .output();
    let Ok(verified) = verify else {
        println!("not run: there is no systemd-analyze");
        return;
    };
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(
        verified.status.success() && !said.contains("salond."),
        "{said}"
    );
}
