//! Runs: places, kinds of recipients, and who may be sent all of it unseen.

use std::sync::Arc;

use crate::encode::Wire;
use crate::event::tests::said;
use crate::event::{Audience, Body, Event, Seq, Spread};
use crate::identity::{SessionId, UserId};
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
fn a_run_is_plain_where_all_is_speech_to_everyone_by_others() {
    let (own, other) = (SessionId(1), SessionId(2));
    let speech = || said(1, 5, "a");
    let plain = run(vec![speech(), said(1, 6, "b")]);
    assert!(plain.is_plain_for(other) && !plain.is_plain_for(own));
    let join = Event {
        body: Body::Join,
        ..speech()
    };
    let to_some = Event {
        audience: Audience::Only([UserId(3)].into()),
        ..speech()
    };
    let spread = Event {
        spread: Some(Arc::new(Spread {
            id: 1,
            rooms: [].into(),
        })),
        ..speech()
    };
    for event in [join, to_some, spread] {
        assert!(!run(vec![speech(), event]).is_plain_for(other));
    }
}
