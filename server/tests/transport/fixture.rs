//! A hub that runs for one test, with a certificate of its own.

use std::fs::File;
use std::io::BufReader;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use salon_config::ServerConfig;
use salond::tls::generate::{Files, generate};
use salond::{Control, Server};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::lines::Lines;

/// How long anything may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// The name in the hub's certificate.
pub(crate) const NAME: &str = "hub.test";

/// `[tls]` with the certificate that the fixture makes.
pub(crate) const TLS: &str =
    "[tls]\nlisten = \"127.0.0.1:0\"\ncert = \"cert.pem\"\nkey = \"key.pem\"\n";

/// A client's TLS connection.
pub(crate) type TlsStream = StreamOwned<ClientConnection, TcpStream>;

/// A hub that serves until the test ends.
pub(crate) struct Hub {
    pub(crate) folder: TempDir,
    pub(crate) control: Control,
    /// Without TLS, with TLS, for browsers; each in the order of the settings.
    pub(crate) addresses: Vec<SocketAddr>,
    // The end of the runtime is the end of the hub.
    _runtime: Runtime,
}

impl Hub {
    /// A hub with more settings: first those of `[server]`, then other sections.
    pub(crate) fn with(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        make_certificate(folder.path());
        let config = parse(folder.path(), settings);
        let runtime = Runtime::new().expect("a runtime");
        let server = runtime
            .block_on(Server::bind(&config))
            .expect("a free port");
        let control = server.control();
        let addresses = server.local_addrs().to_vec();
        runtime.spawn(server.run(std::future::pending()));
        Self {
            folder,
            control,
            addresses,
            _runtime: runtime,
        }
    }

    /// Other settings from the same folder.
    pub(crate) fn parse(&self, settings: &str) -> ServerConfig {
        parse(self.folder.path(), settings)
    }

    /// A connection to one of the addresses.
    pub(crate) fn socket(&self, index: usize) -> TcpStream {
        connect(*self.addresses.get(index).expect("a listener"))
    }

    /// Somebody without TLS, who has connected and said nothing.
    pub(crate) fn plain(&self) -> Lines<TcpStream> {
        Lines::new(self.socket(0))
    }

    /// Somebody with TLS who trusts the certificate that is in the hub's folder now.
    pub(crate) fn encrypted(&self) -> Lines<TlsStream> {
        Lines::new(secure(self.socket(1), trusting(self.folder.path())))
    }
}

/// Makes `cert.pem` and `key.pem` anew.
pub(crate) fn make_certificate(folder: &Path) {
    let files = Files::in_folder(folder);
    for path in [&files.cert, &files.key] {
        // At first there is none.
        let _ = std::fs::remove_file(path);
    }
    generate(&[NAME.to_owned(), "127.0.0.1".to_owned()], &files).expect("a certificate");
}

fn parse(folder: &Path, settings: &str) -> ServerConfig {
    let text = format!(
        "[server]\nname = \"hub.test\"\nlisten = \"127.0.0.1:0\"\nauto_join = []\n{settings}"
    );
    let mut config = ServerConfig::parse(&folder.join("hub.toml"), &text).expect("valid settings");
    config.server.data_dir = Some(folder.join("data"));
    config
}

/// A connection that fails where something takes too long.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the hub listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.set_write_timeout(Some(PATIENCE)).expect("a socket");
    stream
}

/// The first certificate of a file.
pub(crate) fn certificate(path: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_reader(BufReader::new(File::open(path).expect("a file")))
        .expect("a certificate")
}

fn roots(folder: &Path) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let root = certificate(&folder.join("cert.pem"));
    roots.add(root).expect("a certificate");
    roots
}

fn builder() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
}

/// Trusts the certificate in a folder, and shows none.
pub(crate) fn trusting(folder: &Path) -> ClientConfig {
    builder()
        .with_root_certificates(roots(folder))
        .with_no_client_auth()
}

/// Trusts the certificate in a folder, and shows the one in another.
pub(crate) fn showing(folder: &Path, own: &Path) -> ClientConfig {
    let key = PrivateKeyDer::from_pem_file(own.join("key.pem")).expect("a key");
    builder()
        .with_root_certificates(roots(folder))
        .with_client_auth_cert(vec![certificate(&own.join("cert.pem"))], key)
        .expect("a certificate")
}

/// TLS on a connection; the handshake comes with the first bytes.
pub(crate) fn secure(stream: TcpStream, config: ClientConfig) -> TlsStream {
    let name = ServerName::try_from(NAME).expect("a name");
    let session = ClientConnection::new(Arc::new(config), name).expect("a session");
    StreamOwned::new(session, stream)
}
