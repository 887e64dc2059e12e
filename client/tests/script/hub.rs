//! A server for the tests: one thread a connection, answering like a hub in the way that the test asks for.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// How long anything may take before a test has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What a hub can do, and where it fails.
#[derive(Clone, Copy, Default)]
pub(crate) struct Manner {
    /// What it is.
    pub(crate) sort: Sort,
    /// It says nothing at all.
    pub(crate) is_silent: bool,
    /// It breaks the connection instead of answering that message.
    pub(crate) breaks_at: Option<usize>,
    /// The nick `ann` is taken.
    pub(crate) has_ann: bool,
}

/// The sorts of hubs.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// It labels its answers and sends one's own messages back.
    #[default]
    Modern,
    /// It knows no capabilities.
    Old,
    /// It is a bouncer, which answers `PING` itself and sends messages back at once; what its server says of them comes
    /// later.
    Bouncer,
}

impl Sort {
    fn capabilities(self) -> &'static str {
        match self {
            Self::Modern => "batch labeled-response echo-message message-tags server-time",
            Self::Old => "",
            Self::Bouncer => "echo-message server-time znc.in/self-message",
        }
    }
}

/// A running hub.
pub(crate) struct Hub {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    received: Receiver<String>,
}

impl Hub {
    /// A modern hub.
    pub(crate) fn modern() -> Self {
        Self::start(Manner::default())
    }

    /// A hub that behaves like that.
    pub(crate) fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, received) = channel();
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let sender = sender.clone();
                thread::spawn(move || Connection::new(stream, manner, sender).serve());
            }
        });
        Self { address, received }
    }

    /// The next line of a client that is no part of its registration.
    pub(crate) fn next(&self) -> String {
        self.received
            .recv_timeout(PATIENCE)
            .expect("the client sends another line")
    }

    /// All lines up to `QUIT`.
    pub(crate) fn until_quit(&self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.next();
            if line.starts_with("QUIT") {
                return lines;
            }
            lines.push(line);
        }
    }
}

struct Connection {
    stream: TcpStream,
    manner: Manner,
    received: Sender<String>,
    nick: String,
    echoes: bool,
    messages: usize,
    /// What the server behind a bouncer has not said yet.
    late: Vec<String>,
}

impl Connection {
    fn new(stream: TcpStream, manner: Manner, received: Sender<String>) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self {
            stream,
            manner,
            received,
            nick: String::new(),
            echoes: false,
            messages: 0,
            late: Vec::new(),
        }
    }

    fn serve(mut self) {
        let mut reader = BufReader::new(self.stream.try_clone().unwrap());
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap_or(0) > 0 {
            let whole = line.trim_end().to_owned();
            line.clear();
            if !self.manner.is_silent && !self.answer(&whole) {
                return;
            }
        }
    }

    /// Answers a line; says whether the connection goes on.
    fn answer(&mut self, whole: &str) -> bool {
        let (label, line) = match whole
            .strip_prefix("@label=")
            .and_then(|rest| rest.split_once(' '))
        {
            Some((label, line)) => (format!("@label={label} "), line),
            None => (String::new(), whole),
        };
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let registers =
            matches!(verb, "CAP" | "USER" | "PING") || verb == "NICK" && self.nick.is_empty();
        if !registers {
            // The test may have ended without asking for every line.
            let _ = self.received.send(line.to_owned());
        }
        let nick = self.nick.clone();
        match verb {
            "CAP" => self.capabilities(rest),
            "NICK" if rest == "ann" && self.manner.has_ann => {
                self.say(&format!(":hub 433 * {rest} :in use"));
            }
            "NICK" if nick.is_empty() => {
                rest.clone_into(&mut self.nick);
                if self.manner.sort == Sort::Old {
                    self.welcome();
                }
            }
            "NICK" => {
                rest.clone_into(&mut self.nick);
                self.say(&format!("{label}:{nick}!u@h NICK {rest}"));
            }
            "PING" => self.say(&format!("{label}:hub PONG hub :{rest}")),
            "JOIN" if rest == "#closed" => self.say(&format!(
                "{label}:hub 473 {nick} {rest} :Cannot join channel (+i)"
            )),
            "JOIN" if rest.contains(',') && !label.is_empty() => {
                self.say(&format!("{label}:hub BATCH +j labeled-response"));
                for room in rest.split(',') {
                    self.say(&format!("@batch=j :{nick}!u@h JOIN {room}"));
                }
                self.say(":hub BATCH -j");
            }
            "JOIN" => {
                for room in rest.split(',') {
                    self.say(&format!("{label}:{nick}!u@h JOIN {room}"));
                }
            }
            "PRIVMSG" => return self.message(&label, line),
            "NAMES" => {
                for line in std::mem::take(&mut self.late) {
                    self.say(&line);
                }
                self.say(&format!("{label}:hub 366 {nick} {rest} :End of NAMES list"));
            }
            "QUIT" => {
                self.say("ERROR :Goodbye");
                return false;
            }
            "USER" | "PASS" => {}
            _ => self.say(&format!("{label}:hub 421 {nick} {verb} :Unknown command")),
        }
        true
    }

    fn capabilities(&mut self, rest: &str) {
        if self.manner.sort == Sort::Old {
            self.say(":hub 421 * CAP :Unknown command");
        } else if rest.starts_with("LS") {
            let capabilities = self.manner.sort.capabilities();
            self.say(&format!(":hub CAP * LS :{capabilities}"));
        } else if let Some(names) = rest.strip_prefix("REQ ") {
            self.say(&format!(":hub CAP * ACK {names}"));
            self.echoes = true;
        } else if rest == "END" {
            self.welcome();
        }
    }

    fn welcome(&mut self) {
        let nick = self.nick.clone();
        self.say(&format!(":hub 001 {nick} :Welcome"));
        self.say(&format!(":hub 372 {nick} :- be kind"));
        self.say(&format!(":{nick}!u@h JOIN #lobby"));
        self.say(&format!(":hub 376 {nick} :End of MOTD"));
    }

    fn message(&mut self, label: &str, line: &str) -> bool {
        self.messages += 1;
        if self.manner.breaks_at == Some(self.messages) {
            return false;
        }
        let nick = self.nick.clone();
        let refusal = format!("{label}:hub 404 {nick} #lobby :Cannot send to channel");
        let is_refused = line.contains("forbidden");
        let is_late = self.manner.sort == Sort::Bouncer;
        if is_refused && is_late {
            self.late.push(refusal);
        } else if is_refused {
            self.say(&refusal);
        }
        if self.echoes && (is_late || !is_refused) {
            self.say(&format!("{label}:{nick}!u@h {line}"));
        }
        if line.ends_with("echo please") {
            self.say(":bob!b@h PRIVMSG #lobby :as you wish");
        }
        if line.ends_with("come and go please") {
            for line in [
                ":bob!b@h JOIN #dev",
                ":bob!b@h TOPIC #dev :tea",
                ":bob!b@h NICK rob",
                ":rob!b@h PART #dev :to bed",
                ":eve!e@h JOIN #dev",
                ":eve!e@h JOIN #ops",
                ":ann!u@h KICK #dev eve :out",
                ":joe!j@h QUIT :gone",
            ] {
                self.say(line);
            }
        }
        true
    }

    fn say(&mut self, line: &str) {
        // A client that has gone hears nothing.
        let _ = self.stream.write_all(format!("{line}\r\n").as_bytes());
    }
}
