//! What a person reads again: shown in its order once all of it is there.

use super::past::keeper;
use super::{Transcript, at};
use crate::session::{Page, Point, Ticket, Wanted};

const KEEPER: &str = "batch labeled-response draft/chathistory message-tags server-time";

/// A session on a server that gives so many messages at once.
fn giving(limit: u32) -> Transcript {
    let mut t = keeper(KEEPER);
    t.server(&format!(
        ":hub 005 ann CHATHISTORY={limit} :are supported by this server"
    ));
    t.outputs();
    t
}

/// Answers a question with the messages of these seconds, which have such ids.
fn answer(t: &mut Transcript, label: u64, seconds: impl IntoIterator<Item = u64>) {
    t.server(&format!("@label={label} :hub BATCH +a chathistory #lobby"));
    for second in seconds {
        let tags = format!("batch=a;msgid=m{second};time={}", at(second));
        t.server(&format!("@{tags} :bob!b@h PRIVMSG #lobby :{second}"));
    }
    t.server(":hub BATCH -a");
}

fn ask(t: &mut Transcript, page: &Page, since: Option<Point>, count: u32) {
    let ticket = Ticket(9);
    assert!(t.session.ask_history(ticket, "#lobby", page, since, count));
}

#[test]
fn a_person_reads_page_by_page_from_the_end() {
    let mut t = keeper("batch labeled-response draft/chathistory message-tags");
    let mut read = |label: u64, page: &Page, ids: &[&str]| {
        assert!(t.session.ask_history(Ticket(9), "#lobby", page, None, 2));
        t.server(&format!("@label={label} :hub BATCH +a chathistory #lobby"));
        for id in ids {
            t.server(&format!(
                "@batch=a;msgid={id} :bob!b@h PRIVMSG #lobby :{id}"
            ));
        }
        t.server(":hub BATCH -a");
        (t.outputs(), t.session.page_before("#LOBBY"))
    };
    let before = |id: &str| Page::Before(Point::Id(id.to_owned()));
    let (outputs, next) = read(1, &Page::Latest, &["m3", "m4"]);
    let expected = [
        "-> @label=1 CHATHISTORY LATEST #lobby * 2",
        "message bob>#lobby m3",
        "message bob>#lobby m4",
        "info ':history --more' shows what was said before that",
        "line 9: ok",
    ];
    assert_eq!(
        (outputs.as_slice(), &next),
        (expected.map(str::to_owned).as_slice(), &before("m3"))
    );
    let (outputs, next) = read(2, &next, &["m1", "m2"]);
    let expected = [
        "-> @label=2 CHATHISTORY BEFORE #lobby msgid=m3 2",
        "message bob>#lobby m1",
        "message bob>#lobby m2",
        "line 9: ok",
    ];
    assert_eq!(
        (outputs.as_slice(), &next),
        (expected.map(str::to_owned).as_slice(), &before("m1"))
    );
    let (outputs, next) = read(3, &next, &[]);
    let expected = [
        "-> @label=3 CHATHISTORY BEFORE #lobby msgid=m1 2",
        "info the server has nothing that was said in #lobby before that",
        "line 9: ok",
    ];
    assert_eq!(
        (outputs.as_slice(), &next),
        (expected.map(str::to_owned).as_slice(), &before("m1"))
    );
}

#[test]
fn what_is_more_than_the_server_gives_at_once_is_read_in_pages() {
    let mut t = giving(2);
    ask(&mut t, &Page::Latest, None, 5);
    t.expect(&["-> @label=1 CHATHISTORY LATEST #lobby * 2"]);
    answer(&mut t, 1, [8, 9]);
    t.expect(&["-> @label=2 CHATHISTORY BEFORE #lobby msgid=m8 2"]);
    answer(&mut t, 2, [6, 7]);
    t.expect(&["-> @label=3 CHATHISTORY BEFORE #lobby msgid=m6 1"]);
    answer(&mut t, 3, [5]);
    t.expect(&[
        "message bob>#lobby 5",
        "message bob>#lobby 6",
        "message bob>#lobby 7",
        "message bob>#lobby 8",
        "message bob>#lobby 9",
        "info ':history --more' shows what was said before that",
        "line 9: ok",
    ]);
    let before = Page::Before(Point::Id("m5".to_owned()));
    assert_eq!(t.session.page_before("#lobby"), before);
}

#[test]
fn what_is_wanted_from_a_point_on_ends_there() {
    for since in [
        Point::just_before(at(7)),
        Point::Time(at(6)),
        Point::Id("m6".to_owned()),
    ] {
        let mut t = giving(2);
        ask(&mut t, &Page::Latest, Some(since), 100);
        answer(&mut t, 1, [8, 9]);
        answer(&mut t, 2, [6, 7]);
        t.expect(&[
            "-> @label=1 CHATHISTORY LATEST #lobby * 2",
            "-> @label=2 CHATHISTORY BEFORE #lobby msgid=m8 2",
            "message bob>#lobby 7",
            "message bob>#lobby 8",
            "message bob>#lobby 9",
            "line 9: ok",
        ]);
        let before = Page::Before(Point::Id("m7".to_owned()));
        assert_eq!(t.session.page_before("#lobby"), before);
    }
}

#[test]
fn what_nobody_said_since_then_is_told() {
    let mut t = giving(2);
    ask(&mut t, &Page::Latest, Some(Point::Time(at(9))), 100);
    answer(&mut t, 1, [8, 9]);
    let outputs = t.outputs();
    assert_eq!(
        outputs[1..],
        [
            "info the server has nothing that was said in #lobby since then",
            "line 9: ok"
        ]
    );
}

#[test]
fn a_message_that_is_not_there_to_begin_with_is_named() {
    let mut t = giving(5);
    let since = Point::Id("m1".to_owned());
    ask(&mut t, &Page::Latest, Some(since), 100);
    answer(&mut t, 1, [8, 9]);
    let outputs = t.outputs();
    assert_eq!(
        outputs[1..],
        [
            "info the message 'm1' is not among these: it is older, or the server does not have it",
            "message bob>#lobby 8",
            "message bob>#lobby 9",
            "line 9: ok"
        ]
    );
}

#[test]
fn the_lines_of_a_message_stay_together() {
    let mut t = giving(5);
    let since = Point::Id("m1".to_owned());
    ask(&mut t, &Page::Latest, Some(since), 100);
    t.server("@label=1 :hub BATCH +a chathistory #lobby");
    for (id, lines) in [("m1", ["one", "two"]), ("m2", ["three", "four"])] {
        for (tag, line) in [
            (format!("msgid={id};"), lines[0]),
            (String::new(), lines[1]),
        ] {
            let tags = format!("batch=a;{tag}time={}", at(if id == "m1" { 1 } else { 2 }));
            t.server(&format!("@{tags} :bob!b@h PRIVMSG #lobby :{line}"));
        }
    }
    t.server(":hub BATCH -a");
    let outputs = t.outputs();
    assert_eq!(
        outputs[1..],
        [
            "message bob>#lobby three",
            "message bob>#lobby four",
            "line 9: ok"
        ]
    );
}

#[test]
fn who_is_ignored_is_not_read_either() {
    let mut t = giving(5);
    t.session.ignore(&["bob".to_owned()]);
    ask(&mut t, &Page::Latest, None, 5);
    answer(&mut t, 1, [8]);
    let outputs = t.outputs();
    assert_eq!(outputs[1..], ["line 9: ok"]);
}

#[test]
fn what_is_refused_of_a_room_that_one_is_not_in_has_its_reason() {
    let mut t = keeper(&format!("{KEEPER} soju.im/search standard-replies"));
    let outside = "you are not in #dev, and the server shows what was said there to those who are: ':join #dev' first";
    let page = Page::Latest;
    assert!(t.session.ask_history(Ticket(8), "#dev", &page, None, 5));
    t.server("@label=1 FAIL CHATHISTORY INVALID_TARGET LATEST #dev :no");
    let wanted = Wanted {
        target: Some("#dev"),
        words: "build",
        ..Wanted::default()
    };
    assert!(t.session.ask_search(Ticket(9), &wanted));
    t.server("@label=2 FAIL SEARCH INVALID_PARAMS in :no");
    t.expect(&[
        "-> @label=1 CHATHISTORY LATEST #dev * 5",
        &format!("line 8: {outside}"),
        "-> @label=2 SEARCH text=build;in=#dev",
        &format!("line 9: {outside}"),
    ]);
    assert!(t.session.ask_history(Ticket(10), "#lobby", &page, None, 5));
    t.server("@label=3 FAIL CHATHISTORY MESSAGE_ERROR LATEST #lobby :later");
    t.expect(&[
        "-> @label=3 CHATHISTORY LATEST #lobby * 5",
        "line 10: LATEST #lobby: later",
    ]);
}

#[test]
fn what_has_come_is_shown_where_the_server_refuses_to_go_on() {
    let mut t = giving(2);
    ask(&mut t, &Page::Latest, None, 4);
    answer(&mut t, 1, [3, 4]);
    t.outputs();
    t.server("@label=2 FAIL CHATHISTORY MESSAGE_ERROR BEFORE #lobby :the log is gone");
    let expected = [
        "message bob>#lobby 3",
        "message bob>#lobby 4",
        "line 9: BEFORE #lobby: the log is gone",
    ];
    assert_eq!(t.outputs(), expected);
}
