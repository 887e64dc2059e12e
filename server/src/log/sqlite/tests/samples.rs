//! Events of every kind, and a search, for several of the tests.

use super::*;

pub(super) fn bodies() -> Vec<Body> {
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

pub(super) fn with_body(body: Body, seq: u64) -> Event {
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

/// Events of all kinds, by several people, in threes of the same time, some for a few readers alone.
pub(super) fn varied() -> Vec<Arc<Event>> {
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

pub(super) fn owner(account: &str, since: u64) -> Owner {
    Owner {
        account: account.into(),
        since: Timestamp::from_millis(since),
    }
}

pub(super) fn search(text: Option<&str>) -> Search {
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
