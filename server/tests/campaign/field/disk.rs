//! The disk is full: senders are told so, nothing is half-stored, readers go on, and it recovers by itself.
//!
//! A quota is a limit on the size of the hub's files, which works for everybody. A small file system of its own, which
//! really has no room left, needs the right to mount one.

use std::fmt;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use salon_protocol::{Message, numeric};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::PATIENCE;
use super::client::{Client, Entry, entry, parse};
use super::hub::{Hub, Site};
use super::ledger::Ledger;

/// How far the hub's largest file may still grow when the disk gets full.
const HEADROOM: u64 = 64 * 1024;

/// How many messages are refused before the disk has room again.
const REFUSALS: usize = 200;

/// How many messages are on the way at once.
const ROUND: u64 = 20;

const LOBBY: &str = "#lobby";

/// What makes the disk full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `RLIMIT_FSIZE`.
    Quota,
    /// A tmpfs of this many bytes.
    FileSystem(u64),
}

/// What was seen.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) echoed: usize,
    pub(crate) refused: usize,
    /// From when there was room again to the first echo.
    pub(crate) recovery: Duration,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} echoed, {} refused, and an echo {:?} after there was room again",
            self.echoed, self.refused, self.recovery
        )
    }
}

/// A disk that can be filled.
struct Disk {
    kind: Kind,
    /// Holds the file system; it goes with this process.
    holder: Option<Child>,
    ballast: PathBuf,
}

impl Disk {
    /// Prepares a disk for a site's folder; nothing where this user may not mount.
    async fn prepare(kind: Kind, site: &mut Site) -> Option<Self> {
        let mut holder = None;
        let words: Vec<String> = match kind {
            Kind::Quota => Vec::new(),
            Kind::FileSystem(bytes) => {
                let child = mount(&site.data(), bytes).await?;
                let id = child.id().expect("it runs").to_string();
                holder = Some(child);
                ["nsenter", "-t", &id, "-m", "--"].map(Into::into).into()
            }
        };
        site.launcher = words;
        let root = holder.as_ref().and_then(Child::id);
        let root = root.map_or_else(PathBuf::new, |id| format!("/proc/{id}/root").into());
        // Joined as text: an absolute path would replace what is before it.
        let ballast = format!("{}{}/ballast", root.display(), site.data().display());
        let ballast = ballast.into();
        Some(Self {
            kind,
            holder,
            ballast,
        })
    }

    fn fill(&self, hub: &Hub, site: &Site) {
        match self.kind {
            Kind::Quota => {
                let sizes = ["hub.db", "hub.db-wal"].map(|name| {
                    let file = std::fs::metadata(site.data().join(name));
                    file.map_or(0, |file| file.len())
                });
                let largest = sizes.into_iter().max().unwrap_or(0);
                hub.limit_files(Some(largest + HEADROOM));
            }
            Kind::FileSystem(_) => {
                let mut ballast = File::create(&self.ballast).expect("a file");
                while ballast.write_all(&[0; 4096]).is_ok() {}
            }
        }
    }

    fn make_room(&self, hub: &Hub) {
        match self.kind {
            Kind::Quota => hub.limit_files(None),
            Kind::FileSystem(_) => std::fs::remove_file(&self.ballast).expect("it was there"),
        }
    }
}

/// Mounts a file system that nobody else sees, in a process that keeps it.
async fn mount(folder: &Path, bytes: u64) -> Option<Child> {
    std::fs::create_dir_all(folder).expect("a folder");
    let script =
        format!("mount -t tmpfs -o size={bytes},mode=700 salon \"$0\" && echo mounted && exec cat");
    let mut holder = Command::new("unshare")
        .args(["--mount", "--propagation", "private", "sh", "-c", &script])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let mut stdout = BufReader::new(holder.stdout.take().expect("a pipe"));
    let mut line = String::new();
    let read = timeout(PATIENCE, stdout.read_line(&mut line)).await;
    read.expect("it is mounted in time or not").expect("a pipe");
    (line == "mounted\n").then_some(holder)
}

/// Fills the disk under a hub that is used, and makes room again; nothing where the disk cannot be had.
pub(crate) async fn run(salond: &Path, folder: &Path, kind: Kind) -> Option<Report> {
    let mut site = Site::new(salond, folder);
    let disk = Disk::prepare(kind, &mut site).await?;
    let hub = site.start(0).await;
    let port = hub.port();
    let ledger = Arc::new(Ledger::default());
    let mut talker = Talker::new(port, Arc::clone(&ledger)).await;
    let mut reader = Client::enter(port, "reader").await.expect("a hub");
    let leaver = Client::enter(port, "leaver").await.expect("a hub");
    let (mut echoed, mut refused) = (0, 0);
    while echoed < 100 {
        echoed += talker.round().await.0;
    }

    disk.fill(&hub, &site);
    while refused < REFUSALS {
        let round = talker.round().await;
        (echoed, refused) = (echoed + round.0, refused + round.1);
    }
    drop(leaver);
    let mut newcomer = Client::enter(port, "newcomer").await.expect("a hub");
    newcomer.ping("still-here").await.expect("the hub lives");
    reader.ping("still-there").await.expect("readers stay");
    let seen = reader.history(LOBBY).await.expect("readers go on");
    assert_eq!(seen.len(), echoed);

    let begun = Instant::now();
    disk.make_room(&hub);
    while talker.round().await.0 == 0 {
        assert!(begun.elapsed() < PATIENCE, "the hub does not recover");
    }
    let recovery = begun.elapsed();
    assert_names(&mut reader, &["reader", "talker"]).await;
    newcomer.join(LOBBY).await.expect("there is room to join");
    assert_names(&mut newcomer, &["newcomer", "reader", "talker"]).await;
    talker.round().await;
    let last = reader.history(LOBBY).await.expect("the history");
    ledger.check(&last);
    hub.kill().await;

    assert_kept(&site, port, &ledger, &last).await;
    drop(disk.holder);
    let (_, echoed, refused) = ledger.counts();
    Some(Report {
        echoed,
        refused,
        recovery,
    })
}

/// After a restart the history is as it was.
async fn assert_kept(site: &Site, port: u16, ledger: &Ledger, expected: &[Entry]) {
    let hub = site.start(port).await;
    let mut client = Client::enter(port, "auditor").await.expect("a hub");
    let history = client.history(LOBBY).await.expect("the history");
    ledger.check(&history);
    assert_eq!(history, expected);
    hub.kill().await;
    site.assert_sound();
}

async fn assert_names(client: &mut Client, expected: &[&str]) {
    client
        .send(&format!("NAMES {LOBBY}\r\n"))
        .await
        .expect("a hub");
    let mut names = Vec::new();
    let collect = |message: &Message<'_>| {
        if message.numeric() == Some(numeric::RPL_NAMREPLY) {
            let list = message.param(3).unwrap_or_default();
            names.extend(
                list.split(' ')
                    .map(|name| name.trim_start_matches('@').to_owned()),
            );
        }
        message.numeric() == Some(numeric::RPL_ENDOFNAMES)
    };
    client.until(collect).await.expect("the names");
    names.sort();
    assert_eq!(names, expected);
}

/// Sends, and takes a refusal for an answer.
struct Talker {
    client: Client,
    ledger: Arc<Ledger>,
    number: u64,
}

impl Talker {
    async fn new(port: u16, ledger: Arc<Ledger>) -> Self {
        let client = Client::enter(port, "talker").await.expect("a hub");
        Self {
            client,
            ledger,
            number: 0,
        }
    }

    /// Sends some messages; gives how many were echoed and how many refused.
    async fn round(&mut self) -> (usize, usize) {
        let first = self.number + 1;
        self.number += ROUND;
        let mut lines = String::new();
        for number in first..=self.number {
            let text = format!("talker {number}");
            self.ledger.sending(&text);
            lines.extend([
                "@label=",
                &number.to_string(),
                " PRIVMSG ",
                LOBBY,
                " :",
                &text,
                "\r\n",
            ]);
        }
        self.client.send(lines).await.expect("the hub reads");
        let (mut echoed, mut refused) = (0, 0);
        for number in first..=self.number {
            let label = number.to_string();
            let answer = loop {
                let line = self.client.line().await.expect("the hub answers");
                if parse(&line).tags.get("label") == Some(&label) {
                    break line;
                }
            };
            let message = parse(&answer);
            if let Some(echo) = entry(&message, LOBBY) {
                self.ledger.echoed(&echo);
                echoed += 1;
            } else {
                assert_eq!(
                    message.numeric(),
                    Some(numeric::ERR_CANNOTSENDTOCHAN),
                    "{answer}"
                );
                assert!(answer.contains("not stored"), "{answer}");
                self.ledger.refused(&format!("talker {number}"));
                refused += 1;
            }
        }
        (echoed, refused)
    }
}
