//! A gap that history fills, on a hub of the test: what arrives while a page is under way is told behind it.

use tokio::io::copy_bidirectional;
use tokio::net::TcpListener;

use super::cuts::plan_for;
use super::*;
use crate::event::EventKind;

const CAPABILITIES: &str =
    "batch draft/chathistory echo-message labeled-response message-tags server-time";

/// The next who comes.
async fn accept(listener: &TcpListener) -> Hub {
    let (mut socket, _) = listener.accept().await.unwrap();
    let (mut ours, theirs) = duplex(1 << 16);
    tokio::spawn(async move { copy_bidirectional(&mut socket, &mut ours).await });
    let (reader, writer) = split(theirs);
    Hub {
        lines: BufReader::new(reader).lines(),
        writer,
    }
}

impl Hub {
    /// The next line with this verb, and its label. Those before it are answered as a hub does.
    async fn until(&mut self, verb: &str) -> (String, String) {
        loop {
            let line = self.hear().await;
            let (label, words) = match line.strip_prefix("@label=") {
                Some(rest) => rest.split_once(' ').unwrap(),
                None => ("", line.as_str()),
            };
            if words.starts_with(verb) {
                return (words.to_owned(), label.to_owned());
            }
            let answers = match words.split(' ').next() {
                Some("CAP") if words == "CAP END" => vec![
                    ":hub 001 ann :Welcome".to_owned(),
                    ":hub 005 ann CHATHISTORY=100 MSGREFTYPES=msgid,timestamp :are supported"
                        .to_owned(),
                    "@time=2026-01-01T00:00:00.000Z :ann!a@h JOIN #lobby".to_owned(),
                    ":hub 422 ann :No MOTD".to_owned(),
                ],
                Some("CAP") if words.starts_with("CAP LS") => {
                    vec![format!(":hub CAP * LS :{CAPABILITIES}")]
                }
                Some("CAP") => vec![words.replacen("CAP REQ", ":hub CAP * ACK", 1)],
                // We are there since the welcome.
                Some("JOIN") => vec![format!("@label={label} :hub ACK")],
                Some("PING") => vec![format!("@label={label} :hub PONG hub :salon")],
                Some("CHATHISTORY") if words.starts_with("CHATHISTORY TARGETS") => vec![
                    format!("@label={label} :hub BATCH +t draft/chathistory-targets"),
                    ":hub BATCH -t".to_owned(),
                ],
                // There is nothing more.
                Some("CHATHISTORY") => vec![
                    format!("@label={label} :hub BATCH +e chathistory #lobby"),
                    ":hub BATCH -e".to_owned(),
                ],
                Some("PRIVMSG") => panic!("said too early: {words}"),
                _ => continue,
            };
            for answer in answers {
                self.say(&[&answer]).await;
            }
        }
    }
}

/// A message of bob's, as it is said or in a page.
fn message(tag: &str, number: u8) -> String {
    format!(
        "@{tag}msgid=m{number};time=2026-01-01T00:00:0{number}.000Z :bob!b@h PRIVMSG #lobby :{number}"
    )
}

/// The hub's side of it: what is said when, and what it hears at last.
async fn hub(listener: TcpListener, page: &'static [u8]) -> String {
    let mut first = accept(&listener).await;
    let (_, _) = first.until("PING").await;
    first
        .say(&["@label=0 :hub PONG hub :salon", &message("", 1)])
        .await;
    let (heard, _) = first.until("PRIVMSG").await;
    assert_eq!(heard, "PRIVMSG #lobby :seen");
    drop(first);

    let mut second = accept(&listener).await;
    let (asked, label) = second.until("CHATHISTORY AFTER").await;
    assert!(asked.starts_with("CHATHISTORY AFTER #lobby "), "{asked}");
    for number in [3, 4] {
        second.say(&[&message("", number)]).await;
    }
    second
        .say(&[&format!("@label={label} :hub BATCH +p chathistory #lobby")])
        .await;
    for number in page {
        second.say(&[&message("batch=p;", *number)]).await;
    }
    second.say(&[":hub BATCH -p"]).await;
    let (heard, _) = second.until("PRIVMSG").await;
    heard
}

/// What a person sees of bob's words when the page that fills their gap holds these messages, and what becomes of a message
/// of theirs that was under way when the connection was lost.
#[track_caller]
fn check(page: &'static [u8], expected: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let seen = runtime.unwrap().block_on(async {
        timeout(Duration::from_secs(30), seen_with(page))
            .await
            .expect("the gap is filled")
    });
    assert_eq!(seen, expected);
}

async fn seen_with(page: &'static [u8]) -> Vec<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut hub = tokio::spawn(hub(listener, page));
    let plan = Plan {
        lines: Lines::Verbatim,
        closed_room: ClosedRoom::Tell,
        ..plan_for("ann", port)
    };
    let mut ann = Conversation::open(plan).await.unwrap();
    let mut seen = Vec::new();
    let mut answered = false;
    loop {
        tokio::select! {
            () = ann.turn() => {}
            heard = &mut hub => {
                assert_eq!(heard.unwrap(), "PRIVMSG #lobby :seen");
                seen.push("said again".to_owned());
                return seen;
            }
        }
        while let Some(report) = ann.next_report() {
            match report {
                Report::Show(event) if !event.own => match event.kind {
                    EventKind::Message { text } => seen.push(text),
                    EventKind::Gap { .. } => seen.push("a gap".to_owned()),
                    _ => {}
                },
                Report::Resolved { outcome, .. } => {
                    assert_ne!(outcome, Outcome::Ok);
                    seen.push("in doubt".to_owned());
                    return seen;
                }
                _ => {}
            }
            if seen == ["1"] && !std::mem::replace(&mut answered, true) {
                ann.submit(Ticket(1), "seen");
            }
        }
    }
}

#[test]
fn what_arrives_while_a_page_is_under_way_is_told_behind_it() {
    check(&[1, 2], &["1", "2", "3", "4", "said again"]);
}

#[test]
fn what_is_in_the_page_and_arrives_too_is_told_once() {
    check(&[1, 2, 3, 4], &["1", "2", "3", "4", "said again"]);
    check(&[1, 2, 3], &["1", "2", "3", "4", "said again"]);
}

#[test]
fn a_page_that_lacks_what_is_known_shows_that_something_is_missing() {
    check(&[2, 3], &["1", "a gap", "2", "3", "4", "in doubt"]);
}
