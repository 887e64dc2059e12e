//! TLS between a connection and its socket. Nothing here waits: what cannot be done now is tried again when the socket
//! can be read or written.

use std::io::{self, IoSlice, Read as _, Write as _};

use rustls::ServerConnection;

use super::channel::Socket;
use crate::tls::fingerprint::Fingerprint;

/// How much may wait encrypted, besides what the connection's output holds.
const BUFFER_BYTES_MAX: usize = 32 * 1024;

/// The hub's side of a TLS connection.
pub(super) struct Tls {
    session: ServerConnection,
    /// Whether the peer's certificate, if any, was handed on.
    is_identified: bool,
}

impl Tls {
    pub(super) fn new(mut session: ServerConnection) -> Self {
        session.set_buffer_limit(Some(BUFFER_BYTES_MAX));
        Self {
            session,
            is_identified: false,
        }
    }

    /// Whether the handshake is done.
    pub(super) fn is_open(&self) -> bool {
        !self.session.is_handshaking()
    }

    /// The fingerprint of the peer's certificate, once, when the handshake has shown it.
    pub(super) fn take_fingerprint(&mut self) -> Option<Fingerprint> {
        if self.is_identified || !self.is_open() {
            return None;
        }
        self.is_identified = true;
        let certificates = self.session.peer_certificates()?;
        certificates.first().map(Fingerprint::of)
    }

    /// Reads what is decrypted, and decrypts what has arrived until there is something. An end without a farewell counts
    /// as one: a line that was cut has no end of line, and is not taken for whole.
    pub(super) fn read(&mut self, socket: &mut Socket<'_>, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.session.reader().read(into) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return read,
            }
            self.session.read_tls(socket)?;
            if let Err(error) = self.session.process_new_packets() {
                // The peer is told what it did; whether it hears it is its own matter.
                let _ = self.flush(socket);
                return Err(io::Error::new(io::ErrorKind::InvalidData, error));
            }
        }
    }

    /// Encrypts and sends what there is room for.
    pub(super) fn write(
        &mut self,
        socket: &mut Socket<'_>,
        pieces: &[IoSlice<'_>],
    ) -> io::Result<usize> {
        let written = self.session.writer().write_vectored(pieces)?;
        if written > 0 {
            return Ok(written);
        }
        self.flush(socket)?;
        match self.session.writer().write_vectored(pieces)? {
            // The handshake is not done.
            0 => Err(io::ErrorKind::WouldBlock.into()),
            written => Ok(written),
        }
    }

    /// Sends what is encrypted.
    pub(super) fn flush(&mut self, socket: &mut Socket<'_>) -> io::Result<()> {
        while self.session.wants_write() {
            if self.session.write_tls(socket)? == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
        }
        Ok(())
    }

    /// Whether something is encrypted and not sent.
    pub(super) fn wants_write(&self) -> bool {
        self.session.wants_write()
    }

    /// Says that nothing more is sent.
    pub(super) fn close(&mut self) {
        self.session.send_close_notify();
    }
}
