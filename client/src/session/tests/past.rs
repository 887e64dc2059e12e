//! Pages of the past: they change nothing that is known, whatever they hold.

use super::{Transcript, at};
use crate::session::{Lacking, Page, Point, Ticket};

/// A session on a server that keeps history.
pub(super) fn keeper(capabilities: &str) -> Transcript {
    let mut t = Transcript::new(&[]);
    t.log_in(capabilities);
    t.server("@label=0 :hub PONG hub salon-0");
    t.server(":hub PONG hub :salon-0");
    t.outputs();
    t
}

fn fetch(t: &mut Transcript, page: &Page) {
    t.session.fetch(Ticket(9), "#lobby", page, 100).unwrap();
}

#[test]
fn a_page_is_told_apart_from_what_happens_meanwhile() {
    let mut t = keeper("batch labeled-response draft/chathistory message-tags server-time");
    fetch(&mut t, &Page::After(Point::Id("m1".to_owned())));
    t.server("@label=1 :hub BATCH +a chathistory #lobby");
    t.server("@batch=a;msgid=m2 :bob!b@h PRIVMSG #lobby :then");
    t.server(":eve!e@h PRIVMSG #lobby :now");
    t.server("@batch=a;msgid=m3 :ann!a@h PART #lobby :gone");
    t.server("@batch=a;msgid=m4 :bob!b@h TAGMSG #lobby");
    t.server(":hub BATCH -a");
    t.expect(&[
        "-> @label=1 CHATHISTORY AFTER #lobby msgid=m1 100",
        "found m2: message bob>#lobby then",
        "message eve>#lobby now",
        "found m3: part own ann>#lobby gone",
        "found m4: nothing",
        "line 9: ok",
    ]);
    assert!(t.session.rooms.get("#lobby").is_some(), "nobody left now");
}

#[test]
fn a_page_of_a_server_without_labels_ends_with_its_fence() {
    let mut t = keeper("batch draft/chathistory");
    fetch(&mut t, &Page::Before(Point::Time(at(1))));
    t.server(":hub BATCH +a chathistory #lobby");
    t.server("@batch=a :bob!b@h JOIN #lobby");
    t.server(":hub BATCH -a");
    t.server(":hub PONG hub :salon-2");
    let outputs = t.outputs();
    let ends = &outputs[outputs.len() - 2..];
    assert_eq!(ends, ["found -: join bob>#lobby", "line 9: ok"]);
}

#[test]
fn a_refusal_ends_it() {
    let mut t = keeper("batch labeled-response draft/chathistory standard-replies");
    fetch(&mut t, &Page::Latest);
    t.server("@label=1 :hub FAIL CHATHISTORY INVALID_TARGET LATEST #lobby :no");
    let outputs = t.outputs();
    assert_eq!(&outputs[1..], ["line 9: LATEST #lobby: no"]);
}

#[test]
fn what_the_server_does_not_offer_is_named() {
    let mut t = keeper("batch labeled-response");
    let lacking = t.session.fetch(Ticket(9), "#lobby", &Page::Latest, 1);
    assert_eq!(lacking, Err(Lacking("draft/chathistory")));
    let wanted = crate::session::Wanted::default();
    let lacking = t.session.fetch_search(Ticket(9), &wanted, None, 1);
    assert_eq!(lacking, Err(Lacking("soju.im/search")));
}

#[test]
fn a_search_shows_nothing_older_than_is_wanted() {
    let mut t = keeper("batch labeled-response soju.im/search message-tags server-time");
    let mut search = |since, label: u64| {
        let wanted = crate::session::Wanted {
            since,
            words: "build",
            ..crate::session::Wanted::default()
        };
        assert!(t.session.ask_search(Ticket(9), &wanted));
        t.server(&format!("@label={label} :hub BATCH +a soju.im/search"));
        for second in [10, 20] {
            let time = at(second);
            let said = format!(":bob!b@h PRIVMSG #lobby :build at {second}");
            t.server(&format!("@batch=a;time={time} {said}"));
        }
        t.server(":hub BATCH -a");
        t.outputs()
    };
    assert_eq!(
        search(Some(at(20)), 1),
        [
            "-> @label=1 SEARCH text=build",
            "message bob>#lobby build at 20",
            "line 9: ok"
        ]
    );
    assert_eq!(
        search(Some(at(21)), 2),
        [
            "-> @label=2 SEARCH text=build",
            "info nothing that was said in #lobby fits; ':join' a room to look there too",
            "line 9: ok"
        ]
    );
}

#[test]
fn comings_that_a_server_tells_in_words_are_no_messages() {
    let narrated = "msgid=m2 :HistServ!HistServ@localhost PRIVMSG #lobby :bob joined the channel";
    let mut t = keeper("batch labeled-response draft/chathistory message-tags server-time");
    fetch(&mut t, &Page::Latest);
    t.session
        .ask_history(Ticket(10), "#lobby", &Page::Latest, None, 3);
    t.outputs();
    for (label, said) in [(1, "then"), (2, "again")] {
        t.server(&format!(
            "@label={label} :hub BATCH +{label} chathistory #lobby"
        ));
        t.server(&format!("@batch={label};{narrated}"));
        t.server(&format!(
            "@batch={label};msgid=m3 :bob!b@h PRIVMSG #lobby :{said}"
        ));
        t.server(&format!(":hub BATCH -{label}"));
    }
    t.expect(&[
        // A page is as long as the server made it.
        "found m2: nothing",
        "found m3: message bob>#lobby then",
        "line 9: ok",
        "message bob>#lobby again",
        "line 10: ok",
    ]);
    t.server(&format!("@{narrated}"));
    t.expect(&["message HistServ>#lobby bob joined the channel"]);
}
