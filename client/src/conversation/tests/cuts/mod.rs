//! The cable is pulled again and again while two people talk over the real hub: what both see is what its log
//! has, no message lost, none twice, all in their order.
//!
//! `cargo test` pulls it often enough to be sure of each way to pull it. This pulls it a hundred times in a
//! conversation of twenty thousand messages, and says with what it began, so that the same can be had again:
//!
//! ```sh
//! SALON_CUTS=100 SALON_MESSAGES=20000 cargo test -p salon cable -- --nocapture
//! ```

mod proxy;

use std::sync::atomic::{AtomicUsize, Ordering};

use salon_config::{ListenAddress, ServerConfig};
use salond::Server;
use tokio::sync::{Barrier, oneshot};

pub(super) use self::proxy::{Proxy, Random};
use super::*;
use crate::event::EventKind;
use crate::session::{Found, Outcome, Page, Point};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_mins(10);

/// The real hub, which keeps what is said.
pub(super) struct RealHub {
    pub(super) port: u16,
    _stop: oneshot::Sender<()>,
    _data: tempfile::TempDir,
}

impl RealHub {
    pub(super) async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = ServerConfig::default();
        config.accounts.registration = true;
        config.server.listen = vec![ListenAddress::new("127.0.0.1", 0)];
        config.server.data_dir = Some(data.path().to_owned());
        let server = Server::bind(&config).await.unwrap();
        let port = server.local_addrs()[0].port();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        Self {
            port,
            _stop: stop,
            _data: data,
        }
    }
}

/// What was said, as one saw it: by whom does not matter, for a nick may be another after a cut.
type View = Vec<String>;

pub(super) fn plan_for(nick: &str, port: u16) -> Plan {
    let plan = plan();
    Plan {
        host: "127.0.0.1".to_owned(),
        port,
        identity: Identity {
            nick: nick.to_owned(),
            ..plan.identity
        },
        pause_min: Duration::from_millis(4),
        ..plan
    }
}

/// The text with that number. Some texts are alike.
fn text(nick: &str, number: usize) -> String {
    if number.is_multiple_of(5) {
        format!("{nick} again")
    } else {
        format!("{nick} {number}")
    }
}

/// Somebody who says all their texts and stays until they have seen everything.
async fn talk(
    plan: Plan,
    count: usize,
    (all_here, seen_by_all): (&Barrier, &AtomicUsize),
    cut: impl Fn(usize),
) -> View {
    let nick = plan.identity.nick.clone();
    let plan = Plan {
        lines: Lines::Verbatim,
        closed_room: ClosedRoom::Tell,
        ..plan
    };
    let mut talk = Conversation::open(plan).await.unwrap();
    while !talk.is_open() {
        talk.turn().await;
    }
    // What is said before somebody comes is nothing that they have missed.
    all_here.wait().await;
    let (mut view, mut said, mut acknowledged) = (View::new(), 0, 0);
    loop {
        while let Some(report) = talk.next_report() {
            match report {
                Report::Show(event) => match event.kind {
                    EventKind::Message { text } => {
                        view.push(text);
                        seen_by_all.fetch_add(1, Ordering::Relaxed);
                        cut(view.len());
                    }
                    EventKind::Gap { .. } | EventKind::Error { .. } => panic!("{event:?}"),
                    _ => {}
                },
                Report::Resolved { ticket, outcome } => {
                    assert_eq!(outcome, Outcome::Ok, "{nick} {ticket}");
                    acknowledged += 1;
                }
                Report::Ended(ended) => panic!("{ended:?}"),
                _ => {}
            }
        }
        let is_seen = seen_by_all.load(Ordering::Relaxed) >= 4 * count;
        if acknowledged == count && is_seen {
            return view;
        }
        // Both keep pace with each other, so that each cut comes in the middle of both.
        let mut room = 64_usize;
        while talk.is_accepting() && said < count && said * 2 < view.len() + 256 && room > 0 {
            talk.submit(Ticket(said as u64 + 1), &text(&nick, said));
            said += 1;
            room -= 1;
        }
        tokio::select! {
            () = talk.turn() => {}
            // The other may have seen the last of it.
            () = tokio::time::sleep_until(Instant::now() + Duration::from_millis(50)) => {}
        }
    }
}

/// All that the hub has of the room, in its order.
async fn log(port: u16) -> View {
    let mut reader = Conversation::open(plan_for("reader", port)).await.unwrap();
    let mut log = View::new();
    let mut after = Point::Time(Timestamp::from_millis(0));
    for ticket in 1.. {
        while !reader.is_open() {
            reader.turn().await;
        }
        let page = Page::After(after.clone());
        reader.fetch(Ticket(ticket), "#lobby", &page, 100).unwrap();
        let mut found: Vec<Found> = Vec::new();
        let ended = until(&mut reader, |report| match report {
            Report::Found(line) => {
                found.push(*line);
                None
            }
            Report::Resolved { outcome, .. } => Some(outcome),
            _ => None,
        });
        assert_eq!(ended.await, Outcome::Ok);
        let Some(last) = found.last() else { break };
        after = Point::Id(last.id.clone().unwrap());
        log.extend(
            found
                .into_iter()
                .filter_map(|found| match found.event?.kind {
                    EventKind::Message { text } => Some(text),
                    _ => None,
                }),
        );
    }
    log
}

/// What one of them has said.
fn of(view: &View, nick: &str) -> View {
    let mine = view.iter().filter(|text| text.starts_with(nick));
    mine.cloned().collect()
}

/// A number of the environment, which says how long it goes on.
fn asked(name: &str, usual: usize) -> usize {
    let asked = std::env::vars().find(|(known, _)| known == name);
    asked.map_or(usual, |(_, number)| number.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cable_is_pulled_and_nothing_is_lost_twice_or_out_of_order() {
    let (cuts, messages) = (asked("SALON_CUTS", 24), asked("SALON_MESSAGES", 1600));
    let seed = asked("SALON_SEED", usize::from_ne_bytes(random_bytes()));
    println!("SALON_SEED={seed} SALON_CUTS={cuts} SALON_MESSAGES={messages}");
    let hub = RealHub::start().await;
    let count = messages / 2;
    let (all_here, seen_by_all) = (Barrier::new(2), AtomicUsize::new(0));
    let mut proxies = Vec::new();
    for salt in [1, 2] {
        let random = Random::new(seed as u64 ^ salt);
        proxies.push(Proxy::start(hub.port, random).await);
    }
    let every = (messages / cuts.max(1)).max(1);
    // Each sees all messages, and pulls one of the two cables as often as is their half of it.
    let cut = |own: usize, seen: usize| {
        if seen.is_multiple_of(every * 2) {
            proxies[own].cut();
        }
    };
    let one = talk(
        plan_for("ann", proxies[0].port),
        count,
        (&all_here, &seen_by_all),
        |seen| cut(0, seen),
    );
    let two = talk(
        plan_for("bob", proxies[1].port),
        count,
        (&all_here, &seen_by_all),
        |seen| cut(1, seen),
    );
    let both = Box::pin(async { tokio::join!(one, two) });
    let (one, two) = timeout(PATIENCE, both).await.expect("both see all");
    let pulled: usize = proxies.iter().map(Proxy::cuts).sum();
    assert!(pulled + 2 >= cuts, "pulled {pulled} times");
    let log = log(hub.port).await;
    for nick in ["ann", "bob"] {
        let said: View = (0..count).map(|number| text(nick, number)).collect();
        assert_eq!(of(&log, nick), said, "what {nick} said is in the log");
    }
    assert!(one == log, "ann sees the log; {}", difference(&one, &log));
    assert!(two == log, "bob sees the log; {}", difference(&two, &log));
}

fn difference(view: &View, log: &View) -> String {
    let at = view
        .iter()
        .zip(log)
        .position(|(seen, logged)| seen != logged);
    let at = at.unwrap_or(view.len().min(log.len()));
    let around = at.saturating_sub(3)..at + 6;
    let part = |lines: &View| {
        lines
            .iter()
            .skip(around.start)
            .take(9)
            .cloned()
            .collect::<Vec<_>>()
    };
    format!("at {at}: {:?} and not {:?}", part(view), part(log))
}

fn random_bytes() -> [u8; size_of::<usize>()] {
    let mut bytes = [0; size_of::<usize>()];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}
