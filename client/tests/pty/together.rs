//! Two people and a pipe, in the hub as it really is.

use std::io::Write as _;
use std::process::{Command, Stdio};

use salon_config::ServerConfig;
use salond::Server;
use tokio::runtime::Runtime;

use crate::terminal::Terminal;

/// A hub on a port of its own, for as long as it is held.
struct RealHub {
    address: String,
    _runtime: Runtime,
}

impl RealHub {
    fn start() -> Self {
        let mut config = ServerConfig::default();
        let listen = "127.0.0.1:0".parse().expect("an address");
        config.server.listen = vec![listen];
        let runtime = Runtime::new().expect("a runtime");
        let server = runtime.block_on(Server::bind(&config)).expect("it listens");
        let address = server
            .local_addrs()
            .first()
            .expect("a listener")
            .to_string();
        runtime.spawn(server.run(std::future::pending()));
        Self {
            address,
            _runtime: runtime,
        }
    }

    fn enter(&self, nick: &str, home: &std::path::Path) -> Terminal {
        let mut terminal = Terminal::start(&[&self.address, "--nick", nick], home, 24, 80);
        terminal.wait_for_prompt(&format!("#lobby {nick}> "), "");
        terminal
    }
}

#[test]
fn a_friend_joins_over_tls_by_what_the_host_is_told_to_say() {
    let home = tempfile::tempdir().expect("a temporary home");
    let arguments = [
        "host",
        "--listen",
        "127.0.0.1:0",
        "--tls-listen",
        "127.0.0.1:0",
    ];
    let mut host = Terminal::start(
        &[&arguments[..], &["--nick", "ann"]].concat(),
        home.path(),
        24,
        200,
    );
    host.wait_for_prompt("#lobby ann> ", "");
    let rows = host.everything();
    let invitation = rows.iter().find(|row| row.starts_with("salon ircs://"));
    let mut words = invitation
        .expect("an invitation")
        .split_whitespace()
        .skip(1);
    let friend = tempfile::tempdir().expect("another home");
    let url = words.next().expect("a URL");
    let mut arguments: Vec<&str> = words.collect();
    arguments.extend([url, "--nick", "bob"]);
    let mut bob = Terminal::start(&arguments, friend.path(), 24, 80);
    bob.wait_for_prompt("#lobby bob> ", "");
    bob.enter("hello over TLS");
    host.wait_for(" <bob> hello over TLS");
    let wrong = format!("sha256:{}", "0".repeat(64));
    let mut eve = Terminal::start(&[url, "--tls-fingerprint", &wrong], friend.path(), 24, 80);
    assert_eq!(eve.exit_code(), 3);
}

#[test]
fn a_subcommand_asks_for_the_password_at_a_terminal() {
    let home = tempfile::tempdir().expect("a temporary home");
    let folder = home.path().join("config/salon");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("config.toml"), "account = \"ann\"\n").expect("settings");
    let hub = RealHub::start();
    let arguments = ["send", "--server", &hub.address, "#lobby", "hello"];
    let mut salon = Terminal::start(&arguments, home.path(), 24, 100);
    salon.wait_for("password of ann:");
    salon.enter("hunter22");
    salon.wait_for("wrong account or password");
    assert_eq!(salon.exit_code(), 3);
    assert!(!salon.everything().join("").contains("hunter22"));
}

#[test]
fn two_people_talk_and_each_sees_each_line_once() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = RealHub::start();
    let mut alice = hub.enter("alice", home.path());
    let mut bob = hub.enter("bob", home.path());
    alice.wait_for("--> bob joined #lobby");
    alice.enter("hello bob");
    bob.wait_for(" <alice> hello bob");
    bob.enter(":me waves");
    alice.wait_for(" * bob waves");
    bob.enter(":nick rob");
    bob.wait_for_prompt("#lobby rob> ", "");
    alice.wait_for("--- bob is now known as rob");
    bob.enter(":join #dev");
    bob.wait_for_prompt("#dev rob> ", "");
    bob.enter(":switch #lobby");
    bob.wait_for_prompt("#lobby rob> ", "");
    bob.enter(":quit");
    assert_eq!(bob.exit_code(), 0);
    alice.wait_for_prompt("#lobby alice> ", "");
    for terminal in [&alice, &bob] {
        let rows = terminal.everything();
        for text in ["hello bob", "* bob waves"] {
            let seen = rows.iter().filter(|row| row.ends_with(text));
            assert_eq!(seen.count(), 1, "{text}: {rows:#?}");
        }
    }
}

#[test]
fn a_script_that_talks_fast_leaves_what_is_half_typed() {
    let home = tempfile::tempdir().expect("a temporary home");
    let hub = RealHub::start();
    let mut alice = hub.enter("alice", home.path());
    alice.press("half typed");
    alice.wait_for_prompt("#lobby alice> ", "half typed");
    let mut script = Command::new(env!("CARGO_BIN_EXE_salon"))
        .args([&hub.address, "--nick", "script", "--no-commands"])
        .env("HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("salon starts");
    let lines: Vec<String> = (1..=2000).map(|number| number.to_string()).collect();
    let mut input = script.stdin.take().expect("a pipe");
    input
        .write_all((lines.join("\n") + "\n").as_bytes())
        .expect("the script reads");
    drop(input);
    assert!(script.wait().expect("it ends").success());
    alice.wait_for("<script> 2000");
    alice.wait_for_prompt("#lobby alice> ", "half typed");
    let rows = alice.everything();
    let seen: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.split_once("<script> "))
        .map(|(_, text)| text)
        .collect();
    assert_eq!(seen, lines);
}
