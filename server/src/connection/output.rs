//! What a connection has still to write: its own replies, and shared chunks of the rooms' runs.

use std::collections::VecDeque;
use std::io::{self, IoSlice, Write};

use bytes::{Buf, Bytes};

/// Above this many bytes nothing more is taken from rings, inbox or socket until the peer has read some.
pub(crate) const PENDING_BYTES_MAX: usize = 64 * 1024;

/// How many pieces one system call writes at most.
const PIECES_MAX: usize = 16;

/// Up to this many bytes, joining pieces costs less than having the kernel gather them.
const JOINED_BYTES_MAX: usize = 1024;

/// Bytes on their way out, in order.
#[derive(Debug, Default)]
pub(crate) struct Output {
    /// What is written next; empty where nothing is.
    first: Bytes,
    /// What comes after it. Most of the time there is no such thing, and no room for it in a connection that waits.
    #[expect(
        clippy::box_collection,
        reason = "three words less in every connection"
    )]
    rest: Option<Box<VecDeque<Bytes>>>,
    /// Lines of the connection's own, which come last.
    tail: Vec<u8>,
    pending: usize,
}

impl Output {
    /// Appends lines of this connection's own.
    pub(crate) fn push(&mut self, lines: &[u8]) {
        self.tail.extend_from_slice(lines);
        self.pending += lines.len();
    }

    /// Makes room for so many bytes of lines, which are about to come one by one.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.tail.reserve(bytes);
    }

    /// Takes out the lines that come last, for more to be written behind them.
    pub(super) fn take_tail(&mut self) -> Vec<u8> {
        self.pending -= self.tail.len();
        std::mem::take(&mut self.tail)
    }

    /// Puts back the lines that come last.
    pub(super) fn put_tail(&mut self, lines: Vec<u8>) {
        self.pending += lines.len();
        self.tail = lines;
    }

    /// Appends a shared chunk without copying it.
    pub(crate) fn push_shared(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.seal();
            self.pending += chunk.len();
            self.queue(chunk);
        }
    }

    /// How many bytes the peer has still to read.
    pub(crate) fn len(&self) -> usize {
        self.pending
    }

    /// Whether the peer has read everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.pending == 0
    }

    /// Whether the peer is so far behind that nothing more is to be added of one's own accord.
    pub(crate) fn is_full(&self) -> bool {
        self.pending >= PENDING_BYTES_MAX
    }

    /// Writes what the writer takes without waiting.
    pub(super) fn write_to(&mut self, writer: &mut impl Write) -> io::Result<()> {
        self.seal();
        while !self.first.is_empty() {
            let result = if self.rest.is_none() {
                writer.write(&self.first)
            } else if self.pending <= JOINED_BYTES_MAX {
                let mut joined = [0; JOINED_BYTES_MAX];
                let mut rest = joined.as_mut_slice();
                for piece in self.pieces() {
                    // They fit: the bound is on their sum.
                    rest.write_all(piece)?;
                }
                writer.write(joined.get(..self.pending).unwrap_or_default())
            } else {
                let mut slices = [IoSlice::new(&[]); PIECES_MAX];
                let mut count = 0;
                for (slice, piece) in slices.iter_mut().zip(self.pieces()) {
                    *slice = IoSlice::new(piece);
                    count += 1;
                }
                writer.write_vectored(slices.get(..count).unwrap_or_default())
            };
            match result {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => self.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes the next line out, without its end. What is written line by line is never written otherwise.
    pub(super) fn take_line(&mut self) -> Option<Bytes> {
        self.seal();
        if self.first.is_empty() {
            return None;
        }
        let end = self.first.iter().position(|byte| *byte == b'\n');
        let end = end.map_or(self.first.len(), |end| end + 1);
        let mut line = self.first.split_to(end);
        if self.first.is_empty() {
            self.turn_to_next();
        }
        self.pending -= line.len();
        let ending = line
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        line.truncate(line.len() - ending.count());
        Some(line)
    }

    /// Forgets what nobody will read.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What the peer has still to read, as if it had.
    #[cfg(test)]
    pub(super) fn drain(&mut self) -> String {
        self.seal();
        let bytes = self.pieces().flatten().copied().collect();
        self.clear();
        String::from_utf8(bytes).expect("UTF-8")
    }

    fn pieces(&self) -> impl Iterator<Item = &Bytes> {
        std::iter::once(&self.first).chain(self.rest.iter().flat_map(|rest| rest.iter()))
    }

    fn advance(&mut self, mut written: usize) {
        self.pending -= written;
        while !self.first.is_empty() && self.first.len() <= written {
            written -= self.first.len();
            self.turn_to_next();
        }
        self.first.advance(written);
    }

    /// Puts the next piece in the place of the first one. An idle connection owns no buffer.
    fn turn_to_next(&mut self) {
        let next = self.rest.as_mut().and_then(|rest| rest.pop_front());
        self.first = next.unwrap_or_default();
        self.rest.take_if(|rest| rest.is_empty());
    }

    fn seal(&mut self) {
        if !self.tail.is_empty() {
            let tail = std::mem::take(&mut self.tail);
            self.queue(tail.into());
        }
    }

    fn queue(&mut self, piece: Bytes) {
        if self.first.is_empty() {
            self.first = piece;
        } else {
            self.rest.get_or_insert_default().push_back(piece);
        }
    }
}
