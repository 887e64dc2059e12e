//! The seam from the terminal's side, with a hub that the test plays.

use salon_config::Secret;
use salon_protocol::Timestamp;
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, duplex,
    split,
};

use super::backlog::REPORTS_MAX;
use super::*;
use crate::conversation::tests::plan;
use crate::event::EventKind;
use crate::link::Link;

/// The hub's end of a conversation that is ready, in `#lobby`.
struct Hub {
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    writer: WriteHalf<DuplexStream>,
}

impl Hub {
    async fn say(&mut self, line: &str) {
        self.writer
            .write_all(format!("{line}\r\n").as_bytes())
            .await
            .unwrap();
    }

    async fn hear(&mut self, expected: &str) {
        assert_eq!(
            self.lines.next_line().await.unwrap().as_deref(),
            Some(expected)
        );
    }

    async fn let_in(&mut self) {
        for line in ["CAP LS 302", "NICK ann", "USER ann 0 * ann"] {
            self.hear(line).await;
        }
        self.say(":hub 001 ann :Welcome").await;
        self.say(":ann!a@h JOIN #lobby").await;
        self.say(":hub 422 ann :No MOTD").await;
        self.hear("PING salon-0").await;
        self.say(":hub PONG hub :salon-0").await;
    }
}

fn start() -> (Hub, Line) {
    let (ours, theirs) = duplex(1 << 20);
    let (reader, writer) = split(ours);
    let conversation = Conversation::over(Link::new(reader, writer), plan(), "hub:6000".to_owned());
    let (requests, request_receiver) = mpsc::channel(REQUESTS_WAITING_MAX);
    let (report_sender, reports) = mpsc::channel(REPORTS_WAITING_MAX);
    tokio::spawn(Driver::new(conversation, Waiting::new(request_receiver), report_sender).run());
    let (reader, writer) = split(theirs);
    (
        Hub {
            lines: BufReader::new(reader).lines(),
            writer,
        },
        Line { requests, reports },
    )
}

async fn started() -> (Hub, Line) {
    let (mut hub, mut line) = start();
    hub.let_in().await;
    loop {
        if let Report::Status(status) = line.reports.recv().await.unwrap() {
            assert_eq!(
                (status.nick.as_str(), status.current.as_deref()),
                ("ann", Some("#lobby"))
            );
            return (hub, line);
        }
    }
}

fn typed(number: u64, text: &str) -> Request {
    Request::Line {
        ticket: Ticket(number),
        text: text.to_owned(),
    }
}

#[tokio::test]
async fn lines_typed_at_once_go_out_in_order_each_after_what_it_waits_for() {
    let (mut hub, mut line) = started().await;
    for (number, text) in [(1, "one"), (2, ":join #dev"), (3, "two")] {
        line.requests.send(typed(number, text)).await.unwrap();
    }
    hub.hear("PRIVMSG #lobby :one").await;
    hub.hear("PING salon-2").await;
    hub.say(":hub PONG hub :salon-2").await;
    hub.hear("JOIN #dev").await;
    hub.hear("PING salon-4").await;
    hub.say(":ann!a@h JOIN #dev").await;
    hub.say(":hub PONG hub :salon-4").await;
    hub.hear("PRIVMSG #dev :two").await;
    let mut resolved = Vec::new();
    let mut place = "#lobby".to_owned();
    while resolved.len() < 2 {
        match line.reports.recv().await.unwrap() {
            Report::Resolved { ticket, outcome } => {
                assert_eq!(outcome, Outcome::Ok);
                resolved.push((ticket.0, place.clone()));
            }
            Report::Status(status) => place = status.current.unwrap(),
            _ => {}
        }
    }
    // Where a line leads to is known when it is done.
    let expected = [(1, "#lobby"), (2, "#dev")];
    assert_eq!(
        resolved,
        expected.map(|(number, place)| (number, place.to_owned()))
    );
}

#[tokio::test]
async fn lines_that_wait_keep_the_passwords_that_were_typed_for_each() {
    let (mut hub, mut line) = started().await;
    hub.say(":hub CAP ann ACK draft/account-registration").await;
    // The hub has said that it makes accounts when its next line has come.
    hub.say(":hub NOTICE ann :mark").await;
    while !matches!(
        line.reports.recv().await.unwrap(),
        Report::Show(event) if matches!(&event.kind, EventKind::Notice { text } if text == "mark")
    ) {}
    line.requests.send(typed(1, "hello")).await.unwrap();
    for (number, password) in [(2, "hunter2"), (3, "sesame")] {
        let passwords = Passwords {
            present: Secret::new(password),
            new: None,
        };
        let ticket = Ticket(number);
        let passwords = Request::Passwords { ticket, passwords };
        line.requests.send(passwords).await.unwrap();
        let registering = typed(number, ":register");
        line.requests.send(registering).await.unwrap();
    }
    for (sent, fence) in [
        ("PRIVMSG #lobby :hello", 2),
        ("REGISTER * * :hunter2", 4),
        ("REGISTER * * :sesame", 6),
    ] {
        hub.hear(sent).await;
        hub.hear(&format!("PING salon-{fence}")).await;
        hub.say(&format!(":hub PONG hub :salon-{fence}")).await;
    }
}

#[tokio::test]
async fn leaving_waits_for_what_was_typed_before() {
    let (mut hub, mut line) = started().await;
    line.requests.send(typed(1, "last words")).await.unwrap();
    line.requests
        .send(Request::Quit {
            reason: Some("bye".to_owned()),
        })
        .await
        .unwrap();
    hub.hear("PRIVMSG #lobby :last words").await;
    hub.hear("PING salon-2").await;
    hub.say(":hub PONG hub :salon-2").await;
    hub.hear("QUIT :bye").await;
    drop(hub);
    let mut last = None;
    while let Some(report) = line.reports.recv().await {
        last = Some(report);
    }
    assert!(matches!(last, Some(Report::Ended(Ended::Quit))), "{last:?}");
}

#[tokio::test]
async fn a_terminal_that_goes_says_goodbye() {
    let (mut hub, line) = started().await;
    drop(line);
    hub.hear("QUIT").await;
}

#[tokio::test]
async fn leaving_is_possible_before_the_hub_lets_us_in() {
    let (mut hub, line) = start();
    line.requests.send(typed(1, "too early")).await.unwrap();
    line.requests
        .send(Request::Quit { reason: None })
        .await
        .unwrap();
    for expected in ["CAP LS 302", "NICK ann", "USER ann 0 * ann", "QUIT"] {
        hub.hear(expected).await;
    }
}

#[tokio::test]
async fn who_leaves_before_there_is_a_connection_has_sent_nothing() {
    // It takes connections, and never says a word of TLS.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut plan = plan();
    plan.host = "127.0.0.1".to_owned();
    plan.port = silent.local_addr().unwrap().port();
    plan.transport = salon_config::Transport::Tls;
    let (requests, receiver) = mpsc::channel(REQUESTS_WAITING_MAX);
    let (sender, mut reports) = mpsc::channel(REPORTS_WAITING_MAX);
    requests.send(typed(1, "too early")).await.unwrap();
    requests.send(Request::Quit { reason: None }).await.unwrap();
    Box::pin(converse(plan, receiver, sender)).await;
    let only = reports.recv().await;
    assert!(
        matches!(only, Some(Report::Ended(Ended::GivenUp))),
        "{only:?}"
    );
    assert!(reports.recv().await.is_none());
}

#[tokio::test]
async fn a_terminal_that_is_busy_keeps_nobody_from_answering_the_hub() {
    let (mut hub, mut line) = started().await;
    let said = REPORTS_MAX + REPORTS_WAITING_MAX + 1000;
    for number in 0..said {
        hub.say(&format!(":bob!b@h PRIVMSG #lobby :{number}")).await;
    }
    hub.say(":hub 421 ann FOO :Unknown command").await;
    hub.say("PING :still there?").await;
    hub.hear("PONG :still there?").await;
    let mut shown = 0;
    let gap = loop {
        match line.reports.recv().await.unwrap() {
            Report::Show(Event {
                kind:
                    EventKind::Gap {
                        skipped: Some(skipped),
                        ..
                    },
                ..
            }) => break skipped,
            Report::Show(Event {
                kind: EventKind::Message { text },
                ..
            }) => {
                assert_eq!(text, shown.to_string());
                shown += 1;
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(shown + usize::try_from(gap).unwrap(), said);
    assert!(shown >= REPORTS_MAX, "{shown}");
    let complaint = line.reports.recv().await.unwrap();
    let is_complaint = |event: &Event| matches!(event.kind, EventKind::Error { .. });
    assert!(
        matches!(&complaint, Report::Show(event) if is_complaint(event)),
        "{complaint:?}"
    );
    hub.say(":bob!b@h PRIVMSG #lobby :after").await;
    let after = line.reports.recv().await.unwrap();
    assert!(
        matches!(&after, Report::Show(event) if event.time > Timestamp::from_millis(0)),
        "{after:?}"
    );
}
