//! The life of a hub from its start to its end.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use salon_config::ServerConfig;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::clock;
use crate::connection::Entrance;
use crate::control::Control;
use crate::hub::{Hub, Security};
use crate::listeners::{self, Handed, Listener, Purpose};
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
    /// A socket that was handed over cannot be used.
    #[error("cannot use a socket that the service manager handed over: {source}")]
    Handed {
        /// What the system said.
        source: std::io::Error,
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
    listeners: Vec<Listener>,
    addresses: Vec<SocketAddr>,
    /// Done when the data folder is free again, if there is one.
    released: Option<oneshot::Receiver<()>>,
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
    /// Opens the listeners of the settings. Needs a tokio runtime; fails when an address cannot be had.
    pub async fn bind(config: &ServerConfig) -> Result<Self, ServerError> {
        Self::bind_with(config, Vec::new()).await
    }

    /// The same with sockets that listen already and do not block. One that has the address of a listener for TLS, browsers or
    /// metrics becomes that one; the others speak plain IRC, in the place of `[server] listen`.
    pub async fn bind_with(
        config: &ServerConfig,
        handed: Vec<Handed>,
    ) -> Result<Self, ServerError> {
        Self::check(config)?;
        let certificates = config.tls.as_ref().map(Certificates::load).transpose()?;
        let listeners = listeners::open(config, handed).await?;
        let addresses = listeners.iter().map(|listener| listener.address).collect();
        let encrypted = Purpose::Chat(Entrance {
            tls: true,
            websocket: false,
        });
        let with_tls = listeners.iter().find(|one| one.purpose == encrypted);
        let tls_port = with_tls.map(|listener| listener.address.port());
        survive_file_limits();
        let (log, restored, released) = open_log(config)?;
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
            released,
        })
    }

    /// Finds what is wrong with settings, the files of certificates included, beyond what can be seen in the settings alone.
    pub fn check(config: &ServerConfig) -> Result<(), ServerError> {
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
    /// settings, and the one for metrics; a port 0 has become a real one.
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Serves until `stop` is done. Then it takes nobody in any more, tells everyone, and returns within a second, with the
    /// data folder free for another hub unless somebody had to be cut.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut accepting = JoinSet::new();
        for listener in self.listeners {
            accepting.spawn(listener.serve(Arc::clone(&self.hub)));
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
        let (tasks, released) = (self.hub.tasks.clone(), self.released);
        self.hub.ending.cancel();
        drop(self.hub);
        tasks.close();
        let release = async {
            tasks.wait().await;
            if let Some(released) = released {
                // It never says a word.
                let _ = released.await;
            }
        };
        let _ = tokio::time::timeout(RELEASE, release).await;
    }
}

/// Lets a write beyond the limit of file sizes (`ulimit -f`) be an error, which the log's writer tells like that of a full
/// disk. Without a handler the signal for it ends the process. The handler stays when this value is gone.
fn survive_file_limits() {
    if let Err(error) = signal(SignalKind::from_raw(libc::SIGXFSZ)) {
        tracing::warn!(%error, "a limit of file sizes would end the hub");
    }
}

/// A log, what an earlier run left in it, and what is done when its folder is free.
type Opened = (Arc<dyn Log>, Restored, Option<oneshot::Receiver<()>>);

/// The log in the data folder or, where the settings name none, in memory.
fn open_log(config: &ServerConfig) -> Result<Opened, ServerError> {
    let epoch = clock::now().as_millis();
    let retain = config.history.retain.map(NonZeroU32::get);
    let Some(folder) = &config.server.data_dir else {
        let retained = retain.and_then(|retain| usize::try_from(retain).ok());
        let retained = retained.unwrap_or(MEMORY_EVENTS_MAX).min(MEMORY_EVENTS_MAX);
        return Ok((
            Arc::new(MemoryLog::new(epoch, retained)),
            Restored::default(),
            None,
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
    let (mut log, restored) = SqliteLog::open(folder, options, epoch)?;
    let released = log.released();
    Ok((Arc::new(log), restored, released))
}
