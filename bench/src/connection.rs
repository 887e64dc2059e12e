//! One connection of a generator: what it has still to write, and the end of what it read.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};

use rustix::event::epoll::EventFlags;
use rustix::io::Errno;
use socket2::{Domain, Socket, Type};

/// One connection, which ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    pub(crate) registered: bool,
    /// Stopped readers are not looked at until they go on.
    pub(crate) paused: bool,
    /// A line whose end has not been read.
    pub(crate) begun: Vec<u8>,
    out: Vec<u8>,
    written: usize,
    pub(crate) waits_to_write: bool,
}

impl Connection {
    /// Connects from `source`, with a receive buffer of the given size or the system's. `hello` is written first.
    pub(crate) fn open(
        address: SocketAddr,
        source: Option<Ipv4Addr>,
        receive_bytes: Option<usize>,
        hello: &str,
    ) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        if let Some(bytes) = receive_bytes {
            socket.set_recv_buffer_size(bytes)?;
        }
        if let Some(source) = source {
            socket.bind(&SocketAddr::from((source, 0)).into())?;
        }
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        match socket.connect(&address.into()) {
            // It is connected when it takes what is to be written.
            Err(error) if error.raw_os_error() != Some(Errno::INPROGRESS.raw_os_error()) => {
                return Err(error);
            }
            Ok(()) | Err(_) => {}
        }
        Ok(Self {
            stream: socket.into(),
            registered: false,
            paused: false,
            begun: Vec::new(),
            out: hello.as_bytes().to_vec(),
            written: 0,
            waits_to_write: true,
        })
    }

    /// Where lines to be written are put; [`Connection::flush`] writes them.
    pub(crate) fn out(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    pub(crate) fn unwritten_bytes(&self) -> usize {
        self.out.len() - self.written
    }

    /// Writes what the socket takes.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        while let Some(rest) = self.out.get(self.written..).filter(|rest| !rest.is_empty()) {
            match self.stream.write(rest) {
                Ok(bytes) => self.written += bytes,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.out.clear();
        self.written = 0;
        Ok(())
    }

    /// Reads what fits into `buffer`. `None`: nothing is there; 0: the end.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        match self.stream.read(buffer) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What the poll is to watch for.
    pub(crate) fn interest(&self) -> EventFlags {
        if self.waits_to_write {
            EventFlags::IN | EventFlags::OUT
        } else {
            EventFlags::IN
        }
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
