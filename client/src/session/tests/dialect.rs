//! Servers that are not our hub: what `005` says is obeyed.

use salon_protocol::mask::Mask;

use super::Transcript;

/// A session on a server without capabilities that says this of itself, in `#lobby`.
fn on(tokens: &str) -> Transcript {
    let mut t = Transcript::legacy();
    t.server(&format!(":hub 005 ann {tokens} :are supported"));
    t
}

/// What the user's line makes the client send, fences left out.
#[track_caller]
fn check(tokens: &str, line: &str, expected: &[&str]) {
    let mut t = on(tokens);
    t.user(line);
    let mut outputs = t.outputs();
    outputs.retain(|output| !output.starts_with("-> PING"));
    assert_eq!(outputs, expected, "{tokens}");
}

#[test]
fn rooms_and_people_are_one_as_the_server_compares_them() {
    let mut t = on("CASEMAPPING=rfc1459");
    t.server(":ann!a@h JOIN #dev[1]");
    t.server(":Bob[w]!b@h JOIN #DEV{1}");
    t.outputs();
    assert_eq!(t.session.rooms.get("#dev{1}").unwrap().members().count(), 2);
    t.user(":switch #DEV{1}");
    assert_eq!(t.session.current(), Some("#dev[1]"));
    t.user(":msg bob{w} hi");
    t.server(":Bob[w]!b@h PRIVMSG #DEV{1} :hi");
    t.server(":bob{w}!b@h QUIT :gone");
    t.expect(&[
        "line 1: ok",
        "-> PRIVMSG Bob[w] :hi",
        "-> PING salon-2",
        "message Bob[w]>#dev[1] hi",
        "quit bob{w}>- gone",
    ]);
    assert_eq!(t.session.rooms.get("#dev{1}").unwrap().members().count(), 1);
}

#[test]
fn a_server_that_folds_ascii_alone_has_two_rooms() {
    for tokens in ["CASEMAPPING=ascii", "CASEMAPPING=precis"] {
        let mut t = on(tokens);
        t.server(":ann!a@h JOIN #dev[1]");
        t.outputs();
        t.user(":switch #dev{1}");
        t.expect(&["line 1: not in #dev{1}; ':join #dev{1}' enters it"]);
    }
}

#[test]
fn rooms_begin_as_those_of_the_server_do() {
    check("CHANTYPES=#&+!", ":join +den", &["-> JOIN +den"]);
    check("CHANTYPES=#&+!", ":join !den", &["-> JOIN !den"]);
    check("CHANTYPES=#&", ":join &den", &["-> JOIN &den"]);
    check("CHANTYPES=#", ":join den", &["-> JOIN #den"]);
    for (tokens, line, refusal) in [
        (
            "CHANTYPES=#",
            ":join &den",
            "'&den' can't be a room here: those of this server begin with '#'",
        ),
        (
            "CHANTYPES=+!",
            ":join den",
            "'#den' can't be a room here: those of this server begin with '+' or '!'",
        ),
        ("CHANTYPES=", ":join den", "this server has no rooms"),
    ] {
        check(tokens, line, &[&format!("line 1: {refusal}")]);
    }
}

#[test]
fn our_own_nick_is_ours_however_the_server_spells_it() {
    let mut t = on("CASEMAPPING=rfc1459");
    t.server(":ann!a@h NICK ann[1]");
    t.server(":ANN{1}!a@h JOIN #dev");
    t.expect(&["nick own ann>- ann[1]", "join own ANN{1}>#dev"]);
}

#[test]
fn whom_one_ignores_is_ignored_under_every_spelling() {
    let mut t = on("CASEMAPPING=rfc1459");
    t.session.ignore(&["bob[*!*@*".to_owned()]);
    t.server(":BOB{w}!b@h PRIVMSG #lobby :spam");
    t.server(":eve!e@h PRIVMSG #lobby :hi");
    t.expect(&["message eve>#lobby hi"]);
    assert!(!Mask::new("bob[*!*@*").matches("BOB{w}!b@h"));
}

#[test]
fn what_is_too_long_for_the_server_is_refused_before_it_is_sent() {
    for (tokens, line, refusal) in [
        (
            "NICKLEN=9",
            ":nick annabellee",
            "the nick has 10 bytes, and this server takes 9",
        ),
        (
            "CHANNELLEN=5",
            ":join #cellar",
            "the name of the room has 7 bytes, and this server takes 5",
        ),
        (
            "KEYLEN=3",
            ":join #dev sesame",
            "the key has 6 bytes, and this server takes 3",
        ),
        (
            "TOPICLEN=4",
            ":topic caf\u{e9}",
            "the topic has 5 bytes, and this server takes 4",
        ),
        (
            "AWAYLEN=4",
            ":away lunch",
            "the text has 5 bytes, and this server takes 4",
        ),
        (
            "KICKLEN=4",
            ":kick bob spams",
            "the reason has 5 bytes, and this server takes 4",
        ),
    ] {
        check(
            tokens,
            line,
            &[&format!("line 1: {refusal}; nothing was sent")],
        );
    }
    check(
        "TOPICLEN=5",
        ":topic caf\u{e9}",
        &["-> TOPIC #lobby :caf\u{e9}"],
    );
    check(
        "NICKLEN=9 -NICKLEN",
        ":nick annabellee",
        &["-> NICK annabellee"],
    );
}

#[test]
fn more_modes_than_the_server_takes_go_in_several_lines() {
    let line = ":op bob eve joe kim lea";
    check(
        "MODES=3",
        line,
        &[
            "-> MODE #lobby +ooo bob eve joe",
            "-> MODE #lobby +oo kim lea",
        ],
    );
    for tokens in ["MODES=20", "MODES", "MODES="] {
        check(tokens, line, &["-> MODE #lobby +ooooo bob eve joe kim lea"]);
    }
}

#[test]
fn a_line_is_as_long_as_the_server_takes_it() {
    let lengths = |tokens| {
        let mut t = on(tokens);
        t.user(&"x".repeat(900));
        let outputs = t.outputs();
        let said = outputs.iter().filter_map(|line| line.split_once(" :"));
        said.map(|(_, text)| text.len()).collect::<Vec<_>>()
    };
    let whole = "x"
        .repeat(512 - ":ann!ann@host PRIVMSG #lobby :\r\n".len())
        .len();
    assert_eq!(lengths("LINELEN=512"), [whole, 900 - whole]);
    assert_eq!(lengths("LINELEN=1024"), [900]);
    assert_eq!(lengths("LINELEN=1024 -LINELEN"), [whole, 900 - whole]);
}

#[test]
fn an_unknown_name_is_as_long_as_the_server_says() {
    let mut t = on("USERLEN=20 HOSTLEN=100");
    t.session.me.user = None;
    t.session.me.host = None;
    let prefix = format!("ann!~{}@{}", "u".repeat(20), "h".repeat(100));
    assert_eq!(t.session.me.prefix_bytes(&t.session.server), prefix.len());
}

#[test]
fn bots_are_told_by_the_mark_of_the_server() {
    let mut t = on("BOT=B");
    t.user(":who #lobby");
    t.outputs();
    t.server(":hub 352 ann #lobby b host hub helper HB :0 Helps");
    t.expect(&["info helper (b@host) in #lobby, a bot: Helps"]);
}

#[test]
fn what_a_server_lacks_is_told_in_a_line() {
    let on = |capabilities: &str| {
        let mut t = Transcript::new(&[]);
        t.log_in(capabilities);
        if capabilities.contains("multiline") {
            t.server(":hub CAP ann NEW :draft/multiline=max-bytes=4096");
            t.server(":hub CAP ann ACK :draft/multiline");
        }
        t.session.lacking()
    };
    let all = "batch labeled-response echo-message server-time draft/chathistory draft/multiline";
    for (capabilities, expected) in [
        (all, None),
        (
            &all.replace("draft/multiline", ""),
            Some("messages of many lines"),
        ),
        (
            "batch labeled-response echo-message server-time",
            Some("history (what you miss is lost) and messages of many lines"),
        ),
        (
            "server-time draft/chathistory",
            Some(
                "history (what you miss is lost), echoes (your lines show as sent), \
                 labels (a second line confirms each) and messages of many lines",
            ),
        ),
    ] {
        let expected = expected.map(|expected| format!("this server lacks {expected}"));
        assert_eq!(on(capabilities), expected);
    }
}

/// A session behind ZNC, in `#lobby`.
fn bounced() -> Transcript {
    let mut t = Transcript::new(&[]);
    t.up();
    t.server(":irc.znc.in CAP * LS :echo-message znc.in/self-message");
    t.server(":irc.znc.in CAP ann ACK :echo-message");
    t.server(":hub 001 ann :Welcome");
    t.server(":ann!ann@host JOIN #lobby");
    t.server(":hub 422 ann :No MOTD");
    t.server(":irc.znc.in PONG irc.znc.in :salon-0");
    t.outputs();
    t
}

#[test]
fn behind_a_bouncer_the_server_itself_is_asked_what_it_has_dealt_with() {
    let mut t = bounced();
    t.user("hi");
    t.user(":kick eve");
    t.expect(&[
        "-> PRIVMSG #lobby :hi",
        "-> NAMES #salon-nonce-2",
        "-> KICK #lobby eve",
        "-> NAMES #salon-nonce-4",
    ]);
    t.session.probe();
    t.server(":irc.znc.in PONG irc.znc.in :salon-5");
    t.server(":hub 366 ann #salon-other-4 :End of NAMES list");
    t.expect(&["-> PING salon-5"]);
    t.server(":ann!ann@host PRIVMSG #lobby :hi");
    t.server(":hub 366 ann #salon-nonce-2 :End of NAMES list");
    t.server(":hub 401 ann eve :No such nick");
    t.server(":hub 366 ann #salon-nonce-4 :End of NAMES list");
    t.expect(&[
        "message own ann>#lobby hi",
        "line 1: ok",
        "line 2: there is no 'eve' here",
    ]);
}

#[test]
fn what_a_bouncer_had_no_server_for_is_refused() {
    let mut t = bounced();
    t.user("hi");
    t.server(":*status!znc@znc.in PRIVMSG ann :Disconnected from IRC. Reconnecting...");
    let lost = "Your message to #lobby got lost, you are not connected to IRC!";
    t.server(&format!(":*status!znc@znc.in PRIVMSG ann :{lost}"));
    t.user("again");
    t.server(":ann!ann@host PRIVMSG #lobby :again");
    t.server(":hub 366 ann #salon-nonce-4 :End of NAMES list");
    t.expect(&[
        "-> PRIVMSG #lobby :hi",
        "-> NAMES #salon-nonce-2",
        "message *status>ann Disconnected from IRC. Reconnecting...",
        &format!("line 1: {lost}"),
        "-> PRIVMSG #lobby :again",
        "-> NAMES #salon-nonce-4",
        "message own ann>#lobby again",
        "line 2: ok",
    ]);
    t.user(":msg *status help");
    t.server(":*status!znc@znc.in PRIVMSG ann :*status helps");
    t.server(":hub 366 ann #salon-nonce-6 :End of NAMES list");
    t.expect(&[
        "-> PRIVMSG *status :help",
        "-> NAMES #salon-nonce-6",
        "message *status>ann *status helps",
        "line 3: ok",
    ]);
}
