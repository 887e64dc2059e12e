//! Settings and certificates that change while the hub runs.

use std::fs;

use crate::fixture::{Hub, TLS, certificate, make_certificate, secure, trusting};
use crate::lines::Lines;

#[test]
fn a_new_certificate_is_shown_to_those_who_come_and_nobody_is_dropped() {
    let hub = Hub::with(TLS);
    let folder = hub.folder.path();
    let before = trusting(folder);
    let mut ann = hub.encrypted().register("ann");
    make_certificate(folder);
    assert_eq!(
        hub.control.reload(hub.parse(TLS)).expect("good settings"),
        [""; 0]
    );
    let mut bob = hub.encrypted().register("bob");
    let shown = bob
        .stream
        .get_ref()
        .conn
        .peer_certificates()
        .map(<[_]>::to_vec);
    assert_eq!(shown, Some(vec![certificate(&folder.join("cert.pem"))]));
    ann.does("PRIVMSG bob :still here");
    assert_eq!(bob.line(), ":ann!~u@127.0.0.1 PRIVMSG bob :still here");
    let mut late = Lines::new(secure(hub.socket(1), before));
    late.try_send("NICK late")
        .expect_err("a certificate that is not trusted");
}

#[test]
fn a_bad_certificate_is_refused_and_the_one_in_use_stays() {
    let hub = Hub::with(TLS);
    let folder = hub.folder.path();
    let before = trusting(folder);
    fs::write(folder.join("cert.pem"), "nothing of the kind").expect("written");
    let error = hub
        .control
        .reload(hub.parse(&format!("motd = \"new\"\n{TLS}")));
    let error = error.expect_err("a refusal").to_string();
    assert!(
        error.ends_with("cert.pem' holds no certificate; expected PEM with a certificate"),
        "{error}"
    );
    let mut ann = Lines::new(secure(hub.socket(1), before)).register("ann");
    // Either all of it is taken or nothing.
    assert_eq!(
        ann.does("MOTD"),
        [":hub.test 422 ann :MOTD File is missing"]
    );
}

#[test]
fn settings_count_for_what_is_decided_from_then_on() {
    let hub = Hub::with("password = \"old\"\n");
    let mut ann = hub.plain();
    ann.send("PASS old");
    let mut ann = ann.register("ann");
    let hash = salond::password::hash("swordfish").expect("a hash");
    let settings = format!(
        "password = \"new\"\nmotd = \"Welcome.\"\n[limits]\nnick_length = 5\n\
         [[operators]]\nname = \"root\"\npassword_hash = \"{hash}\"\n"
    );
    assert_eq!(
        hub.control
            .reload(hub.parse(&settings))
            .expect("good settings"),
        [""; 0]
    );
    assert_eq!(
        ann.does("MOTD"),
        [
            ":hub.test 375 ann :- hub.test Message of the day - ",
            ":hub.test 372 ann :- Welcome.",
            ":hub.test 376 ann :End of /MOTD command",
        ]
    );
    let renamed = ann.does("NICK annabel");
    assert!(
        renamed.iter().any(|line| line.contains(" 432 ")),
        "{renamed:?}"
    );
    let operator = ann.does("OPER root swordfish");
    assert!(
        operator.iter().any(|line| line.contains(" 381 ")),
        "{operator:?}"
    );
    let mut bob = hub.plain();
    bob.send("PASS old\r\nNICK bob\r\nUSER u 0 * :Bob");
    assert_eq!(bob.line(), ":hub.test 464 bob :Password incorrect");
}

#[test]
fn what_has_to_wait_for_the_next_start_is_named() {
    let hub = Hub::with(TLS);
    let mut other = hub.parse(TLS);
    other.server.name = "other.test".parse().expect("a name");
    let waiting = hub.control.reload(other).expect("good settings");
    assert_eq!(waiting, ["server.name"]);
    assert_eq!(
        hub.encrypted().does("PING x"),
        [":hub.test PONG hub.test x"]
    );
}
