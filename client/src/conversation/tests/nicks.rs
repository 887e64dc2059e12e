//! What is typed while there is no hub is said by the nick that it was typed as, in this run of the program or in a
//! later one.

use std::path::Path;

use super::*;
use crate::conversation::local_tests::{heard, until_told};
use crate::session::Fate;

/// A person who has arrived in `#lobby` under a nick, and keeps in this folder what is not sent.
async fn person(folder: &Path, nick: &str) -> (Conversation, Hub) {
    let plan = plan();
    let (mut talk, mut hub) = start_with(Plan {
        // Nobody listens there, and no program of ours may.
        host: "127.0.0.1".to_owned(),
        port: 1,
        lines: Lines::Typed,
        closed_room: ClosedRoom::Tell,
        unsent: Some(folder.to_owned()),
        identity: Identity {
            nick: nick.to_owned(),
            ..plan.identity
        },
        ..plan
    });
    hub.say(&[
        ":hub CAP * LS :batch labeled-response echo-message",
        ":hub CAP * ACK :batch labeled-response echo-message",
        &format!(":hub 001 {nick} :Welcome"),
        &format!(":{nick}!a@h JOIN #lobby"),
        &format!(":hub 422 {nick} :No MOTD"),
    ])
    .await;
    // Where something waits to be said in a room, that is asked for too.
    while !talk.is_open() {
        let line = heard(&mut talk, &mut hub).await;
        let Some((label, sent)) = line.split_once(' ') else {
            continue;
        };
        if sent.starts_with("JOIN") {
            hub.say(&[&format!("{label} :{nick}!a@h {sent}")]).await;
        } else if let Some(token) = sent.strip_prefix("PING ") {
            hub.say(&[&format!("{label} :hub PONG hub :{token}")]).await;
            while !talk.is_open() {
                talk.turn().await;
            }
        }
    }
    (talk, hub)
}

/// What a line with a label says, which is the next that the hub hears.
async fn labelled(talk: &mut Conversation, hub: &mut Hub) -> (String, String) {
    loop {
        let line = heard(talk, hub).await;
        match line.split_once(' ') {
            Some((label, sent)) if label.starts_with('@') && !sent.starts_with("PING") => {
                return (label.to_owned(), sent.to_owned());
            }
            _ => {}
        }
    }
}

/// The person takes another nick.
async fn rename(talk: &mut Conversation, hub: &mut Hub, from: &str, to: &str) {
    talk.submit(Ticket(1), &format!(":nick {to}"));
    let (label, sent) = labelled(talk, hub).await;
    assert_eq!(sent, format!("NICK {to}"));
    hub.say(&[&format!("{label} :{from}!a@h NICK {to}")]).await;
    assert_eq!(outcome(talk, 1).await, Outcome::Ok);
}

/// The hub goes away, and the person says something and leaves.
async fn says_without_a_hub(mut talk: Conversation, hub: Hub, text: &str) {
    drop(hub);
    until_told(&mut talk, "trying to come back").await;
    talk.submit(Ticket(2), text);
    talk.submit(Ticket(3), ":quit");
    let Outcome::Refused(refusal) = outcome(&mut talk, 2).await else {
        panic!("there is no hub");
    };
    assert_eq!(refusal.fate(), Fate::Kept);
}

#[tokio::test(start_paused = true)]
async fn what_was_typed_under_a_new_nick_is_said_by_it_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let (mut talk, mut hub) = person(folder.path(), "guest").await;
    rename(&mut talk, &mut hub, "guest", "bob").await;
    says_without_a_hub(talk, hub, "typed as bob").await;
    let (mut talk, mut hub) = person(folder.path(), "bob").await;
    let (_, sent) = labelled(&mut talk, &mut hub).await;
    assert_eq!(sent, "PRIVMSG #lobby :typed as bob");
}

#[tokio::test(start_paused = true)]
async fn what_was_typed_under_another_nick_is_told_and_said_once_that_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (mut talk, mut hub) = person(folder.path(), "guest").await;
    rename(&mut talk, &mut hub, "guest", "bob").await;
    says_without_a_hub(talk, hub, "typed as bob").await;
    let (mut talk, mut hub) = person(folder.path(), "guest").await;
    let told = until_told(&mut talk, "a message that was typed").await;
    assert_eq!(
        told,
        "a message that was typed as bob waits for that nick; ':nick bob' sends on"
    );
    talk.submit(Ticket(4), "typed as guest");
    let (label, sent) = labelled(&mut talk, &mut hub).await;
    assert_eq!(sent, "PRIVMSG #lobby :typed as guest");
    hub.say(&[&format!("{label} :guest!a@h {sent}")]).await;
    assert_eq!(outcome(&mut talk, 4).await, Outcome::Ok);
    rename(&mut talk, &mut hub, "guest", "bob").await;
    let (_, sent) = labelled(&mut talk, &mut hub).await;
    assert_eq!(sent, "PRIVMSG #lobby :typed as bob");
}
