//! Points in time as the wire writes them. There is no clock here: who needs the present time brings it.

use std::fmt;
use std::str::FromStr;

/// A point in time in whole milliseconds since 1970, displayed as `2026-11-23T18:00:00.000Z`.
///
/// See <https://ircv3.net/specs/extensions/server-time>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(u64);

/// Why a text is no timestamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid time {text:?}; expected one such as `2026-11-23T18:00:00.000Z`")]
pub struct TimestampError {
    /// The text.
    text: String,
}

impl Timestamp {
    /// The last one that can be written, `9999-12-30T22:00:00.999Z`.
    pub const MAX: Self = Self(253_402_207_200_999);

    /// So many milliseconds after 1970 began; later than [`Timestamp::MAX`] is that.
    pub const fn from_millis(millis: u64) -> Self {
        if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// How many milliseconds it is after 1970 began.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The moment before it: what is asked for behind that one has what happened at this one.
    #[must_use]
    pub const fn just_before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    fn to_jiff(self) -> jiff::Timestamp {
        i64::try_from(self.0)
            .ok()
            .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
            .unwrap_or(jiff::Timestamp::MAX)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.3}", self.to_jiff())
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Parses an RFC 3339 time; an offset is taken into account, and what is finer than a millisecond is cut off.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        text.parse::<jiff::Timestamp>()
            .ok()
            .and_then(|time| u64::try_from(time.as_millisecond()).ok())
            .map(Self::from_millis)
            .ok_or_else(|| TimestampError {
                text: text.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, millis: u64) {
        assert_eq!(text.parse(), Ok(Timestamp::from_millis(millis)));
    }

    #[test]
    fn milliseconds_are_always_displayed() {
        let display = |millis| Timestamp::from_millis(millis).to_string();
        assert_eq!(display(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(display(1_795_456_800_000), "2026-11-23T18:00:00.000Z");
        assert_eq!(display(1_795_456_800_042), "2026-11-23T18:00:00.042Z");
        assert_eq!(display(951_782_400_100), "2000-02-29T00:00:00.100Z");
        assert_eq!(display(u64::MAX), "9999-12-30T22:00:00.999Z");
    }

    #[test]
    fn nothing_is_before_the_first_moment() {
        let before = |millis| Timestamp::from_millis(millis).just_before().as_millis();
        assert_eq!([before(5), before(1), before(0)], [4, 0, 0]);
    }

    #[test]
    fn rfc_3339_is_parsed() {
        check("2026-11-23T18:00:00.000Z", 1_795_456_800_000);
        check("2026-11-23T18:00:00Z", 1_795_456_800_000);
        check("2026-11-23T19:00:00.5+01:00", 1_795_456_800_500);
        check("2026-11-23T18:00:00.123999Z", 1_795_456_800_123);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "yesterday",
            "2026-11-23",
            "2026-13-23T18:00:00Z",
            "1969-12-31T23:59:59Z",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text:?}");
        }
        assert_eq!(
            "noon".parse::<Timestamp>().unwrap_err().to_string(),
            "invalid time \"noon\"; expected one such as `2026-11-23T18:00:00.000Z`"
        );
    }

    proptest! {
        #[test]
        fn parsing_undoes_displaying(millis in 0..=Timestamp::MAX.as_millis()) {
            let time = Timestamp::from_millis(millis);
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }

        #[test]
        fn nothing_panics_parsing(text in "[0-9TZ:.+-]{0,30}|.{0,30}") {
            let _ = text.parse::<Timestamp>();
        }
    }
}
