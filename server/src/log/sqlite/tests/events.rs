//! Events as the file gives them back.

use super::samples::{bodies, with_body};
use super::*;

#[test]
fn every_kind_of_event_comes_back_as_it_was() {
    let connection = Connection::open_in_memory().expect("memory");
    let mut connection = connection;
    schema::migrate(&mut connection).expect("tables");
    let mut statement = connection.prepare_cached(row::INSERT).expect("a statement");
    let sent: Vec<Event> = bodies()
        .into_iter()
        .zip(1..)
        .map(|(body, seq)| with_body(body, seq))
        .collect();
    for event in &sent {
        row::write(&mut statement, event).expect("stored");
    }
    let page = history::page(&connection, 1, StreamId(9), Seq(1), 100).expect("read");
    for (sent, read) in sent.iter().zip(&page.events) {
        assert_eq!(format!("{:?}", without_untold(sent)), format!("{read:?}"));
    }
    assert_eq!(page.events.len(), sent.len());
}

/// The log keeps of a source what its event tells.
fn without_untold(event: &Event) -> Event {
    let mut source = event.source.as_ref().clone();
    if !matches!(event.body, Body::Join | Body::Setname) {
        source = source.with_realname("");
    }
    if !matches!(event.body, Body::Join | Body::Away) {
        source = source.with_away(None);
    }
    Event {
        source: Arc::new(source),
        ..event.clone()
    }
}

#[tokio::test]
async fn of_a_message_that_is_taken_back_nothing_is_left_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    log.append(group(9, 1..=3, Some(room(9))))
        .await
        .expect("stored");
    let redact = Body::Redact {
        message: said(9, 2, "").id,
        reason: None,
    };
    let event = Arc::new(Event {
        body: redact,
        ..said(9, 4, "")
    });
    let taken_back = Group::of_events(StreamId(9), vec![event]);
    log.append(taken_back).await.expect("stored");
    drop(log);
    let (log, _) = open_again(folder.path()).await;
    let page = log.read(StreamId(9), Seq(1), 10).await.expect("read");
    let bodies: Vec<String> = page
        .events
        .iter()
        .map(|event| format!("{:?}", event.body))
        .collect();
    assert_eq!(
        bodies.get(1).map(String::as_str),
        Some("Redacted"),
        "{bodies:?}"
    );
    assert_eq!(seqs(&page), [1, 2, 3, 4]);
    assert!(!bodies.concat().contains("text 2") && bodies.concat().contains("text 3"));
}
