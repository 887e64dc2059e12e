//! A burst: some clients in one room say a lot at once. Everybody gets all of it in one order, and nobody is cut, also
//! not those who read nothing until it is over.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Barrier, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::PATIENCE;
use super::client::{Client, Entry, Gone};
use super::hub::Site;

const LOBBY: &str = "#lobby";

/// How large the burst is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Clients in the room.
    pub(crate) clients: usize,
    /// So many of them say nothing, and read nothing until the others are done.
    pub(crate) silent: usize,
    /// Messages of all clients together.
    pub(crate) messages: usize,
}

/// What was seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report {
    /// Messages that reached others than their sender.
    pub(crate) delivered: usize,
    pub(crate) expected: usize,
    /// To the last message at the last of those who read all the time.
    pub(crate) took: Duration,
    /// To the last message at the last of all.
    pub(crate) took_all: Duration,
    /// The hub's memory before, and when the silent ones begin to read.
    pub(crate) memory_kib: (u64, u64),
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = self.memory_kib;
        write!(
            formatter,
            "{} of {} delivered, after {:?} to those who read, after {:?} to all; the hub had {before} KiB, then {after}",
            self.delivered, self.expected, self.took, self.took_all
        )
    }
}

/// Runs a burst in a folder.
pub(crate) async fn run(salond: &Path, folder: &Path, plan: Plan) -> Report {
    let site = Site::new(salond, folder);
    let hub = site.start(0).await;
    let port = hub.port();
    let start = Arc::new(Barrier::new(plan.clients + 1));
    let (mut readers, mut sleepers) = (JoinSet::new(), JoinSet::new());
    let mut alarms = Vec::new();
    let talkers = plan.clients - plan.silent;
    for number in 0..plan.clients {
        let start = Arc::clone(&start);
        let nick = format!("client{number}");
        let mut client = Client::enter(port, &nick).await.expect("a hub");
        if number < plan.silent {
            let (alarm, woken) = oneshot::channel::<()>();
            alarms.push(alarm);
            sleepers.spawn(async move {
                start.wait().await;
                woken.await.expect("the burst ends");
                let heard = client.converse("", LOBBY, plan.messages).await;
                heard.map(|heard| View::new(heard, 0))
            });
        } else {
            let extra = usize::from(number - plan.silent < plan.messages % talkers);
            let own = plan.messages / talkers + extra;
            readers.spawn(async move {
                let mut lines = String::new();
                for index in 1..=own {
                    lines.extend(["PRIVMSG ", LOBBY, " :client", &number.to_string(), " "]);
                    lines.extend([&index.to_string(), "\r\n"]);
                }
                start.wait().await;
                let heard = client.converse(&lines, LOBBY, plan.messages).await;
                heard.map(|heard| View::new(heard, own))
            });
        }
    }
    let before = hub.memory_kib();
    start.wait().await;
    let begun = Instant::now();
    let mut views = collect(&mut readers).await;
    let took = begun.elapsed();
    let memory_kib = (before, hub.memory_kib());
    for alarm in alarms {
        alarm.send(()).expect("the silent ones are still there");
    }
    views.extend(collect(&mut sleepers).await);
    let took_all = begun.elapsed();
    let delivered = views.iter().map(|view| view.ids.len() - view.own).sum();
    let first = views.first().expect("there are clients");
    assert!(
        views.iter().all(|view| view.ids == first.ids),
        "orders differ"
    );
    hub.kill().await;
    site.assert_sound();
    Report {
        delivered,
        expected: plan.messages * (plan.clients - 1),
        took,
        took_all,
        memory_kib,
    }
}

/// What a client saw, and how much of it was its own.
struct View {
    ids: Vec<String>,
    own: usize,
}

impl View {
    fn new(heard: Vec<Entry>, own: usize) -> Self {
        let ids = heard.into_iter().map(|entry| entry.id).collect();
        Self { ids, own }
    }
}

async fn collect(clients: &mut JoinSet<Result<View, Gone>>) -> Vec<View> {
    let mut views = Vec::new();
    while let Some(view) = timeout(PATIENCE, clients.join_next())
        .await
        .expect("all is delivered")
    {
        views.push(view.expect("a client").expect("nobody is cut"));
    }
    views
}
