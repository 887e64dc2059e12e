//! The post office: order, answers, and a log that refuses.

use std::sync::Arc;

use tokio_util::task::TaskTracker;

use crate::encode::{Wire, encode};
use crate::event::{Body, Event, Seq, Speech};
use crate::metrics::Metrics;
use crate::post::PostOffice;
use crate::reply::Reply;
use crate::room::Asker;
use crate::tests::{FickleLog, inbox, person};

fn say(text: &str) -> Body {
    Body::Said {
        speech: Speech::Privmsg,
        text: text.into(),
        client_tags: "".into(),
    }
}

fn lines(events: &[Arc<Event>]) -> Vec<String> {
    let line = |event: &Arc<Event>| {
        let mut out = Vec::new();
        encode(event, Wire::empty(), &mut out);
        format!(
            "{} {}",
            event.id.seq.0,
            String::from_utf8_lossy(&out).trim_end()
        )
    };
    events.iter().map(line).collect()
}

/// What came of the messages: the places they got, or the numerics.
fn outcome(results: Vec<Result<Arc<Event>, Reply>>) -> Vec<Result<u64, String>> {
    let one = |result: Result<Arc<Event>, Reply>| match result {
        Ok(event) => Ok(event.id.seq.0),
        Err(Reply::Numeric { numeric, params }) => Err(format!("{numeric} {}", params.join("|"))),
        Err(Reply::Standard { code, .. }) => Err(code.to_owned()),
    };
    results.into_iter().map(one).collect()
}

async fn send(
    office: &PostOffice,
    from: &Asker,
    to: &Asker,
    texts: &[&str],
) -> Vec<Result<u64, String>> {
    let bodies = texts.iter().map(|text| say(text)).collect();
    let nick = to.identity.nick.clone();
    outcome(office.send(from, &to.user, nick.as_str(), bodies).await)
}

/// The post office of a log.
fn office(log: &Arc<FickleLog>) -> PostOffice {
    let log = Arc::<FickleLog>::clone(log);
    PostOffice::open(log, Arc::new(Metrics::new()), &TaskTracker::new())
}

#[tokio::test]
async fn messages_to_one_user_have_one_order() {
    let log = FickleLog::new();
    let office = office(&log);
    let (ann, bob, cid) = (person(1, "ann"), person(2, "bob"), person(3, "cid"));
    let (first, second, third) = tokio::join!(
        send(&office, &ann, &bob, &["one", "two"]),
        send(&office, &cid, &bob, &["three"]),
        send(&office, &bob, &ann, &["four"]),
    );
    assert_eq!(first, [Ok(1), Ok(2)]);
    assert_eq!(second, [Ok(3)]);
    assert_eq!(third, [Ok(1)]);
    let expected = [
        "1 :ann!~ann@host PRIVMSG bob :one",
        "2 :ann!~ann@host PRIVMSG bob :two",
        "3 :cid!~cid@host PRIVMSG bob :three",
    ];
    assert_eq!(
        lines(&inbox(&bob).take().unwrap_or_default().direct),
        expected
    );
    assert_eq!(lines(&log.stored(bob.user.direct())), expected);
    assert_eq!(
        lines(&inbox(&ann).take().unwrap_or_default().direct),
        ["1 :bob!~bob@host PRIVMSG ann :four"]
    );
}

#[tokio::test]
async fn what_the_log_refuses_is_refused_and_shown_to_nobody() {
    let log = FickleLog::new();
    let office = office(&log);
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    log.refuse(true);
    let refused = "404 bob|not stored: the hub's log refuses events at the moment; try again later";
    assert_eq!(
        send(&office, &ann, &bob, &["one", "two"]).await,
        [Err(refused.to_owned()), Err(refused.to_owned())]
    );
    assert!(inbox(&bob).take().unwrap_or_default().direct.is_empty());
    log.refuse(false);
    assert_eq!(send(&office, &ann, &bob, &["three"]).await, [Ok(1)]);
    let expected = ["1 :ann!~ann@host PRIVMSG bob :three"];
    assert_eq!(
        lines(&inbox(&bob).take().unwrap_or_default().direct),
        expected
    );
    assert_eq!(lines(&log.stored(bob.user.direct())), expected);
}

#[tokio::test]
async fn one_who_comes_while_a_message_is_being_stored_begins_to_read_with_it() {
    let log = FickleLog::new();
    let office = office(&log);
    let (ann, bob) = (person(1, "ann"), person(2, "bob"));
    let has_place = async || {
        let place = bob.user.mailbox().place;
        while place.lock().expect("not poisoned").given.0 == Seq(0) {
            tokio::task::yield_now().await;
        }
    };
    for (refuses, outcome, behind) in [(true, Err(()), Seq(0)), (false, Ok(1), Seq(1))] {
        log.refuse(refuses);
        let held = log.hold().await;
        let sending = send(&office, &ann, &bob, &["one"]);
        let meanwhile = async {
            has_place().await;
            let last = bob.user.last_direct();
            drop(held);
            last
        };
        let (sent, last) = tokio::join!(sending, meanwhile);
        let sent: Vec<_> = sent.into_iter().map(|one| one.map_err(|_| ())).collect();
        assert_eq!((last, sent), (Seq(0), vec![outcome]));
        assert_eq!(bob.user.last_direct(), behind);
    }
}
