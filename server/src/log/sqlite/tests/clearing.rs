//! What goes by itself, and what of it is remembered.

use super::*;

#[tokio::test]
async fn the_number_of_a_stream_that_went_is_not_given_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    log.append(group(8, 1..=5, None)).await.expect("stored");
    log.forget(StreamId(8)).await;
    until_cleared(&log).await;
    drop(log);
    let (_, restored) = open_again(folder.path()).await;
    assert!(restored.next_stream > 8);
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
    assert!(restored.next_stream > 3);
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
    assert!(restored.next_stream > 8);
    until_left(&log, 10).await;
    for (stream, left) in [(2, 0), (3, 5), (6, 5), (8, 0)] {
        let page = log.read(StreamId(stream), Seq(1), 10).await.expect("read");
        assert_eq!(page.events.len(), left, "{stream}");
    }
}

#[tokio::test]
async fn the_number_of_an_orphan_that_no_mark_tells_of_is_not_given_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (log, _) = open(folder.path());
    log.append(group(3, 1..=5, Some(lobby())))
        .await
        .expect("stored");
    log.append(group(50, 1..=5, None)).await.expect("stored");
    // As earlier versions left it.
    connection(folder.path())
        .execute("UPDATE hub SET value = 10 WHERE key = 'last_stream'", [])
        .expect("a mark");
    drop(log);
    for _ in 0..2 {
        let (log, restored) = open_again(folder.path()).await;
        assert!(restored.next_stream > 50, "{}", restored.next_stream);
        until_left(&log, 5).await;
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
