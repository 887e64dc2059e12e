//! Conversations over TLS, and handshakes that come to nothing.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use crate::fixture::{Hub, TLS, make_certificate, secure, showing};
use crate::lines::Lines;

#[test]
fn people_with_tls_and_without_talk_to_each_other() {
    let hub = Hub::with(TLS);
    let mut ann = hub.encrypted().register("ann");
    let mut bob = hub.plain().register("bob");
    assert_eq!(ann.does("PRIVMSG bob :hello").len(), 0);
    assert_eq!(bob.line(), ":ann!~u@127.0.0.1 PRIVMSG bob :hello");
    bob.does("PRIVMSG ann :hi");
    assert_eq!(ann.line(), ":bob!~u@127.0.0.1 PRIVMSG ann :hi");
}

#[test]
fn an_end_is_said_in_tls_too() {
    let hub = Hub::with(TLS);
    let mut ann = hub.encrypted().register("ann");
    ann.send("QUIT :done");
    // An end without a farewell of TLS would be an error of reading.
    assert_eq!(ann.rest(), ["ERROR :Quit: done"]);
}

#[test]
fn one_who_closes_is_seen_to_leave() {
    let hub = Hub::with(TLS);
    let mut bob = hub.plain().register("bob");
    bob.does("JOIN #room");
    let mut ann = hub.encrypted().register("ann");
    ann.does("JOIN #room");
    assert_eq!(bob.line(), ":ann!~u@127.0.0.1 JOIN #room");
    let stream = ann.stream.get_mut();
    stream.conn.send_close_notify();
    stream.flush().expect("a farewell");
    assert_eq!(ann.rest(), ["ERROR :Connection closed"]);
    assert_eq!(bob.line(), ":ann!~u@127.0.0.1 QUIT :Connection closed");
}

#[test]
fn much_comes_through_whole_in_both_directions() {
    let hub = Hub::with(TLS);
    let mut bob = hub.encrypted().register("bob");
    bob.does("JOIN #room");
    let mut ann = hub.encrypted().register("ann");
    ann.does("JOIN #room");
    assert_eq!(bob.line(), ":ann!~u@127.0.0.1 JOIN #room");
    let text = "x".repeat(300);
    // More than all buffers take: Bob reads nothing until Ann is done.
    for round in 0..20 {
        let lines: Vec<String> = (0..500)
            .map(|index| format!("PRIVMSG #room :{text} {}", round * 500 + index))
            .collect();
        ann.does(&lines.join("\r\n"));
    }
    for index in 0..10_000 {
        assert_eq!(
            bob.line(),
            format!(":ann!~u@127.0.0.1 PRIVMSG #room :{text} {index}")
        );
    }
}

#[test]
fn one_who_does_not_speak_tls_is_turned_away() {
    let hub = Hub::with(TLS);
    let mut stranger = hub.socket(1);
    stranger
        .write_all(b"NICK ann\r\nUSER u 0 * :Ann\r\n")
        .expect("the hub reads");
    let mut got = Vec::new();
    stranger.read_to_end(&mut got).expect("an end");
    // An alert: a record of type 21, fatal.
    assert_eq!(got.first(), Some(&21), "{got:?}");
    assert_eq!(got.get(5), Some(&2), "{got:?}");
    hub.encrypted().register("ann");
}

#[test]
fn a_handshake_that_does_not_get_on_is_ended() {
    let hub = Hub::with(&format!(
        "[limits]\nregistration_timeout = \"500ms\"\n{TLS}"
    ));
    let start = Instant::now();
    let mut slow = hub.socket(1);
    // The beginning of a record of a handshake, and never its end.
    slow.write_all(&[22, 3, 1, 2, 0, 1]).expect("the hub reads");
    let mut got = Vec::new();
    slow.read_to_end(&mut got).expect("an end");
    let waited = start.elapsed();
    assert!(
        waited >= Duration::from_millis(500) && waited < Duration::from_secs(5),
        "{waited:?}"
    );
    assert!(!String::from_utf8_lossy(&got).contains("ERROR"), "{got:?}");
}

#[test]
fn one_who_encrypts_and_says_nothing_is_ended_with_a_word() {
    let hub = Hub::with(&format!(
        "[limits]\nregistration_timeout = \"500ms\"\n{TLS}"
    ));
    let mut slow = hub.encrypted();
    slow.send("NICK ann");
    assert_eq!(slow.rest(), ["ERROR :Registration timeout"]);
}

#[test]
fn sts_says_where_tls_is_and_there_for_how_long() {
    let hub = Hub::with(&format!("{TLS}sts_duration = \"7d\"\n"));
    let capability = |lines: Vec<String>| {
        let words = lines.iter().flat_map(|line| line.split([' ', ':']));
        let sts = words.filter(|word| word.starts_with("sts"));
        sts.map(ToOwned::to_owned).collect::<Vec<String>>()
    };
    let port = hub.addresses[1].port();
    let mut plain = hub.plain().register("plain");
    assert_eq!(
        capability(plain.does("CAP LS 302")),
        [format!("sts=port={port}")]
    );
    assert_eq!(
        capability(hub.plain().register("old").does("CAP LS")),
        [""; 0]
    );
    let mut encrypted = hub.encrypted().register("encrypted");
    assert_eq!(
        capability(encrypted.does("CAP LS 302")),
        ["sts=duration=604800"]
    );
    assert_eq!(
        encrypted.does("CAP REQ sts"),
        [":hub.test CAP encrypted NAK sts"]
    );
    let without = hub.parse(&format!("{TLS}sts_duration = 0\n"));
    hub.control.reload(without).expect("good settings");
    assert_eq!(capability(plain.does("CAP LS 302")), [""; 0]);
}

#[test]
fn a_certificate_of_ones_own_making_proves_who_one_is() {
    let hub = Hub::with(TLS);
    let own = tempfile::tempdir().expect("a folder");
    make_certificate(own.path());
    let connect = || {
        Lines::new(secure(
            hub.socket(1),
            showing(hub.folder.path(), own.path()),
        ))
    };
    let mut ann = connect().register("ann");
    ann.does("PRIVMSG NickServ :REGISTER correct-horse-battery");
    let added = ann.does("PRIVMSG NickServ :CERT ADD");
    assert!(
        added.iter().any(|line| line.contains("NOTICE ann")),
        "{added:?}"
    );
    ann.send("QUIT");
    ann.rest();
    let log_in = |client: &mut Lines<crate::fixture::TlsStream>| {
        client.send("CAP REQ sasl\r\nAUTHENTICATE EXTERNAL");
        assert_eq!(client.line(), ":hub.test CAP * ACK sasl");
        assert_eq!(client.line(), ":hub.test AUTHENTICATE +");
        client.send("AUTHENTICATE +");
        client.line()
    };
    let answer = log_in(&mut connect());
    assert!(answer.contains(" 900 "), "{answer}");
    let offered = connect().does("CAP LS 302").concat();
    assert!(
        offered.contains("sasl=PLAIN,SCRAM-SHA-256,EXTERNAL"),
        "{offered}"
    );
    let stranger = log_in(&mut hub.encrypted());
    assert!(stranger.contains(" 904 "), "{stranger}");
}

#[test]
fn whois_shows_who_is_encrypted_and_to_oneself_the_certificate() {
    let hub = Hub::with(TLS);
    let own = tempfile::tempdir().expect("a folder");
    make_certificate(own.path());
    let socket = secure(hub.socket(1), showing(hub.folder.path(), own.path()));
    let mut ann = Lines::new(socket).register("ann");
    let mut bob = hub.plain().register("bob");
    let numerics = |lines: Vec<String>| -> Vec<String> {
        let numeric = |line: &String| line.split(' ').nth(1).map(ToOwned::to_owned);
        let found = lines.iter().filter_map(numeric);
        found
            .filter(|one| ["276", "671"].contains(&one.as_str()))
            .collect()
    };
    assert_eq!(numerics(bob.does("WHOIS ann")), ["671"]);
    assert_eq!(numerics(bob.does("WHOIS bob")), [""; 0]);
    assert_eq!(numerics(ann.does("WHOIS ann")), ["671", "276"]);
}

#[test]
fn certificates_of_other_roots_are_refused_where_roots_are_named() {
    let own = tempfile::tempdir().expect("a folder");
    make_certificate(own.path());
    let hub = Hub::with(&format!("{TLS}client_ca = \"ca.pem\"\n").replace("ca.pem", "cert.pem"));
    // None at all is still fine.
    hub.encrypted().register("ann");
    let mut stranger = Lines::new(secure(
        hub.socket(1),
        showing(hub.folder.path(), own.path()),
    ));
    let refused = stranger
        .try_send("NICK bob\r\nUSER u 0 * :Bob")
        .and_then(|()| stranger.try_line())
        .expect_err("a refusal");
    assert!(refused.to_string().contains("alert"), "{refused}");
}
