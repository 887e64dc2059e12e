//! The HTTP that Prometheus speaks, and no more of it: one `GET /metrics` a connection. Bytes in, bytes out.
//!
//! Whoever asks is bounded in size and time, and there are few at once: this must not be what stops the hub. A page that a
//! browser on this machine shows is told nothing, by whatever name it was led here.

use std::io;
use std::time::Duration;

use salon_config::is_own_host;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// The longest request, in bytes.
const REQUEST_BYTES_MAX: usize = 8 * 1024;

/// How many headers a request may have.
const HEADERS_MAX: usize = 64;

/// How long one connection may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many connections are served at once; others are closed.
pub(crate) const CONNECTIONS_MAX: usize = 16;

/// The media type of what is answered.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) enum Asker {
    /// A program on this machine, a browser perhaps, of a hub with this name.
    Here { own_name: String },
    /// One elsewhere, which has reached what listens for it.
    Elsewhere,
}

/// Reads a request and answers it with the numbers, or says what was expected.
pub(crate) async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    asker: Asker,
    render: impl FnOnce() -> String,
) {
    let exchange = async {
        let answer = answer(&read_request(&mut stream).await?, &asker, render);
        stream.write_all(&answer).await?;
        stream.shutdown().await
    };
    // Whether the peer hears it is its own matter.
    let _ = timeout(PATIENCE, exchange).await;
}

/// What was read when the request ended, or the peer, or the patience with its length.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut request = Vec::new();
    while request.len() < REQUEST_BYTES_MAX && !has_whole_head(&request) {
        let mut piece = [0; 1024];
        let count = stream.read(&mut piece).await?;
        if count == 0 {
            break;
        }
        request.extend_from_slice(piece.get(..count).unwrap_or_default());
    }
    Ok(request)
}

/// Whether the head of a request has ended; what may follow it is of no interest.
fn has_whole_head(request: &[u8]) -> bool {
    let has = |end: &[u8]| request.windows(end.len()).any(|place| place == end);
    // Some write LF alone.
    has(b"\n\r\n") || has(b"\n\n")
}

fn answer(request: &[u8], asker: &Asker, render: impl FnOnce() -> String) -> Vec<u8> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut parsed = httparse::Request::new(&mut headers);
    let is_whole = parsed
        .parse(request)
        .is_ok_and(|status| status.is_complete());
    let path = parsed.path.unwrap_or_default();
    let (status, kind, body) = match (is_whole, parsed.method) {
        (false, _) | (true, None) => refuse("400 Bad Request", "expected an HTTP request"),
        (true, Some(_)) if !asker.may_name(host(parsed.headers)) => refuse(
            "421 Misdirected Request",
            "expected localhost, an address or the hub's name as the host",
        ),
        (true, Some("GET" | "HEAD")) if path == "/metrics" || path.starts_with("/metrics?") => {
            ("200 OK", OPEN_METRICS, render())
        }
        (true, Some("GET" | "HEAD")) => refuse("404 Not Found", "the numbers are at /metrics"),
        (true, Some(_)) => refuse("405 Method Not Allowed", "expected GET"),
    };
    let mut response = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    if parsed.method != Some("HEAD") {
        response.push_str(&body);
    }
    response.into_bytes()
}

impl Asker {
    /// Whether it may call the hub so. The name of a page in the web has a dot, and one without is of the own network.
    fn may_name(&self, host: Option<&str>) -> bool {
        match (self, host) {
            (Self::Elsewhere, _) | (_, None) => true,
            (Self::Here { own_name }, Some(host)) => {
                !host.contains('.') || is_own_host(host, own_name)
            }
        }
    }
}

/// The host that a request names. One that is no text is none of ours.
fn host<'a>(headers: &'a [httparse::Header<'_>]) -> Option<&'a str> {
    let header = headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("host"))?;
    Some(str::from_utf8(header.value).unwrap_or("."))
}

fn refuse(status: &'static str, text: &str) -> (&'static str, &'static str, String) {
    (status, "text/plain; charset=utf-8", format!("{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(request: &str, status: &str, body: &str) {
        check_of(&Asker::Elsewhere, request, status, body);
    }

    #[track_caller]
    fn check_of(asker: &Asker, request: &str, status: &str, body: &str) {
        let response = answer(request.as_bytes(), asker, || {
            "salon_x 1\n# EOF\n".to_owned()
        });
        let response = String::from_utf8(response).expect("UTF-8");
        let (head, found) = response.split_once("\r\n\r\n").expect("a head and a body");
        assert_eq!(
            (head.lines().next(), found),
            (Some(format!("HTTP/1.1 {status}").as_str()), body)
        );
    }

    #[test]
    fn the_numbers_are_at_one_path() {
        let numbers = "salon_x 1\n# EOF\n";
        check(
            "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n",
            "200 OK",
            numbers,
        );
        check("GET /metrics?x=y HTTP/1.0\r\n\r\n", "200 OK", numbers);
        check("HEAD /metrics HTTP/1.1\r\n\r\n", "200 OK", "");
        check(
            "GET /metricsandmore HTTP/1.1\r\n\r\n",
            "404 Not Found",
            "the numbers are at /metrics\n",
        );
        check(
            "POST /metrics HTTP/1.1\r\n\r\n",
            "405 Method Not Allowed",
            "expected GET\n",
        );
        for broken in ["", "NICK ann\r\n", "GET /metrics HTTP/1.1\r\nHost: a\r\n"] {
            check(broken, "400 Bad Request", "expected an HTTP request\n");
        }
    }

    #[test]
    fn pages_learn_nothing_by_a_name_that_was_made_to_lead_here() {
        let here = Asker::Here {
            own_name: "chat.example".to_owned(),
        };
        let request = |host: &str| format!("GET /metrics HTTP/1.1\r\nhost: {host}\r\n\r\n");
        let numbers = "salon_x 1\n# EOF\n";
        for host in [
            "localhost:9100",
            "127.0.0.1:9100",
            "[::1]:9100",
            "chat.example",
            "hub",
        ] {
            check_of(&here, &request(host), "200 OK", numbers);
        }
        check_of(&here, "GET /metrics HTTP/1.0\r\n\r\n", "200 OK", numbers);
        let (evil, refusal) = (
            request("evil.example:9100"),
            "expected localhost, an address or the hub's name as the host\n",
        );
        check_of(&here, &evil, "421 Misdirected Request", refusal);
        check(&evil, "200 OK", numbers);
    }

    #[tokio::test]
    async fn what_follows_a_request_is_not_waited_for() {
        for request in [
            "GET /metrics HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
            "GET /metrics HTTP/1.1\nHost: a\n\n",
        ] {
            let (mut peer, hub) = tokio::io::duplex(1024);
            let serving = tokio::spawn(serve(hub, Asker::Elsewhere, || "all".to_owned()));
            peer.write_all(request.as_bytes()).await.expect("it reads");
            let mut answer = String::new();
            let read = timeout(PATIENCE / 2, peer.read_to_string(&mut answer)).await;
            assert!(read.is_ok_and(|read| read.is_ok()), "{request}");
            assert!(
                answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("all"),
                "{answer}"
            );
            serving.await.expect("it ends");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_without_an_end_has_one() {
        let (mut peer, hub) = tokio::io::duplex(64);
        let serving = tokio::spawn(serve(hub, Asker::Elsewhere, String::new));
        peer.write_all(b"GET /metrics HTTP/1.1\r\n")
            .await
            .expect("it reads");
        serving.await.expect("it ends by the clock");
        let (mut peer, hub) = tokio::io::duplex(64 * 1024);
        let serving = tokio::spawn(serve(hub, Asker::Elsewhere, String::new));
        let endless = "x".repeat(REQUEST_BYTES_MAX);
        peer.write_all(endless.as_bytes()).await.expect("it reads");
        let mut answered = String::new();
        peer.read_to_string(&mut answered).await.expect("an answer");
        assert!(answered.starts_with("HTTP/1.1 400 "), "{answered}");
        serving.await.expect("it ends");
    }
}
