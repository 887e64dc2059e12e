//! Who said no to what.

use super::Transcript;

#[test]
fn a_numeric_refuses_the_line_with_its_label() {
    for (code, text) in [
        ("401", "No such nick/channel"),
        ("404", "Cannot send to channel"),
        ("482", "You're not channel operator"),
    ] {
        let mut t = Transcript::modern();
        t.user("hello");
        t.outputs();
        t.server(&format!("@label=1 :hub {code} ann #lobby :{text}"));
        t.expect(&[&format!("line 1: #lobby: {text}")]);
    }
}

#[test]
fn a_standard_reply_refuses_too() {
    let mut t = Transcript::modern();
    t.user("hello");
    t.outputs();
    t.server("@label=1 FAIL PRIVMSG RATE_LIMITED #lobby :Slow down");
    t.expect(&["line 1: #lobby: Slow down"]);
}

#[test]
fn a_refusal_inside_a_batch_counts_at_its_end() {
    let mut t = Transcript::modern();
    t.user(":join #dev");
    t.outputs();
    t.server("@label=1 :hub BATCH +j labeled-response");
    t.server("@batch=j :hub 475 ann #dev :Cannot join channel (+k)");
    t.expect(&[]);
    t.server("BATCH -j");
    t.expect(&["line 1: #dev: Cannot join channel (+k)"]);
    assert_eq!(t.session.current(), Some("#lobby"));
}

#[test]
fn an_error_that_nobody_caused_is_shown() {
    let mut t = Transcript::modern();
    t.user("hello");
    t.outputs();
    t.server(":hub 404 ann #lobby :Cannot send to channel");
    t.server("FAIL * ACCOUNT_REQUIRED :Log in");
    t.expect(&[
        "error hub>- 404 #lobby: Cannot send to channel",
        "error ->- ACCOUNT_REQUIRED Log in",
    ]);
}

#[test]
fn warnings_and_notes_refuse_nothing() {
    let mut t = Transcript::modern();
    t.user("hello");
    t.outputs();
    t.server("@label=1 :hub BATCH +w labeled-response");
    t.server("@batch=w WARN PRIVMSG ODD #lobby :That was odd");
    t.server("@batch=w :ann!ann@host PRIVMSG #lobby :hello");
    t.server("BATCH -w");
    t.expect(&[
        "error ->- ODD #lobby: That was odd",
        "message own ann>#lobby hello",
        "line 1: ok",
    ]);
}

#[test]
fn what_does_not_fit_a_line_is_refused_here() {
    let mut t = Transcript::modern();
    t.user(&format!(":topic {}", "x".repeat(600)));
    t.expect(&["line 1: 104 bytes too long for a line of IRC, nothing was sent"]);
}

#[test]
fn a_nick_in_use_is_a_refusal_once_registered() {
    let mut t = Transcript::modern();
    t.user(":nick bob");
    t.outputs();
    t.server("@label=1 :hub 433 ann bob :Nickname is already in use");
    t.expect(&["line 1: bob: Nickname is already in use"]);
}
