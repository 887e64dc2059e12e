//! The real hub, in this process, on a port of its own; and a home whose settings point at it.

use std::net::SocketAddr;
use std::path::Path;

use salon_config::{ListenAddress, ServerConfig};
use salond::Server;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A hub that ends, after telling everyone, when it is dropped.
pub(crate) struct Hub {
    runtime: Runtime,
    serving: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    address: SocketAddr,
    home: TempDir,
}

impl Hub {
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let mut config = ServerConfig::default();
        config.server.listen = vec![ListenAddress::new("127.0.0.1", 0)];
        let server = runtime
            .block_on(Server::bind(&config))
            .expect("the hub listens");
        let address = *server.local_addrs().first().expect("one listener");
        let (stop, stopped) = oneshot::channel();
        let serving = runtime.spawn(server.run(async {
            // The end of the sender is the sign as well.
            let _ = stopped.await;
        }));
        let home = tempfile::tempdir().expect("a folder");
        let settings = home.path().join("config/salon");
        std::fs::create_dir_all(&settings).expect("a folder for settings");
        std::fs::write(
            settings.join("config.toml"),
            format!("server = \"{address}\"\n"),
        )
        .expect("settings");
        Self {
            runtime,
            serving: Some((stop, serving)),
            address,
            home,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A home in which `salon` finds this hub without being told.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Ends the hub, and keeps the home.
    pub(crate) fn stop(&mut self) {
        if let Some((stop, serving)) = self.serving.take() {
            drop(stop);
            self.runtime.block_on(serving).expect("the hub ends well");
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.stop();
        }
    }
}
