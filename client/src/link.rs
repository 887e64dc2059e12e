//! The connection to a hub: bytes to lines and lines to bytes, with fixed buffers, over TCP or TLS. The
//! only module of the client that touches a socket. It knows nothing of what the lines say.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::time::Duration;

use salon_config::ClientTls;
use salon_protocol::{FormatError, LineDecoder, Message};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::charset::text_of;
use crate::tls;

/// How much is read at once.
const READ_BYTES: usize = 32 * 1024;
/// How long a line may be without its tags. Servers have longer ones than the protocol, by what they say (`LINELEN`)
/// or by what they put before a text.
const BODY_BYTES_MAX: usize = 16 * 1024;
/// How much may wait to be written before lines are held back.
const UNWRITTEN_BYTES_MAX: usize = 64 * 1024;

/// How much may wait before answers are left out that nobody waits for.
const CLOGGED_BYTES: usize = 1 << 20;

/// How a record of TLS begins that holds an alert: its type, and the major version.
const TLS_ALERT: [u8; 2] = [21, 3];

/// What a turn of the link brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// That many bytes arrived; [`Link::lines`] has them.
    Read(usize),
    /// Something was written.
    Wrote,
    /// The peer closed.
    Closed,
}

/// What a peer has said so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Not a byte.
    Nothing,
    /// What begins like lines.
    Lines,
    /// A record of TLS, on a connection without: how such a peer says that it understands nothing.
    Tls,
}

/// A connection.
pub(crate) struct Link {
    reader: Box<dyn AsyncRead + Send + Unpin>,
    writer: Box<dyn AsyncWrite + Send + Unpin>,
    /// The socket below both, where there is one.
    socket: Option<OwnedFd>,
    decoder: LineDecoder,
    buffer: Box<[u8]>,
    heard: Heard,
    unwritten: Vec<u8>,
    /// How much of `unwritten` is written.
    written: usize,
    /// Whether the writer may still hold bytes of ours.
    unflushed: bool,
}

impl Link {
    /// Connects to a hub, trying each of its addresses; with settings for TLS over TLS. An error of TLS
    /// holds a [`tls::TlsError`].
    pub(crate) async fn connect(
        host: &str,
        port: u16,
        tls: Option<&ClientTls>,
    ) -> io::Result<Self> {
        let tls = tls
            .map(|settings| tls::Client::towards(host, settings))
            .transpose()
            .map_err(io::Error::other)?;
        let stream = TcpStream::connect((host, port)).await?;
        // Lines are written in runs already; waiting for more would only delay them.
        stream.set_nodelay(true)?;
        let socket = Some(stream.as_fd().try_clone_to_owned()?);
        let Some(tls) = tls else {
            let (reader, writer) = stream.into_split();
            let link = Self::new(reader, writer);
            return Ok(Self { socket, ..link });
        };
        let stream = tls.connector.connect(tls.name, stream).await;
        let (reader, writer) = tokio::io::split(stream.map_err(tls::explained)?);
        let link = Self::new(reader, writer);
        Ok(Self { socket, ..link })
    }

    /// Ends the connection at once. What the peer has not got yet it never gets: the system would go on sending
    /// it for minutes, while we are back and say it again.
    pub(crate) fn abort(&mut self) {
        if let Some(socket) = self.socket.take() {
            // A socket that has no such option any more is closed already.
            let _ = SockRef::from(&socket).set_linger(Some(Duration::ZERO));
        }
        self.reader = Box::new(tokio::io::empty());
        self.writer = Box::new(tokio::io::sink());
        self.unwritten.clear();
        self.written = 0;
    }

    /// A link over any pair of streams.
    pub(crate) fn new(
        reader: impl AsyncRead + Send + Unpin + 'static,
        writer: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Self {
        Self {
            reader: Box::new(reader),
            writer: Box::new(writer),
            socket: None,
            decoder: LineDecoder::with_body_max(BODY_BYTES_MAX),
            buffer: vec![0; READ_BYTES].into_boxed_slice(),
            heard: Heard::Nothing,
            unwritten: Vec::new(),
            written: 0,
            unflushed: false,
        }
    }

    /// Queues a line to be written by the next turns.
    pub(crate) fn send(&mut self, message: &Message<'_>) -> Result<(), FormatError> {
        message.write_to(&mut self.unwritten)
    }

    /// How many bytes wait to be written.
    pub(crate) fn waiting(&self) -> usize {
        self.unwritten.len() - self.written
    }

    /// Whether so much waits to be written that no more should be queued.
    pub(crate) fn is_congested(&self) -> bool {
        self.waiting() > UNWRITTEN_BYTES_MAX
    }

    /// Whether so much waits to be written that the peer reads as good as nothing.
    pub(crate) fn is_clogged(&self) -> bool {
        self.waiting() > CLOGGED_BYTES
    }

    /// What the peer has said so far, of what [`Link::lines`] has given away.
    pub(crate) fn heard(&self) -> Heard {
        self.heard
    }

    /// Reads or writes once. Nothing is lost when it is dropped before it is done.
    pub(crate) async fn turn(&mut self) -> io::Result<Turn> {
        let pending = self.unwritten.get(self.written..).unwrap_or_default();
        if pending.is_empty() && !self.unflushed {
            return read(self.reader.read(&mut self.buffer).await);
        }
        if pending.is_empty() {
            // TLS may hold what the socket did not take.
            return tokio::select! {
                biased;
                flushed = self.writer.flush() => {
                    self.unflushed = false;
                    flushed.map(|()| Turn::Wrote)
                }
                length = self.reader.read(&mut self.buffer) => read(length),
            };
        }
        tokio::select! {
            biased;
            length = self.writer.write(pending) => {
                self.written += length?;
                self.unflushed = true;
                self.forget_written();
                Ok(Turn::Wrote)
            }
            length = self.reader.read(&mut self.buffer) => read(length),
        }
    }

    /// There may be something that is not written as long as there is anything to say.
    fn forget_written(&mut self) {
        let waiting = self.waiting();
        if waiting == 0 || self.written > UNWRITTEN_BYTES_MAX.max(waiting) {
            self.unwritten.drain(..self.written);
            self.written = 0;
        }
    }

    /// Gives `take` each line among the bytes of a [`Turn::Read`]. One that is far too long for the
    /// protocol is left out.
    pub(crate) fn lines(&mut self, length: usize, mut take: impl FnMut(&str)) {
        let mut input = self.buffer.get(..length).unwrap_or_default();
        if self.heard == Heard::Nothing {
            let is_tls = input.starts_with(&TLS_ALERT);
            self.heard = if is_tls { Heard::Tls } else { Heard::Lines };
        }
        while let Some(line) = self.decoder.next_line(&mut input) {
            match line {
                Ok(line) => take(&text_of(line)),
                Err(error) => tracing::debug!(%error, "left out a line of the server"),
            }
        }
    }
}

/// What reading came to. A hub that ends TLS without saying so has closed all the same.
fn read(length: io::Result<usize>) -> io::Result<Turn> {
    match length {
        Ok(0) => Ok(Turn::Closed),
        Ok(length) => Ok(Turn::Read(length)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Turn::Closed),
        Err(error) => Err(error),
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link")
            .field("bytes_waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, BufReader, duplex, split};

    use super::*;

    async fn next_lines(link: &mut Link) -> Option<Vec<String>> {
        loop {
            match link.turn().await.unwrap() {
                Turn::Wrote => {}
                Turn::Closed => return None,
                Turn::Read(length) => {
                    let mut lines = Vec::new();
                    link.lines(length, |line| lines.push(line.to_owned()));
                    return Some(lines);
                }
            }
        }
    }

    #[tokio::test]
    async fn lines_arrive_whole_however_they_are_cut() {
        let (ours, mut theirs) = duplex(64);
        let (reader, writer) = split(ours);
        let mut link = Link::new(reader, writer);
        theirs.write_all(b"PING a\r\nPI").await.unwrap();
        assert_eq!(next_lines(&mut link).await.unwrap(), ["PING a"]);
        theirs.write_all(b"NG b\r\n").await.unwrap();
        assert_eq!(next_lines(&mut link).await.unwrap(), ["PING b"]);
        drop(theirs);
        assert_eq!(next_lines(&mut link).await, None);
    }

    #[tokio::test]
    async fn lines_longer_than_the_protocol_arrive_and_what_is_not_utf8_is_read() {
        let (ours, mut theirs) = duplex(4096);
        let (reader, writer) = split(ours);
        let mut link = Link::new(reader, writer);
        let long = "x".repeat(2000);
        let line = format!("PRIVMSG #a :{long}");
        let bytes = [line.as_bytes(), b"\r\nPRIVMSG #a :caf\xe9\r\n"].concat();
        theirs.write_all(&bytes).await.unwrap();
        assert_eq!(
            next_lines(&mut link).await.unwrap(),
            [&*line, "PRIVMSG #a :café"]
        );
    }

    #[tokio::test]
    async fn what_is_written_is_forgotten_although_there_is_always_more() {
        let (ours, mut theirs) = duplex(4096);
        let (reader, writer) = split(ours);
        let mut link = Link::new(reader, writer);
        let reading = tokio::spawn(async move {
            let mut buffer = vec![0; 4096];
            while theirs.read(&mut buffer).await.unwrap() > 0 {}
        });
        let long = "x".repeat(300);
        for _ in 0..1000 {
            while !link.is_congested() {
                link.send(&Message::new("PING").with_param(&*long)).unwrap();
            }
            assert_eq!(link.turn().await.unwrap(), Turn::Wrote);
            assert!(link.unwritten.len() < 4 * UNWRITTEN_BYTES_MAX);
        }
        drop(link);
        reading.await.unwrap();
    }

    #[tokio::test]
    async fn a_peer_that_reads_slowly_gets_everything() {
        let (ours, theirs) = duplex(16);
        let (reader, writer) = split(ours);
        let mut link = Link::new(reader, writer);
        for number in 0..100 {
            link.send(&Message::new("PING").with_param(number.to_string()))
                .unwrap();
        }
        let peer = tokio::spawn(async move {
            let (reader, mut writer) = split(theirs);
            let mut lines = BufReader::new(reader).lines();
            let mut count = 0;
            while count < 100 {
                assert_eq!(
                    lines.next_line().await.unwrap().unwrap(),
                    format!("PING {count}")
                );
                count += 1;
            }
            writer.write_all(b"PONG\r\n").await.unwrap();
            lines
        });
        assert_eq!(next_lines(&mut link).await.unwrap(), ["PONG"]);
        drop(peer.await.unwrap());
    }
}
