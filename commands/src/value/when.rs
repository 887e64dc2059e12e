//! A point in time, as one types it: `yesterday`.
//!
//! A text is read without knowing what time it is; [`When::resolve`] is handed the moment and the
//! time zone to read it in. Nothing here reads a clock.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

use crate::value::{Span, ValueError};

/// A point in time, relative or not. It prints as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    text: String,
    meaning: Meaning,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// `now`.
    Now,
    /// So many days before the beginning of today.
    Midnight { days_ago: i32 },
    /// `2h`, or `2h ago`.
    Ago(Span),
    /// `18:30`: the last time that it was so.
    Clock(Time),
    /// `2026-11-23`: when that day began.
    Day(Date),
    /// `2026-11-23T18:30`: in the time zone of the one who asks.
    Local(DateTime),
    /// RFC 3339.
    Exact(Timestamp),
}

impl When {
    /// The times that have a name.
    pub(crate) const NAMES: [Cow<'static, str>; 3] = [
        Cow::Borrowed("now"),
        Cow::Borrowed("today"),
        Cow::Borrowed("yesterday"),
    ];

    /// Reads a text as a time: `now`, `today`, `yesterday`, a length of time such as `2h` (so long
    /// ago), `18:30`, `2026-11-23`, `2026-11-23T18:30`, or RFC 3339.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        let meaning = match text.to_ascii_lowercase().as_str() {
            "now" => Some(Meaning::Now),
            "today" => Some(Meaning::Midnight { days_ago: 0 }),
            "yesterday" => Some(Meaning::Midnight { days_ago: 1 }),
            _ => None,
        };
        let meaning = meaning
            .or_else(|| Span::new(text).ok().map(Meaning::Ago))
            .or_else(|| numeric(text));
        meaning.map_or(Err(ValueError::Time), |meaning| {
            Ok(Self {
                text: text.to_owned(),
                meaning,
            })
        })
    }

    /// The moment that it means for someone for whom it is `now`. `None` if that is before or after
    /// all times.
    ///
    /// ```
    /// use salon_commands::When;
    ///
    /// let now = "2026-11-23T18:00:00+01:00[+01:00]".parse()?;
    /// let yesterday = When::new("yesterday")?;
    /// assert_eq!(yesterday.resolve(&now).map(|time| time.to_string()).as_deref(), Some("2026-11-21T23:00:00Z"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resolve(&self, now: &ZonedDateTime) -> Option<Timestamp> {
        let zone = now.time_zone();
        let local = |time: DateTime| {
            let zoned = time.to_zoned_datetime(zone.clone()).ok()?;
            Some(zoned.timestamp())
        };
        match self.meaning {
            Meaning::Now => Some(now.timestamp()),
            Meaning::Midnight { days_ago } => {
                let ago = jiff::Span::new().try_days(days_ago).ok()?;
                local(
                    now.date()
                        .checked_sub(ago)
                        .ok()?
                        .to_datetime(Time::midnight()),
                )
            }
            Meaning::Ago(span) => {
                let ago = SignedDuration::from_millis(i64::try_from(span.as_millis()).ok()?);
                now.timestamp().checked_sub(ago).ok()
            }
            Meaning::Clock(clock) => {
                let today = local(now.date().to_datetime(clock))?;
                if today <= now.timestamp() {
                    return Some(today);
                }
                local(now.date().yesterday().ok()?.to_datetime(clock))
            }
            Meaning::Day(day) => local(day.to_datetime(Time::midnight())),
            Meaning::Local(time) => local(time),
            Meaning::Exact(time) => Some(time),
        }
    }

    /// It as it was typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A time that is written in digits. What isn't one at a glance is not tried: this runs while typing.
fn numeric(text: &str) -> Option<Meaning> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.len() > 40 {
        return None;
    }
    match (text.len(), text.contains(':'), text.contains('-')) {
        (_, true, false) => text.parse().ok().map(Meaning::Clock),
        (10, false, true) => text.parse().ok().map(Meaning::Day),
        _ => {
            let exact = text.parse::<Timestamp>().ok().map(Meaning::Exact);
            exact.or_else(|| text.parse::<DateTime>().ok().map(Meaning::Local))
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

impl FromStr for When {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text means at six in the evening of 23 November 2026, an hour east of Greenwich.
    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let now: ZonedDateTime = "2026-11-23T18:00:00+01:00[+01:00]".parse().expect("a time");
        let resolved = When::new(text)
            .ok()
            .map(|when| when.resolve(&now).expect("within all times").to_string());
        assert_eq!(resolved.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn names_of_days() {
        check("now", Some("2026-11-23T17:00:00Z"));
        check("today", Some("2026-11-22T23:00:00Z"));
        check("Yesterday", Some("2026-11-21T23:00:00Z"));
    }

    #[test]
    fn length_of_time_is_so_long_ago() {
        check("2h", Some("2026-11-23T15:00:00Z"));
        check("1d12h", Some("2026-11-22T05:00:00Z"));
    }

    #[test]
    fn clock_is_the_last_time_that_it_was_so() {
        check("17:30", Some("2026-11-23T16:30:00Z"));
        check("18:00", Some("2026-11-23T17:00:00Z"));
        check("18:30", Some("2026-11-22T17:30:00Z"));
    }

    #[test]
    fn days_and_whole_times() {
        check("2026-11-01", Some("2026-10-31T23:00:00Z"));
        check("2026-11-01T08:15", Some("2026-11-01T07:15:00Z"));
        check("2026-11-01T08:15:30.250Z", Some("2026-11-01T08:15:30.25Z"));
        check("2026-11-01T08:15:30+05:30", Some("2026-11-01T02:45:30Z"));
    }

    #[test]
    fn all_else_is_none() {
        for text in ["", "soon", "25:00", "2026-13-01", "12", "-2h", "2026", "é"] {
            check(text, None);
        }
    }

    #[test]
    fn time_before_all_times_is_none() {
        let now: ZonedDateTime = "2026-11-23T18:00:00+00:00[UTC]".parse().expect("a time");
        let when = When::new("999999w").expect("a length of time");
        assert_eq!(when.resolve(&now), None);
    }
}
