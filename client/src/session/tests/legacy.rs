//! Servers without labels or without echoes: fences, and own messages shown once they are accepted.

use super::Transcript;

#[test]
fn every_message_is_acknowledged_by_the_fence_behind_it() {
    let mut t = Transcript::legacy();
    t.user("one");
    t.user("two");
    t.expect(&[
        "-> PRIVMSG #lobby :one",
        "-> PING salon-2",
        "-> PRIVMSG #lobby :two",
        "-> PING salon-4",
    ]);
    t.server(":hub PONG hub :salon-2");
    t.server(":bob!b@h PRIVMSG #lobby :between");
    t.server(":hub PONG hub :salon-4");
    t.expect(&[
        "message own ann>#lobby one",
        "line 1: ok",
        "message bob>#lobby between",
        "message own ann>#lobby two",
        "line 2: ok",
    ]);
}

#[test]
fn a_lost_answer_is_made_up_for_by_the_next() {
    let mut t = Transcript::legacy();
    t.user("one");
    t.user("two");
    t.outputs();
    t.server(":hub PONG hub :salon-4");
    t.expect(&[
        "message own ann>#lobby one",
        "line 1: ok",
        "message own ann>#lobby two",
        "line 2: ok",
    ]);
}

#[test]
fn a_refusal_is_of_the_line_whose_fence_follows() {
    let mut t = Transcript::legacy();
    for line in ["one", "two", "three"] {
        t.user(line);
    }
    t.outputs();
    t.server(":hub PONG hub :salon-2");
    t.server(":hub 404 ann #lobby :Cannot send to channel (+m)");
    t.server(":hub PONG hub :salon-4");
    t.server(":hub PONG hub :salon-6");
    t.expect(&[
        "message own ann>#lobby one",
        "line 1: ok",
        "line 2: #lobby is moderated: one of its operators can give you the ':voice'",
        "message own ann>#lobby three",
        "line 3: ok",
    ]);
}

#[test]
fn a_refused_nick_is_told() {
    let mut t = Transcript::legacy();
    t.user(":nick bob");
    t.expect(&["-> NICK bob", "-> PING salon-2"]);
    t.server(":hub 433 ann bob :Nickname is already in use");
    t.server(":hub PONG hub :salon-2");
    t.expect(&["line 1: somebody is called 'bob' already; ':nick NAME' takes another name"]);
}

#[test]
fn an_unknown_verb_is_told() {
    let mut t = Transcript::legacy();
    t.user(":raw FROB x");
    t.outputs();
    t.server(":hub 421 ann FROB :Unknown command");
    t.server(":hub PONG hub :salon-2");
    t.expect(&["line 1: FROB: Unknown command"]);
}

#[test]
fn joining_switches_and_answers_are_shown() {
    let mut t = Transcript::legacy();
    t.user(":join #dev");
    t.expect(&["-> JOIN #dev", "-> PING salon-2"]);
    t.server(":ann!ann@host JOIN #dev");
    t.server(":hub 353 ann = #dev :@ann");
    t.server(":hub 366 ann #dev :End");
    t.server(":hub PONG hub :salon-2");
    t.expect(&["join own ann>#dev", "line 1: ok"]);
    assert_eq!(t.session.current(), Some("#dev"));
    t.user(":names");
    t.outputs();
    t.server(":hub 353 ann = #dev :@ann");
    t.server(":hub 366 ann #dev :End");
    t.server(":hub PONG hub :salon-4");
    t.expect(&["info #dev (1): @ann", "line 2: ok"]);
}

#[test]
fn actions_are_shown_as_actions() {
    let mut t = Transcript::legacy();
    t.user(":me waves");
    t.outputs();
    t.server(":hub PONG hub :salon-2");
    t.expect(&["action own ann>#lobby waves", "line 1: ok"]);
}

#[test]
fn echoes_without_labels_are_shown_once() {
    let mut t = Transcript::new(&[]);
    t.log_in("echo-message");
    t.server(":hub PONG hub :salon-0");
    t.outputs();
    t.user("hi");
    t.server(":ann!ann@host PRIVMSG #lobby :hi");
    t.server(":hub PONG hub :salon-2");
    t.expect(&[
        "-> PRIVMSG #lobby :hi",
        "-> PING salon-2",
        "message own ann>#lobby hi",
        "line 1: ok",
    ]);
}

#[test]
fn labels_without_echoes_are_acknowledged_by_ack() {
    let mut t = Transcript::new(&[]);
    t.log_in("batch labeled-response");
    t.server("@label=0 :hub PONG hub :salon-0");
    t.outputs();
    t.user("hi");
    t.server("@label=1 :hub ACK");
    t.expect(&[
        "-> @label=1 PRIVMSG #lobby :hi",
        "message own ann>#lobby hi",
        "line 1: ok",
    ]);
}

#[test]
fn a_sign_of_life_can_be_asked_for() {
    let mut t = Transcript::legacy();
    assert!(!t.session.awaits_server());
    t.session.probe();
    t.expect(&["-> PING salon-1"]);
    assert!(t.session.awaits_server());
    t.server(":hub PONG hub :salon-1");
    t.expect(&[]);
    assert!(!t.session.awaits_server());
}
