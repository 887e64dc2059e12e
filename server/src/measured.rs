//! The hot paths of the hub, each as a value that takes one step: for bench/, and no part of what this crate promises.
//!
//! What is measured is what the hub runs; there is no second home of any of it here.

use std::path::Path;
use std::sync::Arc;

use salon_config::Durability;
use salon_protocol::Timestamp;
use tokio::runtime::Runtime;
use tokio::sync::broadcast;

use crate::encode::{Encoded, Wire};
use crate::event::{Audience, Body, Event, MessageId, Seq, Speech, StreamId};
use crate::identity::{Identity, SessionId, UserId};
use crate::log::sqlite::Options;
use crate::log::{Group, Log as _, SqliteLog};
use crate::run::Run;

pub use crate::room::Talk;

/// Whether a verb is in the table.
pub fn is_verb(verb: &str) -> bool {
    crate::verb::look_up(verb).is_some()
}

/// What was said in a room and is about to go to its members.
pub struct Said(Vec<Arc<Event>>);

impl Said {
    /// So many messages of the same text.
    pub fn new(messages: u64, text: &str) -> Self {
        Self(said(1, messages, text))
    }

    /// The lines for members without any capability, or for those with all; their length.
    pub fn encode(&self, capable: bool) -> usize {
        let wire = if capable { Wire::all() } else { Wire::empty() };
        Encoded::new(&self.0, wire).bytes.len()
    }
}

/// The ring of a room and those who listen to it.
pub struct Ring {
    sender: broadcast::Sender<Arc<Run>>,
    listeners: Vec<broadcast::Receiver<Arc<Run>>>,
    events: Vec<Arc<Event>>,
}

impl Ring {
    /// A ring with listeners, and the run of messages that will be put on it.
    pub fn new(listeners: usize, messages: u64) -> Self {
        let sender = broadcast::Sender::new(64);
        let listeners = (0..listeners).map(|_| sender.subscribe()).collect();
        Self {
            sender,
            listeners,
            events: said(1, messages, "the quick brown fox jumps over the lazy dog"),
        }
    }

    /// Puts the run on the ring, and lets everybody take its lines; how many bytes these are in all.
    pub fn deliver(&mut self) -> usize {
        let run = Arc::new(Run::new(Seq(1), self.events.clone()));
        // An error says that nobody listens, and then nothing is taken.
        let _ = self.sender.send(run);
        let taken = self.listeners.iter_mut().filter_map(|listener| {
            let run = listener.try_recv().ok()?;
            Some(run.encoded(Wire::empty()).slice(0, usize::MAX).len())
        });
        taken.sum()
    }
}

/// A log on a disk.
pub struct Store {
    log: SqliteLog,
    runtime: Runtime,
    next: u64,
}

impl Store {
    /// A new log in an empty folder.
    pub fn new(folder: &Path) -> Self {
        let options = Options {
            durability: Durability::Process,
            events_max: None,
            age_max: None,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("a runtime needs no more than memory");
        let opened = runtime.block_on(async { SqliteLog::open(folder, options, 7) });
        Self {
            log: opened.expect("an empty folder that can be written").0,
            runtime,
            next: 1,
        }
    }

    /// Stores so many messages as one group.
    pub fn append(&mut self, messages: u64) {
        let group = Group::of_events(
            StreamId(3),
            said(
                self.next,
                messages,
                "the quick brown fox jumps over the lazy dog",
            ),
        );
        self.next += messages;
        let stored = self.runtime.block_on(self.log.append(group));
        stored.expect("the folder has room");
    }
}

fn said(first: u64, messages: u64, text: &str) -> Vec<Arc<Event>> {
    let nick = "alice".parse().expect("a nick");
    let alice = Arc::new(Identity::new(nick, "~alice", "host.example", "Alice"));
    let event = |seq| Event {
        id: MessageId {
            epoch: 1,
            stream: StreamId(3),
            seq: Seq(seq),
        },
        time: Timestamp::from_millis(1_700_000_000_000 + seq),
        origin: SessionId(1),
        user: UserId(1),
        source: Arc::clone(&alice),
        target: "#lobby".into(),
        body: Body::Said {
            speech: Speech::Privmsg,
            text: text.into(),
            client_tags: "".into(),
        },
        audience: Audience::Everyone,
        spread: None,
    };
    (first..first + messages)
        .map(|seq| Arc::new(event(seq)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_does_what_it_says() {
        assert!(is_verb("privmsg") && !is_verb("nosuch"));
        let line = ":alice!~alice@host.example PRIVMSG #lobby :hello\r\n";
        assert_eq!(Said::new(3, "hello").encode(false), 3 * line.len());
        let one = Ring::new(1, 4).deliver();
        let mut ring = Ring::new(5, 4);
        assert!(one > 4 * 60);
        assert_eq!((ring.deliver(), ring.deliver()), (5 * one, 5 * one));
    }

    #[test]
    fn groups_are_stored_one_after_the_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::new(folder.path());
        store.append(3);
        store.append(2);
        let page = store.log.read(StreamId(3), Seq(1), 10);
        let page = store.runtime.block_on(page).expect("a page");
        assert_eq!(page.events.len(), 5);
    }
}
