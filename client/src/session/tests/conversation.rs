//! Talking on a modern server: labels, echoes, batches.

use super::{Transcript, at};

#[test]
fn a_message_is_shown_and_resolved_by_its_echo() {
    let mut t = Transcript::modern();
    t.user("hello");
    t.expect(&["-> @label=1 PRIVMSG #lobby :hello"]);
    t.server("@label=1;msgid=m1 :ann!ann@host PRIVMSG #lobby :hello");
    t.expect(&["message own ann>#lobby hello", "line 1: ok"]);
}

#[test]
fn many_messages_are_under_way_at_once_and_answered_in_any_order() {
    let mut t = Transcript::modern();
    t.user("one");
    t.user("two");
    t.user("three");
    t.outputs();
    t.server("@label=2 :ann!ann@host PRIVMSG #lobby :two");
    t.server("@label=1 :ann!ann@host PRIVMSG #lobby :one");
    t.server("@label=3 :hub 404 ann #lobby :Cannot send to channel");
    t.expect(&[
        "message own ann>#lobby two",
        "line 2: ok",
        "message own ann>#lobby one",
        "line 1: ok",
        "line 3: #lobby: Cannot send to channel; where it is moderated, one of its operators can give you the ':voice'",
    ]);
}

#[test]
fn what_others_say_is_shown_with_all_that_is_known() {
    let mut t = Transcript::modern();
    t.server("@time=2026-11-23T18:00:00.500Z;msgid=m7;account=bobby :bob!b@h PRIVMSG #lobby :hi");
    let output = t.session.next_output();
    let Some(super::Output::Show(event)) = output else {
        panic!("{output:?}")
    };
    assert_eq!(event.time.to_string(), "2026-11-23T18:00:00.500Z");
    assert_eq!(event.id.as_deref(), Some("m7"));
    assert_eq!(event.account.as_deref(), Some("bobby"));
    assert!(!event.own);
}

#[test]
fn a_message_without_a_time_has_ours() {
    let mut t = Transcript::modern();
    t.server(":bob!b@h PRIVMSG #lobby :hi");
    let output = t.session.next_output();
    let Some(super::Output::Show(event)) = output else {
        panic!("{output:?}")
    };
    assert_eq!(event.time, at(1));
}

#[test]
fn actions_and_notices() {
    let mut t = Transcript::modern();
    t.server(":bob!b@h PRIVMSG #lobby :\u{1}ACTION waves\u{1}");
    t.server(":hub NOTICE ann :maintenance");
    t.server(":bob!b@h PRIVMSG ann :\u{1}VERSION\u{1}");
    t.expect(&[
        "action bob>#lobby waves",
        "notice hub>ann maintenance",
        "info bob sent CTCP VERSION",
    ]);
    t.user(":me waves back");
    t.expect(&["-> @label=1 PRIVMSG #lobby :\u{1}ACTION waves back\u{1}"]);
    t.server("@label=1 :ann!ann@host PRIVMSG #lobby :\u{1}ACTION waves back\u{1}");
    t.expect(&["action own ann>#lobby waves back", "line 1: ok"]);
}

#[test]
fn a_message_to_ourselves_is_shown_once() {
    let mut t = Transcript::modern();
    t.user(":msg ann note");
    t.outputs();
    t.server("@label=1 :ann!ann@host PRIVMSG ann :note");
    t.server(":ann!ann@host PRIVMSG ann :note");
    t.expect(&["line 1: ok", "message own ann>ann note"]);
}

#[test]
fn somebody_away_is_told_and_the_message_counts() {
    let mut t = Transcript::modern();
    t.user(":msg bob hi");
    t.outputs();
    t.server("@label=1 :hub BATCH +7 labeled-response");
    t.server("@batch=7 :ann!ann@host PRIVMSG bob :hi");
    t.server("@batch=7 :hub 301 ann bob :at lunch");
    t.expect(&["message own ann>bob hi", "info bob is away: at lunch"]);
    t.server("BATCH -7");
    t.expect(&["line 1: ok"]);
}

#[test]
fn an_inner_batch_does_not_end_the_answer() {
    let mut t = Transcript::modern();
    t.user(":list");
    t.outputs();
    t.server("@label=1 :hub BATCH +a labeled-response");
    t.server("@batch=a :hub BATCH +b vendor/inner");
    t.server("@batch=b :hub 322 ann #dev 3 :tools");
    t.server("@batch=a :hub BATCH -b");
    t.expect(&["info #dev (3): tools"]);
    t.server("@batch=a :hub 323 ann :End of list");
    t.server("BATCH -a");
    t.expect(&["info 1 room", "line 1: ok"]);
}

#[test]
fn pings_are_answered_at_any_time() {
    let mut t = Transcript::new(&[]);
    t.up();
    t.outputs();
    t.server("PING :cookie");
    t.expect(&["-> PONG cookie"]);
    let mut t = Transcript::modern();
    t.server(":hub PING :two words");
    t.expect(&["-> PONG :two words"]);
}

#[test]
fn quitting_ends_when_the_link_does() {
    let mut t = Transcript::modern();
    t.user(":quit see you");
    t.expect(&["-> QUIT :see you"]);
    t.server("ERROR :Closing link");
    t.expect(&[]);
    t.session.link_down("the hub closed it", at(3));
    t.expect(&["line 1: ok", "ended"]);
}

#[test]
fn a_lost_link_names_the_lines_whose_fate_is_unknown() {
    let mut t = Transcript::modern();
    for line in ["one", "two", "three"] {
        t.user(line);
    }
    t.outputs();
    t.server("@label=2 :ann!ann@host PRIVMSG #lobby :two");
    t.outputs();
    t.session.link_down("connection reset", at(3));
    t.expect(&["lost: connection reset [1, 3]"]);
}

#[test]
fn nothing_is_sent_while_offline() {
    let mut t = Transcript::modern();
    t.session.link_down("gone", at(3));
    t.outputs();
    t.user(":msg bob hi");
    t.expect(&["line 1: not connected"]);
}

#[test]
fn answers_of_commands_are_lines_for_people() {
    let mut t = Transcript::modern();
    t.user(":whois bob");
    t.expect(&["-> @label=1 WHOIS bob"]);
    t.server("@label=1 :hub BATCH +w labeled-response");
    t.server("@batch=w :hub 311 ann bob b host * :Bob B.");
    t.server("@batch=w :hub 319 ann bob :@#lobby #dev ");
    t.server("@batch=w :hub 317 ann bob 61 1700000000 :seconds idle, signon time");
    t.server("@batch=w :hub 671 ann bob :is using a secure connection");
    t.server("@batch=w :hub 318 ann bob :End of WHOIS");
    t.server("BATCH -w");
    t.expect(&[
        "info bob is b@host: Bob B.",
        "info bob is in @#lobby #dev",
        "info bob has been idle for 1 min 1 s",
        "info bob is using a secure connection",
        "line 1: ok",
    ]);
}

#[test]
fn names_are_one_line_in_the_end() {
    let mut t = Transcript::modern();
    t.user(":names");
    t.outputs();
    t.server("@label=1 :hub BATCH +n labeled-response");
    t.server("@batch=n :hub 353 ann = #lobby :@ann!a@h +bob!b@h");
    t.server("@batch=n :hub 353 ann = #lobby :carl");
    t.server("@batch=n :hub 366 ann #lobby :End of NAMES");
    t.server("BATCH -n");
    t.expect(&["info #lobby (3): @ann +bob carl", "line 1: ok"]);
}

#[test]
fn who_and_away() {
    let mut t = Transcript::modern();
    t.user(":who bob");
    t.outputs();
    t.server("@label=1 :hub BATCH +n labeled-response");
    t.server("@batch=n :hub 352 ann #lobby b host hub bob G@ :0 Bob B.");
    t.server("@batch=n :hub 315 ann bob :End of WHO");
    t.server("BATCH -n");
    t.expect(&[
        "info bob (b@host) in #lobby, away: Bob B.",
        "info 1 person",
        "line 1: ok",
    ]);
    t.user(":away at lunch");
    t.expect(&["-> @label=2 AWAY :at lunch"]);
    t.server("@label=2 :hub 306 ann :You have been marked as being away");
    t.expect(&["info You have been marked as being away", "line 2: ok"]);
}

#[test]
fn a_raw_line_goes_out_as_it_is_and_its_answer_is_shown() {
    let mut t = Transcript::modern();
    t.user(":raw VERSION");
    t.expect(&["-> @label=1 VERSION"]);
    t.server("@label=1 :hub 351 ann salond-0.1 hub :a hub");
    t.expect(&["info salond-0.1 hub a hub", "line 1: ok"]);
    t.user(":raw PRIVMSG #lobby :hi");
    t.outputs();
    t.server("@label=2 :ann!ann@host PRIVMSG #lobby :hi");
    t.expect(&["message own ann>#lobby hi", "line 2: ok"]);
}

#[test]
fn a_raw_label_is_refused() {
    let mut t = Transcript::modern();
    t.user(":raw @label=x PRIVMSG #lobby :hi");
    t.expect(&["line 1: the tag 'label' is taken: the client labels each line itself"]);
}

#[test]
fn an_empty_answer_is_an_answer() {
    let mut t = Transcript::modern();
    t.user(":raw PONG x");
    t.outputs();
    t.server("@label=1 :hub ACK");
    t.expect(&["line 1: ok"]);
}

#[test]
fn own_rooms_are_listed_without_the_server() {
    let mut t = Transcript::modern();
    t.server(":bob!b@h TOPIC #lobby :tea");
    t.outputs();
    t.user(":rooms");
    t.expect(&["info * #lobby (2): tea", "line 1: ok"]);
}

/// Types a line, has these numbered replies answer it, and checks what is shown.
#[track_caller]
fn check_answer(line: &str, replies: &[&str], expected: &[&str]) {
    let mut t = Transcript::modern();
    t.user(line);
    t.outputs();
    t.server("@label=1 :hub BATCH +n labeled-response");
    for reply in replies {
        t.server(&format!("@batch=n :hub {reply}"));
    }
    t.server("BATCH -n");
    let mut expected = expected.to_vec();
    expected.push("line 1: ok");
    t.expect(&expected);
}

#[test]
fn lists_end_with_a_count_or_in_silence() {
    check_answer(
        ":list x",
        &["323 ann :End of list"],
        &["info there is no such room"],
    );
    check_answer(":who x", &["315 ann x :End"], &["info nobody fits 'x'"]);
    check_answer(
        ":mode +b",
        &[
            "367 ann #lobby eve!*@* bob 1795456800",
            "368 ann #lobby :End",
        ],
        &["info eve!*@* is banned from #lobby (by bob)"],
    );
    check_answer(
        ":mode +b",
        &["368 ann #lobby :End"],
        &["info nobody is banned from #lobby"],
    );
    check_answer(
        ":raw INFO",
        &["371 ann :Salon", "374 ann :End"],
        &["info Salon"],
    );
}

#[test]
fn modes_are_told_in_words() {
    check_answer(
        ":mode",
        &["324 ann #lobby +nt", "329 ann #lobby 1795456800"],
        &[
            "info modes of #lobby: +nt",
            "info #lobby was made on 2026-11-23",
        ],
    );
    check_answer(
        ":topic",
        &["333 ann #lobby bob!b@host 1795456800"],
        &["info set by bob"],
    );
    check_answer(
        ":invite bob #dev",
        &["341 ann bob #dev"],
        &["info bob is invited to #dev"],
    );
}

#[test]
fn high_numbers_are_not_all_errors() {
    check_answer(
        ":raw MONITOR L",
        &["732 ann :bob", "733 ann :End"],
        &["info bob"],
    );
    check_answer(
        ":raw HELP",
        &["704 ann index :Verbs", "706 ann index :End"],
        &["info index Verbs"],
    );
}
