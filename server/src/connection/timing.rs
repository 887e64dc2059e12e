//! When a connection is pinged or ended for its silence, and how fast it may send. Values in, values out: the time is
//! handed in.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use salon_config::{LimitSettings, ServerConfig};
use tokio::time::Instant;

/// How far away the next look is where nothing is due.
const FAR: Duration = Duration::from_hours(1);

const SECOND: Duration = Duration::from_secs(1);

const MINUTE: Duration = Duration::from_mins(1);

/// What is due at a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    Ping,
    End(&'static str),
}

/// The times that a connection is held against.
#[derive(Debug)]
pub(super) struct Deadlines {
    /// As it was when the connection began.
    config: Arc<ServerConfig>,
    since: Instant,
    heard: Instant,
    pinged: Option<Instant>,
    /// Since when the peer has taken nothing of what waits for it.
    stalled: Option<Instant>,
}

impl Deadlines {
    pub(super) fn new(config: Arc<ServerConfig>, now: Instant) -> Self {
        Self {
            config,
            since: now,
            heard: now,
            pinged: None,
            stalled: None,
        }
    }

    /// When to look for the first time.
    pub(super) fn first(&self) -> Instant {
        self.next(self.since, false)
    }

    /// Notes that the peer sent something.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.pinged = None;
    }

    /// Notes what came of writing; asks for the time only where that counts.
    pub(super) fn wrote(&mut self, now: impl FnOnce() -> Instant, progress: bool, all: bool) {
        if all {
            if self.stalled.take().is_some() {
                // While it was behind its PONG was not read.
                self.heard = now();
                self.pinged = None;
            }
        } else if progress || self.stalled.is_none() {
            self.stalled = Some(now());
        }
    }

    /// What is due now.
    pub(super) fn check(&mut self, now: Instant, registered: bool) -> Verdict {
        let limits = &self.config.limits;
        let over = |since: Instant, limit: Option<Duration>| {
            limit.is_some_and(|limit| now >= since + limit)
        };
        // Also of one who reads a byte now and then.
        if !registered && over(self.since, limits.registration_timeout) {
            return Verdict::End("Registration timeout");
        }
        if let Some(stalled) = self.stalled {
            return if over(stalled, limits.ping_timeout) {
                Verdict::End("Nothing read for too long")
            } else {
                Verdict::Fine
            };
        }
        if !registered {
            return Verdict::Fine;
        }
        match self.pinged {
            Some(pinged) if over(pinged, limits.ping_timeout) => Verdict::End("Ping timeout"),
            None if over(self.heard, limits.ping_interval) => {
                self.pinged = Some(now);
                Verdict::Ping
            }
            Some(_) | None => Verdict::Fine,
        }
    }

    /// When to look again. Looks are at most a ping timeout apart, since a stall begins unannounced.
    pub(super) fn next(&self, now: Instant, registered: bool) -> Instant {
        let limits = &self.config.limits;
        let registration = limits.registration_timeout.filter(|_| !registered);
        let due = if let Some(timeout) = registration {
            // Before that, a stall is looked at by the latest time below.
            Some(self.since + timeout)
        } else if let Some(stalled) = self.stalled {
            limits.ping_timeout.map(|timeout| stalled + timeout)
        } else if !registered {
            None
        } else if let Some(pinged) = self.pinged {
            limits.ping_timeout.map(|timeout| pinged + timeout)
        } else {
            limits.ping_interval.map(|interval| self.heard + interval)
        };
        let latest = now + limits.ping_timeout.unwrap_or(FAR).min(FAR);
        due.unwrap_or(latest)
            .min(latest)
            .max(now + Duration::from_millis(1))
    }
}

/// What a line is, for the rates that it counts for besides that of all lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineKind {
    Plain,
    /// Something is said to somebody.
    Message,
    /// So many rooms are entered.
    Join(u32),
    /// A registered client takes another nick.
    Nick,
}

/// How fast a connection may send: lines, and among them messages, entries of rooms, and changes of nick.
#[derive(Debug)]
pub(super) struct Allowance {
    lines: Option<Rate>,
    messages: Option<Rate>,
    joins: Option<Rate>,
    nicks: Option<Rate>,
}

impl Allowance {
    pub(super) fn new(limits: &LimitSettings, now: Instant) -> Self {
        let rate = |count, period, burst| Rate::new(count, period, burst, now);
        Self {
            lines: rate(limits.lines_per_second, SECOND, limits.line_burst),
            messages: rate(limits.messages_per_second, SECOND, limits.message_burst),
            joins: rate(limits.joins_per_second, SECOND, limits.join_burst),
            nicks: rate(limits.nicks_per_minute, MINUTE, limits.nick_burst),
        }
    }

    /// Until when the connection has to wait, if it has to.
    pub(super) fn held(&self, now: Instant) -> Option<Instant> {
        [&self.lines, &self.messages, &self.joins, &self.nicks]
            .into_iter()
            .flatten()
            .filter_map(|rate| rate.held(now))
            .max()
    }

    /// Notes that a line was handled.
    pub(super) fn spend(&mut self, now: Instant, kind: LineKind) {
        let (own, count) = match kind {
            LineKind::Plain => (&mut None, 0),
            LineKind::Message => (&mut self.messages, 1),
            LineKind::Join(count) => (&mut self.joins, count),
            LineKind::Nick => (&mut self.nicks, 1),
        };
        if let Some(rate) = own {
            rate.spend(now, count);
        }
        if let Some(rate) = &mut self.lines {
            rate.spend(now, 1);
        }
    }
}

/// The generic cell rate algorithm (ITU-T I.371): the time at which the budget is whole again. Small, since every
/// connection that the limits do not spare has four.
#[derive(Debug)]
struct Rate {
    interval_micros: u32,
    burst: u32,
    whole: Instant,
}

impl Rate {
    fn new(
        count: Option<NonZeroU32>,
        period: Duration,
        burst: Option<NonZeroU32>,
        now: Instant,
    ) -> Option<Self> {
        let interval = (period / count?.get()).as_micros();
        Some(Self {
            interval_micros: u32::try_from(interval).unwrap_or(u32::MAX).max(1),
            burst: burst.map_or(1, NonZeroU32::get),
            whole: now,
        })
    }

    fn interval(&self) -> Duration {
        Duration::from_micros(self.interval_micros.into())
    }

    /// While fewer than a burst of intervals are to pass until the budget is whole, there is one left.
    fn held(&self, now: Instant) -> Option<Instant> {
        let tolerance = self.interval() * (self.burst - 1);
        let free = self.whole.checked_sub(tolerance)?;
        (free > now).then_some(free)
    }

    fn spend(&mut self, now: Instant, count: u32) {
        self.whole = self.whole.max(now) + self.interval() * count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> ServerConfig {
        let text = "[limits]\nping_interval = \"10s\"\nping_timeout = \"4s\"\nregistration_timeout = \"7s\"\n\
                    messages_per_second = 10\nmessage_burst = 3\njoins_per_second = 5\njoin_burst = 4\n\
                    nicks_per_minute = 6\nnick_burst = 2\n";
        let config = salon_config::ServerConfig::parse(std::path::Path::new("test.toml"), text);
        config.expect("valid settings")
    }

    #[track_caller]
    fn check(deadlines: &mut Deadlines, at: Instant, registered: bool, expected: Verdict) {
        assert_eq!(deadlines.check(at, registered), expected);
    }

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn one_who_does_not_register_is_ended() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(Arc::new(config()), start);
        check(&mut deadlines, after(start, 6), false, Verdict::Fine);
        check(
            &mut deadlines,
            after(start, 7),
            false,
            Verdict::End("Registration timeout"),
        );
    }

    #[test]
    fn one_who_reads_slowly_has_to_register_all_the_same() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(Arc::new(config()), start);
        for second in 0..7 {
            deadlines.wrote(|| after(start, second), true, false);
            check(&mut deadlines, after(start, second), false, Verdict::Fine);
        }
        check(
            &mut deadlines,
            after(start, 7),
            false,
            Verdict::End("Registration timeout"),
        );
    }

    #[test]
    fn silence_is_pinged_and_then_ended() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(Arc::new(config()), start);
        check(&mut deadlines, after(start, 10), true, Verdict::Ping);
        check(&mut deadlines, after(start, 13), true, Verdict::Fine);
        check(
            &mut deadlines,
            after(start, 14),
            true,
            Verdict::End("Ping timeout"),
        );
        deadlines.heard(after(start, 14));
        check(&mut deadlines, after(start, 15), true, Verdict::Fine);
    }

    #[test]
    fn a_slow_reader_lives_while_it_reads_anything() {
        let start = Instant::now();
        let mut deadlines = Deadlines::new(Arc::new(config()), start);
        for second in 0..60 {
            deadlines.wrote(|| after(start, second), second % 3 == 0, false);
            check(&mut deadlines, after(start, second), true, Verdict::Fine);
        }
        check(
            &mut deadlines,
            after(start, 61),
            true,
            Verdict::End("Nothing read for too long"),
        );
    }

    /// Spends what the kind has as a burst, and then waits for the next.
    #[track_caller]
    fn check_burst(kind: LineKind, burst: u32, interval: Duration) {
        let start = Instant::now();
        let mut allowance = Allowance::new(&config().limits, start);
        for _ in 0..burst {
            assert_eq!(allowance.held(start), None);
            allowance.spend(start, kind);
        }
        assert_eq!(allowance.held(start), Some(start + interval));
        assert_eq!(allowance.held(start + interval), None);
        allowance.spend(start + interval, kind);
        assert_eq!(
            allowance.held(start + interval),
            Some(start + interval * 2),
            "one at a time from then on"
        );
    }

    #[test]
    fn a_burst_passes_to_the_last_and_the_rest_waits() {
        check_burst(LineKind::Message, 3, Duration::from_millis(100));
        check_burst(LineKind::Join(1), 4, Duration::from_millis(200));
        check_burst(LineKind::Nick, 2, Duration::from_secs(10));
        check_burst(LineKind::Plain, 500, Duration::from_millis(10));
    }

    #[test]
    fn every_room_of_a_join_counts() {
        let start = Instant::now();
        let mut allowance = Allowance::new(&config().limits, start);
        allowance.spend(start, LineKind::Join(24));
        let free = start + Duration::from_millis(200) * 21;
        assert_eq!(allowance.held(start), Some(free));
    }

    #[test]
    fn a_limit_that_is_off_holds_nobody() {
        let mut limits = config().limits;
        limits.nicks_per_minute = None;
        let start = Instant::now();
        let mut allowance = Allowance::new(&limits, start);
        for _ in 0..100 {
            allowance.spend(start, LineKind::Nick);
        }
        assert_eq!(allowance.held(start), None);
    }
}
