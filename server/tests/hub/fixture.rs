//! A hub that runs for one test.

use std::net::SocketAddr;
use std::path::Path;

use salon_config::ServerConfig;
use salond::Server;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::Client;

/// A hub that serves until it is stopped or the test ends.
pub(crate) struct Hub {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Hub {
    /// A hub in which nobody is put into a room.
    pub(crate) async fn start() -> Self {
        Self::with("").await
    }

    /// The same, with more settings: first those of `[server]`, then other sections.
    pub(crate) async fn with(settings: &str) -> Self {
        let auto_join = if settings.contains("auto_join") {
            ""
        } else {
            "auto_join = []\n"
        };
        let text = format!(
            "[server]\nname = \"hub.test\"\nlisten = [\"127.0.0.1:0\"]\n{auto_join}{settings}"
        );
        let config = ServerConfig::parse(Path::new("test.toml"), &text).expect("valid settings");
        let server = Server::bind(&config).await.expect("a free port");
        let address = *server.local_addrs().first().expect("one listener");
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(server.run(async {
            // A fixture that is dropped stops the hub as well.
            let _ = stopped.await;
        }));
        Self {
            address,
            stop,
            running,
        }
    }

    /// Stops the hub and waits for its end.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        self.running.await.expect("the hub ends");
    }

    /// Somebody who has connected and said nothing.
    pub(crate) async fn connect(&self) -> Client {
        Client::connect(self.address).await
    }

    /// Somebody who has registered without capabilities and has read their welcome.
    pub(crate) async fn client(&self, nick: &str) -> Client {
        self.client_with(nick, "").await
    }

    /// Somebody who has registered with capabilities and has read their welcome.
    pub(crate) async fn client_with(&self, nick: &str, caps: &str) -> Client {
        let mut client = self.connect().await;
        if !caps.is_empty() {
            client.send(&format!("CAP REQ :{caps}")).await;
        }
        client
            .send(&format!("NICK {nick}\r\nUSER u 0 * :Real {nick}"))
            .await;
        if !caps.is_empty() {
            client.send("CAP END").await;
        }
        client.sees().await;
        client
    }

    /// People without capabilities who are all in `#room`, the first of them its operator, and have read all.
    pub(crate) async fn room<const N: usize>(&self, nicks: [&str; N]) -> [Client; N] {
        self.room_with(nicks.map(|nick| (nick, ""))).await
    }

    /// The same, each with capabilities.
    pub(crate) async fn room_with<const N: usize>(&self, people: [(&str, &str); N]) -> [Client; N] {
        let mut clients = Vec::new();
        for (nick, caps) in people {
            let mut client = self.client_with(nick, caps).await;
            client.does("JOIN #room").await;
            clients.push(client);
        }
        for client in &mut clients {
            client.sees().await;
        }
        clients
            .try_into()
            .unwrap_or_else(|_| unreachable!("as many clients as nicks"))
    }
}
