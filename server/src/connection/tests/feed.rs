//! A reader of a room: the ring while it lasts, the log from there, and what the log keeps no longer.

use std::sync::Arc;

use super::super::feed::{Feed, Next};
use super::{join, say};
use crate::event::{Body, Event, Seq};
use crate::log::{Log, MemoryLog};
use crate::room::{Asker, Room};
use crate::tests::{hub, person};

/// More runs than any ring keeps.
const FAR: u64 = 500;

struct Scene {
    log: Arc<MemoryLog>,
    room: Arc<Room>,
    ann: Asker,
    feed: Feed,
}

impl Scene {
    /// A room that Ann has joined, whose log keeps a number of events, and a reader from the join on.
    async fn new(retained_max: usize) -> Self {
        let log = Arc::new(MemoryLog::new(7, retained_max));
        let hub = hub(Arc::<MemoryLog>::clone(&log));
        let room = hub
            .room_or_make(&"#room".parse().expect("a room's name"))
            .expect("a free name");
        let ann = person(1, "ann");
        let answer = room.ask_one(&ann, join()).await.expect("the room lives");
        let ring = answer.joined.and_then(|joined| joined.ring);
        let feed = Feed::new(Arc::clone(&room), ring.expect("a ring"), Seq(1));
        Self {
            log,
            room,
            ann,
            feed,
        }
    }

    /// Each message is a run of its own.
    async fn says(&self, texts: std::ops::Range<u64>) {
        for text in texts {
            let asked = self.room.ask_one(&self.ann, say(&text.to_string())).await;
            asked.expect("the room lives");
        }
    }

    /// All there is: texts, `join`, and `-n` where n events are missing.
    async fn reads(&mut self) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            let next = self.feed.next(self.log.as_ref() as &dyn Log).await;
            match next.expect("memory reads") {
                Next::Nothing => return seen,
                Next::Event(event) => seen.push(shown(&event)),
                Next::Run(run, index) => {
                    seen.extend(run.events.iter().skip(index).map(|event| shown(event)));
                    self.feed
                        .advance_to(Seq(run.first().0 + run.events.len() as u64));
                }
                Next::Expired(count) => seen.push(format!("-{count}")),
            }
        }
    }
}

fn shown(event: &Event) -> String {
    match &event.body {
        Body::Said { text, .. } => text.to_string(),
        _ => "join".to_owned(),
    }
}

fn texts(range: std::ops::Range<u64>) -> Vec<String> {
    range.map(|text| text.to_string()).collect()
}

#[tokio::test]
async fn one_who_keeps_up_reads_the_ring() {
    let mut scene = Scene::new(0).await;
    assert_eq!(scene.reads().await, ["join"]);
    assert!(!scene.feed.has_news());
    for text in 0..3 * FAR {
        scene.says(text..text + 1).await;
        assert!(scene.feed.has_news());
        assert_eq!(scene.reads().await, texts(text..text + 1));
    }
}

#[tokio::test]
async fn one_whom_the_ring_overtook_reads_on_from_the_log() {
    let mut scene = Scene::new(0).await;
    scene.says(0..FAR).await;
    let mut expected = vec!["join".to_owned()];
    expected.extend(texts(0..FAR));
    assert_eq!(scene.reads().await, expected);
    scene.says(FAR..FAR + 10).await;
    assert_eq!(scene.reads().await, texts(FAR..FAR + 10));
}

#[tokio::test]
async fn one_whom_the_ring_overtakes_while_reading_the_log_misses_nothing() {
    let mut scene = Scene::new(0).await;
    scene.says(0..FAR).await;
    let mut seen = Vec::new();
    let mut said = FAR;
    // Four are said for each three that are read, until the speaker stops.
    loop {
        if said < 4 * FAR {
            scene.says(said..said + 4).await;
            said += 4;
        }
        for _ in 0..3 {
            match scene.feed.next(scene.log.as_ref()).await.expect("memory") {
                Next::Nothing => {
                    let mut expected = vec!["join".to_owned()];
                    expected.extend(texts(0..4 * FAR));
                    assert_eq!(seen, expected);
                    return;
                }
                Next::Event(event) => seen.push(shown(&event)),
                Next::Run(run, index) => {
                    seen.push(shown(&run.events[index]));
                    scene.feed.advance_to(Seq(run.first().0 + index as u64 + 1));
                }
                Next::Expired(count) => unreachable!("{count} are missing"),
            }
        }
    }
}

#[tokio::test]
async fn a_run_is_read_from_where_the_reader_is() {
    let mut scene = Scene::new(0).await;
    scene.reads().await;
    let requests = (0..5).map(|text| say(&text.to_string())).collect();
    scene
        .room
        .ask(&scene.ann, requests)
        .await
        .expect("the room lives");
    scene.feed.advance_to(Seq(4));
    assert!(scene.feed.is_past(Seq(3)) && !scene.feed.is_past(Seq(4)));
    assert_eq!(scene.reads().await, texts(2..5));
}

#[tokio::test]
async fn what_the_log_keeps_no_longer_is_counted() {
    let mut scene = Scene::new(100).await;
    scene.says(0..FAR).await;
    let mut expected = vec![format!("-{}", FAR + 1 - 100)];
    expected.extend(texts(FAR - 100..FAR));
    assert_eq!(scene.reads().await, expected);
}
