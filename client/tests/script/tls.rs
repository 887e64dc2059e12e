//! The real program and a real hub over TLS: who is trusted, and what is said of who isn't.

use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use salon_config::ServerConfig;
use salond::Server;
use salond::tls::generate::{Files, generate};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::hub::Hub as FakeHub;
use crate::salon::{Outcome, Salon};

/// A hub with TLS that serves until the test ends.
pub(crate) struct Hub {
    folder: TempDir,
    /// Without TLS, and with.
    addresses: Vec<SocketAddr>,
    // The end of the runtime is the end of the hub.
    _runtime: Runtime,
}

impl Hub {
    pub(crate) fn named(name: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        certificate(folder.path(), name);
        certificate(&folder.path().join("me"), "ann");
        let settings = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\ndata_dir = \"hub\"\n[tls]\nlisten = \"127.0.0.1:0\"\n\
             cert = \"cert.pem\"\nkey = \"key.pem\"\n{more}"
        );
        let config = ServerConfig::parse(&folder.path().join("salond.toml"), &settings).unwrap();
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(Server::bind(&config)).unwrap();
        let addresses = server.local_addrs().to_vec();
        runtime.spawn(server.run(std::future::pending()));
        Self {
            folder,
            addresses,
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("ircs://{}", self.address())
    }

    fn address(&self) -> SocketAddr {
        *self.addresses.last().unwrap()
    }

    pub(crate) fn certificate(&self) -> String {
        self.folder.path().join("cert.pem").display().to_string()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn plain_address(&self) -> SocketAddr {
        *self.addresses.first().unwrap()
    }

    pub(crate) fn run(&self, options: &[&str], input: &str) -> Outcome {
        let url = self.url();
        let args: Vec<_> = std::iter::once(url.as_str())
            .chain(options.iter().copied())
            .collect();
        Salon::new(&args).run(input)
    }
}

fn certificate(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let files = Files::in_folder(folder);
    generate(&[name.to_owned()], &files).unwrap();
    (files.cert, files.key)
}

/// The fingerprint that a text names.
fn fingerprint(text: &str) -> &str {
    let at = text.find("sha256:").expect("a fingerprint");
    text.get(at..at + "sha256:".len() + 64).unwrap()
}

#[test]
fn a_message_arrives_over_tls_with_the_hubs_own_certificate() {
    let hub = Hub::named("127.0.0.1", "");
    let outcome = hub.run(&["--tls-ca", &hub.certificate(), "--json"], "hello\n");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    assert!(
        outcome.stdout.contains("\"text\":\"hello\""),
        "{}",
        outcome.stdout
    );
}

#[test]
fn many_lines_arrive_over_tls_in_their_order() {
    let hub = Hub::named("127.0.0.1", "");
    let lines: Vec<_> = (0..3000)
        .map(|number| format!("{number} {}", "x".repeat(200)))
        .collect();
    let outcome = hub.run(
        &["--tls-ca", &hub.certificate(), "--json", "--no-commands"],
        &lines.join("\n"),
    );
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    let texts: Vec<_> = outcome
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|event| event["type"] == "message")
        .map(|event| event["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts, lines);
}

#[test]
fn a_certificate_of_nobody_known_is_refused_and_can_be_pinned() {
    let hub = Hub::named("elsewhere.test", "");
    let folder = hub.folder.path().join("other");
    let (other, _) = certificate(&folder, "other.test");
    let outcome = hub.run(&["--tls-ca", &other.display().to_string()], "hello\n");
    let shown = fingerprint(&outcome.stderr).to_owned();
    let expected = format!(
        "error: could not connect to {}: nobody who is trusted here has issued its certificate; it is {shown}\n\
         hint: if that is what whoever runs it tells you, `--tls-fingerprint {shown}` trusts this certificate; \
         `--tls-ca FILE` trusts those in a file\n",
        hub.address()
    );
    assert_eq!((outcome.code, outcome.stderr), (Some(3), expected));
    let outcome = hub.run(&["--tls-fingerprint", &shown], "hello\n");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
}

#[test]
fn another_certificate_than_the_pinned_one_is_refused() {
    let hub = Hub::named("127.0.0.1", "");
    let pinned = format!("sha256:{}", "00".repeat(32));
    let outcome = hub.run(&["--tls-fingerprint", &pinned], "hello\n");
    let shown = fingerprint(&outcome.stderr).to_owned();
    let expected = format!(
        "error: could not connect to {}: its certificate is not the one that is pinned; it is {shown}\n\
         hint: ask whoever runs it whether it has a new one: if it hasn't, somebody stands in between\n",
        hub.address()
    );
    assert_eq!((outcome.code, outcome.stderr), (Some(3), expected));
    assert_ne!(shown, pinned);
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let hub = Hub::named("elsewhere.test", "");
    let outcome = hub.run(&["--tls-ca", &hub.certificate()], "hello\n");
    let expected = "its certificate is not for '127.0.0.1' but for 'elsewhere.test'; it is sha256:";
    assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
    assert_eq!(outcome.code, Some(3));
}

#[test]
fn what_speaks_no_tls_is_told() {
    let hub = FakeHub::modern();
    let url = format!("ircs://{}", hub.address);
    let pinned = "00".repeat(32);
    let outcome = Salon::new(&[&url, "--tls-fingerprint", &pinned]).run("hello\n");
    let expected = format!(
        "error: could not connect to {}: what answers there speaks no TLS\n\
         hint: `irc://` connects without TLS; TLS commonly has a port of its own, 6697\n",
        hub.address
    );
    assert_eq!((outcome.code, outcome.stderr), (Some(3), expected));
}

#[test]
fn a_certificate_of_ones_own_is_shown() {
    let hub = Hub::named("127.0.0.1", "client_ca = \"me/cert.pem\"\n");
    let run = |owner: &str| {
        let folder = hub.folder.path().join(owner);
        let cert = folder.join("cert.pem").display().to_string();
        let key = folder.join("key.pem").display().to_string();
        let ca = hub.certificate();
        hub.run(
            &["--tls-ca", &ca, "--tls-cert", &cert, "--tls-key", &key],
            "hello\n",
        )
    };
    let outcome = run("me");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    // The hub trusts nobody who has issued that one.
    certificate(&hub.folder.path().join("other"), "eve");
    let outcome = run("other");
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
}

#[test]
fn whoever_goes_to_tls_without_it_is_told_the_way() {
    let hub = Hub::named("127.0.0.1", "");
    let address = hub.address();
    let outcome = Salon::new(&[&address.to_string()]).run("hello\n");
    let expected = format!(
        "error: {address} did not let us in: this port speaks TLS: use `ircs://{address}`\n"
    );
    assert_eq!((outcome.code, outcome.stderr), (Some(3), expected));
    // A server that says nothing may speak TLS as well.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // It takes notice of what is said to it, so that closing is no reset.
        assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
    });
    let outcome = Salon::new(&[&address.to_string()]).run("hello\n");
    let hint = format!("without a word; if this port speaks TLS, use `ircs://{address}`\n");
    assert_eq!(outcome.code, Some(3));
    assert!(outcome.stderr.ends_with(&hint), "{}", outcome.stderr);
}
