//! Clients that say as much as the hub stores: with echo-message, what comes back is stored.

use std::time::Duration;

use crate::crowd::{Crowd, News};
use crate::failure::Failure;
use crate::load::{micros, nick};
use crate::server::Server;
use crate::words::{Dice, write_words};

/// When nothing comes back any more, in seconds.
const STALL: f64 = 10.0;

/// Some clients, each alone in a room of its own.
pub(crate) struct Writers {
    crowd: Crowd,
    sent: Vec<u64>,
    stored: Vec<u64>,
    /// How many messages each has outstanding.
    window: u64,
    text_bytes: usize,
    dice: Dice,
}

/// What was stored, and how long it took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored {
    pub(crate) messages: u64,
    pub(crate) wall_us: u64,
}

impl Stored {
    pub(crate) fn per_second(self) -> f64 {
        self.messages as f64 * 1e6 / self.wall_us.max(1) as f64
    }
}

impl Writers {
    pub(crate) fn gather(
        server: &Server,
        count: usize,
        window: u64,
        text_bytes: usize,
    ) -> Result<Self, Failure> {
        let mut crowd = Crowd::new(server.protocol, server.address, 0)?;
        for index in 0..count {
            crowd.open(&nick('w', index), None)?;
        }
        let mut joined = 0;
        while joined < count {
            crowd.poll(Duration::from_millis(50), &mut |_, _, _| false)?;
            for (index, news) in std::mem::take(&mut crowd.news) {
                match news {
                    News::Registered => {
                        let join = crowd.protocol.join(&crowd.protocol.room_name(index));
                        let lines = format!("CAP REQ :echo-message\r\n{join}");
                        crowd.put(index, |out| out.extend(lines.into_bytes()));
                        crowd.flush(index);
                    }
                    News::Joined => joined += 1,
                    News::Closed => return Err(Failure::server("joining", crowd.note)),
                }
            }
            if crowd.now_us() > micros(STALL) {
                return Err(Failure::server("joining", crowd.note));
            }
        }
        Ok(Self {
            crowd,
            sent: vec![0; count],
            stored: vec![0; count],
            window,
            text_bytes,
            dice: Dice::new(count as u64),
        })
    }

    /// Writes for some seconds or until so many messages are stored, whichever is first, and waits for all of them.
    pub(crate) fn write(&mut self, messages: u64, seconds: f64) -> Result<Stored, Failure> {
        let began_us = self.crowd.now_us();
        let before: u64 = self.stored.iter().sum();
        let mut progress = (began_us, before);
        let mut last_us = began_us;
        loop {
            let sent: u64 = self.sent.iter().sum();
            let now_us = self.crowd.now_us();
            let mut left = (before + messages).saturating_sub(sent);
            if now_us > began_us + micros(seconds) {
                left = 0;
            }
            let stored: u64 = self.stored.iter().sum();
            if left == 0 && stored == sent {
                return Ok(Stored {
                    messages: stored - before,
                    wall_us: last_us - began_us,
                });
            }
            self.say(&mut left);
            last_us = self.serve()?.unwrap_or(last_us);
            if stored != progress.1 {
                progress = (now_us, stored);
            }
            if now_us > progress.0 + micros(STALL) {
                let reason = format!("{} of {sent} came back; {}", stored, self.crowd.note);
                return Err(Failure::server("storing", reason));
            }
        }
    }

    fn say(&mut self, left: &mut u64) {
        for index in 0..self.sent.len() {
            // A full window is refilled when half of it came back, so that many lines travel together.
            let outstanding = self.sent[index] - self.stored[index];
            if outstanding > self.window / 2 && self.window > 1 {
                continue;
            }
            let room = (self.window - outstanding.min(self.window)).min(*left);
            *left -= room;
            let name = self.crowd.protocol.room_name(index);
            let (sent, dice, bytes) = (&mut self.sent[index], &mut self.dice, self.text_bytes);
            self.crowd.put(index, |out| {
                for _ in 0..room {
                    out.extend(format!("PRIVMSG {name} :{sent} ").into_bytes());
                    write_words(out, bytes, dice);
                    out.extend(b"\r\n");
                    *sent += 1;
                }
            });
            self.crowd.flush(index);
        }
    }

    /// Takes what came back, which has to be in the order in which it was said; when that was.
    fn serve(&mut self) -> Result<Option<u64>, Failure> {
        let stored = &mut self.stored;
        let (mut wrong, mut last_us) = (None, None);
        self.crowd
            .poll(Duration::from_millis(10), &mut |index, line, now_us| {
                let Some(number) = echoed(line) else {
                    return false;
                };
                if number == stored[index] {
                    stored[index] += 1;
                    last_us = Some(now_us);
                } else {
                    wrong = Some((stored[index], number));
                }
                true
            })?;
        if let Some((expected, found)) = wrong {
            let reason = format!("message {expected} was to come back, and {found} did");
            return Err(Failure::server("storing", reason));
        }
        Ok(last_us)
    }
}

/// The number at the beginning of a message that came back.
fn echoed(line: &[u8]) -> Option<u64> {
    let mut words = line.splitn(5, |&byte| byte == b' ').skip(1);
    (words.next()? == b"PRIVMSG").then_some(())?;
    let number = words.nth(1)?.strip_prefix(b":")?;
    str::from_utf8(number).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_begins_with_its_number() {
        let line = b":w1!~w1@127.0.0.1 PRIVMSG #bench1 :42 bace dilo";
        assert_eq!(echoed(line), Some(42));
        assert_eq!(echoed(b":hub 366 w1 #bench1 :42 names"), None);
        assert_eq!(echoed(b"PING :hub"), None);
    }
}
