//! What a person types, on the real hub.

use salon_config::Secret;

use super::cuts::{Proxy, Random, RealHub, plan_for};
use super::*;
use crate::event::EventKind;
use crate::session::{Login, Passwords, Proving};

/// Somebody at a prompt who is on the hub.
async fn person(nick: &str, port: u16) -> Conversation {
    let plan = Plan {
        lines: Lines::Typed,
        closed_room: ClosedRoom::Tell,
        ..plan_for(nick, port)
    };
    let mut talk = Conversation::open(plan).await.unwrap();
    is_there(&mut talk).await;
    talk
}

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until they are in, for the first time or again.
async fn is_there(talk: &mut Conversation) {
    let ready = until(talk, |report| match report {
        Report::Show(event) => matches!(event.kind, EventKind::Ready { .. }).then_some(()),
        _ => None,
    });
    timeout(PATIENCE, ready).await.expect("they are let in");
}

/// Why a line is refused; `None` if it isn't.
async fn refusal(talk: &mut Conversation, number: u64, line: &str) -> Option<String> {
    talk.submit(Ticket(number), line);
    let outcome = timeout(PATIENCE, outcome(talk, number)).await;
    match outcome.expect("an answer") {
        Outcome::Ok => None,
        Outcome::Refused(refusal) => Some(refusal.to_string()),
    }
}

#[tokio::test]
async fn what_was_said_in_a_room_is_for_those_who_are_there() {
    let hub = RealHub::start().await;
    let mut bob = person("bob", hub.port).await;
    assert_eq!(refusal(&mut bob, 1, ":join #dev").await, None);
    let mut ann = person("ann", hub.port).await;
    let outside = "you are not in #dev, and the server shows what was said there to those who are: ':join #dev' first";
    for (number, line) in [(1, ":history #dev"), (2, ":search --in #dev build")] {
        let told = refusal(&mut ann, number, line).await;
        assert_eq!(told.as_deref(), Some(outside), "{line}");
    }
    assert_eq!(refusal(&mut ann, 3, ":join dev").await, None);
    assert_eq!(refusal(&mut ann, 4, ":history #dev").await, None);
    assert_eq!(refusal(&mut ann, 5, ":search --in #dev build").await, None);
}

#[tokio::test]
async fn what_was_missed_is_shown_where_nobody_had_said_anything() {
    let hub = RealHub::start().await;
    let cable = Proxy::start(hub.port, Random::new(1)).await;
    let mut ann = person("ann", cable.port).await;
    let mut bob = person("bob", hub.port).await;
    cable.cut();
    let gone = until(&mut bob, |report| match report {
        Report::Show(event) => matches!(event.kind, EventKind::Quit { .. }).then_some(()),
        _ => None,
    });
    timeout(PATIENCE, gone).await.expect("they see her go");
    assert_eq!(refusal(&mut bob, 1, "hello").await, None);
    let hello = until(&mut ann, |report| match report {
        Report::Show(event) => match event.kind {
            EventKind::Message { text } => Some(text),
            _ => None,
        },
        _ => None,
    });
    let hello = timeout(PATIENCE, hello).await;
    assert_eq!(hello.as_deref(), Ok("hello"));
}

#[tokio::test]
async fn a_changed_password_logs_in_on_return() {
    let hub = RealHub::start().await;
    let cable = Proxy::start(hub.port, Random::new(1)).await;
    let mut ann = person("ann", cable.port).await;
    for (number, line, present, new) in [
        (1, ":register", "pencil-1", None),
        (2, ":passwd", "pencil-1", Some("crayon-2")),
    ] {
        let passwords = Passwords {
            present: Secret::new(present),
            new: new.map(Secret::new),
        };
        ann.hand_passwords(Ticket(number), passwords);
        assert_eq!(refusal(&mut ann, number, line).await, None, "{line}");
    }
    cable.cut();
    is_there(&mut ann).await;
    assert_eq!(ann.session.account_name(), Some("ann"));
    let settled = Login {
        account: Some("ann".to_owned()),
        proving: Proving::Password(Secret::new("crayon-2")),
        former: None,
    };
    assert_eq!(ann.plan.identity.login, Some(settled));
}
