//! One client that asks for history and searches, and waits for each answer.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::server::Server;

/// How long an answer may take: the first search in a room puts its words into the index.
const PATIENCE: Duration = Duration::from_mins(5);

/// A connection with the capabilities that history needs.
#[derive(Debug)]
pub(crate) struct Reader {
    lines: BufReader<TcpStream>,
    line: String,
}

/// What a question got.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    /// Messages in the batch; nothing where the hub refused.
    pub(crate) messages: Option<usize>,
    pub(crate) took: Duration,
}

impl Reader {
    /// Registers and enters rooms.
    pub(crate) fn enter(server: &Server, rooms: usize) -> Result<Self, Failure> {
        let stream = TcpStream::connect(server.address).map_err(Failure::io("connect"))?;
        let set = stream
            .set_read_timeout(Some(PATIENCE))
            .and_then(|()| stream.set_nodelay(true));
        set.map_err(Failure::io("connect"))?;
        let mut reader = Self {
            lines: BufReader::with_capacity(64 * 1024, stream),
            line: String::new(),
        };
        reader.write(
            "CAP REQ :batch message-tags server-time draft/chathistory soju.im/search\r\n\
             NICK reader\r\nUSER reader 0 * :reader\r\nCAP END\r\n",
        )?;
        for index in 0..rooms {
            reader.write(&server.protocol.join(&server.protocol.room_name(index)))?;
        }
        reader.write("PING entered\r\n")?;
        while !reader.next()?.ends_with("entered") {}
        Ok(reader)
    }

    /// Asks and waits for the end of the answer.
    pub(crate) fn ask(&mut self, question: &str) -> Result<Answer, Failure> {
        let began = Instant::now();
        self.write(&format!("{question}\r\n"))?;
        let mut messages = 0;
        loop {
            let line = self.next()?;
            let body = match line
                .strip_prefix('@')
                .and_then(|tagged| tagged.split_once(' '))
            {
                Some((_, body)) => body,
                None => line,
            };
            let mut words = body.split(' ');
            let first = words.next().unwrap_or_default();
            let verb = if first.starts_with(':') {
                words.next().unwrap_or_default()
            } else {
                first
            };
            let messages = match verb {
                "PRIVMSG" => {
                    messages += 1;
                    continue;
                }
                "BATCH" if words.next().is_some_and(|batch| batch.starts_with('-')) => {
                    Some(messages)
                }
                "FAIL" => None,
                _ => continue,
            };
            let took = began.elapsed();
            return Ok(Answer { messages, took });
        }
    }

    fn write(&mut self, lines: &str) -> Result<(), Failure> {
        let stream = self.lines.get_mut();
        let written = stream.write_all(lines.as_bytes());
        written.map_err(Failure::io("ask"))
    }

    fn next(&mut self) -> Result<&str, Failure> {
        self.line.clear();
        let read = self.lines.read_line(&mut self.line);
        if read.map_err(Failure::io("read an answer"))? == 0 {
            return Err(Failure::server("reading", "the hub closed the connection"));
        }
        Ok(self.line.trim_end())
    }
}
