//! A conversation over a link of the test, with its clock paused: order, windows and patience.

mod cuts;
mod gap;
mod hubs;
mod nicks;
mod real;

use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines as IoLines, ReadHalf, WriteHalf,
    duplex, split,
};

use super::input::WINDOW;
use super::*;
use crate::driver::Ended;
use crate::session::{Identity, Outcome};

/// What the tests go by.
pub(crate) fn plan() -> Plan {
    Plan {
        host: "localhost".to_owned(),
        port: 6000,
        transport: salon_config::Transport::Plain,
        secure_port: None,
        policies: None,
        tls: salon_config::ClientTls::default(),
        identity: Identity {
            nick: "ann".to_owned(),
            user: "ann".to_owned(),
            realname: "ann".to_owned(),
            ..Identity::default()
        },
        lines: Lines::Scripted,
        closed_room: ClosedRoom::Fail,
        timeout: Some(Duration::from_secs(30)),
        plugins: None,
        addressee: None,
        preferences: Preferences::default(),
        pause_min: PAUSE_MIN,
        unsent: None,
        home: None,
    }
}

/// The hub's end.
pub(super) struct Hub {
    lines: IoLines<BufReader<ReadHalf<DuplexStream>>>,
    writer: WriteHalf<DuplexStream>,
}

impl Hub {
    /// A hub, and what leads to it.
    pub(super) fn with_link() -> (Self, Link) {
        let (ours, theirs) = duplex(1 << 16);
        let (reader, writer) = split(ours);
        let link = Link::new(reader, writer);
        let (reader, writer) = split(theirs);
        let lines = BufReader::new(reader).lines();
        (Self { lines, writer }, link)
    }

    pub(super) async fn say(&mut self, lines: &[&str]) {
        for line in lines {
            self.writer
                .write_all(format!("{line}\r\n").as_bytes())
                .await
                .unwrap();
        }
    }

    pub(super) async fn hear(&mut self) -> String {
        self.lines.next_line().await.unwrap().unwrap()
    }

    /// What it hears until the link is gone.
    pub(super) async fn hear_rest(&mut self) -> Vec<String> {
        let mut rest = Vec::new();
        while let Some(line) = self.lines.next_line().await.unwrap() {
            rest.push(line);
        }
        rest
    }
}

fn start() -> (Conversation, Hub) {
    start_with(plan())
}

/// A conversation that begins, and the end of the hub.
pub(super) fn start_with(plan: Plan) -> (Conversation, Hub) {
    let (hub, link) = Hub::with_link();
    let conversation = Conversation::over(link, plan, "hub:6000".to_owned());
    (conversation, hub)
}

/// A conversation that is ready in `#lobby`, on a hub that labels its answers.
pub(super) async fn started() -> (Conversation, Hub) {
    started_on(&[":ann!a@h JOIN #lobby"]).await
}

/// The same on a hub that says this behind its welcome.
async fn started_on(welcome: &[&str]) -> (Conversation, Hub) {
    let (mut conversation, mut hub) = start();
    hub.say(&[
        ":hub CAP * LS :batch labeled-response echo-message",
        ":hub CAP * ACK :batch labeled-response echo-message",
        ":hub 001 ann :Welcome",
    ])
    .await;
    hub.say(welcome).await;
    hub.say(&[":hub 422 ann :No MOTD", "@label=0 :hub PONG hub :salon-0"])
        .await;
    while !conversation.is_open() {
        conversation.turn().await;
    }
    conversation.reports.clear();
    (conversation, hub)
}

/// The first report of that sort.
pub(super) async fn until<T>(
    conversation: &mut Conversation,
    mut sort: impl FnMut(Report) -> Option<T>,
) -> T {
    loop {
        while let Some(report) = conversation.next_report() {
            if let Some(found) = sort(report) {
                return found;
            }
        }
        conversation.turn().await;
    }
}

async fn end(conversation: &mut Conversation) -> Ended {
    until(conversation, |report| match report {
        Report::Ended(ended) => Some(ended),
        _ => None,
    })
    .await
}

pub(super) async fn outcome(conversation: &mut Conversation, number: u64) -> Outcome {
    until(conversation, |report| match report {
        Report::Resolved { ticket, outcome } if ticket.0 == number => Some(outcome),
        _ => None,
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_never_lets_us_in_is_given_up() {
    let (mut conversation, _hub) = start();
    let begin = Instant::now();
    let ended = end(&mut conversation).await;
    assert!(
        matches!(ended, Ended::Failed(OpenError::Timeout { .. })),
        "{ended:?}"
    );
    assert_eq!(begin.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_stops_answering_is_given_up() {
    let (mut conversation, _hub) = started().await;
    let begin = Instant::now();
    conversation.submit(Ticket(7), "anybody?");
    let ended = end(&mut conversation).await;
    let Ended::Lost { unacknowledged, .. } = ended else {
        panic!("{ended:?}")
    };
    assert_eq!(unacknowledged, [Ticket(7)]);
    assert_eq!(begin.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_line_after_a_quiet_while_has_the_whole_time_for_its_answer() {
    let (mut conversation, _hub) = started().await;
    let quiet = async {
        loop {
            conversation.turn().await;
        }
    };
    assert!(timeout(Duration::from_secs(45), quiet).await.is_err());
    conversation.submit(Ticket(1), "hello");
    let begin = Instant::now();
    let ended = end(&mut conversation).await;
    assert!(matches!(ended, Ended::Lost { .. }), "{ended:?}");
    assert_eq!(begin.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_hub_is_asked_for_a_sign_of_life() {
    let (mut conversation, mut hub) = started().await;
    let begin = Instant::now();
    let listening = async {
        while !hub.hear().await.ends_with("PING salon-1") {}
        hub.say(&["@label=1 :hub PONG hub :salon-1"]).await;
        while !hub.hear().await.ends_with("PING salon-2") {}
        begin.elapsed().as_secs()
    };
    tokio::select! {
        seconds = listening => assert_eq!(seconds, 120),
        ended = end(&mut conversation) => panic!("{ended:?}"),
    }
    let ended = end(&mut conversation).await;
    assert!(matches!(ended, Ended::Lost { .. }), "{ended:?}");
    assert_eq!(begin.elapsed().as_secs(), 150);
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_does_not_close_is_left_alone() {
    let (mut conversation, _hub) = started().await;
    let begin = Instant::now();
    conversation.quit(Some("bye"));
    assert!(matches!(end(&mut conversation).await, Ended::Quit));
    assert_eq!(begin.elapsed().as_secs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_goes_on_speaking_is_left_all_the_same() {
    let (mut conversation, mut hub) = started().await;
    conversation.quit(None);
    tokio::time::advance(Duration::from_secs(2)).await;
    hub.say(&[":bob!b@h PRIVMSG #lobby :and"]).await;
    conversation.turn().await;
    let ended = std::iter::from_fn(|| conversation.next_report()).last();
    assert!(
        matches!(ended, Some(Report::Ended(Ended::Quit))),
        "{ended:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_does_not_let_us_in_again_is_not_held_on_to() {
    let (mut conversation, mut hub) = started().await;
    conversation.moves = 1;
    conversation.finish(Ended::Failed(OpenError::Rejected {
        address: "hub:6000".to_owned(),
        reason: "full".to_owned(),
    }));
    let closed = async { while hub.lines.next_line().await.unwrap().is_some() {} };
    let closed = timeout(Duration::from_secs(1), closed).await;
    assert_eq!(closed, Ok(()));
}

#[tokio::test]
async fn only_so_many_messages_are_under_way() {
    let (mut conversation, mut hub) = started().await;
    let mut number = 0;
    while conversation.is_accepting() {
        number += 1;
        conversation.submit(Ticket(number), "text");
    }
    assert_eq!(usize::try_from(number).unwrap(), WINDOW);
    hub.say(&["@label=1 :ann!a@h PRIVMSG #lobby :text"]).await;
    assert_eq!(outcome(&mut conversation, 1).await, Outcome::Ok);
    assert!(conversation.is_accepting());
}

#[tokio::test]
async fn a_hub_that_asks_for_signs_of_life_and_reads_none_does_not_have_them_kept() {
    let (mut conversation, mut hub) = started().await;
    let questions = ["PING 0123456789"; 1000];
    for _ in 0..200 {
        hub.say(&questions).await;
        while timeout(Duration::ZERO, conversation.turn()).await.is_ok() {}
    }
    let waiting = conversation.link.waiting();
    assert!((1 << 20..=(1 << 20) + 100).contains(&waiting), "{waiting}");
}

#[tokio::test]
async fn a_command_waits_for_the_messages_before_it_and_holds_back_those_behind() {
    let (mut conversation, mut hub) = started().await;
    conversation.submit(Ticket(1), "one");
    conversation.submit(Ticket(2), ":nick bot");
    assert!(!conversation.is_accepting());
    assert_eq!(conversation.unacknowledged(), 2);
    hub.say(&["@label=1 :ann!a@h PRIVMSG #lobby :one"]).await;
    assert_eq!(outcome(&mut conversation, 1).await, Outcome::Ok);
    assert!(!conversation.is_accepting());
    hub.say(&["@label=2 :ann!a@h NICK bot"]).await;
    assert_eq!(outcome(&mut conversation, 2).await, Outcome::Ok);
    assert!(conversation.is_accepting());
}

#[tokio::test]
async fn a_line_that_never_went_out_is_among_the_unacknowledged() {
    let (mut conversation, hub) = started().await;
    conversation.submit(Ticket(1), "one");
    conversation.submit(Ticket(2), ":nick bot");
    drop(hub);
    let ended = end(&mut conversation).await;
    let Ended::Lost { unacknowledged, .. } = ended else {
        panic!("{ended:?}")
    };
    assert_eq!(unacknowledged, [Ticket(1), Ticket(2)]);
}

#[tokio::test]
async fn what_rooms_begin_with_is_known_once_the_hub_has_said_it() {
    let (mut conversation, mut hub) = started_on(&[
        ":hub 005 ann CHANTYPES=#+ :are supported",
        ":ann!a@h JOIN +den",
        ":ann!a@h JOIN #lobby",
    ])
    .await;
    conversation.submit(Ticket(1), ":part +den bye");
    let going = async {
        loop {
            conversation.turn().await;
        }
    };
    let listening = async {
        loop {
            let line = hub.hear().await;
            if line.contains(" PART ") {
                return line;
            }
        }
    };
    tokio::select! {
        line = listening => assert_eq!(line, "@label=1 PART +den :bye"),
        () = going => unreachable!("turns have no end"),
    }
}

#[tokio::test]
async fn blank_and_wrong_lines_need_no_hub() {
    let (mut conversation, _hub) = started().await;
    conversation.submit(Ticket(1), "");
    conversation.submit(Ticket(2), ":bogus");
    assert_eq!(outcome(&mut conversation, 1).await, Outcome::Ok);
    let Outcome::Refused(refusal) = outcome(&mut conversation, 2).await else {
        panic!("refused")
    };
    assert!(
        refusal.to_string().starts_with("unknown command ':bogus'"),
        "{refusal}"
    );
    assert_eq!(conversation.unacknowledged(), 0);
}
