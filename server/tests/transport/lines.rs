//! A client that speaks in lines over whatever carries bytes.

use std::io::{self, BufRead as _, BufReader, Read, Write};

/// See the module.
pub(crate) struct Lines<S> {
    pub(crate) stream: BufReader<S>,
    fences: u32,
}

impl<S: Read + Write> Lines<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream: BufReader::new(stream),
            fences: 0,
        }
    }

    /// Sends lines.
    pub(crate) fn send(&mut self, lines: &str) {
        self.try_send(lines).expect("the hub reads");
    }

    pub(crate) fn try_send(&mut self, lines: &str) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{lines}\r\n").as_bytes())?;
        stream.flush()
    }

    /// The next line without its end; empty at the end.
    pub(crate) fn try_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    pub(crate) fn line(&mut self) -> String {
        self.try_line().expect("a line in time")
    }

    /// All lines until the hub closes as it should.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        let mut text = String::new();
        self.stream.read_to_string(&mut text).expect("a clean end");
        text.lines().map(ToOwned::to_owned).collect()
    }

    /// Sends lines; gives all that has come when the hub is done with them.
    pub(crate) fn does(&mut self, lines: &str) -> Vec<String> {
        self.fences += 1;
        let fence = format!("fence-{}", self.fences);
        self.send(&format!("{lines}\r\nPING {fence}"));
        let end = format!(" PONG hub.test {fence}");
        let mut seen = Vec::new();
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "an end after {seen:?}");
            if line.ends_with(&end) {
                return seen;
            }
            seen.push(line);
        }
    }

    /// Registers, and reads the welcome.
    pub(crate) fn register(mut self, nick: &str) -> Self {
        self.does(&format!("NICK {nick}\r\nUSER u 0 * :Real {nick}"));
        self
    }
}
