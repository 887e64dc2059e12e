//! The host: one task that owns every plug-in and decides nothing that its machines can decide.
//!
//! It runs until nobody asks any more, and then ends all that it started.

mod chains;
mod discovery;
mod hogs;
mod manage;
mod oneshots;
mod outputs;
mod residents;
mod values;
mod watch;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::SyncSender;

use salon_commands::plugin::protocol::{Candidate, Complete};
use salon_commands::plugin::{Call, Life, Moment, PluginName};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use self::chains::Chain;
pub(super) use self::discovery::{guards, hooks_granted};
use self::oneshots::{Finished, OneShot};
pub(super) use self::oneshots::{Lined, start_of};
use self::residents::Resident;
pub(super) use self::residents::start as start_resident;
pub(super) use self::values::json;
use self::watch::Watch;
use super::process::Happened;
use super::seam::{Ask, Manage, Tell};
use super::setup::Setup;
use crate::session::Ticket;

/// How much of what processes do may wait for the host. What does not fit waits in their pipes.
const HAPPENED_WAITING_MAX: usize = 64;

/// Who has the hooks while it isn't known who has which. No plug-in can be called so.
pub(super) const UNKNOWN: &str = "plugins.toml";

/// Which start of which plug-in did something.
type Mark = (PluginName, u64);

/// What an answer is for.
#[derive(Debug)]
enum Awaited {
    Command(Ticket),
    Completion(SyncSender<Vec<Candidate>>),
    /// The chain of this number.
    Chain(u64),
}

/// The host.
#[derive(Debug)]
pub(super) struct Host {
    setup: Setup,
    tells: mpsc::Sender<Tell>,
    /// What is to be told, in order.
    telling: VecDeque<Tell>,
    residents: BTreeMap<PluginName, Resident>,
    oneshots: BTreeMap<PluginName, OneShot>,
    /// Filters that were granted and can't run: nothing is sent without them.
    missing: BTreeMap<PluginName, String>,
    /// Why it isn't known what was granted: nothing is sent, since a filter may be among it.
    unreadable: Option<String>,
    happened: mpsc::Sender<(Mark, Happened)>,
    finished: mpsc::Sender<Finished>,
    awaited: BTreeMap<u64, Awaited>,
    chains: BTreeMap<u64, Chain>,
    next_token: u64,
    is_settled: bool,
    /// What is known of the files, while one talks; a script goes on with what it began with.
    watch: Option<Watch>,
    /// When the next look at who keeps a processor busy is.
    hogs_at: Instant,
    nick: String,
    rooms: Vec<String>,
    epoch: Instant,
}

/// The queues that the host reads.
struct Queues {
    happened: mpsc::Receiver<(Mark, Happened)>,
    finished: mpsc::Receiver<Finished>,
}

impl Host {
    /// A host that has started nothing.
    pub(super) fn with_queues(setup: Setup, tells: mpsc::Sender<Tell>) -> HostWithQueues {
        let (happened, happened_receiver) = mpsc::channel(HAPPENED_WAITING_MAX);
        let (finished, finished_receiver) = mpsc::channel(HAPPENED_WAITING_MAX);
        let host = Self {
            setup,
            tells,
            telling: VecDeque::new(),
            residents: BTreeMap::new(),
            oneshots: BTreeMap::new(),
            missing: BTreeMap::new(),
            unreadable: None,
            happened,
            finished,
            awaited: BTreeMap::new(),
            chains: BTreeMap::new(),
            next_token: 0,
            // Nothing begins before it is asked for.
            is_settled: true,
            watch: None,
            hogs_at: Instant::now() + hogs::LOOK_EVERY,
            nick: String::new(),
            rooms: Vec::new(),
            epoch: Instant::now(),
        };
        HostWithQueues {
            host,
            queues: Queues {
                happened: happened_receiver,
                finished: finished_receiver,
            },
        }
    }

    fn now(&self) -> Moment {
        self.epoch.elapsed()
    }

    fn tell(&mut self, tell: Tell) {
        self.telling.push_back(tell);
    }

    fn note(&mut self, text: impl Into<String>) {
        self.tell(Tell::Note(text.into()));
    }

    fn token(&mut self, awaited: Awaited) -> u64 {
        self.next_token += 1;
        self.awaited.insert(self.next_token, awaited);
        self.next_token
    }

    fn take(&mut self, ask: Ask) {
        match ask {
            Ask::Begin {
                nick,
                rooms,
                is_watching,
            } => {
                self.nick = nick;
                self.rooms = rooms;
                let files = is_watching.then(|| self.files());
                self.begin();
                self.is_settled = false;
                if let Some(files) = files {
                    self.watch(files);
                }
            }
            Ask::Run {
                ticket,
                invoke,
                target,
                nick,
            } => self.run_command(ticket, &invoke, target, nick),
            Ask::Judge {
                number,
                plugins,
                question,
            } => self.judge(number, &plugins, question),
            Ask::Happened {
                on,
                plugins,
                happening,
            } => {
                let is_called =
                    |name: &PluginName| plugins.iter().any(|plugin| plugin == name.as_str());
                for (name, resident) in &mut self.residents {
                    if is_called(name) {
                        resident.machine.tell_of(on, &happening);
                    }
                }
            }
            Ask::Complete { list, word, reply } => self.complete(&list, word, reply),
            Ask::Cancel => self.cancel(),
            Ask::Manage { ticket, manage } => {
                self.begin_if_new();
                let result = self.manage(manage);
                self.tell(Tell::Ran { ticket, result });
            }
        }
    }

    /// Says once that all have begun or failed to.
    fn settle(&mut self) {
        let is_starting = |resident: &Resident| resident.machine.life() == Life::Starting;
        if !self.is_settled && !self.residents.values().any(is_starting) {
            self.is_settled = true;
            self.tell(Tell::Settled);
        }
    }

    fn complete(&mut self, list: &str, word: String, reply: SyncSender<Vec<Candidate>>) {
        // The name of the list begins with that of its plug-in.
        let Some((plugin, list)) = list.split_once('/') else {
            return;
        };
        let Ok(name) = plugin.parse::<PluginName>() else {
            return;
        };
        let token = self.token(Awaited::Completion(reply));
        let call = Call::Complete(Complete {
            list: list.to_owned(),
            word,
        });
        self.call(&name, token, call);
    }

    fn cancel(&mut self) {
        let tokens: Vec<u64> = self
            .awaited
            .iter()
            .filter(|(_, awaited)| matches!(awaited, Awaited::Command(_)))
            .map(|(token, _)| *token)
            .collect();
        for token in tokens {
            for resident in self.residents.values_mut() {
                resident.machine.cancel(token);
            }
        }
        for oneshot in self.oneshots.values_mut() {
            oneshot.cancel();
        }
    }

    /// When the next deadline of any plug-in is.
    fn deadline(&self) -> Option<Instant> {
        let residents = self.residents.values();
        let next = residents
            .filter_map(|resident| resident.machine.next_deadline())
            .min()?;
        Some(self.epoch + next)
    }

    fn tick(&mut self) {
        let now = self.now();
        for resident in self.residents.values_mut() {
            resident.machine.tick(now);
        }
    }

    /// Whether no resident plug-in's process runs.
    fn is_over(&self) -> bool {
        self.residents
            .values()
            .all(|resident| !resident.is_running())
    }
}

/// A host and what it reads.
#[derive(Debug)]
pub(super) struct HostWithQueues {
    host: Host,
    queues: Queues,
}

impl std::fmt::Debug for Queues {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Queues").finish_non_exhaustive()
    }
}

impl HostWithQueues {
    /// Runs until nobody asks any more.
    pub(super) async fn run(mut self, mut asks: mpsc::Receiver<Ask>) {
        let Self { host, queues } = &mut self;
        loop {
            host.work();
            while let Some(tell) = host.telling.pop_front() {
                if host.tells.send(tell).await.is_err() {
                    break;
                }
            }
            let deadline = host.deadline();
            let look = host.watch.as_ref().map(Watch::next);
            let hogs = host.next_look_at_hogs();
            tokio::select! {
                biased;
                ask = asks.recv() => match ask {
                    Some(ask) => host.take(ask),
                    None => break,
                },
                Some((mark, happened)) = queues.happened.recv() => host.happened(&mark, happened),
                Some(finished) = queues.finished.recv() => host.finished(finished),
                () = at(deadline) => host.tick(),
                () = at(look) => host.look(),
                () = at(hogs) => host.look_at_hogs(),
            }
        }
        self.end().await;
    }

    /// Gives every plug-in a moment to end, and then ends it.
    async fn end(mut self) {
        let Self { host, queues } = &mut self;
        host.oneshots.clear();
        let now = host.now();
        for resident in host.residents.values_mut() {
            resident.machine.stop(now);
        }
        loop {
            host.work();
            host.telling.clear();
            if host.is_over() {
                return;
            }
            let deadline = host.deadline();
            tokio::select! {
                Some((mark, happened)) = queues.happened.recv() => host.happened(&mark, happened),
                () = at(deadline) => host.tick(),
            }
        }
    }
}

async fn at(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
