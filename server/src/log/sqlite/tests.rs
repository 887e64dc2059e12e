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
    assert_eq!(restored.next_stream, 4);
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
    assert_eq!(restored.next_stream, 7);
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
async fn the_number_of_a_stream_that_went_is_not_given_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    log.append(group(8, 1..=5, None)).await.expect("stored");
    log.forget(StreamId(8)).await;
    until_cleared(&log).await;
    drop(log);
    let (_, restored) = open_again(folder.path()).await;
    assert_eq!(restored.next_stream, 9);
}

#[tokio::test]
async fn a_room_that_is_forgotten_as_the_hub_ends_does_not_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    let events = group(3, 1..=5, Some(lobby()));
    log.append(events).await.expect("stored");
    log.forget(StreamId(3)).await;
    drop(log);
    let (log, restored) = open_again(folder.path()).await;
    assert!(restored.rooms.is_empty());
    assert_eq!(restored.next_stream, 4);
    until_left(&log, 0).await;
}

#[tokio::test]
async fn what_was_nobodys_when_the_hub_ended_is_cleared_away_by_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    log.keep_account(Arc::new(account("alice", &[])))
        .await
        .expect("stored");
    log.append(group(3, 1..=5, Some(lobby())))
        .await
        .expect("stored");
    for stream in [2, 6, 8] {
        log.append(group(stream, 1..=5, None))
            .await
            .expect("stored");
    }
    drop(log);
    let (log, restored) = open_again(folder.path()).await;
    assert_eq!(restored.next_stream, 9);
    until_left(&log, 10).await;
    for (stream, left) in [(2, 0), (3, 5), (6, 5), (8, 0)] {
        let page = log.read(StreamId(stream), Seq(1), 10).await.expect("read");
        assert_eq!(page.events.len(), left, "{stream}");
    }
}

#[tokio::test]
async fn the_places_of_events_that_are_too_old_are_not_given_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        // The events of the tests are from 1970.
        age_max: Some(Duration::from_hours(24)),
        ..OPTIONS
    };
    let (log, _) = SqliteLog::open(folder.path(), options, 7).expect("a usable folder");
    log.append(group(3, 1..=5, Some(lobby())))
        .await
        .expect("stored");
    until_cleared(&log).await;
    drop(log);
    let (_, restored) = open_again(folder.path()).await;
    let last: Vec<Seq> = restored.rooms.iter().map(|room| room.last_seq).collect();
    assert_eq!(last, [Seq(5)]);
}

#[tokio::test]
async fn what_is_no_longer_recent_comes_from_the_file_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    for start in (1..=2_000).step_by(100) {
        log.append(group(1, start..=start + 99, None))
            .await
            .expect("stored");
    }
    let page = log.read(StreamId(1), Seq(5), 100).await.expect("read");
    assert_eq!(seqs(&page), (5..105).collect::<Vec<_>>());
    let page = log.read(StreamId(1), Seq(1_990), 100).await.expect("read");
    assert_eq!(seqs(&page), (1_990..=2_000).collect::<Vec<_>>());
}

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

fn bodies() -> Vec<Body> {
    let nick = || "bob".parse().expect("a nick");
    vec![
        said(1, 1, "hello \u{1F44B}").body,
        Body::Join,
        Body::Part { reason: None },
        Body::Part {
            reason: Some("bye".into()),
        },
        Body::Quit {
            reason: "Quit: x".into(),
        },
        Body::Nick { new: nick() },
        Body::Topic { text: "".into() },
        Body::Mode {
            change: "+o bob".into(),
        },
        Body::Kick {
            user: UserId(77),
            nick: nick(),
            reason: "out".into(),
        },
        Body::Invite {
            nick: nick(),
            announced: true,
        },
        Body::Invite {
            nick: nick(),
            announced: false,
        },
        Body::Redact {
            message: said(9, 28, "").id,
            reason: Some("oops".into()),
        },
        Body::Redact {
            message: said(9, 2, "").id,
            reason: None,
        },
        Body::Metadata {
            of_room: true,
            key: "url".into(),
            value: Some("https://example.org".into()),
        },
        Body::Metadata {
            of_room: false,
            key: "url".into(),
            value: None,
        },
        Body::Wallops {
            text: "to all".into(),
        },
        Body::Redacted,
        Body::Away,
        Body::Account,
        Body::Setname,
    ]
}

fn with_body(body: Body, seq: u64) -> Event {
    let mut source = Identity::new("alice".parse().expect("a nick"), "a", "host", "Alice A.")
        .with_away(Some("lunch"))
        .with_modes(UserModes::BOT);
    source.account = Some("alice".into());
    Event {
        source: Arc::new(source),
        body,
        audience: Audience::Only([UserId(4), UserId(5)].into()),
        spread: Some(Arc::new(Spread {
            id: 6,
            rooms: [StreamId(1), StreamId(2)].into(),
        })),
        ..said(9, seq, "")
    }
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

#[tokio::test]
async fn a_second_hub_on_the_folder_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let _first = open(folder.path());
    let second = SqliteLog::open(folder.path(), OPTIONS, 7)
        .map(|_| ())
        .expect_err("in use");
    assert!(matches!(second, OpenError::InUse { .. }), "{second}");
}

#[tokio::test]
async fn a_file_that_is_no_log_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let garbage = b"This was never a database, and it is long enough to be read as one.".repeat(40);
    fs::write(folder.path().join(FILE), &garbage).expect("written");
    let error = SqliteLog::open(folder.path(), OPTIONS, 7)
        .map(|_| ())
        .expect_err("no log");
    assert!(matches!(error, OpenError::File { .. }), "{error}");
    assert_eq!(
        fs::read(folder.path().join(FILE)).expect("still there"),
        garbage
    );
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("hub");
    let _log = open(&data);
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(
        (
            mode(&data),
            mode(&data.join(FILE)),
            mode(&data.join(folder::LOCK))
        ),
        (0o700, 0o600, 0o600)
    );
}

/// Both homes of the log answer the same to the same questions.
#[tokio::test]
async fn the_file_and_the_memory_select_alike() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, _) = open(folder.path());
    let memory = MemoryLog::new(7, 0);
    for log in [&file as &dyn Log, &memory] {
        let events = varied();
        log.append(Group::of_events(StreamId(9), events))
            .await
            .expect("stored");
        log.append(group(10, 1..=5, None)).await.expect("stored");
    }
    for selection in selections() {
        let from_file = file.select(selection.clone()).await.expect("read");
        let from_memory = memory.select(selection.clone()).await.expect("read");
        let places = |events: Vec<Arc<Event>>| {
            events
                .iter()
                .map(|event| event.id.seq.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(places(from_file), places(from_memory), "{selection:?}");
    }
    for millis in 995..1_050 {
        let time = Timestamp::from_millis(millis);
        let from_file = file.place_at(StreamId(9), time).await.expect("read");
        let from_memory = memory.place_at(StreamId(9), time).await.expect("read");
        assert_eq!(from_file, from_memory, "{time}");
    }
    assert_eq!(
        file.authors(StreamId(9)).await.expect("read"),
        memory.authors(StreamId(9)).await.expect("read")
    );
}

/// Events of all kinds, by several people, in threes of the same time, some for a few readers alone.
fn varied() -> Vec<Arc<Event>> {
    let bodies = bodies();
    let events = (1..=40_u64).map(|seq| {
        let body = bodies
            .iter()
            .cycle()
            .nth(usize::try_from(seq).unwrap_or(0))
            .expect("a body");
        let mut event = with_body(body.clone(), seq);
        let nick = ["alice", "Bob", "carol"]
            .into_iter()
            .cycle()
            .nth(usize::try_from(seq).unwrap_or(0));
        let source = event
            .source
            .with_nick(nick.unwrap_or("alice").parse().expect("a nick"));
        event.source = Arc::new(source);
        event.id.epoch = 7;
        event.time = Timestamp::from_millis(1_000 + seq / 3);
        event.user = UserId(seq % 4);
        if seq % 5 != 0 {
            event.audience = Audience::Everyone;
        }
        Arc::new(event)
    });
    events.collect()
}

fn owner(account: &str, since: u64) -> Owner {
    Owner {
        account: account.into(),
        since: Timestamp::from_millis(since),
    }
}

fn selections() -> Vec<Selection> {
    let authors = [
        Author::Anyone,
        Author::Nick("BOB".parse().expect("a nick")),
        Author::User(UserId(2), None),
        Author::User(UserId(2), Some(owner("alice", 0))),
        Author::User(UserId(2), Some(owner("alice", 1_006))),
    ];
    let mut all = Vec::new();
    for (after, before) in [(0, 41), (0, 7), (12, 30), (39, u64::MAX), (20, 21)] {
        for kinds in [Kinds::Messages, Kinds::Playback] {
            for author in &authors {
                for (reader, newest, events_max) in [(4, false, 3), (4, true, 3), (44, true, 100)] {
                    all.push(Selection {
                        stream: StreamId(9),
                        after: Seq(after),
                        before: Seq(before),
                        kinds,
                        author: author.clone(),
                        reader: UserId(reader),
                        events_max,
                        newest,
                    });
                }
            }
        }
    }
    all
}

fn search(text: Option<&str>) -> Search {
    Search {
        scopes: vec![
            (StreamId(9), Author::Anyone),
            (StreamId(10), Author::Anyone),
        ],
        text: text.map(Words::new),
        from: None,
        after: None,
        before: None,
        reader: UserId(4),
        events_max: 100,
    }
}

/// The places of what is found, those of the second stream behind a hundred.
fn places(found: &Found) -> Vec<u64> {
    let place = |event: &Arc<Event>| (event.id.stream.0 - 9) * 100 + event.id.seq.0;
    found.events.iter().map(place).collect()
}

#[tokio::test]
async fn the_file_and_the_memory_find_alike() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, _) = open(folder.path());
    let memory = MemoryLog::new(7, 0);
    for log in [&file as &dyn Log, &memory] {
        let events = varied();
        let stream = StreamId(9);
        let group_of_kinds = Group::of_events(stream, events);
        log.append(group_of_kinds).await.expect("stored");
        log.append(group(10, 1..=5, None)).await.expect("stored");
    }
    let time = |millis| Some(Timestamp::from_millis(millis));
    let searches = [
        search(Some("text 3")),
        search(Some("HELLO")),
        search(Some("\"text\" OR 3")),
        search(Some("...")),
        search(None),
        Search {
            from: Some("BOB".parse().expect("a nick")),
            ..search(None)
        },
        Search {
            after: time(1_003),
            before: time(1_010),
            ..search(Some("text"))
        },
        Search {
            after: time(1_001),
            events_max: 2,
            ..search(None)
        },
        Search {
            events_max: 2,
            ..search(Some("text"))
        },
        Search {
            scopes: vec![(StreamId(9), Author::User(UserId(2), None))],
            ..search(None)
        },
        Search {
            scopes: vec![(
                StreamId(9),
                Author::User(UserId(2), Some(owner("alice", 1_006))),
            )],
            ..search(None)
        },
    ];
    for search in searches {
        let from_file = places(&file.search(search.clone()).await.expect("read"));
        let from_memory = places(&memory.search(search.clone()).await.expect("read"));
        assert_eq!(from_file, from_memory, "{search:?}");
    }
    let found = file.search(search(Some("text 3"))).await.expect("read");
    assert_eq!(places(&found), [103]);
}

#[tokio::test]
async fn what_is_taken_back_or_said_later_is_found_no_more_or_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    log.append(group(10, 1..=600, Some(room(10))))
        .await
        .expect("stored");
    let found = log.search(search(Some("text"))).await.expect("read");
    assert_eq!(places(&found), (601..=700).collect::<Vec<_>>());
    let redact = Body::Redact {
        message: said(10, 599, "").id,
        reason: None,
    };
    let event = Arc::new(Event {
        body: redact,
        ..said(10, 601, "")
    });
    let events = vec![event, Arc::new(said(10, 602, "text 599"))];
    let stream = StreamId(10);
    let taken_back = Group::of_events(stream, events);
    log.append(taken_back).await.expect("stored");
    let found = log.search(search(Some("599"))).await.expect("read");
    assert_eq!(places(&found), [702]);
    drop(log);
    let (log, _) = open_again(folder.path()).await;
    let found = log.search(search(Some("599"))).await.expect("read");
    assert_eq!(places(&found), [702]);
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

#[tokio::test]
async fn a_file_that_others_could_read_is_its_users_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    drop(open(folder.path()));
    let file = folder.path().join(FILE);
    let readable = fs::Permissions::from_mode(0o644);
    fs::set_permissions(&file, readable).expect("one's own");
    drop(open_again(folder.path()).await);
    let mode = fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// What is in the index of words.
fn words(connection: &Connection) -> i64 {
    connection
        .query_row("SELECT count(*) FROM event_words", [], |row| row.get(0))
        .expect("a count")
}

#[tokio::test]
async fn what_was_said_gets_into_the_index_by_itself_also_what_an_earlier_run_has_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    log.append(group(10, 1..=600, Some(room(10))))
        .await
        .expect("stored");
    drop(log);
    // As if the hub had ended before there was time for it.
    drop(open_again(folder.path()).await);
    connection(folder.path())
        .execute_batch("DELETE FROM event_words; DELETE FROM indexed")
        .expect("emptied");
    let (log, _) = open_again(folder.path()).await;
    log.append(group(11, 1..=3, Some(room(11))))
        .await
        .expect("stored");
    let connection = connection(folder.path());
    let deadline = Instant::now() + Duration::from_secs(20);
    while words(&connection) < 603 {
        assert!(Instant::now() < deadline, "{} words", words(&connection));
        tokio::task::yield_now().await;
    }
}

/// A stream of 20,000 messages, of which the oldest are in the index of words.
fn partly_indexed() -> Connection {
    let mut connection = Connection::open_in_memory().expect("memory");
    schema::migrate(&mut connection).expect("tables");
    {
        let mut insert = connection.prepare_cached(row::INSERT).expect("a table");
        for seq in 1..=20_000 {
            row::write(&mut insert, &said(10, seq, &format!("text {seq}"))).expect("stored");
        }
    }
    search::index_step(&mut connection, StreamId(10)).expect("indexed");
    assert!((1..20_000).contains(&words(&connection)));
    connection
}

#[test]
fn what_is_not_in_the_index_yet_is_found_as_well() {
    let connection = partly_indexed();
    // At the ends of steps of indexing and of pieces.
    for seq in [
        1, 255, 256, 257, 258, 3_616, 3_617, 8_448, 8_449, 11_808, 11_809, 19_999, 20_000,
    ] {
        let found = search::search(&connection, 7, &search(Some(&seq.to_string())));
        assert_eq!(places(&found.expect("read")), [seq + 100]);
    }
    let first = Search {
        after: Some(Timestamp::from_millis(0)),
        events_max: 3,
        ..search(Some("text"))
    };
    let found = search::search(&connection, 7, &first).expect("read");
    assert_eq!(
        (places(&found), found.is_whole),
        (vec![101, 102, 103], true)
    );
    let found = search::search(&connection, 7, &search(Some("text"))).expect("read");
    assert_eq!(places(&found), (20_001..=20_100).collect::<Vec<_>>());
}

#[test]
fn a_search_that_is_cut_off_gives_what_it_has_found_and_says_so() {
    let mut connection = partly_indexed();
    let mut steps = 0;
    let cut_off = move || {
        steps += 1;
        steps > 2
    };
    connection
        .progress_handler(1_000, Some(cut_off))
        .expect("a handler");
    let found = search::search(&connection, 7, &search(Some("20000"))).expect("something");
    assert_eq!((places(&found), found.is_whole), (vec![20_100], false));
    let error = search::search(&connection, 7, &search(Some("30000"))).expect_err("nothing");
    assert!(search::is_interrupted(&error), "{error}");
}

#[test]
fn a_question_that_takes_too_long_is_interrupted_and_the_next_is_answered() {
    let mut connection = Connection::open_in_memory().expect("memory");
    let count = |connection: &Connection, most: i64| -> rusqlite::Result<i64> {
        let sql =
            "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
                   SELECT count(*) FROM number";
        connection.query_row(sql, [most], |row| row.get(0))
    };
    let limit = Duration::from_millis(20);
    let endless = reading::within(&mut connection, limit, |connection| {
        count(connection, i64::MAX)
    });
    assert_eq!(
        endless.expect_err("no end").sqlite_error_code(),
        Some(ErrorCode::OperationInterrupted)
    );
    assert_eq!(count(&connection, 100_000), Ok(100_000), "no limit is left");
    let few = reading::within(&mut connection, Duration::from_mins(1), |connection| {
        count(connection, 10)
    });
    assert_eq!(few, Ok(10));
}

#[tokio::test]
async fn only_questions_that_look_at_no_certain_number_of_events_are_cut_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut log, _) = open(folder.path());
    log.reading.time_max = Duration::ZERO;
    log.append(group(10, 1..=4_000, None))
        .await
        .expect("stored");
    let alice: Nick = "alice".parse().expect("a nick");
    log.keep_account(Arc::new(account("alice", &[])))
        .await
        .expect("stored");
    for number in 0..1_000 {
        let note = Note::Read(format!("#{number}"), Timestamp::from_millis(1));
        log.keep_note(alice.clone(), note).await.expect("stored");
    }
    let page = log.read(StreamId(10), Seq(1), 3_000).await.expect("read");
    assert_eq!(page.events.len(), 3_000);
    let notebook = log.notebook(alice).await.expect("read");
    assert_eq!(notebook.markers.len(), 1_000);
    let selection = Selection {
        stream: StreamId(10),
        author: Author::Nick("nobody".parse().expect("a nick")),
        kinds: Kinds::Messages,
        after: Seq(0),
        before: Seq(u64::MAX),
        reader: UserId(4),
        events_max: 10,
        newest: true,
    };
    let cut_off = |error: LogError| matches!(error, LogError::TakesTooLong { .. });
    assert!(log.select(selection).await.is_err_and(cut_off));
    assert!(log.authors(StreamId(10)).await.is_err_and(cut_off));
    let seldom = Search {
        from: Some("nobody".parse().expect("a nick")),
        ..search(None)
    };
    assert!(log.search(seldom).await.is_err_and(cut_off));
}
