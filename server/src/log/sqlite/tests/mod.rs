//! A log on disk, written, left and opened again.

mod clearing;
mod events;
mod folder;
mod reading;
mod samples;
mod searching;
mod selecting;

use std::fs;
use std::sync::Arc;
use std::time::Instant;

use rusqlite::{Connection, ErrorCode};
use salon_config::{Durability, Secret};
use salon_protocol::Timestamp;
use tokio::runtime::Runtime;

use super::*;
use crate::account::{Account, Credentials};
use crate::event::tests::said;
use crate::event::{Audience, Body, Event, Owner, Spread};
use crate::identity::{Identity, UserId, UserModes};
use crate::log::{Author, Kinds, MaskRecord, RestoredAccount, RoomRecord, TopicRecord, Words};

const OPTIONS: Options = Options {
    durability: Durability::Process,
    events_max: None,
    age_max: None,
};

/// A hub's log on a folder, in whose lobby somebody says texts.
pub(crate) fn hub_of(folder: &Path, texts: &[&str]) -> (SqliteLog, Runtime) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");
    let (log, _) = {
        let _guard = runtime.enter();
        open(folder)
    };
    let events = texts.iter().zip(1..).map(|(text, seq)| said(3, seq, text));
    let group = Group {
        room: Some(lobby()),
        ..Group::of_events(StreamId(3), events.map(Arc::new).collect())
    };
    runtime.block_on(log.append(group)).expect("stored");
    (log, runtime)
}

/// A connection to the file, beside the hub's.
pub(crate) fn connection(folder: &Path) -> Connection {
    Connection::open(folder.join(FILE)).expect("the file of a log")
}

fn open(folder: &Path) -> (SqliteLog, Restored) {
    SqliteLog::open(folder, OPTIONS, 7).expect("a usable folder")
}

fn lobby() -> RoomRecord {
    RoomRecord {
        stream: StreamId(3),
        name: "#lobby".parse().expect("a name"),
        created: Timestamp::from_millis(1_000),
        topic: Some(TopicRecord {
            text: "été".into(),
            setter: "alice!a@host".into(),
            time: Timestamp::from_millis(2_000),
        }),
        metadata: vec![("url".to_owned(), "https://example.org".to_owned())],
        flags: "nt".to_owned(),
        key: Some("secret".to_owned()),
        limit: Some(5),
        slow_seconds: Some(30),
        masks: vec![MaskRecord {
            list: 'b',
            mask: "bad!*@*".to_owned(),
            setter: "alice!a@host".into(),
            time: Timestamp::from_millis(3_000),
        }],
        founder: Some("alice".into()),
    }
}

/// The same room with another stream.
fn room(stream: u64) -> RoomRecord {
    RoomRecord {
        stream: StreamId(stream),
        ..lobby()
    }
}

fn group(stream: u64, seqs: std::ops::RangeInclusive<u64>, room: Option<RoomRecord>) -> Group {
    let events = seqs.map(|seq| Arc::new(said(stream, seq, &format!("text {seq}"))));
    Group {
        room,
        ..Group::of_events(StreamId(stream), events.collect())
    }
}

fn seqs(page: &Page) -> Vec<u64> {
    page.events.iter().map(|event| event.id.seq.0).collect()
}

#[tokio::test]
async fn events_and_rooms_are_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, restored) = open(folder.path());
    assert_eq!(
        restored,
        Restored {
            next_stream: 1,
            ..Restored::default()
        }
    );
    log.append(group(3, 1..=5, Some(lobby())))
        .await
        .expect("stored");
    drop(log);

    let (log, restored) = open_again(folder.path()).await;
    assert_eq!(log.epoch(), 7);
    assert!(restored.next_stream > 3);
    let [room] = restored.rooms.as_slice() else {
        panic!("one room, not {restored:?}")
    };
    assert_eq!(room.record, lobby());
    assert_eq!((room.last_seq, room.last_time.as_millis()), (Seq(5), 1_005));
    let page = log.read(StreamId(3), Seq(4), 10).await.expect("read");
    assert_eq!(seqs(&page), [4, 5]);
}

fn account(name: &str, certificates: &[&str]) -> Account {
    Account {
        name: name.parse().expect("a nick"),
        created: Timestamp::from_millis(5_000),
        email: Some(format!("{name}@example.org")),
        credentials: Credentials {
            password_hash: Secret::new(format!("hash of {name}")),
            scram: Secret::new("verifier"),
        },
        multiclient: Some(false),
        always_on: None,
        direct: Some(StreamId(6)),
        certificates: certificates.iter().map(|&one| one.to_owned()).collect(),
    }
}

#[tokio::test]
async fn accounts_are_there_after_a_restart_as_they_were_kept_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    for kept in [
        account("Alice", &["aa", "bb"]),
        account("bob", &["cc"]),
        account("alice", &["bb", "dd"]),
    ] {
        log.keep_account(Arc::new(kept)).await.expect("stored");
    }
    log.append(group(6, 1..=4, None)).await.expect("stored");
    drop(log);
    let (_log, restored) = open_again(folder.path()).await;
    assert_eq!(
        restored.accounts,
        [account("alice", &["bb", "dd"]), account("bob", &["cc"])].map(|account| RestoredAccount {
            account,
            last_seq: Seq(4),
            last_time: Timestamp::from_millis(1_004),
        })
    );
    assert!(restored.next_stream > 6);
}

#[tokio::test]
async fn a_stream_that_was_noted_is_given_to_nobody_else_though_nothing_of_it_is_stored() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    assert!(!log.has_noted(StreamId(1)), "of a new file");
    let stored = log.append(group(1, 1..=1, None)).await;
    stored.expect("stored");
    let unstored = (2..).take_while(|stream| log.has_noted(StreamId(*stream)));
    let unstored = unstored.last().expect("more than what is stored");
    drop(log);
    let (log, restored) = open_again(folder.path()).await;
    assert!(restored.next_stream > unstored);
    assert!(!log.has_noted(StreamId(restored.next_stream)));
}

/// Opens the log once more. One that was dropped just now may still be writing. Another epoch, so that it shows which one
/// counts.
async fn open_again(folder: &Path) -> (SqliteLog, Restored) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match SqliteLog::open(folder, OPTIONS, 99) {
            Err(OpenError::InUse { .. }) if Instant::now() < deadline => {
                tokio::task::yield_now().await;
            }
            opened => return opened.expect("a usable folder"),
        }
    }
}

/// Waits until the log's file has no event any more.
async fn until_cleared(log: &SqliteLog) {
    until_left(log, 0).await;
}

/// Waits until the log's file has so many events.
async fn until_left(log: &SqliteLog, events: i64) {
    let cleared = async {
        loop {
            let count = log.reading.ask(|connection| {
                connection.query_row("SELECT count(*) FROM event", [], |row| row.get::<_, i64>(0))
            });
            if count.await.expect("a count") == events {
                return;
            }
        }
    };
    let cleared = tokio::time::timeout(Duration::from_secs(30), cleared).await;
    cleared.expect("the writer clears away");
}

#[tokio::test]
async fn markers_go_with_their_rooms_and_notes_with_their_accounts() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    let [alice, bob] = ["alice", "bob"].map(|name| name.parse::<Nick>().expect("a nick"));
    for kept in ["alice", "bob"] {
        let kept = Arc::new(account(kept, &[]));
        log.keep_account(kept).await.expect("stored");
    }
    let read = |target: &str, millis| Note::Read(target.into(), Timestamp::from_millis(millis));
    for (who, note) in [
        (&alice, read("#lobby", 20)),
        (&alice, read("#new", 10)),
        (&bob, read("#lobby", 5)),
        (&bob, read("#other", 1)),
    ] {
        log.keep_note(who.clone(), note).await.expect("stored");
    }
    let to = "#New".parse().expect("a name");
    let renamed = Event {
        body: Body::Rename {
            to,
            reason: "".into(),
        },
        target: "#Lobby".into(),
        ..said(3, 1, "")
    };
    log.append(Group::of_events(StreamId(3), vec![Arc::new(renamed)]))
        .await
        .expect("stored");
    let marked = async |who: &Nick| {
        let book = log.notebook(who.clone()).await.expect("read");
        let markers = book.markers.into_iter();
        let markers = markers.map(|(target, time)| format!("{target} {}", time.as_millis()));
        markers.collect::<Vec<_>>()
    };
    assert_eq!(marked(&alice).await, ["#new 20"]);
    assert_eq!(marked(&bob).await, ["#new 5", "#other 1"]);
    log.drop_account(bob.clone()).await.expect("deleted");
    // What somebody noted who was still logged in.
    for note in [
        read("#late", 9),
        Note::Partner(alice, Timestamp::from_millis(1)),
        Note::Metadata("key".to_owned(), Some("value".to_owned())),
    ] {
        log.keep_note(bob.clone(), note)
            .await
            .expect("nothing to store");
    }
    let account = Arc::new(account("bob", &[]));
    log.keep_account(account).await.expect("stored");
    let book = log.notebook(bob).await.expect("read");
    assert_eq!(book, Notebook::default());
}
