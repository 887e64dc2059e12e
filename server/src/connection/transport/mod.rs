//! The way of bytes between a connection and its peer: TCP and, where the listener says so, TLS and WebSocket on it.
//!
//! A [`Transport`] has the shape of a TCP stream that never waits: one learns that something may be read or written, and
//! tries. TLS and WebSocket are values between the socket and the lines, without tasks and without waiting, so that the
//! connection's loop is the same for all. They are boxed and each bounded: a plain connection pays two empty pointers.

mod channel;
mod tls;
mod upgrade;
mod websocket;

use std::io::{self, Read as _, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_util::io::poll_read_buf;

use super::output::Output;
use crate::hub::Hub;
use crate::tls::fingerprint::Fingerprint;
use channel::{Channel, Socket};
use tls::Tls;
use websocket::WebSocket;

/// How much is taken in at once; a last WebSocket message may come on top.
pub(super) const READ_BYTES: usize = 16 * 1024;

/// What a listener speaks beneath IRC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Entrance {
    pub(crate) tls: bool,
    pub(crate) websocket: bool,
}

/// What came of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Received {
    /// Nothing for now.
    Nothing,
    /// Lines, or parts of lines.
    Data,
    /// The peer sends nothing more.
    End,
    /// The peer did what its transport does not allow; the connection is to end for this reason.
    Refused(&'static str),
}

/// See the module.
pub(super) struct Transport {
    stream: TcpStream,
    tls: Option<Box<Tls>>,
    websocket: Option<Box<WebSocket>>,
    /// More has arrived than was taken, and the socket does not know of it.
    more: bool,
}

impl Transport {
    /// The hub's end of a connection that has just come in by an entrance. Fails where TLS cannot be had.
    pub(super) fn new(stream: TcpStream, entrance: Entrance, hub: &Hub) -> io::Result<Self> {
        let tls = if entrance.tls {
            let certificates = hub.certificates().ok_or(io::ErrorKind::Unsupported)?;
            let session = certificates.accept().map_err(io::Error::other)?;
            Some(Box::new(Tls::new(session)))
        } else {
            None
        };
        let websocket = entrance
            .websocket
            .then(|| Box::new(WebSocket::new(hub.config())));
        Ok(Self {
            stream,
            tls,
            websocket,
            more: false,
        })
    }

    /// Whether lines can be exchanged: all handshakes are done.
    pub(super) fn is_open(&self) -> bool {
        self.tls.as_ref().is_none_or(|tls| tls.is_open())
            && self
                .websocket
                .as_ref()
                .is_none_or(|websocket| websocket.is_open())
    }

    /// What a proxy told of where the peer comes from, once.
    pub(super) fn take_forwarded(&mut self) -> Option<Box<str>> {
        let websocket = self.websocket.as_mut()?;
        websocket.take_forwarded()
    }

    /// The fingerprint of the peer's certificate, once, when the handshake has shown it.
    pub(super) fn take_fingerprint(&mut self) -> Option<Fingerprint> {
        self.tls.as_mut().and_then(|tls| tls.take_fingerprint())
    }

    /// Whether reading may give something; otherwise the task is woken once it may.
    pub(super) fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.more {
            return Poll::Ready(Ok(()));
        }
        self.stream.poll_read_ready(context)
    }

    /// Whether writing may get on; otherwise the task is woken once it may.
    pub(super) fn poll_writable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.poll_write_ready(context)
    }

    /// Takes what has arrived, about [`READ_BYTES`] of it at most, without waiting.
    pub(super) fn read(
        &mut self,
        context: &mut Context<'_>,
        into: &mut Vec<u8>,
    ) -> io::Result<Received> {
        if self.tls.is_none() && self.websocket.is_none() {
            // Where this gives less than there is room for, the socket is known to be empty without another try.
            return match poll_read_buf(Pin::new(&mut self.stream), context, into) {
                Poll::Pending => Ok(Received::Nothing),
                Poll::Ready(Ok(0)) => Ok(Received::End),
                Poll::Ready(Ok(_)) => Ok(Received::Data),
                Poll::Ready(Err(error)) => Err(error),
            };
        }
        let mut channel = Channel::new(&self.stream, self.tls.as_deref_mut());
        let received = or_nothing(match &mut self.websocket {
            None => read_all(&mut channel, into),
            Some(websocket) => websocket.read(&mut channel, into),
        })?;
        // What the layers keep is not announced by the socket a second time: look again.
        self.more = received == Received::Data || channel.is_turn_over();
        Ok(received)
    }

    /// Writes what the peer takes now; says whether it took anything.
    pub(super) fn write(&mut self, output: &mut Output) -> io::Result<bool> {
        let (result, sent) = match (&mut self.tls, &mut self.websocket) {
            (None, None) => {
                let mut socket = Socket::new(&self.stream);
                (output.write_to(&mut socket), socket.sent)
            }
            (tls, None) => {
                let mut channel = Channel::new(&self.stream, tls.as_deref_mut());
                let result = output.write_to(&mut channel).and_then(|()| channel.flush());
                (result, channel.sent())
            }
            (tls, Some(websocket)) => {
                let mut channel = Channel::new(&self.stream, tls.as_deref_mut());
                (websocket.write(&mut channel, output), channel.sent())
            }
        };
        match result {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
            _ => Ok(sent),
        }
    }

    /// Begins to write what comes last: what is taken now goes with the end of the stream, where nothing is between.
    pub(super) fn write_last(&mut self, output: &mut Output) -> io::Result<()> {
        if self.tls.is_some() || self.websocket.is_some() {
            return Ok(());
        }
        output.write_to(&mut Socket::for_the_last(&self.stream))
    }

    /// Whether something waits to be written that is not in the output any more, or never was.
    pub(super) fn wants_write(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| tls.wants_write())
            || self
                .websocket
                .as_ref()
                .is_some_and(|websocket| websocket.wants_write())
    }

    /// Writes everything.
    pub(super) async fn write_all(&mut self, output: &mut Output) -> io::Result<()> {
        loop {
            self.write(output)?;
            if output.is_empty() && !self.wants_write() {
                return Ok(());
            }
            self.stream.writable().await?;
        }
    }

    /// Says that nothing more comes, in the words of each layer.
    pub(super) async fn finish(&mut self) -> io::Result<()> {
        if let Some(websocket) = &mut self.websocket {
            websocket.close(&mut Channel::new(&self.stream, self.tls.as_deref_mut()))?;
        }
        self.write_all(&mut Output::default()).await?;
        if let Some(tls) = &mut self.tls {
            tls.close();
            self.write_all(&mut Output::default()).await?;
        }
        self.stream.shutdown().await
    }

    /// Reads and forgets until the peer has closed.
    pub(super) async fn read_to_end(&self) -> io::Result<()> {
        let mut ignored = Vec::with_capacity(1024);
        loop {
            self.stream.readable().await?;
            ignored.clear();
            match self.stream.try_read_buf(&mut ignored) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

fn or_nothing(received: io::Result<Received>) -> io::Result<Received> {
    match received {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Received::Nothing),
        received => received,
    }
}

/// Reads until nothing more has arrived, or it is enough for once.
fn read_all(channel: &mut Channel<'_>, into: &mut Vec<u8>) -> io::Result<Received> {
    let limit = u64::try_from(READ_BYTES).unwrap_or(u64::MAX);
    match channel.take(limit).read_to_end(into) {
        _ if !into.is_empty() => Ok(Received::Data),
        Ok(_) => Ok(Received::End),
        Err(error) => Err(error),
    }
}
