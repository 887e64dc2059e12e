//! The real hub in this process, and the programs that go there.

use std::net::SocketAddr;
use std::time::Instant;

use salon_config::{ListenAddress, ServerConfig};
use salond::Server;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::hub::PATIENCE;
use crate::salon::{Outcome, Running, Salon};

/// A hub that keeps what is said, and can be stopped and started again where it was.
pub(crate) struct Hub {
    runtime: Runtime,
    serving: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    address: SocketAddr,
    data: TempDir,
}

impl Hub {
    /// A hub on a port of its own.
    pub(crate) fn start() -> Self {
        let mut hub = Self {
            runtime: Runtime::new().unwrap(),
            serving: None,
            address: "127.0.0.1:0".parse().unwrap(),
            data: tempfile::tempdir().unwrap(),
        };
        hub.serve();
        hub
    }

    /// Serves what it served before, on another port.
    pub(crate) fn serve(&mut self) {
        let mut config = ServerConfig::default();
        config.server.listen = vec![ListenAddress::new("127.0.0.1", 0)];
        config.server.data_dir = Some(self.data.path().to_owned());
        let deadline = Instant::now() + PATIENCE;
        let server = loop {
            match self.runtime.block_on(Server::bind(&config)) {
                Ok(server) => break server,
                // The hub before may still be closing its file.
                Err(error) if Instant::now() < deadline && error.to_string().contains("uses") => {
                    std::thread::yield_now();
                }
                Err(error) => panic!("{error}"),
            }
        };
        self.address = *server.local_addrs().first().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = self.runtime.spawn(server.run(async {
            // The end of the sender is the sign as well.
            let _ = stopped.await;
        }));
        self.serving = Some((stop, serving));
    }

    /// Ends, after telling everyone.
    pub(crate) fn stop(&mut self) {
        if let Some((stop, serving)) = self.serving.take() {
            drop(stop);
            self.runtime.block_on(serving).unwrap();
        }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The program with these arguments, told where the hub is.
    pub(crate) fn salon(&self, args: &[&str]) -> Salon {
        self.patient(args, "20")
    }

    /// The same, with that many seconds of patience.
    pub(crate) fn patient(&self, args: &[&str], seconds: &str) -> Salon {
        let address = self.address.to_string();
        let mut all = args.to_vec();
        all.extend(["--server", &address, "--timeout", seconds]);
        Salon::new(&all)
    }

    /// The same, run to its end with this input.
    #[track_caller]
    pub(crate) fn run(&self, args: &[&str], input: &str) -> Outcome {
        self.salon(args).run(input)
    }

    /// The same, which must succeed in silence on standard error; gives its output.
    #[track_caller]
    pub(crate) fn output(&self, args: &[&str], input: &str) -> String {
        let outcome = self.run(args, input);
        assert_eq!(
            (outcome.code, outcome.stderr.as_str()),
            (Some(0), ""),
            "{outcome:?}"
        );
        outcome.stdout
    }

    /// Somebody in `#lobby` who stays while this lives: what they hear comes out.
    pub(crate) fn guest(&self, nick: &str) -> Running {
        self.salon(&["--nick", nick, "--json"]).start()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.stop();
        }
    }
}

/// Checks a run that is to end like that.
#[track_caller]
pub(crate) fn check(outcome: &Outcome, code: i32, stdout: &str, stderr: &str) {
    assert_eq!(
        (
            outcome.code,
            outcome.stdout.as_str(),
            outcome.stderr.as_str()
        ),
        (Some(code), stdout, stderr)
    );
}

/// The texts in lines of JSON.
pub(crate) fn texts(json: &str) -> Vec<String> {
    let objects = json
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    objects
        .map(|object| object["text"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// The texts behind the nick in lines for people.
pub(crate) fn said(text: &str) -> Vec<&str> {
    let lines = text.lines();
    lines
        .map(|line| line.split_once("> ").map_or(line, |(_, said)| said))
        .collect()
}

/// The numbers from one to `last`, a line each.
pub(crate) fn numbers(last: u32) -> Vec<String> {
    (1..=last).map(|number| number.to_string()).collect()
}
