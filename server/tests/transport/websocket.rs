//! Conversations over WebSocket, and requests and messages that are refused.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tungstenite::client::IntoClientRequest as _;
use tungstenite::http::HeaderValue;
use tungstenite::protocol::frame::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Error, Message, WebSocket};

use crate::fixture::{Hub, TLS, secure, trusting};
use crate::lines::Lines;

/// A hub with a listener for browsers after the plain one.
const WEB: &str = "[websocket]\nlisten = \"127.0.0.1:0\"\norigins = [\"https://web.example\"]\n";

/// A client over WebSocket.
struct Web<S> {
    socket: WebSocket<S>,
    subprotocol: Option<String>,
}

/// Asks for a WebSocket; the error is the status that refuses it.
fn ask<S: std::io::Read + std::io::Write>(
    stream: S,
    headers: &[(&'static str, &'static str)],
) -> Result<Web<S>, u16> {
    let mut request = "ws://hub.test/".into_client_request().expect("a request");
    for (name, value) in headers {
        request
            .headers_mut()
            .append(*name, HeaderValue::from_static(value));
    }
    match tungstenite::client(request, stream) {
        Ok((socket, response)) => {
            let chosen = response.headers().get("Sec-WebSocket-Protocol");
            let subprotocol = chosen.map(|name| name.to_str().expect("ASCII").to_owned());
            Ok(Web {
                socket,
                subprotocol,
            })
        }
        Err(tungstenite::HandshakeError::Failure(Error::Http(response))) => {
            Err(response.status().as_u16())
        }
        Err(error) => panic!("no answer in HTTP: {error}"),
    }
}

fn open(hub: &Hub, subprotocol: &'static str) -> Web<TcpStream> {
    let web = ask(hub.socket(1), &[("Sec-WebSocket-Protocol", subprotocol)]);
    let web = web.expect("a WebSocket");
    assert_eq!(web.subprotocol.as_deref(), Some(subprotocol));
    web
}

impl<S: std::io::Read + std::io::Write> Web<S> {
    fn send(&mut self, line: &str) {
        self.socket
            .send(Message::text(line))
            .expect("the hub reads");
    }

    fn message(&mut self) -> Message {
        self.socket.read().expect("a message in time")
    }

    /// The next line, which has to be the whole of a text message.
    fn line(&mut self) -> String {
        match self.message() {
            Message::Text(line) => {
                assert!(!line.contains(['\r', '\n']), "{line:?}");
                line.as_str().to_owned()
            }
            other => panic!("not a line of text: {other:?}"),
        }
    }

    /// Sends lines; gives all that has come when the hub is done with them.
    fn does(&mut self, lines: &[&str]) -> Vec<String> {
        for line in lines {
            self.send(line);
        }
        self.send("PING fence");
        let lines = std::iter::from_fn(|| Some(self.line()));
        lines
            .take_while(|line| line != ":hub.test PONG hub.test fence")
            .collect()
    }

    fn register(mut self, nick: &str) -> Self {
        self.does(&[&format!("NICK {nick}"), "USER u 0 * :Web"]);
        self
    }

    /// What the hub closes with.
    fn closing(&mut self) -> (String, Option<CloseFrame>) {
        let reason = self.line();
        match self.message() {
            Message::Close(frame) => (reason, frame),
            other => panic!("no farewell of WebSocket: {other:?}"),
        }
    }
}

#[test]
fn text_messages_are_lines() {
    let hub = Hub::with(WEB);
    let mut web = open(&hub, "text.ircv3.net").register("web");
    let mut ann = hub.plain().register("ann");
    ann.does("PRIVMSG web :héllo");
    assert_eq!(web.line(), ":ann!~u@127.0.0.1 PRIVMSG web :héllo");
    web.does(&["PRIVMSG ann :from a browser"]);
    assert_eq!(ann.line(), ":web!~u@127.0.0.1 PRIVMSG ann :from a browser");
    // An end of line is not wanted there, and does no harm.
    assert_eq!(web.does(&["PRIVMSG ann :ended\r\n"]), [""; 0]);
    assert_eq!(ann.line(), ":web!~u@127.0.0.1 PRIVMSG ann :ended");
}

#[test]
fn binary_messages_are_lines() {
    let hub = Hub::with(WEB);
    let mut web = open(&hub, "binary.ircv3.net");
    let mut send = |line: &[u8]| {
        let message = Message::binary(line.to_vec());
        web.socket.send(message).expect("the hub reads");
        web.message()
    };
    assert_eq!(
        send(b"PING x"),
        Message::binary(&b":hub.test PONG hub.test x"[..])
    );
    // No text, but a line that can be refused as one.
    let refused = send(b"NICK caf\xe9").into_data();
    let refused = String::from_utf8_lossy(&refused);
    assert!(
        refused.starts_with(":hub.test FAIL NICK INVALID_UTF8 "),
        "{refused}"
    );
    assert_eq!(
        send(b"PING y"),
        Message::binary(&b":hub.test PONG hub.test y"[..])
    );
}

#[test]
fn pages_of_strangers_are_refused() {
    let hub = Hub::with(WEB);
    let from = |origin| ask(hub.socket(1), &[("Origin", origin)]).map(|_| ()).err();
    assert_eq!(from("https://evil.example"), Some(403));
    assert_eq!(from("null"), Some(403));
    assert_eq!(from("https://web.example"), None);
    assert_eq!(from("http://hub.test:3000"), None);
    // The settings in force count.
    let settings = WEB.replace("web.example", "other.example");
    hub.control
        .reload(hub.parse(&settings))
        .expect("good settings");
    assert_eq!(from("https://web.example"), Some(403));
}

#[test]
fn other_requests_are_refused_in_http() {
    let hub = Hub::with(WEB);
    let unknown = ask(hub.socket(1), &[("Sec-WebSocket-Protocol", "chat")]);
    assert_eq!(unknown.err(), Some(400));
    let mut browser = hub.socket(1);
    browser
        .write_all(b"GET / HTTP/1.1\r\nHost: hub.test\r\n\r\n")
        .expect("the hub reads");
    let mut page = String::new();
    browser.read_to_string(&mut page).expect("an end");
    assert!(
        page.starts_with("HTTP/1.1 426 Upgrade Required\r\n"),
        "{page}"
    );
    assert!(
        page.ends_with("\r\n\r\nthis is the WebSocket of an IRC server\n"),
        "{page}"
    );
}

#[test]
fn a_request_that_does_not_get_on_is_ended() {
    let hub = Hub::with(&format!(
        "[limits]\nregistration_timeout = \"500ms\"\n{WEB}"
    ));
    let start = Instant::now();
    let mut slow = hub.socket(1);
    slow.write_all(b"GET / HTTP/1.1\r\nHost: ")
        .expect("the hub reads");
    let mut got = Vec::new();
    slow.read_to_end(&mut got).expect("an end");
    let waited = start.elapsed();
    assert!(
        waited >= Duration::from_millis(500) && waited < Duration::from_secs(5),
        "{waited:?}"
    );
    assert_eq!(got, b"");
}

#[test]
fn a_huge_message_is_refused_by_its_header() {
    let hub = Hub::with(WEB);
    let mut web = open(&hub, "text.ircv3.net").register("web");
    // A gigabyte is announced, and none of it sent.
    let mut header = vec![0x81, 0x80 + 127];
    header.extend_from_slice(&(1_u64 << 30).to_be_bytes());
    header.extend_from_slice(&[0; 4]);
    web.socket
        .get_mut()
        .write_all(&header)
        .expect("the hub reads");
    let (reason, frame) = web.closing();
    assert_eq!(reason, "ERROR :Message too long");
    assert_eq!(frame.map(|frame| frame.code), Some(CloseCode::Size));
}

#[test]
fn a_message_in_endless_pieces_is_refused_as_soon_as_it_is_too_long() {
    let hub = Hub::with(WEB);
    let mut web = open(&hub, "text.ircv3.net").register("web");
    let stream = web.socket.get_mut();
    // Masked, with a mask of zeros.
    let piece = |opcode: u8| [&[opcode, 0x80 + 100, 0, 0, 0, 0][..], &[b'x'; 100]].concat();
    let mut pieces = piece(0x01);
    // Empty ones take no room, and no turn from others.
    pieces.extend_from_slice(&[0x00, 0x80, 0, 0, 0, 0].repeat(50_000));
    pieces.extend_from_slice(&piece(0x00).repeat(100));
    // It may be refused before all of it is written.
    let _ = stream.write_all(&pieces);
    let (reason, frame) = web.closing();
    assert_eq!(reason, "ERROR :Message too long");
    assert_eq!(frame.map(|frame| frame.code), Some(CloseCode::Size));
}

#[test]
fn a_long_line_is_refused_and_the_connection_lives() {
    let hub = Hub::with(WEB);
    let mut web = open(&hub, "text.ircv3.net").register("web");
    let long = format!("PRIVMSG web :{}", "x".repeat(600));
    assert_eq!(
        web.does(&[&long]),
        [":hub.test 417 web :Input line was too long"]
    );
}

#[test]
fn a_text_message_that_is_no_text_ends_the_connection_after_the_lines_before_it() {
    let hub = Hub::with(WEB);
    let mut ann = hub.plain().register("ann");
    let mut web = open(&hub, "text.ircv3.net").register("web");
    let mut bytes = [&[0x81, 0x80 + 15, 0, 0, 0, 0][..], b"PRIVMSG ann :x\n"].concat();
    bytes.extend_from_slice(&[0x81, 0x81, 0, 0, 0, 0, 0xe9]);
    web.socket
        .get_mut()
        .write_all(&bytes)
        .expect("the hub reads");
    let (reason, frame) = web.closing();
    assert_eq!(reason, "ERROR :Invalid UTF-8 in a text message");
    assert_eq!(frame.map(|frame| frame.code), Some(CloseCode::Invalid));
    assert_eq!(ann.line(), ":web!~u@127.0.0.1 PRIVMSG ann :x");
}

#[test]
fn what_is_not_masked_is_refused() {
    let hub = Hub::with(WEB);
    let mut web = open(&hub, "text.ircv3.net").register("web");
    web.socket
        .get_mut()
        .write_all(&[0x81, 0x01, b'x'])
        .expect("the hub reads");
    let (reason, frame) = web.closing();
    assert_eq!(reason, "ERROR :Not as WebSocket has it");
    assert_eq!(frame.map(|frame| frame.code), Some(CloseCode::Protocol));
}

#[test]
fn pings_are_answered_and_a_flood_of_them_is_borne() {
    let hub = Hub::with(WEB);
    let mut web = open(&hub, "text.ircv3.net").register("web");
    let ping = Message::Ping("there?".into());
    web.socket.send(ping).expect("the hub reads");
    assert_eq!(web.message(), Message::Pong("there?".into()));
    for _ in 0..20_000 {
        // Written without being read: the hub answers the last of those that wait.
        web.socket
            .write(Message::Ping("x".into()))
            .expect("the hub reads");
    }
    web.socket.flush().expect("the hub reads");
    web.send("PING fence");
    let answers = std::iter::from_fn(|| Some(web.message()));
    let pongs = answers
        .take_while(|message| !matches!(message, Message::Text(_)))
        .count();
    assert!((1..=20_000).contains(&pongs), "{pongs}");
}

#[test]
fn one_who_closes_is_answered_and_seen_to_leave() {
    let hub = Hub::with(WEB);
    let mut ann = hub.plain().register("ann");
    ann.does("JOIN #room");
    let mut web = open(&hub, "text.ircv3.net").register("web");
    web.does(&["JOIN #room"]);
    assert_eq!(ann.line(), ":web!~u@127.0.0.1 JOIN #room");
    web.socket.close(None).expect("the hub reads");
    assert_eq!(web.message(), Message::Close(None));
    assert!(matches!(web.socket.read(), Err(Error::ConnectionClosed)));
    assert_eq!(ann.line(), ":web!~u@127.0.0.1 QUIT :Connection closed");
}

#[test]
fn one_who_quits_is_closed_in_order() {
    let hub = Hub::with(WEB);
    let mut web = open(&hub, "text.ircv3.net").register("web");
    web.send("QUIT :done");
    let (reason, frame) = web.closing();
    assert_eq!(reason, "ERROR :Quit: done");
    assert_eq!(frame.map(|frame| frame.code), Some(CloseCode::Normal));
}

#[test]
fn much_comes_through_whole_in_both_directions() {
    let hub = Hub::with(WEB);
    let mut web = open(&hub, "text.ircv3.net").register("web");
    let mut ann = hub.plain().register("ann");
    let text = "x".repeat(300);
    for round in 0..20 {
        let lines: Vec<String> = (0..500)
            .map(|index| format!("PRIVMSG web :{text} {}", round * 500 + index))
            .collect();
        ann.does(&lines.join("\r\n"));
    }
    for index in 0..10_000 {
        assert_eq!(
            web.line(),
            format!(":ann!~u@127.0.0.1 PRIVMSG web :{text} {index}")
        );
    }
    for index in 0..5_000 {
        let line = format!("PRIVMSG ann :{text} {index}");
        web.socket
            .write(Message::text(line))
            .expect("the hub reads");
    }
    web.socket.flush().expect("the hub reads");
    for index in 0..5_000 {
        assert_eq!(
            ann.line(),
            format!(":web!~u@127.0.0.1 PRIVMSG ann :{text} {index}")
        );
    }
}

#[test]
fn a_websocket_may_be_encrypted() {
    let hub = Hub::with(&format!("{TLS}{WEB}tls = true\n"));
    let stream = secure(hub.socket(2), trusting(hub.folder.path()));
    let web = ask(stream, &[("Sec-WebSocket-Protocol", "text.ircv3.net")]);
    let mut web = web.expect("a WebSocket").register("web");
    let mut ann: Lines<_> = hub.encrypted().register("ann");
    ann.does("PRIVMSG web :hello");
    assert_eq!(web.line(), ":ann!~u@127.0.0.1 PRIVMSG web :hello");
    web.send("QUIT :done");
    assert_eq!(web.closing().0, "ERROR :Quit: done");
}

/// Somebody who comes by a proxy from an address, after the name that the hub knows them by or why it does not.
fn behind_proxy(hub: &Hub, address: &'static str, nick: &str) -> Result<Web<TcpStream>, String> {
    let mut web = ask(hub.socket(1), &[("X-Forwarded-For", address)]).expect("a WebSocket");
    web.send(&format!("NICK {nick}"));
    web.send("USER u 0 * :Web");
    let line = web.line();
    if line.starts_with("ERROR ") {
        return Err(line);
    }
    web.does(&[]);
    Ok(web)
}

fn host(web: &mut Web<TcpStream>, nick: &str) -> String {
    let whois = web.does(&[&format!("WHOIS {nick}")]);
    let answer = whois.first().expect("an answer");
    answer.split(' ').nth(5).expect("a host").to_owned()
}

#[test]
fn whom_a_trusted_proxy_speaks_for_is_counted_and_shown() {
    let limits = "[limits]\nconnections_per_address = 1\n";
    let hub = Hub::with(&format!("{WEB}trusted_proxies = \"127.0.0.1\"\n{limits}"));
    let mut ann = behind_proxy(&hub, "10.9.9.9, 192.0.2.7", "ann").expect("let in");
    assert_eq!(host(&mut ann, "ann"), "192.0.2.7");
    let refused = behind_proxy(&hub, "192.0.2.7", "bob").err();
    assert_eq!(
        refused.as_deref(),
        Some("ERROR :too many connections from your address")
    );
    let mut cid = behind_proxy(&hub, "2001:db8::1", "cid").expect("let in");
    assert_eq!(host(&mut cid, "cid"), "2001:db8::1");
    // There is room again when the first one has gone.
    ann.send("QUIT");
    assert_eq!(ann.line(), "ERROR :Quit");
    let mut bob = behind_proxy(&hub, "192.0.2.7", "bob").expect("let in");
    assert_eq!(host(&mut bob, "bob"), "192.0.2.7");
}

#[test]
fn nobody_else_says_where_they_come_from() {
    let hub = Hub::with(WEB);
    let mut eve = behind_proxy(&hub, "192.0.2.7", "eve").expect("let in");
    assert_eq!(host(&mut eve, "eve"), "127.0.0.1");
}
