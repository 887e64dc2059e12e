//! The log on stderr: what it says, and above all what it does not.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use tungstenite::client::IntoClientRequest as _;
use tungstenite::http::HeaderValue;
use tungstenite::{Error, Message, WebSocket};

use crate::lines::Lines;
use crate::process::{Process, client, connect, run};

/// Things that must never be logged, each said in a way of its own.
const SECRETS: [&str; 8] = [
    "hub-pass-5f1c",
    "oper-pass-82ab",
    "account-pass-77de",
    "wrong-pass-19c4",
    "AG5vYm9keQBzYXNsLXBhc3MtM2Q5ZQ==",
    "spoken-words-e04b",
    "private-words-b6a2",
    "path-key-3f0c",
];

/// A browser's connection, one line a message.
struct Browser {
    socket: WebSocket<TcpStream>,
    unread: Vec<u8>,
}

impl Browser {
    fn connect(address: SocketAddr) -> Self {
        let mut request = "ws://hub.test/?key=path-key-3f0c"
            .into_client_request()
            .expect("a request");
        let subprotocol = HeaderValue::from_static("text.ircv3.net");
        request
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", subprotocol);
        let (socket, _) = tungstenite::client(request, connect(address)).expect("a WebSocket");
        Self {
            socket,
            unread: Vec::new(),
        }
    }
}

impl Read for Browser {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.unread.is_empty() {
            match self.socket.read() {
                Ok(Message::Text(line)) => self.unread = format!("{line}\r\n").into_bytes(),
                Ok(_) => {}
                Err(Error::ConnectionClosed) => return Ok(0),
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        let count = self.unread.as_slice().read(into)?;
        self.unread.drain(..count);
        Ok(count)
    }
}

impl Write for Browser {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        for line in text.lines() {
            let sent = self.socket.send(Message::text(line));
            sent.map_err(io::Error::other)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn busy_day(settings: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let hash = salond::password::hash("oper-pass-82ab").expect("a hash");
    let settings = format!(
        "password = \"hub-pass-5f1c\"\n[[operators]]\nname = \"root\"\npassword_hash = \"{hash}\"\n[websocket]\nlisten = \"127.0.0.1:0\"\n{settings}"
    );
    let mut hub = Process::start(folder.path(), &settings);
    let (plain, web) = (hub.address(), hub.address());
    busy_hour(["ann", "bob"], || Lines::new(connect(plain)));
    busy_hour(["cid", "dan"], || Lines::new(Browser::connect(web)));
    let logged = hub.logged();
    hub.stop();
    logged
}

/// Two people come, say all that is secret, and leave.
fn busy_hour<S: Read + Write>([one, two]: [&str; 2], connect: impl Fn() -> Lines<S>) {
    let enter = |nick: &str| {
        let mut client = connect();
        client.send("PASS hub-pass-5f1c");
        client.register(nick)
    };
    let (mut ann, mut bob) = (enter(one), enter(two));
    ann.does("OPER root oper-pass-82ab\r\nOPER root wrong-pass-19c4");
    ann.does("NS REGISTER account-pass-77de");
    ann.does(&format!("PRIVMSG NickServ :IDENTIFY {one} wrong-pass-19c4"));
    bob.does("CAP REQ sasl\r\nAUTHENTICATE PLAIN\r\nAUTHENTICATE AG5vYm9keQBzYXNsLXBhc3MtM2Q5ZQ==");
    ann.does("PRIVMSG #lobby :spoken-words-e04b");
    ann.does(&format!("PRIVMSG {two} :private-words-b6a2"));
    ann.does("TOPIC #lobby :spoken-words-e04b\r\nKLINE 1h nobody :a reason\r\nUNKLINE nobody");
    ann.does(&format!("KILL {two} :off you go"));
    ann.does("GARBAGE hub-pass-5f1c\r\nSEARCH text=spoken-words-e04b");
    ann.send("QUIT :spoken-words-e04b");
    ann.rest();
}

#[test]
fn nothing_that_is_secret_or_said_is_logged_however_much_is() {
    for settings in [
        "[log]\nfilter = \"trace\"\n",
        "[log]\nfilter = \"trace\"\nformat = \"json\"\n",
    ] {
        let logged = busy_day(settings);
        assert!(
            logged.contains("OPER granted") && logged.contains("OPER refused"),
            "{logged}"
        );
        for secret in SECRETS {
            assert!(!logged.contains(secret), "{secret} is in\n{logged}");
        }
    }
}

#[test]
fn a_line_of_json_is_an_object_with_time_level_and_fields() {
    let logged = busy_day("[log]\nformat = \"json\"\n");
    let lines: Vec<serde_json::Value> = logged
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let killed = lines.iter().find(|line| line["message"] == "KILL");
    let killed = killed.unwrap_or_else(|| panic!("no KILL in {logged}"));
    assert_eq!(
        (&killed["level"], &killed["operator"], &killed["user"]),
        (&"INFO".into(), &"ann".into(), &"bob".into())
    );
    assert!(
        killed["timestamp"]
            .as_str()
            .is_some_and(|time| time.ends_with('Z'))
    );
}

#[test]
fn a_filter_that_is_none_is_refused_with_its_place_and_the_option_wins() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::write(folder.join("hub.toml"), "[log]\nfilter = \"salond=loud\"\n").expect("written");
    let check = ["--check-config", "--config", "hub.toml"];
    let expected = "salond: hub.toml:2:10: 'salond=loud' is not a filter of the log; expected one such as \"debug\" \
                    or \"salond=trace\"\n";
    assert_eq!(
        run(folder, &check),
        (Some(2), String::new(), expected.to_owned())
    );
    let mut hub = Process::start(folder, "[log]\nfilter = \"off\"\n");
    client(hub.address(), "ann").does("OPER root x");
    let silent = hub.logged();
    hub.stop();
    assert_eq!(silent, "");
}
