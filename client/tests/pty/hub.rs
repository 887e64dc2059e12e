//! A hub that does what the test wants: it lets one client in, answers what a REPL session needs, and
//! sends any line on demand.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use salon_protocol::Message;

use crate::terminal::LIMIT;

const CAPABILITIES: &str =
    "message-tags server-time echo-message batch labeled-response multi-prefix";

/// The test's side of it.
pub(crate) struct Hub {
    address: SocketAddr,
    received: Receiver<String>,
    client: Arc<Mutex<Option<TcpStream>>>,
    manners: Arc<Manners>,
}

/// Sends lines to the client.
pub(crate) struct Speaker(Arc<Mutex<Option<TcpStream>>>);

impl Speaker {
    /// Sends lines, each without its end, in one piece.
    pub(crate) fn send<T: AsRef<str>>(&self, lines: impl IntoIterator<Item = T>) {
        let mut text = String::new();
        for line in lines {
            text.push_str(line.as_ref());
            text.push_str("\r\n");
        }
        let mut client = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stream = client.as_mut().expect("a client is there");
        stream.write_all(text.as_bytes()).expect("sent");
    }
}

/// How it treats its client.
#[derive(Default)]
struct Manners {
    /// Whether it lets nobody in for now.
    is_closed: Mutex<bool>,
    opened: Condvar,
    /// Whether it answers nothing but a question whether it is there.
    is_mute: AtomicBool,
}

impl Hub {
    /// Listens, and lets in who comes.
    pub(crate) fn start() -> Self {
        Self::with(Manners::default())
    }

    /// The same, but those who come wait until it opens.
    pub(crate) fn start_closed() -> Self {
        Self::with(Manners {
            is_closed: Mutex::new(true),
            ..Manners::default()
        })
    }

    fn with(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, received) = channel();
        let client = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&client);
        let manners = Arc::new(manners);
        let its_manners = Arc::clone(&manners);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let clone = stream.try_clone().expect("a second handle");
                *shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(clone);
                its_manners.wait_until_open();
                serve(&stream, &sender, &its_manners);
                // The clone would hold it open.
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
        Self {
            address,
            received,
            client,
            manners,
        }
    }

    /// Lets in who waits.
    pub(crate) fn open(&self) {
        let closed = self.manners.is_closed.lock();
        *closed.unwrap_or_else(PoisonError::into_inner) = false;
        self.manners.opened.notify_all();
    }

    /// Answers nothing from now on, unless it is asked whether it is there.
    pub(crate) fn fall_silent(&self) {
        self.manners.is_mute.store(true, Ordering::SeqCst);
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Sends lines, each without its end, in one piece.
    pub(crate) fn send<T: AsRef<str>>(&self, lines: impl IntoIterator<Item = T>) {
        self.speaker().send(lines);
    }

    /// The way to send lines from another thread.
    pub(crate) fn speaker(&self) -> Speaker {
        Speaker(Arc::clone(&self.client))
    }

    /// bob says something in `#lobby`.
    pub(crate) fn say(&self, text: &str) {
        self.send([format!(":bob!b@host PRIVMSG #lobby :{text}")]);
    }

    /// Breaks the connection.
    pub(crate) fn hang_up(&self) {
        let client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        let stream = client.as_ref().expect("a client is there");
        stream.shutdown(Shutdown::Both).expect("shut");
    }

    /// Breaks the connection, and takes no other.
    pub(crate) fn go_away(&self) {
        let closed = self.manners.is_closed.lock();
        *closed.unwrap_or_else(PoisonError::into_inner) = true;
        self.hang_up();
    }

    /// The next line of the client that begins with this verb, as `VERB params`, tags left out.
    #[track_caller]
    pub(crate) fn next(&self, verb: &str) -> String {
        // One limit for all: a client that has nothing to say still asks whether the hub is there.
        let end = Instant::now() + LIMIT;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.received.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("the client never sent {verb}"));
            if line.split(' ').next() == Some(verb) {
                return line;
            }
        }
    }
}

impl Manners {
    fn wait_until_open(&self) {
        let closed = self.is_closed.lock();
        let closed = closed.unwrap_or_else(PoisonError::into_inner);
        drop(self.opened.wait_while(closed, |closed| *closed));
    }
}

/// A client of the hub.
struct Client {
    stream: TcpStream,
    nick: String,
    is_registered: bool,
}

fn serve(stream: &TcpStream, received: &Sender<String>, manners: &Manners) {
    let reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut client = Client {
        stream: stream.try_clone().expect("a third handle"),
        nick: String::new(),
        is_registered: false,
    };
    for line in reader.lines() {
        let Ok(line) = line else { return };
        let Ok(message) = Message::parse(line.trim_end()) else {
            continue;
        };
        let text = line.split_once(' ').filter(|_| line.starts_with('@'));
        // A test that has ended reads no more.
        let _ = received.send(text.map_or(&*line, |(_, rest)| rest).to_owned());
        let is_mute = manners.is_mute.load(Ordering::SeqCst);
        if !is_mute || message.is("PING") {
            client.answer(&message);
        }
        if message.is("QUIT") {
            return;
        }
    }
}

impl Client {
    fn answer(&mut self, message: &Message<'_>) {
        let label = message.tags.get("label").map(str::to_owned);
        let parameter = |index| message.param(index).unwrap_or("").to_owned();
        let nick = self.nick.clone();
        match &*message.verb {
            "CAP" => self.negotiate(&parameter(0), &parameter(1)),
            "NICK" if self.is_registered => {
                self.reply(label, &format!(":{nick}!a@host NICK {}", parameter(0)));
                self.nick = parameter(0);
            }
            "NICK" => self.nick = parameter(0),
            "USER" => self.is_registered = true,
            "PING" => self.reply(label, &format!(":hub PONG hub :{}", parameter(0))),
            "PRIVMSG" => {
                let (target, text) = (parameter(0), parameter(1));
                self.reply(label, &format!(":{nick}!a@host PRIVMSG {target} :{text}"));
            }
            "JOIN" => {
                let (rooms, key) = (parameter(0), parameter(1));
                let answer = |room| match room {
                    "#locked" if key != "sesame" => {
                        format!(":hub 475 {nick} #locked :Cannot join channel (+k)")
                    }
                    room => format!(
                        ":{nick}!a@host JOIN {room}\r\n:hub 353 {nick} = {room} :{nick} bob carol\r\n\
                         :hub 366 {nick} {room} :end"
                    ),
                };
                let answers: Vec<String> = rooms.split(',').map(answer).collect();
                self.reply(label, &answers.join("\r\n"));
            }
            "AUTHENTICATE" if parameter(0) == "PLAIN" => self.reply(label, "AUTHENTICATE +"),
            "AUTHENTICATE" => self.reply(label, &format!(":hub 900 {nick} x y :You are logged in")),
            "QUIT" => self.reply(label, "ERROR :bye"),
            "PONG" => {}
            _ => self.reply(label, &format!(":hub 421 {nick} {} :no", message.verb)),
        }
    }

    fn negotiate(&mut self, subcommand: &str, wanted: &str) {
        let nick = if self.nick.is_empty() {
            "*"
        } else {
            &self.nick
        }
        .to_owned();
        match subcommand {
            "LS" => self.reply(None, &format!(":hub CAP {nick} LS :{CAPABILITIES}")),
            "REQ" => self.reply(None, &format!(":hub CAP {nick} ACK :{wanted}")),
            "END" => self.welcome(),
            _ => {}
        }
    }

    fn welcome(&mut self) {
        let nick = self.nick.clone();
        let text = format!(
            ":hub 001 {nick} :Welcome\r\n:hub 002 {nick} :host\r\n:hub 003 {nick} :made\r\n\
             :hub 004 {nick} hub 1 i o\r\n\
             :hub 005 {nick} CASEMAPPING=ascii CHANTYPES=# NICKLEN=30 :are supported\r\n\
             :hub 422 {nick} :no motd\r\n\
             :{nick}!a@host JOIN #lobby\r\n:hub 353 {nick} = #lobby :{nick} bob carol\r\n\
             :hub 366 {nick} #lobby :end"
        );
        self.reply(None, &text);
    }

    /// Sends one line or several; several with a label come as a batch.
    fn reply(&mut self, label: Option<String>, lines: &str) {
        let text = match label {
            None => format!("{lines}\r\n"),
            Some(label) if lines.contains('\r') => {
                let inner = lines.replace("\r\n", "\r\n@batch=b ");
                format!(
                    "@label={label} :hub BATCH +b labeled-response\r\n@batch=b {inner}\r\n:hub BATCH -b\r\n"
                )
            }
            Some(label) => format!("@label={label} {lines}\r\n"),
        };
        // A client that is gone needs no answer.
        let _ = self.stream.write_all(text.as_bytes());
    }
}
