//! Peers that mean harm or are broken: garbage, endless lines, floods, connections that never say a word or never read.
//! The hub ends what has to end, and serves the others as if nothing were.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};
use salon_protocol::numeric;
use tokio::time::timeout;

use super::PATIENCE;
use super::client::{Client, Gone};
use super::hub::Site;
use super::random::Random;

/// Timeouts that a test can wait for.
const HASTY: &str =
    "[limits]\nregistration_timeout = \"1s\"\nping_interval = \"1s\"\nping_timeout = \"1s\"\n";

/// Sends random bytes from so many connections; gives how much the hub's memory grew, in KiB.
pub(crate) async fn garbage(salond: &Path, folder: &Path, seed: u64, connections: usize) -> u64 {
    let site = Site::new(salond, folder);
    let hub = site.start(0).await;
    let mut witness = Client::enter(hub.port(), "witness").await.expect("a hub");
    let before = hub.memory_kib();
    let mut random = Random::new(seed);
    for number in 0..connections {
        let mut client = match number % 2 {
            0 => Client::connect(hub.port()).await,
            _ => Client::enter(hub.port(), &format!("broken{number}")).await,
        }
        .expect("a hub");
        let count = usize::try_from(random.below(40_000)).expect("a size");
        let bytes = random.bytes(count);
        // It may be cut in the middle of it, which is an answer too.
        let _ = client.send(&bytes).await;
        client.half_close().await;
        timeout(PATIENCE, client.drain())
            .await
            .expect("it is ended");
    }
    witness
        .ping("still-here")
        .await
        .expect("the others are served");
    let grown = hub.memory_kib().saturating_sub(before);
    hub.kill().await;
    site.assert_sound();
    grown
}

/// Sends a line that does not end for so many bytes: it is refused once, and the connection lives. Gives how much the
/// hub's memory grew, in KiB.
pub(crate) async fn long_line(salond: &Path, folder: &Path, bytes: usize) -> u64 {
    let site = Site::new(salond, folder);
    let hub = site.start(0).await;
    let mut client = Client::enter(hub.port(), "talker").await.expect("a hub");
    let before = hub.memory_kib();
    for _ in 0..4 {
        let mut line = vec![b'x'; bytes];
        line.extend_from_slice(b"\r\nPING behind\r\n");
        client.send(&line).await.expect("it is read to its end");
        let mut refusals = 0;
        let answer = client.until(|message| {
            refusals += usize::from(message.numeric() == Some(numeric::ERR_INPUTTOOLONG));
            message.is("PONG")
        });
        answer.await.expect("the connection lives");
        assert_eq!(refusals, 1);
    }
    let grown = hub.memory_kib().saturating_sub(before);
    hub.kill().await;
    site.assert_sound();
    grown
}

/// Connections that say nothing, and clients that answer no `PING`, are ended in time; gives how long each took.
pub(crate) async fn silence(salond: &Path, folder: &Path) -> (Duration, Duration) {
    let mut site = Site::new(salond, folder);
    HASTY.clone_into(&mut site.settings);
    let hub = site.start(0).await;
    let begun = Instant::now();
    let mut mute = Client::connect(hub.port()).await.expect("a hub");
    let gone = timeout(PATIENCE, mute.drain()).await.expect("it is ended");
    let first = begun.elapsed();
    assert!(gone.0.contains("Registration timeout"), "{gone:?}");
    let begun = Instant::now();
    let mut dead = Client::enter(hub.port(), "dead").await.expect("a hub");
    let gone = timeout(PATIENCE, dead.drain()).await.expect("it is ended");
    assert!(gone.0.contains("Ping timeout"), "{gone:?}");
    let second = begun.elapsed();
    hub.kill().await;
    site.assert_sound();
    (first, second)
}

/// Lets so many clients in, or as many as this process may have files; each hears what one of them says. Gives their
/// number, how long the last delivery took, and the hub's memory for each, in bytes.
pub(crate) async fn crowd(salond: &Path, folder: &Path, clients: usize) -> (usize, Duration, u64) {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let most = usize::try_from(files)
        .unwrap_or(usize::MAX)
        .saturating_sub(200);
    let clients = clients.min(most);
    let mut site = Site::new(salond, folder);
    // That they come and go is not what is looked at, and would be their square of lines.
    "[server]\nauto_join = []\n".clone_into(&mut site.settings);
    let hub = site.start(0).await;
    let before = hub.memory_kib();
    let mut crowd = Vec::with_capacity(clients);
    for number in 0..clients {
        let nick = format!("one{number}");
        let client = Client::enter(hub.port(), &nick);
        crowd.push(client.await.expect("there is room for one more"));
    }
    let each = hub.memory_kib().saturating_sub(before) * 1024 / clients as u64;
    let begun = Instant::now();
    let mut speaker = Client::enter(hub.port(), "speaker").await.expect("a hub");
    for number in 0..clients {
        let line = format!("PRIVMSG one{number} :hello\r\n");
        speaker.send(line).await.expect("the hub reads");
    }
    for client in &mut crowd {
        let heard = client.until(|message| message.is("PRIVMSG"));
        heard.await.expect("everybody is served");
    }
    let took = begun.elapsed();
    hub.kill().await;
    site.assert_sound();
    (clients, took, each)
}

/// A client that reads nothing while it is sent so many direct messages, and then all of them. Gives how much the
/// hub's memory grew meanwhile, in KiB.
pub(crate) async fn slow_reader(salond: &Path, folder: &Path, messages: usize) -> u64 {
    let site = Site::new(salond, folder);
    let hub = site.start(0).await;
    let mut slow = Client::enter(hub.port(), "slow").await.expect("a hub");
    let mut sender = Client::enter(hub.port(), "sender").await.expect("a hub");
    let before = hub.memory_kib();
    let text = "x".repeat(300);
    for number in 1..=messages {
        let line = format!("PRIVMSG slow :{number} {text}\r\n");
        sender.send(line).await.expect("the hub reads");
        if number % 100 == 0 {
            sender.ping(&number.to_string()).await.expect("a hub");
        }
    }
    let heard = slow
        .converse("", "slow", messages)
        .await
        .expect("it is not cut");
    let grown = hub.memory_kib().saturating_sub(before);
    for (entry, number) in heard.iter().zip(1..) {
        assert!(
            entry.text.starts_with(&format!("{number} ")),
            "{entry:?} is not number {number}"
        );
    }
    hub.kill().await;
    site.assert_sound();
    grown
}

impl Client {
    /// Reads until the hub ends the connection; gives what it said of it.
    async fn drain(&mut self) -> Gone {
        loop {
            if let Err(gone) = self.line_some_time().await {
                return gone;
            }
        }
    }
}
