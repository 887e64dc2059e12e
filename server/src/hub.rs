//! What all connections and rooms of a hub share.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use salon_config::{LimitSettings, ServerConfig};
use salon_protocol::{RoomName, Timestamp};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::account::Accounts;
use crate::always_on::Holders;
use crate::ban::Bans;
use crate::clock;
use crate::connection::Entrance;
use crate::directory::Directory;
use crate::event::StreamId;
use crate::identity::{SessionId, UserId};
use crate::inbox::{Closing, Inbox};
use crate::isupport;
use crate::log::{Log, Restored, RestoredRoom};
use crate::metrics::{Metrics, Refusal};
use crate::network::network;
use crate::post::PostOffice;
use crate::room::{self, Origin, Residents, Room};
use crate::tls::Certificates;
use crate::turns::Turns;

/// How many numbers a hub has for each millisecond since the epoch that it started at.
const RUN_BITS: u32 = 16;

/// How many pages of history one address has looked for at once; the searches are one at a time.
const PAGES_AT_ONCE: usize = 2;

/// The state of a hub that is running.
pub(crate) struct Hub {
    /// The settings in force. A lock and not a task: every decision reads it, and it is held to copy a pointer.
    config: RwLock<Arc<ServerConfig>>,
    /// What `005` says by these settings, line by line.
    isupport: RwLock<Arc<[Vec<String>]>>,
    name: String,
    /// Set before anybody connects, if anything is to be encrypted.
    security: OnceLock<Security>,
    pub(crate) log: Arc<dyn Log>,
    pub(crate) directory: Directory,
    pub(crate) post: PostOffice,
    pub(crate) accounts: Accounts,
    pub(crate) bans: Bans,
    pub(crate) always_on: Holders,
    pub(crate) metrics: Arc<Metrics>,
    /// Whose pages of history, and whose searches, are looked for.
    pub(crate) pages: Turns,
    pub(crate) searches: Turns,
    pub(crate) started: Timestamp,
    /// The connections; a hub that ends waits for them.
    pub(crate) connections: TaskTracker,
    /// The rooms and the post office.
    pub(crate) tasks: TaskTracker,
    /// Where the hub runs, for what is asked of it from elsewhere.
    pub(crate) runtime: Handle,
    /// Ends the rooms.
    pub(crate) ending: CancellationToken,
    pub(crate) auto_join: Vec<RoomName>,
    stopping: AtomicBool,
    sessions: Sessions,
    ids: AtomicU64,
    streams: AtomicU64,
    /// Rooms of an earlier run that nobody has entered yet.
    dormant: Mutex<HashMap<RoomName, RestoredRoom>>,
}

/// What a hub with TLS has.
pub(crate) struct Security {
    pub(crate) certificates: Certificates,
    /// The port of the first listener with TLS.
    pub(crate) port: Option<u16>,
}

/// The connections there are, registered or not.
#[derive(Default)]
struct Sessions {
    // Touched when a connection comes and goes, and by a hub that ends.
    table: Mutex<SessionTable>,
    registered: AtomicUsize,
}

#[derive(Default)]
struct SessionTable {
    inboxes: HashMap<SessionId, (IpAddr, Arc<Inbox>)>,
    /// How many there are from one network.
    per_network: HashMap<IpAddr, usize>,
}

impl SessionTable {
    /// How many connections are from where an address is.
    fn from(&self, address: IpAddr) -> usize {
        self.per_network
            .get(&network(address))
            .copied()
            .unwrap_or(0)
    }

    /// Counts one connection more from an address.
    fn enter(&mut self, address: IpAddr) {
        *self.per_network.entry(network(address)).or_default() += 1;
    }

    /// Counts one connection less from an address.
    fn leave(&mut self, address: IpAddr) {
        let network = network(address);
        if let Some(count) = self.per_network.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                self.per_network.remove(&network);
            }
        }
    }
}

impl Full {
    /// As what it is counted.
    pub(crate) fn reason(&self) -> Refusal {
        match self {
            Self::Stopping => Refusal::Stopping,
            Self::Total => Refusal::Connections,
            Self::Address => Refusal::Address,
            Self::Banned(_) => Refusal::Ban,
        }
    }
}

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, SessionTable> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a connection is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Full {
    /// The hub is about to end.
    #[error("the server is shutting down")]
    Stopping,
    /// `[limits] connections` is reached.
    #[error("too many connections")]
    Total,
    /// `[limits] connections_per_address` is reached, by the address or by the network of an IPv6 address.
    #[error("too many connections from your address")]
    Address,
    /// An operator has banned the address.
    #[error("{0}")]
    Banned(String),
}

impl Hub {
    /// A hub with its permanent rooms, and nobody in it. Starts tasks, so it wants a runtime.
    pub(crate) fn new(config: ServerConfig, log: Arc<dyn Log>, restored: Restored) -> Arc<Self> {
        let auto_join: Vec<RoomName> = config
            .server
            .auto_join
            .iter()
            .filter_map(|room| room.as_str().parse().ok())
            .collect();
        let started = clock::now();
        let (inhabited, dormant): (Vec<_>, Vec<_>) = restored
            .rooms
            .into_iter()
            .partition(|room| !room.members.is_empty());
        let dormant = dormant
            .into_iter()
            .map(|room| (room.record.name.clone(), room))
            .collect();
        let tasks = TaskTracker::new();
        let metrics = Arc::new(Metrics::new());
        let hub = Arc::new(Self {
            post: PostOffice::open(Arc::clone(&log), Arc::clone(&metrics), &tasks),
            metrics,
            accounts: Accounts::new(Arc::clone(&log), restored.accounts),
            bans: Bans::new(Arc::clone(&log), restored.bans),
            always_on: Holders::default(),
            pages: Turns::new(PAGES_AT_ONCE),
            searches: Turns::new(1),
            log,
            name: config.server.name.as_str().to_owned(),
            security: OnceLock::new(),
            isupport: RwLock::new(isupport::lines(&config)),
            config: RwLock::new(Arc::new(config)),
            directory: Directory::default(),
            started,
            connections: TaskTracker::new(),
            tasks,
            runtime: Handle::current(),
            ending: CancellationToken::new(),
            auto_join,
            stopping: AtomicBool::new(false),
            sessions: Sessions::default(),
            // Beyond what earlier runs can have given, since events keep these numbers.
            ids: AtomicU64::new(started.as_millis() << RUN_BITS),
            streams: AtomicU64::new(restored.next_stream.max(1)),
            dormant: Mutex::new(dormant),
        });
        let residents = hub.bring_back(restored.presences);
        for room in inhabited {
            let name = room.record.name.clone();
            let permanent = hub.auto_join.contains(&name);
            let origin = Origin::Restored(Box::new(room), residents.clone());
            hub.directory
                .room_or_make(&name, || room::spawn(&hub, origin, permanent));
        }
        for name in &hub.auto_join {
            hub.room_or_make(name);
        }
        hub
    }

    /// The hub's name on the wire.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Puts other settings in force.
    pub(crate) fn replace_config(&self, config: ServerConfig) {
        let lines = isupport::lines(&config);
        *self
            .isupport
            .write()
            .unwrap_or_else(PoisonError::into_inner) = lines;
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
    }

    /// The tokens of `005`, as many on each line as fit.
    pub(crate) fn isupport(&self) -> Arc<[Vec<String>]> {
        let lines = self.isupport.read();
        Arc::clone(&lines.unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes TLS possible; the first call counts.
    pub(crate) fn secure(&self, security: Security) {
        self.security.get_or_init(|| security);
    }

    /// What connections with TLS are shown.
    pub(crate) fn certificates(&self) -> Option<&Certificates> {
        self.security.get().map(|security| &security.certificates)
    }

    /// The port at which clients without TLS find it.
    pub(crate) fn tls_port(&self) -> Option<u16> {
        self.security.get().and_then(|security| security.port)
    }

    /// The settings in force: take them anew for every decision, since they can be replaced at any time.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A number that was never given before.
    pub(crate) fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// An id for a user who registers.
    pub(crate) fn next_user(&self) -> (UserId, StreamId) {
        (UserId(self.next_id()), self.next_stream())
    }

    /// The room of a name, made if there is none; nothing while the name is kept for a room that may get it. Those that
    /// everybody joins stay when they are empty.
    pub(crate) fn room_or_make(self: &Arc<Self>, name: &RoomName) -> Option<Arc<Room>> {
        self.directory.room_or_make(name, || {
            let permanent = self.auto_join.contains(name);
            let restored = self
                .dormant
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(name);
            let origin = match restored {
                Some(restored) => Origin::Restored(Box::new(restored), Residents::new()),
                None => Origin::New(self.next_stream(), name.clone()),
            };
            room::spawn(self, origin, permanent)
        })
    }

    /// The rooms that nobody has entered since the hub started, and that belong to an account or let it in again.
    pub(crate) fn dormant_rooms_of(&self, account: &str) -> Vec<RoomName> {
        let dormant = self.dormant.lock().unwrap_or_else(PoisonError::into_inner);
        let name = salon_protocol::fold(account);
        let is_its = |founder: &str| salon_protocol::eq_folded(founder, account);
        let owned = dormant.iter().filter(|(_, room)| {
            let founder = room.record.founder.as_deref();
            founder.is_some_and(is_its) || room.guests.contains(name.as_str())
        });
        owned.map(|(name, _)| name.clone()).collect()
    }

    /// Whether several connections of an account may be one user.
    pub(crate) fn shares_nicks(&self, account: &str) -> bool {
        let wanted = self.accounts.named(account).and_then(|one| one.multiclient);
        wanted.unwrap_or(self.config().accounts.multiclient)
    }

    /// Keeps a name for a room that is to be renamed; says whether it was free. One that nobody has entered since the hub
    /// started has its name too.
    pub(crate) fn reserve_room_name(&self, room: &Arc<Room>, name: &RoomName) -> bool {
        // Let go before the directory is asked, which holds its lock while it asks for a dormant room.
        let is_dormant = {
            let dormant = self.dormant.lock().unwrap_or_else(PoisonError::into_inner);
            dormant.contains_key(name)
        };
        !is_dormant
            && !self.auto_join.contains(name)
            && self.directory.reserve_room_name(room, name)
    }

    /// A stream that nothing is in.
    pub(crate) fn next_stream(&self) -> StreamId {
        StreamId(self.streams.fetch_add(1, Ordering::Relaxed))
    }

    /// Lets a connection in, unless there are too many.
    pub(crate) fn admit(
        &self,
        address: IpAddr,
        entrance: Entrance,
    ) -> Result<(SessionId, Arc<Inbox>), Full> {
        let config = self.config();
        let mut table = self.sessions.lock();
        // Asked under the lock under which a hub that ends tells everyone: nobody slips in behind.
        if self.is_stopping() {
            return Err(Full::Stopping);
        }
        let same = table.from(address);
        let all = table.inboxes.len();
        if entrance.websocket && is_proxy(&config, address) {
            // Those who come through it are counted where they come from, once that is known.
            check_total(&config.limits, address, all)?;
        } else {
            self.check_admission(&config.limits, address, all, same)?;
        }
        let session = SessionId(self.next_id());
        let inbox = Arc::new(Inbox::default());
        table.inboxes.insert(session, (address, Arc::clone(&inbox)));
        table.enter(address);
        Ok((session, inbox))
    }

    /// Notes that a connection has registered, or that one that had is gone.
    pub(crate) fn count_registered(&self, registered: bool) {
        if registered {
            self.sessions.registered.fetch_add(1, Ordering::Relaxed);
        } else {
            self.sessions.registered.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// How many connections have not registered yet.
    pub(crate) fn unregistered(&self) -> usize {
        let all = self.sessions.lock().inboxes.len();
        all.saturating_sub(self.sessions.registered.load(Ordering::Relaxed))
    }

    /// Forgets a connection that is gone.
    pub(crate) fn forget(&self, session: SessionId) {
        let mut table = self.sessions.lock();
        let Some((address, _)) = table.inboxes.remove(&session) else {
            return;
        };
        table.leave(address);
    }

    /// How many connections there are.
    pub(crate) fn connection_count(&self) -> usize {
        self.sessions.lock().inboxes.len()
    }

    /// Moves a connection to the address that its proxy tells, where `of` knows one of the address that it came from. It has
    /// to be let in from there as well, or from the proxy's own where that tells nothing.
    pub(crate) fn readmit(
        &self,
        session: SessionId,
        of: impl FnOnce(IpAddr) -> Option<IpAddr>,
    ) -> Result<Option<IpAddr>, Full> {
        let config = self.config();
        let mut table = self.sessions.lock();
        let Some(from) = table.inboxes.get(&session).map(|(from, _)| *from) else {
            return Ok(None);
        };
        let behind = of(from);
        if behind.is_none() && !is_proxy(&config, from) {
            return Ok(None);
        }
        let address = behind.unwrap_or(from);
        // It counts already.
        let others = table.inboxes.len() - 1;
        let same = table.from(address);
        let others_there = same - usize::from(network(address) == network(from));
        self.check_admission(&config.limits, address, others, others_there)?;
        if address != from {
            table.leave(from);
            table.enter(address);
            if let Some((from, _)) = table.inboxes.get_mut(&session) {
                *from = address;
            }
        }
        Ok(behind)
    }

    fn check_admission(
        &self,
        limits: &LimitSettings,
        address: IpAddr,
        all: usize,
        same: usize,
    ) -> Result<(), Full> {
        if let Some(ban) = self.bans.against_address(address, clock::now()) {
            return Err(Full::Banned(ban.sentence()));
        }
        check_total(limits, address, all)?;
        if !limits.is_exempt(address) && is_reached(limits.connections_per_address, same) {
            return Err(Full::Address);
        }
        Ok(())
    }

    /// Ends the connections from some addresses, registered or not; gives their number.
    pub(crate) fn close_from(
        &self,
        is_meant: impl Fn(IpAddr) -> bool,
        closing: &dyn Fn() -> Closing,
    ) -> usize {
        let table = self.sessions.lock();
        let meant = table.inboxes.values().filter(|(from, _)| is_meant(*from));
        meant.map(|(_, inbox)| inbox.close(closing())).count()
    }

    /// Whether the hub is about to end.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Ends every connection with a reason; the hub ends as well.
    pub(crate) fn close_all(&self, reason: &str) {
        self.stopping.store(true, Ordering::Relaxed);
        for (_, inbox) in self.sessions.lock().inboxes.values() {
            inbox.close(Closing {
                line: None,
                reason: reason.to_owned(),
            });
        }
    }
}

/// Whether an address is that of a proxy, which speaks for others.
fn is_proxy(config: &ServerConfig, address: IpAddr) -> bool {
    let settings = config.websocket.as_ref();
    settings.is_some_and(|settings| settings.is_proxy(address))
}

fn check_total(limits: &LimitSettings, address: IpAddr, all: usize) -> Result<(), Full> {
    if !limits.is_exempt(address) && is_reached(limits.connections, all) {
        return Err(Full::Total);
    }
    Ok(())
}

fn is_reached(limit: Option<NonZeroU32>, count: usize) -> bool {
    limit.is_some_and(|limit| count >= usize::try_from(limit.get()).unwrap_or(usize::MAX))
}
