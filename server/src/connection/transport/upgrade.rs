//! The HTTP request by which a browser asks for a WebSocket, and the answer to it. Bytes in, bytes out.
//!
//! <https://www.rfc-editor.org/rfc/rfc6455#section-4.2>, <https://ircv3.net/specs/extensions/websocket>

use salon_config::ServerConfig;
use tungstenite::error::{Error, ProtocolError};
use tungstenite::handshake::machine::TryParse as _;
use tungstenite::handshake::server::{Request, create_response, write_response};
use tungstenite::http::HeaderValue;
use tungstenite::http::header::{HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL};

/// The longest request that is read to its end.
pub(super) const REQUEST_BYTES_MAX: usize = 8 * 1024;

/// Where proxies note whom they speak for. The standard one, `Forwarded`, is what few of them write.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// In which kind of message the hub sends its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Binary,
}

impl Form {
    /// The subprotocols, by their names.
    const TABLE: &[(&str, Form)] = &[
        ("binary.ircv3.net", Form::Binary),
        ("text.ircv3.net", Form::Text),
    ];
}

/// What a request comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Its end has not come yet.
    Unfinished,
    /// The request took so many bytes, and is granted with this response.
    Granted {
        used: usize,
        form: Form,
        response: Vec<u8>,
        /// What `X-Forwarded-For` says, whoever wrote it.
        forwarded: Option<Box<str>>,
    },
    /// The request is refused with this response.
    Refused { response: Vec<u8> },
}

/// Answers what has been read so far.
pub(super) fn answer(bytes: &[u8], config: &ServerConfig) -> Answer {
    match Request::try_parse(bytes) {
        Ok(Some((used, request))) => decide(used, &request, config),
        Ok(None) if bytes.len() < REQUEST_BYTES_MAX => Answer::Unfinished,
        Ok(None) => refused(
            "431 Request Header Fields Too Large",
            "the request is too long",
        ),
        Err(_) => refused(
            "400 Bad Request",
            "expected an HTTP request for a WebSocket",
        ),
    }
}

fn decide(used: usize, request: &Request, config: &ServerConfig) -> Answer {
    let mut response = match create_response(request) {
        Ok(response) => response,
        Err(Error::Protocol(
            ProtocolError::MissingConnectionUpgradeHeader
            | ProtocolError::MissingUpgradeWebSocketHeader
            | ProtocolError::MissingSecWebSocketVersionHeader,
        )) => {
            let status = "426 Upgrade Required\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13";
            return refused(status, "this is the WebSocket of an IRC server");
        }
        Err(_) => return refused("400 Bad Request", "expected a request for a WebSocket"),
    };
    if !is_origin_admitted(request, config) {
        return refused("403 Forbidden", "pages of this origin may not connect");
    }
    let form = match choose(request) {
        Ok(Some((name, form))) => {
            let headers = response.headers_mut();
            headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(name));
            form
        }
        // Asking for none is the custom of clients from before the specification.
        Ok(None) => Form::Text,
        Err(()) => {
            let text = "expected the subprotocol text.ircv3.net or binary.ircv3.net";
            return refused("400 Bad Request", text);
        }
    };
    let mut bytes = Vec::new();
    if write_response(&mut bytes, &response).is_err() {
        return refused(
            "500 Internal Server Error",
            "the answer could not be written",
        );
    }
    Answer::Granted {
        used,
        form,
        response: bytes,
        forwarded: forwarded(request),
    }
}

/// Whoever sends no `Origin` is no page of a browser.
fn is_origin_admitted(request: &Request, config: &ServerConfig) -> bool {
    let headers = request.headers();
    let mut origins = headers.get_all(ORIGIN).iter();
    let Some(origin) = origins.next() else {
        return true;
    };
    if origins.next().is_some() {
        return false;
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let (Ok(origin), Some(settings)) = (origin.to_str(), &config.websocket) else {
        return false;
    };
    settings.admits(origin, host, config.server.name.as_str())
}

/// The addresses that proxies have noted, over all headers of that name.
fn forwarded(request: &Request) -> Option<Box<str>> {
    let headers = request.headers().get_all(X_FORWARDED_FOR);
    let hops: Vec<&str> = headers
        .iter()
        .map(|header| header.to_str().unwrap_or("unknown"))
        .collect();
    (!hops.is_empty()).then(|| hops.join(",").into())
}

/// The first subprotocol that the client offers and the hub knows; an error when it offers others alone.
fn choose(request: &Request) -> Result<Option<(&'static str, Form)>, ()> {
    let offers = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL);
    let mut offered = offers
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(str::trim)
        .peekable();
    if offered.peek().is_none() {
        return Ok(None);
    }
    offered
        .find_map(|name| Form::TABLE.iter().find(|row| row.0 == name))
        .map(|row| Some(*row))
        .ok_or(())
}

/// A response that refuses with a status, which may have headers behind it, and says why.
fn refused(status: &str, text: &str) -> Answer {
    let length = text.len() + 1;
    let response = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{text}\n"
    );
    Answer::Refused {
        response: response.into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &str) -> String {
        format!(
            "GET /irc HTTP/1.1\r\nHost: chat.example:8080\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
        )
    }

    fn config() -> ServerConfig {
        let text = "[server]\nname = \"chat.example\"\n\
                    [websocket]\nlisten = \"127.0.0.1:0\"\norigins = [\"https://web.example\"]\n";
        ServerConfig::parse(std::path::Path::new("test.toml"), text).expect("valid settings")
    }

    /// The status line of the answer, or the kind of message that was agreed on.
    #[track_caller]
    fn check(bytes: &str, expected: Result<Form, &str>) {
        match answer(bytes.as_bytes(), &config()) {
            Answer::Granted { form, used, .. } => {
                assert_eq!(Ok(form), expected);
                assert_eq!(used, bytes.len());
            }
            Answer::Refused { response } => {
                let response = String::from_utf8(response).expect("text");
                let status = response.lines().next().expect("a status line");
                assert_eq!(
                    Err(status.strip_prefix("HTTP/1.1 ").expect("HTTP")),
                    expected
                );
            }
            Answer::Unfinished => panic!("unfinished: {bytes}"),
        }
    }

    #[test]
    fn the_first_known_subprotocol_is_taken() {
        let offer = |offer: &str| request(&format!("Sec-WebSocket-Protocol: {offer}\r\n"));
        check(&offer("binary.ircv3.net, text.ircv3.net"), Ok(Form::Binary));
        check(
            &offer("chat, text.ircv3.net,binary.ircv3.net"),
            Ok(Form::Text),
        );
        check(&request(""), Ok(Form::Text));
        check(&offer("chat"), Err("400 Bad Request"));
    }

    #[test]
    fn the_response_accepts_as_the_standard_has_it() {
        let bytes = request("Sec-WebSocket-Protocol: text.ircv3.net\r\n");
        let Answer::Granted { response, .. } = answer(bytes.as_bytes(), &config()) else {
            panic!("refused");
        };
        assert_eq!(
            String::from_utf8(response).expect("text"),
            "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nsec-websocket-protocol: text.ircv3.net\r\n\r\n"
        );
    }

    #[test]
    fn pages_of_strangers_are_refused() {
        let from = |origin: &str| request(&format!("Origin: {origin}\r\n"));
        check(&from("https://web.example"), Ok(Form::Text));
        check(&from("http://chat.example"), Ok(Form::Text));
        check(&from("https://evil.example"), Err("403 Forbidden"));
        check(&from("null"), Err("403 Forbidden"));
        let two = from("https://web.example\r\nOrigin: https://evil.example");
        check(&two, Err("403 Forbidden"));
        let led_here = from("http://evil.example").replace("chat.example:8080", "evil.example");
        check(&led_here, Err("403 Forbidden"));
    }

    #[test]
    fn other_requests_are_told_what_this_is() {
        check(
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            Err("426 Upgrade Required"),
        );
        check("NICK ann\r\nUSER a 0 * :A\r\n\r\n", Err("400 Bad Request"));
        check(&request("").replace("GET", "PUT"), Err("400 Bad Request"));
        check(
            &request("").replace("Version: 13", "Version: 8"),
            Err("426 Upgrade Required"),
        );
    }

    #[test]
    fn a_request_may_come_in_pieces_and_has_an_end() {
        let whole = request("");
        for end in 0..whole.len() {
            let part = whole.get(..end).expect("ASCII");
            assert_eq!(answer(part.as_bytes(), &config()), Answer::Unfinished);
        }
        let endless = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(REQUEST_BYTES_MAX));
        check(&endless, Err("431 Request Header Fields Too Large"));
    }
}
