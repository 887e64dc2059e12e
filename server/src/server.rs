//! The listeners, and the life of a hub from its start to its end.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use salon_config::{Feature, ListenAddress, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

use crate::clock;
use crate::connection::{self, Entrance};
use crate::control::Control;
use crate::hub::{Hub, Security};
use crate::log::sqlite::Options;
use crate::log::{Log, MemoryLog, Restored, SqliteLog};
use crate::tls::{CertificateError, Certificates, Loaded};

/// How long the connections of a hub that ends may take to hear of it.
const FAREWELL: Duration = Duration::from_millis(700);

/// How long rooms and the post office of a hub that ends may take to let go of the log.
const RELEASE: Duration = Duration::from_millis(200);

/// How many events of a room the log in memory keeps at most, whatever `[history] retain` says.
const MEMORY_EVENTS_MAX: usize = 32_768;

/// A day of retention.
const DAY: Duration = Duration::from_hours(24);

/// How long the hub takes no connection after the system had no room for one (open files, memory).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Why a hub does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {}", explain(source))]
    Listen {
        /// The address as it is in the settings.
        address: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The settings ask for something that this build has not.
    #[error(
        "the settings ask for {feature}, which this version of salond does not have; remove it"
    )]
    Unsupported {
        /// The section or key.
        feature: Feature,
    },
    /// The data folder or the log in it cannot be used.
    #[error(transparent)]
    Log(#[from] crate::log::sqlite::OpenError),
    /// The hub's certificate, or what belongs to it, cannot be used.
    #[error("{source}; {}", source.hint())]
    Certificate {
        /// Which of the files it is, and why.
        #[from]
        source: CertificateError,
    },
    /// There is nothing to listen on.
    #[error(
        "no address to listen on; expected at least one in `listen` of `[server]` or with --listen"
    )]
    NoListener,
}

fn explain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            "the address is in use; is another hub running?".to_owned()
        }
        _ => error.to_string(),
    }
}

/// A hub whose listeners are open and which serves nobody yet.
pub struct Server {
    hub: Arc<Hub>,
    listeners: Vec<(TcpListener, Entrance)>,
    addresses: Vec<SocketAddr>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Server")
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Opens the listeners of the settings. Needs a tokio runtime; fails when an address cannot be had, or when the
    /// settings ask for what this build has not.
    pub async fn bind(config: &ServerConfig) -> Result<Self, ServerError> {
        Self::check(config)?;
        let certificates = config.tls.as_ref().map(Certificates::load).transpose()?;
        let mut listeners = Vec::new();
        let mut addresses = Vec::new();
        let mut tls_port = None;
        for (address, entrance) in entrances(config) {
            let refuse = |source| ServerError::Listen {
                address: address.to_string(),
                source,
            };
            let listener = TcpListener::bind(address.to_pair()).await.map_err(refuse)?;
            let bound = listener.local_addr().map_err(refuse)?;
            if entrance.tls && !entrance.websocket {
                tls_port.get_or_insert(bound.port());
            }
            addresses.push(bound);
            listeners.push((listener, entrance));
        }
        if listeners.is_empty() {
            return Err(ServerError::NoListener);
        }
        survive_file_limits();
        let (log, restored) = open_log(config)?;
        let hub = Hub::new(config.clone(), log, restored);
        if let Some(certificates) = certificates {
            hub.secure(Security {
                certificates,
                port: tls_port,
            });
        }
        Ok(Self {
            hub,
            listeners,
            addresses,
        })
    }

    /// Finds what is wrong with settings, the files of certificates included, beyond what can be seen in the settings alone.
    pub fn check(config: &ServerConfig) -> Result<(), ServerError> {
        if let Some(feature) = config
            .features()
            .into_iter()
            .find(|one| !is_supported(*one))
        {
            return Err(ServerError::Unsupported { feature });
        }
        if let Some(tls) = &config.tls {
            Loaded::read(tls)?;
        }
        Ok(())
    }

    /// The way to the hub for the time that it runs.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.hub))
    }

    /// The addresses that the hub listens on: those without TLS, those with, those for browsers, each in the order of the
    /// settings; a port 0 has become a real one.
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Serves until `stop` is done. Then it takes nobody in any more, tells everyone, and returns within a second.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut accepting = JoinSet::new();
        for (listener, entrance) in self.listeners {
            accepting.spawn(accept(Arc::clone(&self.hub), listener, entrance));
        }
        stop.await;
        accepting.shutdown().await;
        self.hub.connections.close();
        self.hub.close_all("Server is shutting down");
        if tokio::time::timeout(FAREWELL, self.hub.connections.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                left = self.hub.connections.len(),
                "connections that did not take their farewell are cut"
            );
        }
        // Lets go of the data folder, so that another hub may have it. Who was cut holds on to it until the process ends.
        let tasks = self.hub.tasks.clone();
        self.hub.ending.cancel();
        drop(self.hub);
        tasks.close();
        let _ = tokio::time::timeout(RELEASE, tasks.wait()).await;
    }
}

/// Lets a write beyond the limit of file sizes (`ulimit -f`) be an error, which the log's writer tells like that of a full
/// disk. Without a handler the signal for it ends the process. The handler stays when this value is gone.
fn survive_file_limits() {
    if let Err(error) = signal(SignalKind::from_raw(libc::SIGXFSZ)) {
        tracing::warn!(%error, "a limit of file sizes would end the hub");
    }
}

/// The log in the data folder or, where the settings name none, in memory.
fn open_log(config: &ServerConfig) -> Result<(Arc<dyn Log>, Restored), ServerError> {
    let epoch = clock::now().as_millis();
    let retain = config.history.retain.map(NonZeroU32::get);
    let Some(folder) = &config.server.data_dir else {
        let retained = retain.and_then(|retain| usize::try_from(retain).ok());
        let retained = retained.unwrap_or(MEMORY_EVENTS_MAX).min(MEMORY_EVENTS_MAX);
        return Ok((
            Arc::new(MemoryLog::new(epoch, retained)),
            Restored::default(),
        ));
    };
    let options = Options {
        durability: config.history.durability,
        events_max: retain.map(u64::from),
        age_max: config
            .history
            .retain_days
            .map(|days| DAY.saturating_mul(days.get())),
    };
    let (log, restored) = SqliteLog::open(folder, options, epoch)?;
    Ok((Arc::new(log), restored))
}

/// Whether this build has a part that settings can ask for.
fn is_supported(feature: Feature) -> bool {
    matches!(feature, Feature::Tls | Feature::WebSocket)
}

/// Where the hub is to listen, and for what.
fn entrances(config: &ServerConfig) -> impl Iterator<Item = (&ListenAddress, Entrance)> {
    let with = |tls, websocket| move |address| (address, Entrance { tls, websocket });
    let plain = config.server.listen.iter().map(with(false, false));
    let tls = config.tls.iter().flat_map(|tls| &tls.listen);
    let websocket = config
        .websocket
        .iter()
        .flat_map(move |web| web.listen.iter().map(with(web.tls, true)));
    plain.chain(tls.map(with(true, false))).chain(websocket)
}

async fn accept(hub: Arc<Hub>, listener: TcpListener, entrance: Entrance) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => welcome(&hub, stream, entrance, peer),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep_until(tokio::time::Instant::now() + ACCEPT_PAUSE).await;
            }
        }
    }
}

fn welcome(hub: &Arc<Hub>, stream: TcpStream, entrance: Entrance, peer: SocketAddr) {
    // Lines are small and people wait for them; a failure costs latency alone.
    let _ = stream.set_nodelay(true);
    hub.connections
        .spawn(connection::serve(Arc::clone(hub), stream, entrance, peer));
}
