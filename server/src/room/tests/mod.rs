//! A room on the bench: people do things in it, and what comes of each is compared whole.

mod guests;
mod mode_change;
mod order;
mod rename;
mod state;
mod task;

use std::sync::Arc;

use salon_protocol::Timestamp;

use super::modes::Rank;
use super::state::RoomState;
use super::{Answer, Asker, Request};
use crate::encode::{Wire, encode};
use crate::event::{Audience, Body, Event, Speech, Spread, StreamId};
use crate::identity::Identity;
use crate::reply::Reply;

/// The time at which things happen on the bench, in milliseconds.
const NOW: u64 = 1_700_000_000_000;

/// A room `#room` outside of any task.
struct Bench {
    state: RoomState,
    now: u64,
}

impl Bench {
    fn new() -> Self {
        Self::of(false)
    }

    fn of(permanent: bool) -> Self {
        let name = "#room".parse().expect("a room's name");
        let created = Timestamp::from_millis(NOW);
        Self {
            state: RoomState::new(StreamId(9), name, created, permanent, 1),
            now: NOW,
        }
    }

    /// A room that people have joined, the first of them as its operator.
    fn with(people: &[&Asker]) -> Self {
        let mut bench = Self::new();
        for person in people {
            bench.does(person, join());
        }
        bench.commit();
        bench
    }

    fn does(&mut self, who: &Asker, request: Request) -> Answer {
        self.state
            .step(who, request, Timestamp::from_millis(self.now))
    }

    fn commit(&mut self) {
        self.state.take_events();
        self.state.commit();
    }

    /// Everything that the state is, as text.
    fn picture(&self) -> String {
        format!("{:?}", self.state)
    }

    /// Commits what was done before, does one thing more, and compares what comes of it.
    #[track_caller]
    fn check(&mut self, who: &Asker, request: Request, expected: &[&str]) {
        self.commit();
        let answer = self.does(who, request);
        assert_eq!(shown(&answer), expected);
        let events: Vec<Arc<Event>> = self.state.take_events();
        let ids = |events: &[Arc<Event>]| events.iter().map(|event| event.id).collect::<Vec<_>>();
        assert_eq!(
            ids(&events),
            ids(&answer.event.clone().into_iter().collect::<Vec<_>>()),
            "the answer's event is the one to be committed"
        );
        self.state.commit();
    }
}

/// An answer as text: its event's line and for whom it is, its replies, and whether it is a refusal.
fn shown(answer: &Answer) -> Vec<String> {
    let event = answer.event.iter().map(|event| line(event));
    let replies = answer.replies.iter().map(text);
    let refused = answer.refused.then(|| "refused".to_owned());
    event.chain(replies).chain(refused).collect()
}

/// An event's line for a client without capabilities but `invite-notify`, and its audience if it is not everyone.
fn line(event: &Event) -> String {
    let mut line = Vec::new();
    encode(
        event,
        Wire::INVITE_NOTIFY | Wire::AWAY_NOTIFY | Wire::SETNAME,
        &mut line,
    );
    let line = String::from_utf8(line).expect("UTF-8");
    let line = line.trim_end_matches("\r\n").replace("\r\n", " / ");
    match &event.audience {
        Audience::Everyone => line,
        Audience::Only(users) => {
            let users: Vec<u64> = users.iter().map(|user| user.0).collect();
            format!("{line} -> {users:?}")
        }
    }
}

/// A reply as text: the numeric, and its parameters with `|` between.
fn text(reply: &Reply) -> String {
    match reply {
        Reply::Numeric { numeric, params } => format!("{numeric} {}", params.join("|")),
        Reply::Standard {
            kind, verb, code, ..
        } => format!("{kind} {verb} {code}"),
    }
}

fn join() -> Request {
    Request::Join { key: None }
}

fn join_with(key: &str) -> Request {
    Request::Join {
        key: Some(key.to_owned()),
    }
}

fn part() -> Request {
    Request::Part { reason: None }
}

fn say(text: &str) -> Request {
    speak(Speech::Privmsg, text, None)
}

fn speak(speech: Speech, text: &str, at_least: Option<(char, Rank)>) -> Request {
    Request::Say {
        speech,
        text: text.to_owned(),
        client_tags: String::new(),
        at_least,
    }
}

fn topic(text: Option<&str>) -> Request {
    Request::Topic {
        text: text.map(ToOwned::to_owned),
    }
}

fn mode(changes: &[&str]) -> Request {
    Request::Mode {
        changes: changes.iter().map(|&change| change.to_owned()).collect(),
    }
}

fn kick(nick: &str) -> Request {
    Request::Kick {
        nick: nick.parse().expect("a nick"),
        reason: "enough".to_owned(),
    }
}

fn invite(guest: &Asker) -> Request {
    Request::Invite {
        guest: Arc::clone(&guest.user),
        nick: guest.identity.nick.clone(),
    }
}

fn change(identity: Identity, body: Option<Body>) -> Request {
    Request::Change {
        identity: Arc::new(identity),
        body,
        spread: Arc::new(Spread {
            id: 5,
            rooms: [StreamId(9)].into(),
        }),
    }
}
