//! Parts of streams, from the file as from memory.

use super::samples::{owner, varied};
use super::*;

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
