//! Finding by words, in the index and beside it.

use super::samples::{owner, search, varied};
use super::*;

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
