//! An account that is always on, and a hub that is killed at random moments: afterwards the account is in the rooms that
//! it was in, with its rank and its markers, on all its connections, and what was said meanwhile is read from history.
//!
//! What the hub has answered must be so after the kill. One more act is on its way at the kill, and may be done or not.

use std::collections::BTreeSet;
use std::path::Path;

use salon_protocol::{Timestamp, numeric};

use super::client::{CAPS, Client, Entry, Gone};
use super::hub::Site;
use super::random::Random;

const OWNER: &str = "owner";
const SPEAKER: &str = "speaker";
const BYSTANDER: &str = "bystander";

/// The room that nobody but the account keeps alive.
const DECK: &str = "#deck";

/// How many other rooms it goes in and out of.
const ROOMS: u64 = 4;

/// NUL, owner, NUL, sesame.
const CREDENTIALS: &str = "AG93bmVyAHNlc2FtZQ==";

/// How many answers somebody else gets at the most between the act on its way and the kill.
const ANSWERS_MAX: u64 = 24;

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) kills: u64,
    /// Acts of the account that were answered.
    pub(crate) acts: u64,
    /// Messages that were echoed, half of them while nobody was connected for the account.
    pub(crate) echoed: usize,
    /// How often the act on its way at the kill had been done.
    pub(crate) done_at_kill: u64,
}

/// What the account is to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Picture {
    rooms: BTreeSet<String>,
    /// The prefixes of its rank in [`DECK`].
    rank: String,
    /// Up to where it has read [`DECK`].
    read: String,
    away: bool,
}

/// Something that the account does: the lines, and the picture behind it.
struct Act {
    line: String,
    after: Picture,
}

impl Picture {
    /// Any act that changes something.
    fn act(&self, random: &mut Random, number: u64) -> Act {
        let mut after = self.clone();
        let line = match random.below(5) {
            0 => {
                after.read = Timestamp::from_millis(1_600_000_000_000 + number).to_string();
                format!("MARKREAD {DECK} timestamp={}", after.read)
            }
            1 => {
                after.away = !self.away;
                let text = if after.away { "AWAY :away" } else { "AWAY" };
                text.to_owned()
            }
            2 => {
                let voiced = self.rank.contains('+');
                if voiced { "@" } else { "@+" }.clone_into(&mut after.rank);
                format!("MODE {DECK} {}v {OWNER}", if voiced { '-' } else { '+' })
            }
            _ => {
                let room = format!("#room{}", random.below(ROOMS));
                if after.rooms.remove(&room) {
                    format!("PART {room}")
                } else {
                    let line = format!("JOIN {room}");
                    after.rooms.insert(room);
                    line
                }
            }
        };
        Act { line, after }
    }
}

/// Kills a hub so many times.
pub(crate) async fn run(salond: &Path, folder: &Path, seed: u64, kills: u64) -> Report {
    let site = Site::new(salond, folder);
    let mut hub = site.start(0).await;
    let port = hub.port();
    let mut random = Random::new(seed);
    let mut report = Report::default();
    let mut picture = settle(port).await.expect("a hub");
    let (mut on_deck, mut direct) = (Vec::new(), Vec::new());
    for kill in 1..=kills {
        let mut owner = arrive(port).await.expect("a hub");
        // Somebody is there.
        picture.away = false;
        for _ in 0..=random.below(4) {
            let act = picture.act(&mut random, report.acts);
            let done = owner.send(format!("{}\r\nPING done\r\n", act.line)).await;
            done.expect("a hub");
            let answer = owner.until(|message| message.is("PONG")).await;
            answer.expect("an answer");
            picture = act.after;
            report.acts += 1;
        }
        let owner_stays = random.below(2) == 0;
        if !owner_stays {
            owner.send("QUIT\r\n").await.expect("a hub");
            while owner.line().await.is_ok() {}
        }
        speak(port, kill, &mut on_deck, &mut direct)
            .await
            .expect("a hub");
        let mut bystander = Client::enter(port, BYSTANDER).await.expect("a hub");
        let act = picture.act(&mut random, report.acts);
        if owner_stays {
            let sent = owner.send(format!("{}\r\n", act.line)).await;
            sent.expect("a hub");
        }
        for _ in 0..random.below(ANSWERS_MAX) {
            bystander.ping("on").await.expect("a hub");
        }
        hub.kill().await;
        drop(owner);

        hub = site.start(port).await;
        let found = look(port).await.expect("a hub");
        if found != picture {
            assert!(
                owner_stays && found == act.after,
                "found {found:?} where {picture:?} was answered, {:?} was on its way",
                act.line
            );
            report.done_at_kill += 1;
        }
        picture = found;
        read(port, &on_deck, &direct).await.expect("a hub");
    }
    hub.kill().await;
    site.assert_sound();
    report.kills = kills;
    report.echoed = on_deck.len() + direct.len();
    report
}

/// Makes the account, which is always on from then on.
async fn settle(port: u16) -> Result<Picture, Gone> {
    let mut owner = Client::enter(port, OWNER).await?;
    owner
        .send(format!(
            "REGISTER * * :sesame\r\nNICKSERV SET ALWAYS-ON true\r\nJOIN {DECK}\r\nPART #lobby\r\nQUIT\r\n"
        ))
        .await?;
    while owner.line().await.is_ok() {}
    Ok(Picture {
        rooms: BTreeSet::from([DECK.to_owned()]),
        rank: "@".to_owned(),
        read: "*".to_owned(),
        away: false,
    })
}

/// One more connection of the account.
async fn arrive(port: u16) -> Result<Client, Gone> {
    let mut owner = Client::connect(port).await?;
    let lines = format!(
        "CAP REQ :{CAPS} sasl draft/read-marker\r\nAUTHENTICATE PLAIN\r\nAUTHENTICATE {CREDENTIALS}\r\n\
         NICK {OWNER}\r\nUSER {OWNER} 0 * :{OWNER}\r\nCAP END\r\nPING entered\r\n"
    );
    owner.send(lines).await?;
    owner.until(|message| message.is("PONG")).await?;
    Ok(owner)
}

/// Somebody says something to the account and to its room, and sees it echoed.
async fn speak(
    port: u16,
    round: u64,
    on_deck: &mut Vec<String>,
    direct: &mut Vec<String>,
) -> Result<(), Gone> {
    let mut speaker = Client::enter(port, SPEAKER).await?;
    speaker.join(DECK).await?;
    for number in 0..3 {
        let text = format!("{round}.{number}");
        let echo = speaker.say(DECK, "x", &text).await?;
        assert!(echo.is("PRIVMSG"), "{echo:?}");
        on_deck.push(text.clone());
        let answer = speaker.say(OWNER, "y", &text).await?;
        if !answer.is("PRIVMSG") {
            // With the away text it is a batch, of which the echo is the first line.
            assert!(answer.is("BATCH"), "{answer:?}");
            speaker.until(|message| message.is("PRIVMSG")).await?;
        }
        direct.push(text);
    }
    Ok(())
}

/// What the account is like, as its owner and others see it.
async fn look(port: u16) -> Result<Picture, Gone> {
    let mut speaker = Client::enter(port, SPEAKER).await?;
    speaker
        .send(format!(
            "CAP REQ multi-prefix\r\nJOIN {DECK}\r\nWHOIS {OWNER}\r\nPING seen\r\n"
        ))
        .await?;
    let mut picture = Picture {
        rooms: BTreeSet::new(),
        rank: String::new(),
        read: String::new(),
        away: false,
    };
    speaker
        .until(|message| {
            match message.numeric() {
                Some(numeric::RPL_WHOISCHANNELS) => {
                    let shown = message.param(2).unwrap_or_default();
                    for room in shown.split_ascii_whitespace() {
                        let (rank, name) = room.split_at(room.find('#').unwrap_or_default());
                        if name == DECK {
                            rank.clone_into(&mut picture.rank);
                        }
                        picture.rooms.insert(name.to_owned());
                    }
                }
                Some(numeric::RPL_AWAY) => picture.away = true,
                _ => {}
            }
            message.is("PONG")
        })
        .await?;
    let mut owner = Client::connect(port).await?;
    let lines = format!(
        "CAP REQ :sasl draft/read-marker\r\nAUTHENTICATE PLAIN\r\nAUTHENTICATE {CREDENTIALS}\r\nNICK {OWNER}\r\n\
         USER {OWNER} 0 * :{OWNER}\r\nCAP END\r\nMARKREAD {DECK}\r\nPING seen\r\n"
    );
    owner.send(lines).await?;
    let mut joined = BTreeSet::new();
    owner
        .until(|message| {
            let target = message.param(0).unwrap_or_default();
            if message.is("JOIN") {
                joined.insert(target.to_owned());
            } else if message.is("MARKREAD") && target == DECK {
                let read = message.param(1).unwrap_or_default();
                read.trim_start_matches("timestamp=")
                    .clone_into(&mut picture.read);
            }
            message.is("PONG")
        })
        .await?;
    assert_eq!(
        joined, picture.rooms,
        "a connection finds all rooms of its user"
    );
    Ok(picture)
}

/// All that was echoed is in the history of the owner, once and in order.
async fn read(port: u16, on_deck: &[String], direct: &[String]) -> Result<(), Gone> {
    let mut owner = arrive(port).await?;
    let texts = |entries: Vec<Entry>| -> Vec<String> {
        entries.into_iter().map(|entry| entry.text).collect()
    };
    assert_eq!(texts(owner.history(DECK).await?), on_deck);
    assert_eq!(texts(owner.history_to(SPEAKER, OWNER).await?), direct);
    Ok(())
}
