//! Who said no to what.

use super::Transcript;

/// What a person is told of a line that the server refuses with this.
#[track_caller]
fn check(line: &str, refusal: &str, expected: &str) {
    let mut t = Transcript::modern();
    t.user(line);
    t.outputs();
    t.server(&format!("@label=1 :hub {refusal}"));
    t.expect(&[&format!("line 1: {expected}")]);
}

#[test]
fn a_numeric_refuses_the_line_with_its_label() {
    check(
        "hello",
        "401 ann #lobby :No such nick/channel",
        "there is no '#lobby' here",
    );
    check(
        ":topic tea",
        "482 ann #lobby :You're not channel operator",
        "#lobby: You're not channel operator; one of its operators can ':op' you",
    );
}

#[test]
fn a_closed_room_says_what_opens_it() {
    for (refusal, expected) in [
        (
            "471 ann #dev :Cannot join channel (+l)",
            "#dev is full; try again when somebody has left",
        ),
        (
            "473 ann #dev :Cannot join channel (+i)",
            "#dev is by invitation only: ask one of its operators for an ':invite'",
        ),
        (
            "474 ann #dev :Cannot join channel (+b)",
            "you are banned from #dev: one of its operators can ':unban' you",
        ),
        (
            "475 ann #dev :Cannot join channel (+k)",
            "#dev opens with a key: ':join #dev KEY'",
        ),
        (
            "476 ann #dev :Invalid channel name",
            "'#dev' can't be a room here: Invalid channel name",
        ),
        (
            "477 ann #dev :You need a registered nick.",
            "#dev: You need a registered nick; ':login' says who you are",
        ),
        (
            "489 ann #dev :Cannot join channel; SSL users only (+z)",
            "#dev: Cannot join channel; SSL users only (+z); ':connect ircs://...' connects by TLS",
        ),
        (
            "520 ann #dev :Only server operators may join #dev (+O is set)",
            "#dev is for operators of the server alone",
        ),
        (
            "926 ann #dev :Channel #dev is CBANed: not here",
            "#dev: Channel #dev is CBANed: not here",
        ),
    ] {
        check(":join #dev", refusal, expected);
    }
}

#[test]
fn a_message_that_a_room_does_not_take_says_why() {
    for (refusal, expected) in [
        (
            "404 ann #lobby :Cannot send to channel",
            "#lobby: Cannot send to channel; where it is moderated, one of its operators can give you the ':voice'",
        ),
        (
            "404 ann #lobby :Cannot send to channel (+m)",
            "#lobby is moderated: one of its operators can give you the ':voice'",
        ),
        (
            "404 ann #lobby :You cannot send messages to this channel whilst the +m (moderated) mode is set.",
            "#lobby is moderated: one of its operators can give you the ':voice'",
        ),
        (
            "404 ann #lobby :Cannot send to channel (+W): wait 3 s for your next turn",
            "#lobby: Cannot send to channel (+W): wait 3 s for your next turn",
        ),
        (
            "404 ann #dev :Cannot send to channel (+n)",
            "#dev takes no message from outside; ':join #dev' enters it",
        ),
    ] {
        check("hello", refusal, expected);
    }
}

#[test]
fn replies_that_mean_no_refuse_too() {
    check(
        ":list",
        "263 ann LIST :This command could not be completed because it has been used recently",
        "the server is too busy for LIST; try again in a moment",
    );
    check(
        ":msg bob hi",
        "716 ann bob :is in +g mode (server-side ignore).",
        "bob hears only those who are let: is in +g mode (server-side ignore)",
    );
}

#[test]
fn a_number_without_its_parameters_is_told_as_it_is() {
    check(
        ":join #dev",
        "473 ann :Cannot join channel (+i)",
        "Cannot join channel (+i)",
    );
    check(
        ":kick bob",
        "441 ann bob :They aren't on that channel",
        "bob: They aren't on that channel",
    );
    check(
        ":kick bob",
        "441 ann bob #lobby :They aren't on that channel",
        "bob is not in #lobby",
    );
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
    t.expect(&["line 1: #dev opens with a key: ':join #dev KEY'"]);
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
        "error hub>- 404 #lobby: Cannot send to channel; where it is moderated, one of its operators can give you the ':voice'",
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
    t.expect(&["line 1: somebody is called 'bob' already; ':nick NAME' takes another name"]);
}
