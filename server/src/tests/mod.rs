//! What the tests of several modules stand on: people, a log that refuses on demand, a hub without listeners.

mod admission;
mod directory;
mod encode;
mod post;
mod run;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{self, BoxFuture};
use salon_config::ServerConfig;
use salon_protocol::{Nick, Timestamp};

use crate::account::Account;
use crate::ban::Ban;
use crate::event::{Event, Seq, StreamId};
use crate::hub::Hub;
use crate::identity::{Identity, SessionId, UserId};
use crate::inbox::Inbox;
use crate::log::{
    Found, Group, Log, LogError, MemoryLog, Note, Notebook, Page, PresenceRecord, Restored,
    RoomRecord, Search, Selection,
};
use crate::room::Asker;
use crate::user::{Link, User};

/// A user `nick!~nick@host` whose session has the same number.
pub(crate) fn person(id: u64, nick: &str) -> Asker {
    let identity = Identity::new(
        nick.parse().expect("a nick"),
        &format!("~{nick}"),
        "host",
        "Somebody",
    );
    asker_of(id, Arc::new(identity))
}

/// A user of an identity.
pub(crate) fn asker_of(id: u64, identity: Arc<Identity>) -> Asker {
    let user = User::new(
        UserId(id),
        StreamId(1_000 + id),
        Arc::clone(&identity),
        Timestamp::from_millis(0),
    );
    let link = Link {
        session: SessionId(id),
        inbox: Arc::new(Inbox::default()),
        host: "host".into(),
        is_secure: false,
        fingerprint: None,
    };
    let attached = user.attach(link, 1);
    attached.expect("a user that is here");
    Asker {
        session: SessionId(id),
        user: Arc::new(user),
        identity,
    }
}

/// What reaches the one connection of somebody.
pub(crate) fn inbox(of: &Asker) -> Arc<Inbox> {
    of.user.inbox(of.session).expect("a connection")
}

/// A hub that listens nowhere, with a log.
pub(crate) fn hub(log: Arc<dyn Log>) -> Arc<Hub> {
    Hub::new(ServerConfig::default(), log, Restored::default())
}

/// A log in memory that refuses events while it is told to, and takes too long for searches.
pub(crate) struct FickleLog {
    memory: MemoryLog,
    refuses: AtomicBool,
    notes: AtomicBool,
    records: Mutex<HashMap<StreamId, RoomRecord>>,
    held: tokio::sync::RwLock<()>,
}

impl FickleLog {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            memory: MemoryLog::new(7, 0),
            refuses: AtomicBool::new(false),
            notes: AtomicBool::new(false),
            records: Mutex::default(),
            held: tokio::sync::RwLock::default(),
        })
    }

    pub(crate) fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }

    /// Has it note the numbers of streams, or none, so that whatever happens in a room is stored at once.
    pub(crate) fn note_streams(&self, notes: bool) {
        self.notes.store(notes, Ordering::SeqCst);
    }

    fn answer(&self) -> Result<(), LogError> {
        let reason = "the test says so".to_owned();
        let refuses = self.refuses.load(Ordering::SeqCst);
        if refuses {
            Err(LogError::Refused { reason })
        } else {
            Ok(())
        }
    }

    /// Has those who append, look for events or read notes wait for as long as what it gives is there.
    pub(crate) async fn hold(&self) -> tokio::sync::RwLockWriteGuard<'_, ()> {
        self.held.write().await
    }

    /// The room of a stream as it was stored last.
    pub(crate) fn record(&self, stream: StreamId) -> Option<RoomRecord> {
        let records = self.records.lock().expect("no test panicked with it");
        records.get(&stream).cloned()
    }

    /// The texts of all that is stored in a stream, each with its place.
    pub(crate) fn stored(&self, stream: StreamId) -> Vec<Arc<Event>> {
        let page = self.memory.read(stream, Seq(1), usize::MAX);
        let page = futures_util::FutureExt::now_or_never(page).expect("memory answers at once");
        page.expect("memory reads").events
    }
}

impl Log for FickleLog {
    fn epoch(&self) -> u64 {
        self.memory.epoch()
    }

    fn has_noted(&self, _: StreamId) -> bool {
        self.notes.load(Ordering::SeqCst)
    }

    fn keep_bans(&self, _bans: Arc<[Ban]>) -> BoxFuture<'_, Result<(), LogError>> {
        Box::pin(future::ready(self.answer()))
    }

    fn keep_account(&self, _account: Arc<Account>) -> BoxFuture<'_, Result<(), LogError>> {
        Box::pin(future::ready(self.answer()))
    }

    fn keep_presence(&self, _presence: PresenceRecord) -> BoxFuture<'_, Result<(), LogError>> {
        Box::pin(future::ready(self.answer()))
    }

    fn append(&self, group: Group) -> BoxFuture<'_, Result<(), LogError>> {
        Box::pin(async move {
            let _may = self.held.read().await;
            self.answer()?;
            if let Some(room) = &group.room {
                let mut records = self.records.lock().expect("no test panicked with it");
                records.insert(group.stream, room.clone());
            }
            self.memory.append(group).await
        })
    }

    fn read(
        &self,
        stream: StreamId,
        first: Seq,
        events_max: usize,
    ) -> BoxFuture<'_, Result<Page, LogError>> {
        self.memory.read(stream, first, events_max)
    }

    fn select(&self, selection: Selection) -> BoxFuture<'_, Result<Vec<Arc<Event>>, LogError>> {
        Box::pin(async move {
            let _may = self.held.read().await;
            self.memory.select(selection).await
        })
    }

    fn place_at(&self, stream: StreamId, time: Timestamp) -> BoxFuture<'_, Result<Seq, LogError>> {
        self.memory.place_at(stream, time)
    }

    fn authors(&self, stream: StreamId) -> BoxFuture<'_, Result<Vec<String>, LogError>> {
        self.memory.authors(stream)
    }

    fn keep_note(&self, account: Nick, note: Note) -> BoxFuture<'_, Result<(), LogError>> {
        if self.refuses.load(Ordering::SeqCst) {
            let reason = "the test says so".to_owned();
            return Box::pin(future::ready(Err(LogError::Refused { reason })));
        }
        self.memory.keep_note(account, note)
    }

    fn notebook(&self, account: Nick) -> BoxFuture<'_, Result<Notebook, LogError>> {
        Box::pin(async move {
            let _may = self.held.read().await;
            self.memory.notebook(account).await
        })
    }

    fn search(&self, search: Search) -> BoxFuture<'_, Result<Found, LogError>> {
        if self.refuses.load(Ordering::SeqCst) {
            let limit = Duration::from_secs(2);
            return Box::pin(future::ready(Err(LogError::TakesTooLong { limit })));
        }
        self.memory.search(search)
    }

    fn forget(&self, stream: StreamId) -> BoxFuture<'_, ()> {
        self.memory.forget(stream)
    }
}
