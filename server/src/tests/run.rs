//! Runs: places, kinds of recipients, and who may be sent all of it unseen.

use std::sync::Arc;

use crate::encode::Wire;
use crate::event::tests::said;
use crate::event::{Audience, Body, Event, Seq, Spread, StreamId};
use crate::identity::UserId;
use crate::metadata::Metadata;
use crate::run::Run;

fn run(events: Vec<Event>) -> Run {
    Run::new(Seq(5), events.into_iter().map(Arc::new).collect())
}

#[test]
fn places_are_counted_from_the_first() {
    let run = run(vec![said(1, 5, "a"), said(1, 6, "b")]);
    assert_eq!(run.first(), Seq(5));
    let indices = [1, 5, 6, 7].map(|seq| run.index_of(Seq(seq)));
    assert_eq!(indices, [0, 0, 1, 2]);
}

#[test]
fn each_kind_of_recipient_is_encoded_for_once() {
    let run = run(vec![said(1, 5, "a")]);
    let plain = run.encoded(Wire::empty());
    let tagged = run.encoded(Wire::MESSAGE_TAGS);
    assert_ne!(plain.bytes, tagged.bytes);
    assert!(Arc::ptr_eq(&plain, &run.encoded(Wire::empty())));
    assert!(Arc::ptr_eq(&tagged, &run.encoded(Wire::MESSAGE_TAGS)));
}

#[test]
fn a_run_is_plain_where_all_others_are_shown_the_same_lines() {
    let (own, other) = (UserId(1), UserId(2));
    let speech = || said(1, 5, "a");
    let of = |body| Event { body, ..speech() };
    let reason = || "gone".into();
    let here = |rooms: &[u64]| {
        let rooms = rooms.iter().copied().map(StreamId).collect();
        Some(Arc::new(Spread { id: 1, rooms }))
    };
    let quit = |rooms| Event {
        spread: here(rooms),
        ..of(Body::Quit { reason: reason() })
    };
    for event in [speech(), of(Body::Join), quit(&[1])] {
        let run = run(vec![speech(), event]);
        assert!(run.is_plain_for(other) && !run.is_plain_for(own));
    }
    let notes = Metadata::default().with("url", Some("https://example.org"));
    let arrival = Event {
        source: Arc::new(speech().source.with_metadata(notes)),
        ..of(Body::Join)
    };
    let to_some = Event {
        audience: Audience::Only([UserId(3)].into()),
        ..speech()
    };
    let kick = of(Body::Kick {
        user: other,
        nick: "other".parse().expect("a nick"),
        reason: reason(),
    });
    for event in [arrival, to_some, kick, quit(&[1, 2])] {
        assert!(!run(vec![speech(), event]).is_plain_for(other));
    }
}
