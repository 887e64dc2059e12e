//! Where the hub listens, and for what: its own sockets, and those that a service manager hands over.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use salon_config::{ListenAddress, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant};

use crate::connection::{self, Entrance};
use crate::hub::Hub;
use crate::metrics::endpoint;
use crate::server::ServerError;

/// How long the hub takes no connection after the system had no room for one (open files, memory).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A socket that listens already, for [`Server::bind_with`](crate::Server::bind_with).
pub type Handed = std::net::TcpListener;

/// What is served to those who connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Chat(Entrance),
    Metrics,
}

/// A socket that accepts.
pub(crate) struct Listener {
    socket: TcpListener,
    pub(crate) address: SocketAddr,
    pub(crate) purpose: Purpose,
}

/// Opens all that the settings ask for, in their order. Of the sockets that were handed over, one with the address of a
/// listener for TLS, browsers or metrics becomes that one; all others speak plain IRC, in the place of `[server] listen`.
pub(crate) async fn open(
    config: &ServerConfig,
    handed: Vec<Handed>,
) -> Result<Vec<Listener>, ServerError> {
    let mut handed = handed
        .into_iter()
        .map(|socket| Ok((socket.local_addr()?, TcpListener::from_std(socket)?)))
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(|source| ServerError::Handed { source })?;
    let mut special = Vec::new();
    for (wanted, purpose) in special_listeners(config) {
        let known = handed.iter().position(|(address, _)| is(wanted, *address));
        special.push(match known {
            Some(index) => {
                let (address, socket) = handed.swap_remove(index);
                Listener {
                    socket,
                    address,
                    purpose,
                }
            }
            None => bind(wanted, purpose).await?,
        });
    }
    let plain = Purpose::Chat(Entrance::default());
    let mut listeners = Vec::new();
    if handed.is_empty() {
        for wanted in &config.server.listen {
            listeners.push(bind(wanted, plain).await?);
        }
    }
    listeners.extend(handed.into_iter().map(|(address, socket)| Listener {
        socket,
        address,
        purpose: plain,
    }));
    listeners.append(&mut special);
    if listeners.iter().all(|one| one.purpose == Purpose::Metrics) {
        return Err(ServerError::NoListener);
    }
    Ok(listeners)
}

/// What the settings ask for besides plain IRC.
fn special_listeners(config: &ServerConfig) -> impl Iterator<Item = (&ListenAddress, Purpose)> {
    let chat =
        |tls, websocket| move |address| (address, Purpose::Chat(Entrance { tls, websocket }));
    let tls = config.tls.iter().flat_map(|tls| &tls.listen);
    let websocket = config
        .websocket
        .iter()
        .flat_map(move |web| web.listen.iter().map(chat(web.tls, true)));
    let metrics = config.metrics.iter();
    tls.map(chat(true, false))
        .chain(websocket)
        .chain(metrics.map(|metrics| (&metrics.listen, Purpose::Metrics)))
}

fn is(wanted: &ListenAddress, address: SocketAddr) -> bool {
    let (host, port) = wanted.to_pair();
    port == address.port() && host.parse::<IpAddr>() == Ok(address.ip())
}

async fn bind(wanted: &ListenAddress, purpose: Purpose) -> Result<Listener, ServerError> {
    let refuse = |source| ServerError::Listen {
        address: wanted.to_string(),
        source,
    };
    let socket = TcpListener::bind(wanted.to_pair()).await.map_err(refuse)?;
    let address = socket.local_addr().map_err(refuse)?;
    Ok(Listener {
        socket,
        address,
        purpose,
    })
}

impl Listener {
    /// Serves whoever connects; never done.
    pub(crate) async fn serve(self, hub: Arc<Hub>) {
        match self.purpose {
            Purpose::Chat(entrance) => loop {
                let (stream, peer) = self.accept().await;
                // Lines are small and people wait for them; a failure costs latency alone.
                let _ = stream.set_nodelay(true);
                connection::welcome(&hub, stream, entrance, peer);
            },
            Purpose::Metrics => self.serve_metrics(&hub).await,
        }
    }

    async fn serve_metrics(&self, hub: &Arc<Hub>) {
        let mut serving = JoinSet::new();
        loop {
            let (stream, peer) = self.accept().await;
            while serving.try_join_next().is_some() {}
            if serving.len() < endpoint::CONNECTIONS_MAX {
                let hub = Arc::clone(hub);
                let asker = if peer.ip().to_canonical().is_loopback() {
                    let own_name = hub.config().server.name.to_string();
                    endpoint::Asker::Here { own_name }
                } else {
                    endpoint::Asker::Elsewhere
                };
                serving.spawn(endpoint::serve(stream, asker, move || {
                    hub.metrics.render(&hub)
                }));
            }
        }
    }

    async fn accept(&self) -> (TcpStream, SocketAddr) {
        loop {
            match self.socket.accept().await {
                Ok(accepted) => return accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep_until(Instant::now() + ACCEPT_PAUSE).await;
                }
            }
        }
    }
}
