//! What is asked of the file, and for how long.

use super::samples::search;
use super::*;
use crate::log::sqlite::reading::within;

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
fn a_question_that_takes_too_long_is_interrupted_and_the_next_is_answered() {
    let mut connection = Connection::open_in_memory().expect("memory");
    let count = |connection: &Connection, most: i64| -> rusqlite::Result<i64> {
        let sql =
            "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
                   SELECT count(*) FROM number";
        connection.query_row(sql, [most], |row| row.get(0))
    };
    let limit = Duration::from_millis(20);
    let endless = within(&mut connection, limit, |connection| {
        count(connection, i64::MAX)
    });
    assert_eq!(
        endless.expect_err("no end").sqlite_error_code(),
        Some(ErrorCode::OperationInterrupted)
    );
    assert_eq!(count(&connection, 100_000), Ok(100_000), "no limit is left");
    let few = within(&mut connection, Duration::from_mins(1), |connection| {
        count(connection, 10)
    });
    assert_eq!(few, Ok(10));
}

#[tokio::test]
async fn a_search_waits_for_others_no_longer_than_it_may_take_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut log, _) = open(folder.path());
    log.reading.time_max = Duration::from_millis(20);
    let others = log.searching.acquire_many(2).await.expect("turns");
    let cut_off = |error: LogError| matches!(error, LogError::TakesTooLong { .. });
    assert!(log.search(search(Some("text"))).await.is_err_and(cut_off));
    drop(others);
    assert!(log.search(search(Some("text"))).await.is_ok());
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
