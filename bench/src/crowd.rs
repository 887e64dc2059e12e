//! Many connections on one thread: they are polled together, their lines split, and what is no message answered.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::time::Timespec;

use crate::connection::Connection;
use crate::failure::Failure;
use crate::wire::{Notice, Protocol};

/// How much is read at once.
const READ_BYTES: usize = 256 * 1024;
/// How many connections one poll reports.
const EVENTS: usize = 1024;
/// How much of a refusal is remembered.
const NOTE_BYTES: usize = 160;

/// What happened to a connection, besides messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    Registered,
    Joined,
    Closed,
}

/// Many connections to one server.
pub(crate) struct Crowd {
    pub(crate) protocol: Protocol,
    address: SocketAddr,
    /// Over how many addresses of the loopback net the connections are spread; 0 for the usual one.
    sources: usize,
    epoll: OwnedFd,
    events: Vec<Event>,
    buffer: Vec<u8>,
    connections: Vec<Option<Connection>>,
    /// What happened since somebody took it.
    pub(crate) news: Vec<(usize, News)>,
    /// What the server refused last, for whoever has to explain a failure.
    pub(crate) note: String,
    pub(crate) bytes_read: u64,
    started: Instant,
}

impl Crowd {
    pub(crate) fn new(
        protocol: Protocol,
        address: SocketAddr,
        sources: usize,
    ) -> Result<Self, Failure> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)
            .map_err(|error| Failure::io("make a poll")(error.into()))?;
        Ok(Self {
            protocol,
            address,
            sources,
            epoll,
            events: Vec::with_capacity(EVENTS),
            buffer: vec![0; READ_BYTES],
            connections: Vec::new(),
            news: Vec::new(),
            note: String::new(),
            bytes_read: 0,
            started: Instant::now(),
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.connections.len()
    }

    /// Microseconds since the crowd was made.
    pub(crate) fn now_us(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Opens one more connection, whose index is one more than that of the last.
    pub(crate) fn open(&mut self, nick: &str, receive_bytes: Option<usize>) -> Result<(), Failure> {
        let index = self.connections.len();
        self.connections.push(None);
        self.reopen(index, nick, receive_bytes)
    }

    /// Opens a connection in the place of one that is closed.
    pub(crate) fn reopen(
        &mut self,
        index: usize,
        nick: &str,
        receive_bytes: Option<usize>,
    ) -> Result<(), Failure> {
        let source = (self.sources > 0).then(|| source(index % self.sources));
        let hello = self.protocol.hello(nick);
        let opened = Connection::open(self.address, source, receive_bytes, &hello)
            .and_then(|connection| {
                self.watch(index, &connection)?;
                Ok(connection)
            })
            .map_err(Failure::io(format!("open connection {index}")))?;
        self.connections[index] = Some(opened);
        Ok(())
    }

    /// Takes what a stream of the limit's own server is.
    fn watch(&self, index: usize, connection: &Connection) -> io::Result<()> {
        let data = EventData::new_u64(index as u64);
        Ok(epoll::add(
            &self.epoll,
            connection,
            data,
            connection.interest(),
        )?)
    }

    pub(crate) fn is_open(&self, index: usize) -> bool {
        self.connections[index].is_some()
    }

    /// What is still to be written to a connection; nothing when it is closed.
    pub(crate) fn unwritten_bytes(&self, index: usize) -> usize {
        let connection = self.connections[index].as_ref();
        connection.map_or(0, Connection::unwritten_bytes)
    }

    /// Puts lines to what a connection has to write, unless it is closed. [`Crowd::flush`] writes them.
    pub(crate) fn put(&mut self, index: usize, write: impl FnOnce(&mut Vec<u8>)) {
        if let Some(connection) = &mut self.connections[index] {
            write(connection.out());
        }
    }

    /// Writes what a connection has to write, now or when its socket takes it.
    pub(crate) fn flush(&mut self, index: usize) {
        let Some(connection) = &mut self.connections[index] else {
            return;
        };
        let flushed = connection.flush();
        let waits = connection.unwritten_bytes() > 0;
        let mut changed = Ok(());
        if waits != connection.waits_to_write {
            connection.waits_to_write = waits;
            if !connection.paused {
                let data = EventData::new_u64(index as u64);
                changed = epoll::modify(&self.epoll, &*connection, data, connection.interest());
            }
        }
        if let Err(error) = flushed.and(changed.map_err(io::Error::from)) {
            self.close(index, &error.to_string());
        }
    }

    /// Stops reading.
    pub(crate) fn pause(&mut self, index: usize) -> Result<(), Failure> {
        let Some(connection) = &mut self.connections[index] else {
            return Ok(());
        };
        connection.paused = true;
        epoll::delete(&self.epoll, &*connection)
            .map_err(|error| Failure::io("stop reading")(error.into()))
    }

    /// Reads on.
    pub(crate) fn resume(&mut self, index: usize) -> Result<(), Failure> {
        let Some(mut connection) = self.connections[index].take() else {
            return Ok(());
        };
        connection.paused = false;
        let watched = self.watch(index, &connection);
        self.connections[index] = Some(connection);
        watched.map_err(Failure::io("read on"))
    }

    fn close(&mut self, index: usize, why: &str) {
        if self.connections[index].take().is_some() {
            self.news.push((index, News::Closed));
            if self.note.is_empty() {
                why.clone_into(&mut self.note);
            }
        }
    }

    /// Serves the connections once, waiting for something to happen for at most `wait`. `message` gets every line
    /// with the index of its receiver and the time in microseconds, and says whether it was a message.
    pub(crate) fn poll(
        &mut self,
        wait: Duration,
        message: &mut impl FnMut(usize, &[u8], u64) -> bool,
    ) -> Result<(), Failure> {
        let mut events = std::mem::take(&mut self.events);
        let wait = Timespec::try_from(wait).unwrap_or_default();
        events.clear();
        let waited = epoll::wait(
            &self.epoll,
            rustix::buffer::spare_capacity(&mut events),
            Some(&wait),
        );
        match waited {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(Failure::io("poll")(error.into())),
        }
        for event in &events {
            let index = usize::try_from(event.data.u64()).unwrap_or(usize::MAX);
            let flags = event.flags;
            if flags.contains(EventFlags::OUT) {
                self.flush(index);
            }
            if flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR) {
                self.receive(index, message);
            }
        }
        self.events = events;
        Ok(())
    }

    fn receive(&mut self, index: usize, message: &mut impl FnMut(usize, &[u8], u64) -> bool) {
        let Some(connection) = &mut self.connections[index] else {
            return;
        };
        let bytes = match connection.read(&mut self.buffer) {
            Ok(None) => return,
            Ok(Some(0)) => return self.close(index, "the server closed the connection"),
            Ok(Some(bytes)) => bytes,
            Err(error) => return self.close(index, &error.to_string()),
        };
        self.bytes_read += bytes as u64;
        let now_us = self.now_us();
        let buffer = std::mem::take(&mut self.buffer);
        let mut begun = self.connections[index]
            .as_mut()
            .map(|connection| std::mem::take(&mut connection.begun))
            .unwrap_or_default();
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', &buffer[..bytes]) {
            let mut line = &buffer[start..end];
            start = end + 1;
            if !begun.is_empty() {
                begun.extend_from_slice(line);
                line = &begun;
            }
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if !message(index, line, now_us) {
                self.notice(index, line);
            }
            begun.clear();
        }
        begun.extend_from_slice(&buffer[start..bytes]);
        self.buffer = buffer;
        if let Some(connection) = &mut self.connections[index] {
            connection.begun = begun;
            if connection.unwritten_bytes() > 0 {
                self.flush(index);
            }
        }
    }

    fn notice(&mut self, index: usize, line: &[u8]) {
        let Some(connection) = &mut self.connections[index] else {
            return;
        };
        match self.protocol.notice(line, connection.registered) {
            Notice::Registered if connection.registered => {}
            Notice::Registered => {
                connection.registered = true;
                self.news.push((index, News::Registered));
            }
            Notice::Joined => self.news.push((index, News::Joined)),
            Notice::Asked { verb, asked_bytes } => {
                let question = line.get(asked_bytes..).unwrap_or_default();
                connection
                    .out()
                    .extend([verb.as_bytes(), question, b"\r\n"].concat());
            }
            Notice::Refused => {
                let shown = line.get(..NOTE_BYTES).unwrap_or(line);
                self.note = String::from_utf8_lossy(shown).into_owned();
            }
            Notice::Other => {}
        }
    }
}

/// The address of the loopback net that the connections with this index come from.
fn source(index: usize) -> Ipv4Addr {
    let low = u8::try_from(index % 250).unwrap_or(0) + 1;
    let high = u8::try_from(index / 250 % 250).unwrap_or(0) + 1;
    Ipv4Addr::new(127, 0, high, low)
}
