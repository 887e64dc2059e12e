//! How many messages a second are stored: senders who send as fast as they can, each in a room of its own or all in
//! one, until the last echo is there.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::client::Client;
use super::hub::Site;

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) senders: usize,
    /// Messages of each.
    pub(crate) messages: usize,
    /// All senders are in one room, so that each message goes to all of them.
    pub(crate) one_room: bool,
    /// `durability = "power"`, and not `"process"`.
    pub(crate) power: bool,
}

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report {
    pub(crate) stored: usize,
    pub(crate) took: Duration,
}

impl Report {
    /// Messages a second.
    pub(crate) fn per_second(&self) -> u128 {
        self.stored as u128 * 1_000_000 / self.took.as_micros().max(1)
    }
}

/// Measures in a folder.
pub(crate) async fn run(salond: &Path, folder: &Path, plan: Plan) -> Report {
    let mut site = Site::new(salond, folder);
    if plan.power {
        "[history]\ndurability = \"power\"\n".clone_into(&mut site.settings);
    }
    let hub = site.start(0).await;
    let start = Arc::new(Barrier::new(plan.senders + 1));
    let mut senders = JoinSet::new();
    for number in 0..plan.senders {
        let room = if plan.one_room {
            "#all".to_owned()
        } else {
            format!("#own{number}")
        };
        let nick = format!("sender{number}");
        let mut client = Client::enter(hub.port(), &nick).await.expect("a hub");
        client.join(&room).await.expect("a room");
        let start = Arc::clone(&start);
        senders.spawn(async move {
            let line =
                format!("PRIVMSG {room} :a message of some forty bytes, as people write\r\n");
            let lines = line.repeat(plan.messages);
            let heard = if plan.one_room {
                plan.messages * plan.senders
            } else {
                plan.messages
            };
            start.wait().await;
            client
                .exchange(&lines, &format!(" PRIVMSG {room} :"), heard)
                .await
                .map(|()| client)
        });
    }
    start.wait().await;
    let begun = Instant::now();
    // Nobody leaves before the end.
    let mut done = Vec::new();
    while let Some(sender) = senders.join_next().await {
        done.push(sender.expect("a sender").expect("nobody is cut"));
    }
    let took = begun.elapsed();
    hub.kill().await;
    let stored = plan.senders * plan.messages;
    let file = rusqlite::Connection::open(site.log()).expect("the log's file");
    let count: i64 = file
        .query_row("SELECT count(*) FROM message", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(usize::try_from(count), Ok(stored));
    site.assert_sound();
    Report { stored, took }
}
