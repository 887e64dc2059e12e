//! A client of the tests: sends lines, receives lines under a timeout, and compares what it got between two fences.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

/// How long a line may take to come; more than the 90 seconds of silence after which the hub pings.
const PATIENCE: Duration = Duration::from_secs(100);

/// What a client sees when it sees nothing.
pub(crate) const NOTHING: [&str; 0] = [];

/// See the module.
pub(crate) struct Client {
    pub(crate) reader: BufReader<OwnedReadHalf>,
    pub(crate) writer: OwnedWriteHalf,
    fences: u32,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the hub listens");
        stream.set_nodelay(true).expect("a socket");
        let (reader, writer) = stream.into_split();
        Self {
            reader: BufReader::new(reader),
            writer,
            fences: 0,
        }
    }

    /// Sends one line.
    pub(crate) async fn send(&mut self, line: &str) {
        self.send_bytes(format!("{line}\r\n").as_bytes()).await;
    }

    /// Sends bytes as they are.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).await.expect("the hub reads");
    }

    /// Sends nothing more, and goes on reading.
    pub(crate) async fn finish_sending(&mut self) {
        self.writer.shutdown().await.expect("a half-close");
    }

    /// The next line as it is, without its end; `None` once the hub has closed.
    pub(crate) async fn raw_line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = timeout(PATIENCE, self.reader.read_line(&mut line));
        let count = read.await.expect("a line in time").expect("valid UTF-8");
        (count > 0).then(|| {
            line.strip_suffix("\r\n")
                .expect("a line ends with CR LF")
                .to_owned()
        })
    }

    /// The next line, its time and ids replaced by `T`, `M` and `B`.
    pub(crate) async fn line(&mut self) -> String {
        normal(&self.raw_line().await.expect("a line, and not the end"))
    }

    /// All lines until the hub closes.
    pub(crate) async fn rest(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = self.raw_line().await {
            lines.push(normal(&line));
        }
        lines
    }

    /// All lines up to the one that ends so, without it.
    pub(crate) async fn until(&mut self, end: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.line().await;
            if line.ends_with(end) {
                return lines;
            }
            lines.push(line);
        }
    }

    /// Reads over all lines up to the one that ends so.
    pub(crate) async fn skip_to(&mut self, end: &str) {
        let mut line = String::new();
        while !line.trim_end().ends_with(end) {
            line.clear();
            let read = timeout(PATIENCE, self.reader.read_line(&mut line)).await;
            assert!(
                read.expect("a line in time").expect("valid UTF-8") > 0,
                "the end"
            );
        }
    }

    /// Sends a line; gives all that has come when the hub is done with it.
    pub(crate) async fn does(&mut self, line: &str) -> Vec<String> {
        self.send(line).await;
        self.sees().await
    }

    /// All that is on its way to the client.
    pub(crate) async fn sees(&mut self) -> Vec<String> {
        self.fences += 1;
        let fence = format!("fence-{}", self.fences);
        self.send(&format!("PING {fence}")).await;
        self.until(&format!(" PONG hub.test {fence}")).await
    }
}

/// The line with what differs from run to run replaced: times by `T`, message ids by `M`, ids of batches by `B`.
fn normal(line: &str) -> String {
    let Some((tags, rest)) = line.strip_prefix('@').and_then(|line| line.split_once(' ')) else {
        return normal_batch(line);
    };
    let tag = |tag: &str| match tag.split_once('=') {
        Some(("time", time)) => {
            assert!(
                time.len() == 24 && time.ends_with('Z'),
                "{time} is no time of IRCv3"
            );
            "time=T".to_owned()
        }
        Some(("msgid", id)) => {
            assert!(!id.is_empty(), "an empty id");
            "msgid=M".to_owned()
        }
        Some(("batch", _)) => "batch=B".to_owned(),
        _ => tag.to_owned(),
    };
    let tags: Vec<String> = tags.split(';').map(tag).collect();
    format!("@{} {}", tags.join(";"), normal_batch(rest))
}

fn normal_batch(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        [server, "BATCH", id, kind @ ..] => {
            let sign = if id.starts_with('+') { "+B" } else { "-B" };
            [&[server, "BATCH", sign], kind].concat().join(" ")
        }
        _ => line.to_owned(),
    }
}
