//! What commands do that concern the program, over a link of the test.

mod gone;
mod settings;

use salon_commands::Spec;
use salon_commands::plugin::protocol::{HookPoint, HookSpec};
use salon_config::{ClientConfig, Secret};

use super::tests::{Hub, outcome, start_with, started, until};
use super::*;
use crate::driver::Ended;
use crate::event::EventKind;
use crate::plugin::{Tell, Verdict};
use crate::session::{Outcome, Refusal, RoomToJoin};

/// What is told, as lines: messages and what the program says itself.
fn told(conversation: &mut Conversation) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(report) = conversation.next_report() {
        if let Report::Show(event) = report {
            lines.extend(line_of(event));
        }
    }
    lines
}

fn line_of(event: Event) -> Option<String> {
    match event.kind {
        EventKind::Info { text } => Some(text),
        EventKind::ReadUpTo => Some("(read)".to_owned()),
        EventKind::Message { text } => Some(format!("<{}> {text}", event.from.unwrap_or_default())),
        _ => None,
    }
}

/// Submits a line that needs no hub, and gives what is told and how it ends.
fn run(conversation: &mut Conversation, line: &str) -> (Vec<String>, Result<(), String>) {
    conversation.submit(Ticket(1), line);
    let mut lines = Vec::new();
    let mut ended = None;
    while let Some(report) = conversation.next_report() {
        match report {
            Report::Show(event) => lines.extend(line_of(event)),
            Report::Resolved { outcome, .. } => {
                ended = Some(match outcome {
                    Outcome::Ok => Ok(()),
                    Outcome::Refused(refusal) => Err(refusal.to_string()),
                });
            }
            _ => {}
        }
    }
    (lines, ended.expect("the line is dealt with"))
}

#[track_caller]
fn check(conversation: &mut Conversation, line: &str, expected: &[&str]) {
    let (lines, ended) = run(conversation, line);
    assert_eq!(ended, Ok(()), "{line}");
    assert_eq!(lines, expected, "{line}");
}

#[track_caller]
fn check_refused(conversation: &mut Conversation, line: &str, expected: &str) {
    assert_eq!(
        run(conversation, line).1,
        Err(expected.to_owned()),
        "{line}"
    );
}

/// What the hub hears next.
pub(super) async fn heard(talk: &mut Conversation, hub: &mut Hub) -> String {
    let going = async {
        loop {
            talk.turn().await;
        }
    };
    tokio::select! {
        line = hub.hear() => line,
        () = going => unreachable!("turns have no end"),
    }
}

/// What is told that begins so.
pub(super) async fn until_told(talk: &mut Conversation, beginning: &str) -> String {
    until(talk, |report| match report {
        Report::Show(event) => match event.kind {
            EventKind::Info { text } if text.starts_with(beginning) => Some(text),
            _ => None,
        },
        _ => None,
    })
    .await
}

/// The hub says lines, and they have arrived.
async fn hears(conversation: &mut Conversation, hub: &mut Hub, lines: &[&str]) {
    hub.say(lines).await;
    hub.say(&[":hub NOTICE ann :mark"]).await;
    until(conversation, |report| match report {
        Report::Show(event) => {
            matches!(event.kind, EventKind::Notice { text } if text == "mark").then_some(())
        }
        _ => None,
    })
    .await;
}

const SAID: [&str; 3] = [
    "@time=2026-11-23T10:00:00.000Z;msgid=m1 :bob!b@spam PRIVMSG #lobby :the build FAILED",
    "@time=2026-11-23T10:00:01.000Z;msgid=m2 :ann!a@h PRIVMSG #lobby :oh",
    "@time=2026-11-23T10:00:02.000Z;msgid=m3 :eve!e@h PRIVMSG #lobby :build is green",
];

#[tokio::test(start_paused = true)]
async fn history_and_search_show_what_was_seen() {
    let (mut talk, mut hub) = started().await;
    hears(&mut talk, &mut hub, &SAID).await;
    check(
        &mut talk,
        ":history 2",
        &["<ann> oh", "<eve> build is green"],
    );
    check_refused(
        &mut talk,
        ":history --more",
        "no server is here that keeps history; ':history 1000' shows all that this program has seen",
    );
    check(
        &mut talk,
        ":search BUILD",
        &["<bob> the build FAILED", "<eve> build is green"],
    );
    check(
        &mut talk,
        ":search --from eve build",
        &["<eve> build is green"],
    );
    check(
        &mut talk,
        ":search --since 2026-11-23T10:00:02Z build",
        &["<eve> build is green"],
    );
    check(
        &mut talk,
        ":search nothing",
        &["nothing of what this program has seen fits"],
    );
    check(
        &mut talk,
        ":history #none",
        &["nothing was said in #none that is still known"],
    );
    check(&mut talk, ":mark", &["all in #lobby is read"]);
    check(&mut talk, ":history 1", &["<eve> build is green", "(read)"]);
}

#[tokio::test(start_paused = true)]
async fn history_search_and_marks_are_asked_of_a_hub_that_has_them() {
    let (mut talk, mut hub) = started().await;
    let offered = "draft/chathistory soju.im/search draft/read-marker";
    hears(&mut talk, &mut hub, &SAID).await;
    hears(
        &mut talk,
        &mut hub,
        &[&format!(":hub CAP ann ACK :{offered}")],
    )
    .await;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    let asked = [
        (":history 5 bob", "CHATHISTORY LATEST bob * 5"),
        (
            ":search --in #lobby --from bob it's",
            r"SEARCH text=it's;in=#lobby;from=bob",
        ),
        (
            ":mark",
            "MARKREAD #lobby timestamp=2026-11-23T10:00:02.000Z",
        ),
    ];
    for (number, (line, expected)) in asked.into_iter().enumerate() {
        let number = number as u64 + 1;
        talk.submit(Ticket(number), line);
        let line_heard = heard(&mut talk, &mut hub).await;
        let (label, sent) = line_heard.split_once(' ').expect("a label");
        assert_eq!(sent, expected);
        hub.say(&[&format!("{label} :hub ACK")]).await;
        assert_eq!(outcome(&mut talk, number).await, Outcome::Ok);
    }
}

#[tokio::test(start_paused = true)]
async fn what_one_said_can_be_taken_back() {
    let (mut talk, mut hub) = started().await;
    hears(&mut talk, &mut hub, &SAID).await;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    check_refused(
        &mut talk,
        ":redact",
        "the server takes nothing back: it offers no draft/message-redaction",
    );
    hears(
        &mut talk,
        &mut hub,
        &[":hub CAP ann ACK draft/message-redaction"],
    )
    .await;
    check_refused(
        &mut talk,
        ":redact 2",
        "you have not said so much in #lobby that this program knows of",
    );
    talk.submit(Ticket(7), ":redact wrong room");
    let line_heard = heard(&mut talk, &mut hub).await;
    let (label, sent) = line_heard.split_once(' ').expect("a label");
    assert_eq!(sent, "REDACT #lobby m2 :wrong room");
    hub.say(&[&format!("{label} :ann!a@h REDACT #lobby m2 :wrong room")])
        .await;
    let noted = until(&mut talk, |report| match report {
        Report::Show(event) => match event.kind {
            EventKind::Note { text } => Some(text),
            _ => None,
        },
        _ => None,
    })
    .await;
    assert!(
        noted.starts_with("ann took back what they said at "),
        "{noted}"
    );
    assert!(noted.ends_with(" in #lobby: wrong room"), "{noted}");
    assert_eq!(outcome(&mut talk, 7).await, Outcome::Ok);
    assert_eq!(talk.kept.own_id("#lobby", 1), None);
}

#[tokio::test(start_paused = true)]
async fn who_is_put_out_of_the_current_room_is_nowhere_until_they_say_where() {
    let (mut talk, mut hub) = started().await;
    let lines = [":ann!a@h JOIN #dev", ":bob!b@h KICK #lobby ann :out"];
    hears(&mut talk, &mut hub, &lines).await;
    assert_eq!(talk.session.status().current, None);
    check_refused(&mut talk, ":part", ":part: there is no current room");
    check_refused(&mut talk, "hello", "there is no current room");
    assert!(talk.session.is_in("#dev"));
}

/// A conversation in which one has said something, on a hub that has more of the past and takes messages back.
async fn on_a_keeper() -> (Conversation, Hub) {
    let (mut talk, mut hub) = started().await;
    hears(&mut talk, &mut hub, &SAID).await;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    let offered = "draft/chathistory draft/message-redaction draft/read-marker";
    let acknowledged = format!(":hub CAP ann ACK :{offered}");
    hears(&mut talk, &mut hub, &[&acknowledged]).await;
    (talk, hub)
}

/// Reads what the hub has, which is this.
async fn reads(talk: &mut Conversation, hub: &mut Hub, number: u64, lines: &[&str]) {
    talk.submit(Ticket(number), ":history");
    let line_heard = heard(talk, hub).await;
    let (label, _) = line_heard.split_once(' ').expect("a label");
    let begin = format!("{label} :hub BATCH +p chathistory #lobby");
    hub.say(&[&begin]).await;
    hub.say(lines).await;
    hub.say(&[":hub BATCH -p"]).await;
    assert_eq!(outcome(talk, number).await, Outcome::Ok);
}

const OLD: &str =
    "@batch=p;time=2026-11-16T10:00:00.000Z;msgid=m0 :ann!a@h PRIVMSG #lobby :last week";

#[tokio::test(start_paused = true)]
async fn what_is_read_again_is_not_what_is_taken_back_or_marked() {
    let (mut talk, mut hub) = on_a_keeper().await;
    reads(&mut talk, &mut hub, 1, &[OLD]).await;
    for (number, line, expected) in [
        (2, ":redact", "REDACT #lobby m2"),
        (3, ":redact 2", "REDACT #lobby m0"),
        (
            4,
            ":mark",
            "MARKREAD #lobby timestamp=2026-11-23T10:00:02.000Z",
        ),
    ] {
        talk.submit(Ticket(number), line);
        let line_heard = heard(&mut talk, &mut hub).await;
        let (label, sent) = line_heard.split_once(' ').expect("a label");
        assert_eq!(sent, expected);
        hub.say(&[&format!("{label} :hub ACK")]).await;
        assert_eq!(outcome(&mut talk, number).await, Outcome::Ok);
    }
}

fn hooked_to_what_arrives(talk: &mut Conversation) {
    let spec = HookSpec::new(HookPoint::MessageIn);
    talk.take_tell(Tell::Hook {
        plugin: "karma".to_owned(),
        hooks: vec![spec],
    });
}

#[tokio::test(start_paused = true)]
async fn what_is_read_again_does_not_arrive_for_plugins() {
    let (mut talk, mut hub) = on_a_keeper().await;
    hooked_to_what_arrives(&mut talk);
    let before = talk.extensions.number();
    let old = OLD.replace("ann!a@h", "bob!b@h");
    reads(&mut talk, &mut hub, 1, &[&old]).await;
    assert_eq!(talk.extensions.number(), before + 1, "nobody is asked");
    let new = ":bob!b@h PRIVMSG #lobby :new";
    hears(&mut talk, &mut hub, &[new]).await;
    assert!(talk.extensions.number() > before + 2, "they are asked");
}

#[tokio::test(start_paused = true)]
async fn what_plugins_keep_from_one_is_not_in_the_history_either() {
    let (mut talk, _hub) = started().await;
    for (number, text) in [(1, "spam"), (2, "dull"), (3, "good")] {
        let event = Event {
            time: clock(),
            id: None,
            from: Some("bob".to_owned()),
            account: None,
            to: Some("#lobby".to_owned()),
            own: false,
            kind: EventKind::Message {
                text: text.to_owned(),
            },
        };
        talk.reports.hold(number, event);
    }
    let dropped = Verdict::Drop("spam".to_owned());
    let replaced = Verdict::Replace("witty".to_owned());
    for (number, verdict) in [(1, dropped), (2, replaced), (3, Verdict::Pass)] {
        talk.take_tell(Tell::Verdict { number, verdict });
    }
    assert_eq!(told(&mut talk), ["<bob> witty", "<bob> good"]);
    check(&mut talk, ":history", &["<bob> witty", "<bob> good"]);
}

#[tokio::test(start_paused = true)]
async fn who_is_ignored_is_not_heard() {
    let (mut talk, mut hub) = started().await;
    check(
        &mut talk,
        ":ignore *!*@spam",
        &["ignore = *!*@spam (not saved)"],
    );
    check(
        &mut talk,
        ":ignore eve",
        &["ignore = *!*@spam, eve (not saved)"],
    );
    hub.say(&SAID).await;
    hears(&mut talk, &mut hub, &[]).await;
    check(&mut talk, ":history", &["<ann> oh"]);
    check(
        &mut talk,
        ":unignore EVE",
        &["ignore = *!*@spam (not saved)"],
    );
    hears(&mut talk, &mut hub, &[":eve!e@h PRIVMSG #lobby :again"]).await;
    check(&mut talk, ":history", &["<ann> oh", "<eve> again"]);
    check_refused(
        &mut talk,
        ":unignore nobody",
        "`ignore` does not hold `nobody`",
    );
}

#[tokio::test(start_paused = true)]
async fn lines_of_a_file_run_in_order_and_are_told_by_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let inner = write("inner.salon", ":bogus\n:alias c = rooms\n");
    let outer = format!(
        "# a remark\n\n:alias a = rooms\n:source {}\n:alias d = c\n:alia x = y\n",
        inner.display()
    );
    let outer = write("outer.salon", &outer);
    let (mut talk, _hub) = started().await;
    let (lines, ended) = run(&mut talk, &format!(":source {}", outer.display()));
    assert_eq!(
        lines,
        [
            "inner.salon:1: unknown command ':bogus'",
            "outer.salon:6: unknown command ':alia'; did you mean ':alias'?",
        ]
    );
    assert_eq!(ended, Err("2 of 6 lines were refused".to_owned()));
    let names: Vec<_> = talk.registry.aliases().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "c", "d"]);
    assert!(talk.is_accepting());
    let missing = folder.path().join("missing");
    check_refused(
        &mut talk,
        &format!(":source {}", missing.display()),
        &format!(
            "cannot read '{}': no such file or directory",
            missing.display()
        ),
    );
}

#[tokio::test(start_paused = true)]
async fn lines_of_a_file_wait_for_the_hub() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("talk");
    std::fs::write(&path, "one\ntwo\n").expect("a file");
    let (mut talk, mut hub) = started().await;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    talk.submit(Ticket(3), &format!(":source {}", path.display()));
    for text in ["one", "two"] {
        let line_heard = heard(&mut talk, &mut hub).await;
        let (label, sent) = line_heard.split_once(' ').expect("a label");
        assert_eq!(
            sent,
            format!("PRIVMSG #lobby {text}").replace("#lobby ", "#lobby :")
        );
        assert!(!talk.is_accepting());
        hub.say(&[&format!("{label} :ann!a@h PRIVMSG #lobby :{text}")])
            .await;
        talk.turn().await;
    }
    assert_eq!(outcome(&mut talk, 3).await, Outcome::Ok);
    assert!(talk.is_accepting());
}

#[tokio::test(start_paused = true)]
async fn one_can_leave_the_hub_and_stay() {
    let (mut talk, mut hub) = started().await;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    talk.submit(Ticket(1), ":disconnect moving house");
    assert_eq!(heard(&mut talk, &mut hub).await, "QUIT :moving house");
    hub.say(&["ERROR :Closing link"]).await;
    drop(hub);
    until(&mut talk, |report| match report {
        Report::Show(event) => matches!(
            event.kind,
            EventKind::Info { text } if text == "left hub:6000; ':reconnect' comes back, ':quit' leaves"
        )
        .then_some(()),
        _ => None,
    })
    .await;
    assert!(talk.is_accepting());
    check_refused(&mut talk, "hello", "there is no current room");
    check_refused(&mut talk, ":msg bob hello", "not connected");
    check_refused(&mut talk, ":disconnect", "not connected");
    check(&mut talk, ":alias h = help", &[]);
    talk.submit(Ticket(9), ":quit");
    let ended = until(&mut talk, |report| match report {
        Report::Ended(ended) => Some(ended),
        _ => None,
    })
    .await;
    assert!(matches!(ended, Ended::Quit), "{ended:?}");
}

#[tokio::test]
async fn one_can_go_to_another_hub_and_to_none() {
    let (mut talk, mut hub) = started().await;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    // Nobody listens there, and no program of ours may.
    talk.submit(Ticket(2), ":connect irc://127.0.0.1:1/dev");
    drop(hub);
    let told = until(&mut talk, |report| match report {
        Report::Stranded { reason } => Some(reason),
        _ => None,
    })
    .await;
    assert_eq!(told, "could not connect to 127.0.0.1:1: connection refused");
    assert_eq!(talk.plan.identity.rooms, [RoomToJoin::open("#dev")]);
    assert!(talk.is_accepting());
}

#[tokio::test(start_paused = true)]
async fn what_the_server_lacks_is_told_before_that_a_password_is_missing() {
    let (mut talk, mut hub) = started().await;
    let no_accounts = "the server has no accounts to log in to: it offers no SASL";
    let no_registration =
        "the server makes no accounts on request: it offers no draft/account-registration";
    for (line, expected) in [
        (":login", no_accounts),
        (":passwd", no_accounts),
        (":register", no_registration),
    ] {
        check_refused(&mut talk, line, expected);
    }
    let offer = ":hub CAP ann ACK :sasl draft/account-registration";
    hears(&mut talk, &mut hub, &[offer]).await;
    for line in [":login", ":passwd", ":register"] {
        let missing = "a password is asked for at the prompt, and there is none";
        check_refused(&mut talk, line, missing);
    }
}

#[tokio::test(start_paused = true)]
async fn password_goes_to_the_hub_and_nowhere_else() {
    let (mut talk, mut hub) = started().await;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    let passwords = || Passwords {
        present: Secret::new("hunter2"),
        new: Some(Secret::new("sesame")),
    };
    talk.hand_passwords(Ticket(1), passwords());
    check_refused(
        &mut talk,
        ":login",
        "the server has no accounts to log in to: it offers no SASL",
    );
    hears(
        &mut talk,
        &mut hub,
        &[":hub CAP ann ACK :sasl draft/account-registration"],
    )
    .await;
    talk.hand_passwords(Ticket(5), passwords());
    talk.submit(Ticket(5), ":login ada");
    let line_heard = heard(&mut talk, &mut hub).await;
    let (label, sent) = line_heard.split_once(' ').expect("a label");
    assert_eq!(sent, "AUTHENTICATE PLAIN");
    hub.say(&[&format!("{label} AUTHENTICATE +")]).await;
    let line_heard = heard(&mut talk, &mut hub).await;
    let (label, sent) = line_heard.split_once(' ').expect("a label");
    // ada, ada and hunter2 with NUL between them.
    assert_eq!(sent, "AUTHENTICATE YWRhAGFkYQBodW50ZXIy");
    hub.say(&[
        &format!("{label} :hub BATCH +b labeled-response"),
        "@batch=b :hub 900 ann ann!a@h ada :You are now logged in as ada",
        "@batch=b :hub 903 ann :SASL authentication successful",
        ":hub BATCH -b",
    ])
    .await;
    let shown = told_until(&mut talk, 5).await;
    assert!(
        shown.iter().any(|line| line.contains("logged in as ada")),
        "{shown:?}"
    );
    assert!(
        shown.iter().any(|line| line.contains("':save hub' keeps")),
        "{shown:?}"
    );
    assert!(
        !shown.iter().any(|line| line.contains("hunter2")),
        "{shown:?}"
    );
    let again = talk.plan.identity.login.clone().expect("a login");
    assert_eq!(again.account.as_deref(), Some("ada"), "on return too");
    for (number, line, expected) in [
        (
            6,
            ":register --email ada@example.org",
            "REGISTER * ada@example.org :hunter2",
        ),
        (7, ":passwd", "NICKSERV PASSWORD hunter2 sesame sesame"),
    ] {
        talk.hand_passwords(Ticket(number), passwords());
        talk.submit(Ticket(number), line);
        let line_heard = heard(&mut talk, &mut hub).await;
        let (label, sent) = line_heard.split_once(' ').expect("a label");
        assert_eq!(sent, expected);
        hub.say(&[&format!("{label} :hub ACK")]).await;
        assert_eq!(outcome(&mut talk, number).await, Outcome::Ok);
    }
}

/// What is told until a line is dealt with, which it must be well.
async fn told_until(talk: &mut Conversation, number: u64) -> Vec<String> {
    let mut lines = Vec::new();
    loop {
        while let Some(report) = talk.next_report() {
            match report {
                Report::Show(event) => lines.push(format!("{:?}", event.kind)),
                Report::Resolved { ticket, outcome } if ticket.0 == number => {
                    assert_eq!(outcome, Outcome::Ok);
                    return lines;
                }
                _ => {}
            }
        }
        talk.turn().await;
    }
}

#[tokio::test(start_paused = true)]
async fn modes_are_sent_as_they_are() {
    let (mut talk, mut hub) = started().await;
    while !heard(&mut talk, &mut hub).await.contains("PING") {}
    for (number, line, expected) in [
        (1, ":mode", "MODE #lobby"),
        (2, ":mode #dev +l 20", "MODE #dev +l 20"),
        (3, ":op bob eve", "MODE #lobby +oo bob eve"),
        (4, ":ban troll", "MODE #lobby +b troll!*@*"),
    ] {
        talk.submit(Ticket(number), line);
        let line_heard = heard(&mut talk, &mut hub).await;
        let (label, sent) = line_heard.split_once(' ').expect("a label");
        assert_eq!(sent, expected);
        hub.say(&[&format!("{label} :hub ACK")]).await;
        assert_eq!(outcome(&mut talk, number).await, Outcome::Ok);
    }
    assert_eq!(told(&mut talk), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_script_ends_with_its_hub() {
    let (mut talk, hub) = started().await;
    drop(hub);
    let ended = until(&mut talk, |report| match report {
        Report::Ended(ended) => Some(ended),
        _ => None,
    })
    .await;
    assert!(matches!(ended, Ended::Lost { .. }), "{ended:?}");
}
