//! Getting in.

use super::Transcript;

#[test]
fn modern_server_puts_us_in_its_lobby() {
    let mut t = Transcript::new(&[]);
    t.up();
    t.expect(&["-> CAP LS 302", "-> NICK ann", "-> USER ann 0 * Ann"]);
    t.server(":hub CAP * LS :batch labeled-response echo-message vendor/cats=2");
    t.expect(&["-> CAP REQ :batch labeled-response echo-message"]);
    t.server(":hub CAP ann ACK :batch labeled-response echo-message");
    t.expect(&["-> CAP END"]);
    t.server(":hub 001 ann :Welcome to the hub");
    t.server(":hub 002 ann :Your host is hub");
    t.server(":hub 251 ann :There are 2 users");
    t.server(":hub 372 ann :- be kind");
    t.expect(&["info be kind"]);
    t.server(":ann!~ann@host JOIN #lobby");
    t.expect(&["join own ann>#lobby"]);
    t.server(":hub 376 ann :End of MOTD");
    t.expect(&["-> @label=0 PING salon-0"]);
    t.server("@label=0 :hub PONG hub salon-0");
    t.expect(&["ready hub>#lobby ann", "ready"]);
}

#[test]
fn the_list_of_capabilities_may_take_several_lines() {
    let mut t = Transcript::new(&[]);
    t.up();
    t.outputs();
    t.server(":hub CAP * LS * :batch vendor/a");
    t.expect(&[]);
    t.server(":hub CAP * LS :echo-message vendor/b");
    t.expect(&["-> CAP REQ :batch echo-message"]);
}

#[test]
fn of_a_list_without_end_the_beginning_counts() {
    let mut t = Transcript::new(&[]);
    t.up();
    t.outputs();
    t.server(":hub CAP * LS * :batch");
    let long = "x".repeat(8000);
    for _ in 0..100 {
        t.server(&format!(":hub CAP * LS * :vendor/{long}"));
    }
    let registration = t.session.registration().unwrap();
    assert!(registration.offer.len() < 64 * 1024);
    t.server(":hub CAP * LS :vendor/z");
    t.expect(&["-> CAP REQ batch"]);
}

#[test]
fn capabilities_denied_together_are_asked_for_one_by_one() {
    let mut t = Transcript::new(&[]);
    t.up();
    t.outputs();
    t.server(":hub CAP * LS :batch echo-message");
    t.outputs();
    t.server(":hub CAP ann NAK :batch echo-message");
    t.expect(&["-> CAP REQ batch", "-> CAP REQ echo-message"]);
    t.server(":hub CAP ann ACK batch");
    t.expect(&[]);
    t.server(":hub CAP ann NAK echo-message");
    t.expect(&["-> CAP END"]);
}

#[test]
fn server_without_capabilities_is_fine() {
    let mut t = Transcript::new(&[]);
    t.up();
    t.outputs();
    t.server(":hub 421 * CAP :Unknown command");
    t.server(":hub 451 * :You have not registered");
    t.server(":hub 001 ann :Welcome");
    t.server(":hub 422 ann :No MOTD");
    t.expect(&["-> PING salon-0"]);
    t.server(":hub PONG hub :salon-0");
    t.expect(&["ready hub>- ann", "ready"]);
}

#[test]
fn a_nick_in_use_is_varied() {
    let mut t = Transcript::new(&[]);
    t.up();
    t.outputs();
    t.server(":hub 433 * ann :Nickname is already in use");
    t.expect(&["-> NICK ann_"]);
    t.server(":hub 433 * ann_ :Nickname is already in use");
    t.expect(&["-> NICK ann1"]);
    t.server(":hub 432 * ann1 :Erroneous nickname");
    t.expect(&["-> NICK ann2"]);
    t.server(":hub 001 ann2 :Welcome");
    t.server(":hub 422 ann2 :No MOTD");
    t.outputs();
    t.server(":hub PONG hub :salon-0");
    t.expect(&["ready hub>- ann2", "ready"]);
}

#[test]
fn after_ten_variations_it_gives_up() {
    let mut t = Transcript::new(&[]);
    t.up();
    for _ in 0..10 {
        t.server(":hub 433 * ann :Nickname is already in use");
    }
    t.outputs();
    t.server(":hub 433 * ann9 :Nickname is already in use");
    t.expect(&[
        "rejected: the nick 'ann' and ten like it: Nickname is already in use",
        "-> QUIT",
    ]);
}

#[test]
fn an_impossible_nick_is_the_users_to_mend() {
    let mut t = Transcript::new(&[]);
    t.up();
    t.outputs();
    t.server(":hub 432 * ann :Erroneous nickname");
    t.expect(&[
        "rejected: 'ann' can't be a nick here: Erroneous nickname",
        "-> QUIT",
    ]);
}

#[test]
fn a_password_goes_first_and_may_be_wrong() {
    let mut t = Transcript::new(&[]);
    t.session.identity.password = Some(salon_config::Secret::new("key"));
    t.session.identity.is_private = true;
    t.up();
    t.expect(&[
        "-> CAP LS 302",
        "-> PASS key",
        "-> NICK ann",
        "-> USER ann 0 * Ann",
    ]);
    t.server(":hub 464 * :Password incorrect");
    t.expect(&["rejected: the server wants another password ('password' in the settings): Password incorrect", "-> QUIT"]);
}

/// What is said first with a password that others could read, and what after this answer.
#[track_caller]
fn check_held_back(answer: &str, expected: &[&str]) {
    let mut t = Transcript::new(&[]);
    t.session.identity.password = Some(salon_config::Secret::new("key"));
    t.up();
    t.expect(&["-> CAP LS 302"]);
    assert!(t.session.is_holding_back());
    t.server(":hub NOTICE * :Looking up your hostname");
    t.expect(&["notice hub>* Looking up your hostname"]);
    t.server(answer);
    t.expect(expected);
    assert!(!t.session.is_holding_back());
    t.session.introduce();
    t.expect(&[]);
}

#[test]
fn a_password_that_others_could_read_waits_until_the_server_has_told_whether_it_wants_tls() {
    let introduced = ["-> PASS key", "-> NICK ann", "-> USER ann 0 * Ann"];
    check_held_back(":hub 421 * CAP :Unknown command", &introduced);
    check_held_back(":hub 451 * :You have not registered", &introduced);
    let [password, nick, user] = introduced;
    check_held_back(
        ":hub CAP * LS :batch",
        &[password, nick, user, "-> CAP REQ batch"],
    );
    // The link is left at the first of these, and the others go nowhere.
    check_held_back(
        ":hub CAP * LS :sts=port=6697",
        &[
            "strict: Strictness { port: Some(6697), seconds: None }",
            password,
            nick,
            user,
            "-> CAP END",
        ],
    );
}

#[test]
fn what_the_server_says_before_it_closes_is_the_reason() {
    let mut t = Transcript::new(&[]);
    t.up();
    t.outputs();
    t.server("ERROR :Too many connections");
    t.session.link_down("the hub closed it", super::at(3));
    t.expect(&[
        "rejected: Too many connections",
        "lost: Too many connections []",
    ]);
}

#[test]
fn an_error_that_keeps_nobody_out_ends_nothing() {
    let mut t = Transcript::new(&[]);
    t.up();
    t.outputs();
    // Rizon's first words.
    t.server(":hub 439 * :Please wait while we process your connection.");
    t.expect(&["error hub>- 439 Please wait while we process your connection."]);
    t.server(":hub 001 ann :Welcome");
    t.server(":hub 464 ann :Password incorrect");
    t.server("FAIL * ODD :Something is odd");
    t.expect(&[
        "error hub>- 464 the server wants another password ('password' in the settings): Password incorrect",
        "error ->- ODD Something is odd",
    ]);
    t.server(":hub 422 ann :No MOTD");
    t.expect(&["-> PING salon-0"]);
}

#[test]
fn who_is_banned_is_not_let_in() {
    let mut t = Transcript::new(&[]);
    t.up();
    t.outputs();
    t.server(":hub 465 ann :You are banned from this server");
    t.expect(&[
        "rejected: the server has banned you: You are banned from this server",
        "-> QUIT",
    ]);
}

#[test]
fn capabilities_that_come_later_are_asked_for() {
    let mut t = Transcript::modern();
    t.server(":hub CAP ann NEW :chghost vendor/a");
    t.expect(&["-> CAP REQ chghost"]);
}

#[test]
fn what_is_said_while_echoes_come_and_go_is_shown_once() {
    let mut t = Transcript::legacy();
    t.server(":hub CAP ann NEW :echo-message");
    t.user("one");
    t.server(":hub CAP ann ACK :echo-message");
    t.server(":ann!ann@host PRIVMSG #lobby :one");
    t.server(":hub PONG hub :salon-2");
    t.expect(&[
        "-> CAP REQ echo-message",
        "-> PRIVMSG #lobby :one",
        "-> PING salon-2",
        "message own ann>#lobby one",
        "line 1: ok",
    ]);
    t.user("two");
    t.user(":me three");
    t.outputs();
    t.server(":ann!ann@host PRIVMSG #lobby :two");
    t.server(":hub CAP ann DEL :echo-message");
    t.server(":hub PONG hub :salon-4");
    t.server(":hub PONG hub :salon-6");
    t.expect(&[
        "message own ann>#lobby two",
        "line 2: ok",
        "action own ann>#lobby three",
        "line 3: ok",
    ]);
}

#[test]
fn nothing_hangs_when_labels_are_withdrawn() {
    let mut t = Transcript::modern();
    t.user("hello");
    t.expect(&["-> @label=1 PRIVMSG #lobby :hello"]);
    t.server(":hub CAP ann DEL :labeled-response");
    t.expect(&["-> PING salon-2"]);
    t.server(":ann!ann@host PRIVMSG #lobby :hello");
    t.server(":hub PONG hub :salon-2");
    t.expect(&["message own ann>#lobby hello", "line 1: ok"]);
}
