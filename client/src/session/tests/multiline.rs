//! Messages of many lines, on servers that take them and on others.

use super::Transcript;

/// A server that takes three lines at once.
fn three_lines() -> Transcript {
    let mut t = Transcript::modern();
    t.server(":hub CAP ann NEW :draft/multiline=max-bytes=4096,max-lines=3");
    t.server(":hub CAP ann ACK :draft/multiline");
    t.expect(&["-> CAP REQ draft/multiline"]);
    t
}

#[test]
fn lines_go_as_one_message_and_are_acknowledged_as_one() {
    let mut t = three_lines();
    t.says(&["one", "", "three"]);
    t.expect(&[
        "-> @label=1 BATCH +1 draft/multiline #lobby",
        "-> @batch=1 PRIVMSG #lobby :one",
        "-> @batch=1 PRIVMSG #lobby :",
        "-> @batch=1 PRIVMSG #lobby :three",
        "-> BATCH -1",
    ]);
    t.server("@label=1;msgid=m1 :ann!ann@host BATCH +x draft/multiline #lobby");
    t.server("@batch=x :ann!ann@host PRIVMSG #lobby :one");
    t.server("@batch=x :ann!ann@host PRIVMSG #lobby :");
    t.server("@batch=x :ann!ann@host PRIVMSG #lobby :three");
    t.expect(&[]);
    t.server(":hub BATCH -x");
    t.expect(&[
        "message own ann>#lobby one",
        "message own ann>#lobby",
        "message own ann>#lobby three",
        "line 1: ok",
    ]);
}

#[test]
fn what_is_more_than_the_server_takes_goes_as_several_messages_in_order() {
    let mut t = three_lines();
    let long = format!("{} end", "x".repeat(600));
    t.says(&["one", &long, "three", "four"]);
    let sent = t.outputs();
    let heads: Vec<&str> = sent
        .iter()
        .map(|line| line.split(" :").next().unwrap())
        .collect();
    assert_eq!(
        heads,
        [
            "-> @label=1 BATCH +1 draft/multiline #lobby",
            "-> @batch=1 PRIVMSG #lobby",
            "-> @batch=1 PRIVMSG #lobby",
            "-> @batch=1;draft/multiline-concat PRIVMSG #lobby",
            "-> BATCH -1",
            "-> @label=2 BATCH +2 draft/multiline #lobby",
            "-> @batch=2 PRIVMSG #lobby",
            "-> @batch=2 PRIVMSG #lobby",
            "-> BATCH -2",
        ]
    );
}

#[test]
fn a_line_too_long_for_one_message_of_the_protocol_goes_as_one_all_the_same() {
    let mut t = three_lines();
    let long = format!("{}end", "word ".repeat(100));
    t.user(&long);
    let sent = t.outputs();
    assert_eq!(sent.len(), 4);
    assert_eq!(sent[0], "-> @label=1 BATCH +1 draft/multiline #lobby");
    let first = sent[1]
        .strip_prefix("-> @batch=1 PRIVMSG #lobby :")
        .unwrap();
    let second = "-> @batch=1;draft/multiline-concat PRIVMSG #lobby :";
    let second = sent[2].strip_prefix(second).unwrap();
    assert_eq!([first, second].concat(), long);
    assert_eq!(sent[3], "-> BATCH -1");
    t.server("@label=1;msgid=m1 :ann!ann@host BATCH +x draft/multiline #lobby");
    t.server(&format!("@batch=x :ann!ann@host PRIVMSG #lobby :{first}"));
    t.server(&format!(
        "@batch=x;draft/multiline-concat :ann!ann@host PRIVMSG #lobby :{second}"
    ));
    t.server(":hub BATCH -x");
    t.expect(&[&format!("message own ann>#lobby {long}"), "line 1: ok"]);
}

#[test]
fn a_long_deed_goes_as_several() {
    let mut t = three_lines();
    t.user(&format!(":me {}", "x".repeat(600)));
    let sent = t.outputs();
    assert_eq!(sent.len(), 2);
    for line in sent {
        assert!(line.contains("PRIVMSG #lobby :\u{1}ACTION x"), "{line}");
    }
}

#[test]
fn a_server_that_knows_no_such_messages_gets_the_lines() {
    let mut t = Transcript::modern();
    t.says(&["one", "", "three"]);
    t.expect(&[
        "-> @label=1 PRIVMSG #lobby :one",
        "-> @label=2 PRIVMSG #lobby :three",
    ]);
    t.server("@label=1 :ann!ann@host PRIVMSG #lobby :one");
    t.server("@label=2 :ann!ann@host PRIVMSG #lobby :three");
    t.expect(&[
        "message own ann>#lobby one",
        "message own ann>#lobby three",
        "line 1: ok",
    ]);
}

#[test]
fn what_no_server_sends_back_is_shown_when_it_is_taken() {
    let mut t = Transcript::new(&[]);
    t.log_in("batch");
    t.server(":hub CAP ann NEW :draft/multiline=max-bytes=4096");
    t.server(":hub CAP ann ACK :draft/multiline");
    t.server(":hub PONG hub :salon-0");
    t.outputs();
    t.says(&["one", "two"]);
    assert_eq!(t.outputs().last().unwrap(), "-> PING salon-2");
    t.server(":hub PONG hub :salon-2");
    t.expect(&[
        "message own ann>#lobby one",
        "message own ann>#lobby two",
        "line 1: ok",
    ]);
}

#[test]
fn a_message_that_arrives_is_its_lines_and_the_first_has_its_id() {
    let mut t = three_lines();
    t.server("@msgid=m7;account=bobby :bob!b@h BATCH +y draft/multiline #lobby");
    t.server("@batch=y :bob!b@h PRIVMSG #lobby :first and");
    t.server("@batch=y;draft/multiline-concat :bob!b@h PRIVMSG #lobby : its end");
    t.server(":eve!e@h PRIVMSG #lobby :meanwhile");
    t.server("@batch=y :bob!b@h PRIVMSG #lobby :");
    t.server("@batch=y :bob!b@h PRIVMSG #lobby :second");
    t.server(":hub BATCH -y");
    let mut events = Vec::new();
    while let Some(super::Output::Show(event)) = t.session.next_output() {
        let account = event.account.clone();
        events.push((event.id.clone(), account, super::describe_event(&event)));
    }
    let bobby = Some("bobby".to_owned());
    assert_eq!(
        events,
        [
            (None, None, "message eve>#lobby meanwhile".to_owned()),
            (
                Some("m7".to_owned()),
                bobby.clone(),
                "message bob>#lobby first and its end".to_owned()
            ),
            (None, bobby.clone(), "message bob>#lobby".to_owned()),
            (None, bobby, "message bob>#lobby second".to_owned()),
        ]
    );
}

#[test]
fn one_of_the_past_belongs_to_its_page() {
    let mut t = three_lines();
    t.server(":hub CAP ann ACK draft/chathistory");
    t.outputs();
    let page = crate::session::Page::Latest;
    let ticket = crate::session::Ticket(9);
    t.session.fetch(ticket, "#lobby", &page, 100).unwrap();
    t.server("@label=1 :hub BATCH +a chathistory #lobby");
    t.server("@batch=a;msgid=m1 :bob!b@h BATCH +b draft/multiline #lobby");
    t.server("@batch=b :bob!b@h PRIVMSG #lobby :one");
    t.server("@batch=b :bob!b@h PRIVMSG #lobby :two");
    t.server(":hub BATCH -b");
    t.server(":hub BATCH -a");
    assert_eq!(
        t.outputs()[1..],
        [
            "found m1: message bob>#lobby one",
            "found -: message bob>#lobby two",
            "line 9: ok",
        ]
    );
}

#[test]
fn one_that_never_ends_takes_no_more_than_its_share() {
    let mut t = three_lines();
    t.server("@msgid=m1 :bob!b@h BATCH +y draft/multiline #lobby");
    for number in 0..1500 {
        t.server(&format!("@batch=y :bob!b@h PRIVMSG #lobby :{number}"));
    }
    let shown = t.outputs();
    assert_eq!(shown.len(), 1500);
    assert_eq!(shown[1499], "message bob>#lobby 1499");
}
