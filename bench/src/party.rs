//! Clients that talk in rooms, and the account of what each of them was sent.

use std::time::Duration;

use crate::crowd::{Crowd, News};
use crate::failure::Failure;
use crate::ledger::Ledger;
use crate::load::{Layout, Load, Stream, micros, nick};
use crate::server::Server;
use crate::text::Text;

/// How many clients enter a room at a time.
const JOINS_AT_ONCE: usize = 32;
/// What may wait to be written before a speaker says no more.
const UNWRITTEN_BYTES_MAX: usize = 64 * 1024;
/// Waiting shorter than this is done by asking again and again: the system's clock would make it longer.
const SPIN_US: u64 = 200;

/// Connected clients in their rooms.
pub(crate) struct Party {
    pub(crate) crowd: Crowd,
    pub(crate) ledger: Ledger,
    streams: Vec<Stream>,
    load: Load,
    /// Those whose latencies don't count, because they are made slow.
    pub(crate) slow: Vec<usize>,
    is_slow: Vec<bool>,
    paused: bool,
    last_delivery_us: u64,
    give_up_us: u64,
    pub(crate) closed: usize,
    /// How long entering the rooms took, in microseconds, and what it cost the server.
    pub(crate) joining_us: u64,
    pub(crate) joining_cpu_us: f64,
    pub(crate) joins: usize,
}

/// What was said in a phase.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said {
    pub(crate) sent: u64,
    /// Deliveries to those who read.
    pub(crate) expected: u64,
    /// From the first message to the last delivery.
    pub(crate) wall_us: u64,
}

impl Party {
    /// Connects everybody and lets them enter. `slow` of the members get a small receive buffer.
    pub(crate) fn gather(server: &Server, load: &Load, slow: usize) -> Result<Self, Failure> {
        let crowd = Crowd::new(server.protocol, server.address, server.sources)?;
        let Layout {
            clients,
            streams,
            entries,
        } = load.layout(server.protocol, slow)?;
        let mut party = Self {
            ledger: Ledger::new(clients, streams.len())?,
            give_up_us: micros(load.timeout),
            crowd,
            streams,
            load: load.clone(),
            slow: (0..slow)
                .map(|place| place * load.members / slow.max(1))
                .collect(),
            is_slow: vec![false; clients],
            paused: false,
            last_delivery_us: 0,
            closed: 0,
            joining_us: 0,
            joining_cpu_us: 0.0,
            joins: entries.len(),
        };
        for &index in &party.slow {
            party.is_slow[index] = true;
        }
        party.register(clients, server.opening)?;
        let began_us = party.crowd.now_us();
        let cpu_us = server.process.cpu_us();
        party.enter(&entries)?;
        party.joining_us = party.crowd.now_us() - began_us;
        party.joining_cpu_us = server.process.cpu_us() - cpu_us;
        party.settle(Duration::from_millis(300), Duration::from_secs(10))?;
        Ok(party)
    }

    fn register(&mut self, clients: usize, opening: usize) -> Result<(), Failure> {
        let mut registered = 0;
        while registered < clients {
            while self.crowd.len() < clients.min(registered + opening) {
                let index = self.crowd.len();
                let receive_bytes = self.is_slow[index].then_some(4096);
                self.crowd.open(&nick('m', index), receive_bytes)?;
            }
            registered += self.await_news(News::Registered, "registration")?;
        }
        Ok(())
    }

    fn enter(&mut self, entries: &[(usize, String)]) -> Result<(), Failure> {
        let (mut asked, mut joined) = (0, 0);
        while joined < entries.len() {
            while let Some((index, room)) = entries.get(asked)
                && asked < joined + JOINS_AT_ONCE
            {
                let line = self.crowd.protocol.join(room);
                self.crowd.put(*index, |out| out.extend(line.into_bytes()));
                self.crowd.flush(*index);
                asked += 1;
            }
            joined += self.await_news(News::Joined, "joining")?;
        }
        Ok(())
    }

    /// Polls once and counts what happened of one kind. Nobody may be sent away meanwhile.
    fn await_news(&mut self, awaited: News, doing: &str) -> Result<usize, Failure> {
        self.serve(Duration::from_millis(50))?;
        let news = std::mem::take(&mut self.crowd.news);
        let closed = news.iter().any(|&(_, news)| news == News::Closed);
        if closed || self.crowd.now_us() > self.give_up_us {
            let reason = if closed {
                "a connection was closed"
            } else {
                "it takes too long"
            };
            let reason = format!("{reason}; {}", self.crowd.note);
            return Err(Failure::server(doing, reason));
        }
        Ok(news.iter().filter(|&&(_, news)| news == awaited).count())
    }

    fn serve(&mut self, wait: Duration) -> Result<(), Failure> {
        let Self {
            crowd,
            ledger,
            streams,
            load,
            is_slow,
            last_delivery_us,
            ..
        } = self;
        crowd.poll(wait, &mut |index, line, now_us| {
            let Some((head, text)) = line
                .len()
                .checked_sub(load.bytes)
                .and_then(|head| line.split_at_checked(head))
                .filter(|(_, text)| text.first() == Some(&b'~'))
            else {
                return false;
            };
            let parsed = Text::parse(text);
            let Some((text, stream)) = parsed
                .and_then(|text| Some((text, streams.get_mut(text.stream as usize)?)))
                .filter(|(_, stream)| head.ends_with(stream.lead.as_bytes()))
            else {
                ledger.counts.corrupt += 1;
                return true;
            };
            if ledger.note(index, text, now_us, !is_slow[index]) {
                *last_delivery_us = now_us;
                if stream.answerer == index {
                    stream.acknowledged = text.number + 1;
                }
            }
            true
        })
    }

    /// Serves until nothing comes for `quiet`, or for as long as `most`.
    pub(crate) fn settle(&mut self, quiet: Duration, most: Duration) -> Result<(), Failure> {
        let (quiet_us, most_us) = (quiet.as_micros(), most.as_micros());
        let began_us = self.crowd.now_us();
        let mut last = (began_us, self.crowd.bytes_read);
        loop {
            self.serve(Duration::from_millis(20))?;
            let now_us = self.crowd.now_us();
            if self.crowd.bytes_read != last.1 {
                last = (now_us, self.crowd.bytes_read);
            }
            let silent = u128::from(now_us - last.0) > quiet_us;
            if silent || u128::from(now_us - began_us) > most_us {
                return Ok(());
            }
        }
    }

    /// The slow ones stop reading, or read on.
    pub(crate) fn pause_slow(&mut self, paused: bool) -> Result<(), Failure> {
        self.paused = paused;
        for index in self.slow.clone() {
            if paused {
                self.crowd.pause(index)?;
            } else {
                self.crowd.resume(index)?;
            }
        }
        Ok(())
    }

    /// Talks for some seconds and waits for the deliveries, which are counted from zero.
    pub(crate) fn talk(&mut self, seconds: f64) -> Result<Said, Failure> {
        self.ledger.begin();
        let began_us = self.crowd.now_us();
        let stop_us = began_us + micros(seconds);
        let before: Vec<u32> = self.streams.iter().map(|stream| stream.sent).collect();
        let mut pace = self.load.rate.map(|rate| Pace::new(rate, began_us));
        let mut progress = (began_us, 0);
        let mut said = Said {
            sent: 0,
            expected: 0,
            wall_us: 0,
        };
        loop {
            let mut now_us = self.crowd.now_us();
            let open = now_us < stop_us;
            let mut wait_us = 10_000;
            if open {
                match &mut pace {
                    Some(pace) => wait_us = self.say_due(pace, now_us),
                    None => self.fill_windows(now_us),
                }
            }
            said = self.said(&before, said);
            if !open && self.ledger.counts.delivered >= said.expected {
                break;
            }
            let spin = pace.is_some() && wait_us < SPIN_US;
            self.serve(Duration::from_micros(if spin { 0 } else { wait_us }))?;
            now_us = self.crowd.now_us();
            if self.ledger.counts.delivered != progress.1 {
                progress = (now_us, self.ledger.counts.delivered);
            }
            if now_us - progress.0 > micros(self.load.stall) || now_us > self.give_up_us {
                break;
            }
        }
        self.closed += self
            .crowd
            .news
            .drain(..)
            .filter(|news| news.1 == News::Closed)
            .count();
        said.wall_us = self.last_delivery_us.saturating_sub(began_us).max(1);
        Ok(said)
    }

    /// What was sent since `before`, and how often it is to be delivered to those who read.
    fn said(&self, before: &[u32], said: Said) -> Said {
        let paused = if self.paused {
            self.slow.len() as u64
        } else {
            0
        };
        let streams = self.streams.iter().zip(before);
        let sent = streams.map(|(stream, before)| {
            let sent = u64::from(stream.sent - before);
            (sent, sent * (stream.receivers - paused))
        });
        let (sent, expected) = sent.fold((0, 0), |sum, (sent, due)| (sum.0 + sent, sum.1 + due));
        Said {
            sent,
            expected,
            ..said
        }
    }

    fn fill_windows(&mut self, now_us: u64) {
        for stream in 0..self.streams.len() {
            let Stream {
                speaker,
                sent,
                acknowledged,
                ..
            } = self.streams[stream];
            let room = (acknowledged + self.load.window).saturating_sub(sent);
            let full = self.crowd.unwritten_bytes(speaker) > UNWRITTEN_BYTES_MAX;
            if room == 0 || full || !self.crowd.is_open(speaker) {
                continue;
            }
            for _ in 0..room {
                self.say(stream, now_us);
            }
            self.crowd.flush(speaker);
        }
    }

    /// Says what is due and tells how long nothing more is, in microseconds.
    fn say_due(&mut self, pace: &mut Pace, now_us: u64) -> u64 {
        let mut due_us = pace.due_us();
        while due_us <= now_us {
            let stream = usize::try_from(pace.said).unwrap_or(0) % self.streams.len();
            self.say(stream, due_us);
            self.crowd.flush(self.streams[stream].speaker);
            pace.said += 1;
            due_us = pace.due_us();
        }
        due_us - now_us
    }

    fn say(&mut self, index: usize, due_us: u64) {
        let stream = &mut self.streams[index];
        let text = Text {
            stream: u32::try_from(index).unwrap_or(u32::MAX),
            number: stream.sent,
            due_us: u32::try_from(due_us).unwrap_or(u32::MAX),
        };
        stream.sent += 1;
        let protocol = self.crowd.protocol;
        self.crowd.put(stream.speaker, |out| {
            protocol.write_message(out, &stream.room, text, self.load.bytes);
        });
    }
}

/// A message every so often.
#[derive(Debug)]
struct Pace {
    rate: f64,
    began_us: u64,
    said: u64,
}

impl Pace {
    fn new(rate: f64, began_us: u64) -> Self {
        Self {
            rate,
            began_us,
            said: 0,
        }
    }

    fn due_us(&self) -> u64 {
        self.began_us + micros(self.said as f64 / self.rate)
    }
}
