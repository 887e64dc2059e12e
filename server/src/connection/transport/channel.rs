//! A socket that never waits as std's `Read` and `Write`, which is what the libraries of TLS and WebSocket take; and the
//! same with TLS on it.

use std::io::{self, IoSlice, Read, Write};

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::READ_BYTES;
use super::tls::Tls;

/// How much is read through the layers before the connection's other work gets its turn: they can take in any amount that
/// gives no line, such as pings.
const TURN_BYTES: usize = 4 * READ_BYTES;

/// What tells the system that more comes, so that it waits for it with what does not fill a segment.
#[cfg(target_os = "linux")]
const MORE: i32 = libc::MSG_MORE;
#[cfg(not(target_os = "linux"))]
const MORE: i32 = 0;

/// The socket itself.
pub(super) struct Socket<'a> {
    stream: &'a TcpStream,
    /// Whether the end of the stream comes next, and what is written may go with it.
    is_last: bool,
    /// Whether the peer took anything.
    pub(super) sent: bool,
    /// What may still be read in this turn.
    turn: usize,
}

impl<'a> Socket<'a> {
    pub(super) fn new(stream: &'a TcpStream) -> Self {
        Self {
            stream,
            is_last: false,
            sent: false,
            turn: TURN_BYTES,
        }
    }

    /// One for what comes last: the system sends it with the end of the stream, as one segment.
    pub(super) fn for_the_last(stream: &'a TcpStream) -> Self {
        Self {
            is_last: true,
            ..Self::new(stream)
        }
    }

    fn note(&mut self, written: io::Result<usize>) -> io::Result<usize> {
        self.sent |= written.as_ref().is_ok_and(|count| *count > 0);
        written
    }
}

impl Read for Socket<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.turn == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = self.stream.try_read(into)?;
        self.turn = self.turn.saturating_sub(count);
        Ok(count)
    }
}

impl Write for Socket<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = if self.is_last {
            let send = || SockRef::from(self.stream).send_with_flags(bytes, MORE);
            self.stream.try_io(Interest::WRITABLE, send)
        } else {
            self.stream.try_write(bytes)
        };
        self.note(written)
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let written = self.stream.try_write_vectored(pieces);
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The socket, with TLS on it if there is any.
pub(super) struct Channel<'a> {
    socket: Socket<'a>,
    tls: Option<&'a mut Tls>,
}

impl<'a> Channel<'a> {
    pub(super) fn new(stream: &'a TcpStream, tls: Option<&'a mut Tls>) -> Self {
        Self {
            socket: Socket::new(stream),
            tls,
        }
    }

    /// Whether the peer took anything.
    pub(super) fn sent(&self) -> bool {
        self.socket.sent
    }

    /// Whether reading was broken off so that others get their turn.
    pub(super) fn is_turn_over(&self) -> bool {
        self.socket.turn == 0
    }
}

impl Read for Channel<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.tls {
            None => self.socket.read(into),
            Some(tls) => tls.read(&mut self.socket, into),
        }
    }
}

impl Write for Channel<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.tls {
            None => self.socket.write(bytes),
            Some(tls) => tls.write(&mut self.socket, &[IoSlice::new(bytes)]),
        }
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        match &mut self.tls {
            None => self.socket.write_vectored(pieces),
            Some(tls) => tls.write(&mut self.socket, pieces),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.tls {
            None => Ok(()),
            Some(tls) => tls.flush(&mut self.socket),
        }
    }
}
