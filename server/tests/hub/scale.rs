//! Many at once: a thousand connections and more, and one that stops reading while the others notice nothing.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::client::{Client, NOTHING};
use crate::fixture::Hub;

/// Lets all do something at the same time.
async fn all<T: Send + 'static, F>(people: Vec<T>, act: impl Fn(T) -> F) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let mut doing = JoinSet::new();
    for one in people {
        doing.spawn(act(one));
    }
    doing.join_all().await
}

/// So many who have registered, in no room.
async fn guests(hub: &Hub, size: usize) -> Vec<Client> {
    let mut clients = Vec::with_capacity(size);
    for index in 0..size {
        // Without names, of which a crowd's joins would bring n².
        let caps = "no-implicit-names echo-message";
        clients.push(hub.client_with(&format!("n{index}"), caps).await);
    }
    clients
}

/// Puts all into a room; when it is done they have read all that came of it.
async fn enter(people: Vec<Client>, room: &'static str) -> Vec<Client> {
    let people = all(people, move |mut person: Client| async move {
        person.send(&format!("JOIN {room}\r\nPING joined")).await;
        person.skip_to(" joined").await;
        person
    });
    let people = people.await;
    all(people, |mut person: Client| async move {
        person.send("PING all").await;
        person.skip_to(" all").await;
        person
    })
    .await
}

/// One says a line that everybody else hears as their next one.
async fn check_hello(people: Vec<Client>, room: &str) -> Vec<Client> {
    let line = format!("PRIVMSG {room} :hello, everyone");
    let mut people = people.into_iter();
    let mut first = people.next().expect("somebody");
    first.send(&line).await;
    let echo = first.line().await;
    assert!(echo.ends_with(&line), "{echo}");
    let mut heard = all(people.collect(), move |mut person: Client| {
        let echo = echo.clone();
        async move {
            assert_eq!(person.line().await, echo);
            person
        }
    })
    .await;
    heard.push(first);
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_from_one_reaches_the_other_999() {
    let hub = Hub::start().await;
    let start = Instant::now();
    let people = enter(guests(&hub, 1_000).await, "#room").await;
    let joined = start.elapsed();
    let start = Instant::now();
    let people = check_hello(people, "#room").await;
    println!(
        "1,000 joined in {joined:?}; a line reached all in {:?}",
        start.elapsed()
    );
    assert_eq!(people.len(), 1_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_are_connected_and_each_room_hears_its_own() {
    const ROOMS: [&str; 10] = ["#a", "#b", "#c", "#d", "#e", "#f", "#g", "#h", "#i", "#j"];
    // Both ends of each connection are open files of this process.
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let most = files.map_or(u64::MAX, |files| files.saturating_sub(2_500) / 2);
    let size = usize::try_from(most.min(5_000)).expect("a small number");
    let hub = Hub::start().await;
    let start = Instant::now();
    let mut rest = guests(&hub, size).await;
    let mut rooms = Vec::new();
    for room in ROOMS {
        let members = rest.split_off(rest.len() - 50);
        rooms.push((room, enter(members, room).await));
    }
    println!("{size} connected in {:?}", start.elapsed());
    for (room, members) in rooms {
        rest.extend(check_hello(members, room).await);
    }
    for person in &mut rest {
        assert_eq!(person.sees().await, NOTHING);
    }
    assert_eq!(rest.len(), size);
}

/// The memory that this process has in use, in KiB.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("VmRSS");
    let number = line.split_ascii_whitespace().next().expect("a number");
    number.parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_stops_reading_gets_everything_later_and_the_others_notice_nothing() {
    const MESSAGES: usize = 10_000;
    const STUCK: usize = 20;
    let hub = Hub::start().await;
    let mut people = enter(guests(&hub, STUCK + 2).await, "#room").await;
    let (mut speaker, mut reader) = (people.swap_remove(0), people.swap_remove(1));
    let filler = "x".repeat(380);
    let lines: Vec<String> = (0..MESSAGES)
        .map(|index| format!("PRIVMSG #room :{index} {filler}"))
        .collect();
    let mut slowest = Duration::ZERO;
    let before = resident_kib();
    for batch in lines.chunks(100) {
        let start = Instant::now();
        speaker.send(&batch.join("\r\n")).await;
        for line in batch {
            assert!(reader.line().await.ends_with(line));
        }
        slowest = slowest.max(start.elapsed());
        // The echo is read as well: the speaker is no slow reader.
        speaker.sees().await;
    }
    // What grew is the log, once, and what the kernel and the hub hold for each who is stuck, which is bounded.
    let grown = resident_kib().saturating_sub(before);
    let all_if_queued = (MESSAGES * 420 * STUCK / 1024) as u64;
    println!("slowest batch {slowest:?}; {grown} KiB more, {all_if_queued} KiB if it were queued");
    assert!(grown < all_if_queued / 2, "{grown} KiB");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    let people = all(people, move |mut person: Client| {
        let expected = lines.clone();
        async move {
            for line in &expected {
                assert!(person.line().await.ends_with(line));
            }
            assert_eq!(person.sees().await, NOTHING);
            person
        }
    });
    assert_eq!(people.await.len(), STUCK);
}
