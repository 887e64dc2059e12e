//! The hub ends at random moments under load, and starts again: what it echoed is there once, in order, for everybody.
//!
//! Senders keep a window of messages on the way and learn from the echo what is stored. Readers fill what they missed
//! from history and then follow. Half of both is in the lobby, and half in a room that nobody but them keeps alive.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use salon_protocol::Message;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

use super::PATIENCE;
use super::client::{Client, Entry, Gone, PAGE, entry, parse};
use super::hub::{Hub, Site};
use super::ledger::Ledger;
use super::random::Random;

/// The rooms of the campaign.
const ROOMS: [&str; 2] = ["#lobby", "#deck"];

/// How many messages a sender has on the way.
const WINDOW: usize = 16;

/// The longest time that the hub lives before its end.
const LIFE_MAX: Duration = Duration::from_millis(600);

/// Of so many ends, one comes before the hub has said that it listens.
const EARLY_ENDS: u64 = 8;

/// What the readers wait for at the end of all.
const LAST: &str = "auditor 1";

/// How the hub ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// `SIGKILL`.
    Kill,
    /// `SIGTERM`, which has a time to be obeyed in.
    Terminate(Duration),
}

/// How large the campaign is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) ends: u64,
    pub(crate) end: End,
    pub(crate) senders: usize,
    pub(crate) readers: usize,
}

impl Plan {
    /// A few ends in a few seconds, from a fresh seed.
    pub(crate) fn small(end: End) -> Self {
        Self {
            seed: Random::fresh_seed(),
            ends: 5,
            end,
            senders: 4,
            readers: 4,
        }
    }
}

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) ends: u64,
    /// Ends that came before the hub listened.
    pub(crate) early: u64,
    pub(crate) sent: usize,
    pub(crate) echoed: usize,
    /// In the history, echoed or not.
    pub(crate) stored: usize,
    pub(crate) slowest_start: Duration,
    pub(crate) slowest_end: Duration,
}

/// What the clients know of the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Phase {
    /// How often it was started anew.
    run: u64,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It runs, and connections hold.
    Up,
    /// Connections may end at any moment.
    Ending,
    /// It runs and will; senders finish what they have on the way.
    Last,
}

/// Runs a campaign in a folder.
pub(crate) async fn run(salond: &Path, folder: &Path, plan: Plan) -> Report {
    let mut site = Site::new(salond, folder);
    // In a long campaign more is said than is kept by default.
    "[history]\nretain = 0\n".clone_into(&mut site.settings);
    let mut hub = site.start(0).await;
    let port = hub.port();
    let stage = Stage::Up;
    let (tell, phase) = watch::channel(Phase { run: 0, stage });
    let books = ROOMS.map(|_| Arc::new(Ledger::default()));
    let (mut senders, mut readers) = (JoinSet::new(), JoinSet::new());
    let places = || ROOMS.into_iter().zip(&books).cycle();
    for (number, (room, ledger)) in (0..plan.senders).zip(places()) {
        let sender = Sender::new(room, number, Arc::clone(ledger));
        senders.spawn(sender.work(port, phase.clone()));
    }
    for (number, (room, ledger)) in (0..plan.readers).zip(places()) {
        let reader = Reader::new(room, number, Arc::clone(ledger));
        readers.spawn(reader.work(port, phase.clone()));
    }

    let mut random = Random::new(plan.seed);
    let mut report = Report::default();
    for run in 1..=plan.ends {
        sleep_until((Instant::now() + random.time_below(LIFE_MAX)).into()).await;
        tell.send_modify(|phase| phase.stage = Stage::Ending);
        end(hub, plan.end, &mut report).await;
        if random.below(EARLY_ENDS) == 0 {
            end_early(&site, port, &mut random).await;
            report.early += 1;
        }
        let begun = Instant::now();
        hub = site.start(port).await;
        report.slowest_start = report.slowest_start.max(begun.elapsed());
        let stage = Stage::Up;
        tell.send_replace(Phase { run, stage });
    }
    report.ends = plan.ends;
    tell.send_modify(|phase| phase.stage = Stage::Last);
    // Those who are done stay connected: a room that everybody has left is gone, with its history.
    let _senders = finish(&mut senders).await;

    let auditor = audit(port, &books, &mut readers, &mut report).await;
    hub.kill().await;
    // Until now, so that no room was left by everybody and went.
    drop(auditor);
    site.assert_sound();
    assert_file_is_whole(&site, report.stored);
    report
}

async fn end(hub: Hub, end: End, report: &mut Report) {
    match end {
        End::Kill => hub.kill().await,
        End::Terminate(within) => {
            let (status, took) = hub.terminate().await;
            assert_eq!(status.code(), Some(0), "after SIGTERM");
            assert!(took <= within, "SIGTERM was obeyed after {took:?}");
            report.slowest_end = report.slowest_end.max(took);
        }
    }
}

/// Starts the hub and kills it while it starts.
async fn end_early(site: &Site, port: u16, random: &mut Random) {
    let mut child = site.spawn(port);
    let moment = Instant::now() + random.time_below(Duration::from_millis(20));
    sleep_until(moment.into()).await;
    child.kill().await.expect("it can be killed");
}

async fn finish<T: 'static>(tasks: &mut JoinSet<T>) -> Vec<T> {
    let mut done = Vec::new();
    while let Some(result) = timeout(PATIENCE, tasks.join_next())
        .await
        .expect("all clients finish")
    {
        match result {
            Ok(value) => done.push(value),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
    done
}

/// Reads the histories as a newcomer, holds the books and the readers against them, and stays.
async fn audit(
    port: u16,
    books: &[Arc<Ledger>],
    readers: &mut JoinSet<(&'static str, Vec<String>)>,
    report: &mut Report,
) -> Client {
    let mut auditor = Client::enter(port, "auditor").await.expect("a hub");
    let mut histories = Vec::new();
    for (room, ledger) in ROOMS.into_iter().zip(books) {
        auditor.join(room).await.expect("the room");
        ledger.sending(LAST);
        let echo = auditor.say(room, "last", LAST).await.expect("an answer");
        ledger.echoed(&entry(&echo, room).expect("an echo"));
        let history = auditor.history(room).await.expect("the history");
        ledger.check(&history);
        let (sent, echoed, refused) = ledger.counts();
        assert_eq!(refused, 0, "nothing is refused while the disk has room");
        report.sent += sent;
        report.echoed += echoed;
        report.stored += history.len();
        histories.push((room, history));
    }
    for (room, view) in finish(readers).await {
        let history = histories.iter().find(|(name, _)| *name == room);
        let (_, history) = history.expect("a room of the campaign");
        let ids: Vec<&String> = history.iter().map(|entry| &entry.id).collect();
        assert!(
            view.iter().eq(ids.iter().copied()),
            "a reader of {room} saw {} messages, not the {} of the history in their order",
            view.len(),
            ids.len()
        );
    }
    auditor
}

/// The file is sound by SQLite's own check, and `sqlite3` users see as many messages.
#[track_caller]
fn assert_file_is_whole(site: &Site, stored: usize) {
    let file = rusqlite::Connection::open(site.log()).expect("the log's file");
    let verdict: String = file
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("a verdict");
    assert_eq!(verdict, "ok");
    let count: i64 = file
        .query_row("SELECT count(*) FROM message", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(usize::try_from(count), Ok(stored));
}

/// Waits for a run of the hub that is not the one before, and gives it.
async fn next_run(phase: &mut watch::Receiver<Phase>, before: Option<u64>) -> u64 {
    let is_next = |phase: &Phase| phase.stage != Stage::Ending && Some(phase.run) != before;
    let next = timeout(PATIENCE, phase.wait_for(is_next)).await;
    let next = next.expect("the hub comes back");
    next.expect("the campaign runs").run
}

/// A connection may only end with the hub.
#[track_caller]
fn assert_ending(phase: &watch::Receiver<Phase>, run: u64, gone: &Gone) {
    let now = *phase.borrow();
    assert!(
        now.stage == Stage::Ending || now.run != run,
        "a connection ended while the hub lived: {}",
        gone.0
    );
}

struct Sender {
    room: &'static str,
    nick: String,
    ledger: Arc<Ledger>,
    number: u64,
    on_the_way: HashSet<String>,
}

impl Sender {
    fn new(room: &'static str, number: usize, ledger: Arc<Ledger>) -> Self {
        Self {
            room,
            nick: format!("sender{number}"),
            ledger,
            number: 0,
            on_the_way: HashSet::new(),
        }
    }

    async fn work(mut self, port: u16, mut phase: watch::Receiver<Phase>) -> Client {
        let mut before = None;
        loop {
            let run = next_run(&mut phase, before).await;
            match self.talk(port, &phase).await {
                Ok(client) => return client,
                Err(gone) => assert_ending(&phase, run, &gone),
            }
            before = Some(run);
        }
    }

    /// Talks until it is told to finish; what was on the way before is never sent again.
    async fn talk(&mut self, port: u16, phase: &watch::Receiver<Phase>) -> Result<Client, Gone> {
        self.on_the_way.clear();
        let mut client = Client::enter(port, &self.nick).await?;
        client.join(self.room).await?;
        loop {
            let is_last = phase.borrow().stage == Stage::Last;
            if is_last && self.on_the_way.is_empty() {
                return Ok(client);
            }
            if !is_last && self.on_the_way.len() <= WINDOW / 2 {
                self.send(&mut client).await?;
            }
            let line = client.line().await?;
            let message = parse(&line);
            if let Some(label) = message.tags.get("label") {
                self.hear(label, &message);
            }
        }
    }

    async fn send(&mut self, client: &mut Client) -> Result<(), Gone> {
        let mut lines = String::new();
        while self.on_the_way.len() < WINDOW {
            self.number += 1;
            let (number, nick, room) = (self.number, &self.nick, self.room);
            let text = format!("{nick} {number}");
            lines.extend([
                "@label=",
                &number.to_string(),
                " PRIVMSG ",
                room,
                " :",
                &text,
                "\r\n",
            ]);
            self.ledger.sending(&text);
            self.on_the_way.insert(text);
        }
        client.send(lines).await
    }

    fn hear(&mut self, label: &str, message: &Message<'_>) {
        let echo = entry(message, self.room);
        let echo = echo.unwrap_or_else(|| panic!("{label} was answered with {message:?}"));
        assert!(
            self.on_the_way.remove(&echo.text) && echo.text.ends_with(&format!(" {label}")),
            "{label} was answered with {echo:?}"
        );
        self.ledger.echoed(&echo);
    }
}

struct Reader {
    room: &'static str,
    nick: String,
    ledger: Arc<Ledger>,
    /// The ids of what it saw, in order.
    view: Vec<String>,
    seen: HashSet<String>,
    last_text: String,
}

impl Reader {
    fn new(room: &'static str, number: usize, ledger: Arc<Ledger>) -> Self {
        Self {
            room,
            nick: format!("reader{number}"),
            ledger,
            view: Vec::new(),
            seen: HashSet::new(),
            last_text: String::new(),
        }
    }

    async fn work(
        mut self,
        port: u16,
        mut phase: watch::Receiver<Phase>,
    ) -> (&'static str, Vec<String>) {
        let mut before = None;
        loop {
            let run = next_run(&mut phase, before).await;
            match self.follow(port).await {
                Ok(()) => return (self.room, self.view),
                Err(gone) => assert_ending(&phase, run, &gone),
            }
            before = Some(run);
        }
    }

    /// Fills what was missed from history, then follows to the last message of all.
    async fn follow(&mut self, port: u16) -> Result<(), Gone> {
        let mut client = Client::enter(port, &self.nick).await?;
        client.join(self.room).await?;
        let (mut filled, mut live) = (HashSet::new(), Vec::new());
        loop {
            let (room, ledger, last) = (self.room, &self.ledger, self.view.last());
            let meanwhile = |message: &Message<'_>| {
                live.extend(entry(message, room).inspect(|entry| ledger.told(entry)));
            };
            let page = client
                .page(room, last.map(String::as_str), meanwhile)
                .await?;
            for entry in &page {
                self.see(entry);
                filled.insert(entry.id.clone());
            }
            if page.len() < PAGE {
                break;
            }
        }
        for entry in &live {
            self.hear(&mut filled, entry);
        }
        while self.last_text != LAST {
            let line = client.line().await?;
            if let Some(entry) = entry(&parse(&line), self.room) {
                self.hear(&mut filled, &entry);
            }
        }
        Ok(())
    }

    /// Takes what comes live. History may have had it already: what is committed is there before it is delivered.
    #[track_caller]
    fn hear(&mut self, filled: &mut HashSet<String>, entry: &Entry) {
        if filled.remove(&entry.id) {
            self.ledger.told(entry);
        } else {
            self.see(entry);
        }
    }

    #[track_caller]
    fn see(&mut self, entry: &Entry) {
        self.ledger.told(entry);
        assert!(
            self.seen.insert(entry.id.clone()),
            "{} saw {entry:?} twice",
            self.nick
        );
        self.view.push(entry.id.clone());
        self.last_text.clone_from(&entry.text);
    }
}
