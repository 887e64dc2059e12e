//! A length of time, as one types it: `10m`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::value::ValueError;

/// The units, the longest first, with their milliseconds.
const UNITS: [(&str, u64); 6] = [
    ("w", 7 * 24 * 60 * 60 * 1000),
    ("d", 24 * 60 * 60 * 1000),
    ("h", 60 * 60 * 1000),
    ("m", 60 * 1000),
    ("s", 1000),
    ("ms", 1),
];

/// A length of time in whole milliseconds. It is read from, and prints as, numbers with units, the
/// longest unit first: `1h30m`, `90s`, `2d`, `1w`, `500ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl Span {
    /// Reads a text such as `10m` or `1h30m`. Each unit is there once at most, in its order.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        let mut rest = text;
        let mut units = UNITS.as_slice();
        let mut milliseconds: u64 = 0;
        while !rest.is_empty() {
            let (number, unit, after) = part(rest).ok_or(ValueError::Duration)?;
            let place = units
                .iter()
                .position(|(name, _)| unit.eq_ignore_ascii_case(name))
                .ok_or(ValueError::Duration)?;
            let (_, length) = units.get(place).ok_or(ValueError::Duration)?;
            milliseconds = number
                .checked_mul(*length)
                .and_then(|part| milliseconds.checked_add(part))
                .filter(|&sum| i64::try_from(sum).is_ok())
                .ok_or(ValueError::Duration)?;
            units = units.get(place + 1..).unwrap_or_default();
            rest = after;
        }
        if text.is_empty() {
            Err(ValueError::Duration)
        } else {
            Ok(Self(milliseconds))
        }
    }

    /// It in milliseconds, which fit into an `i64`.
    pub fn as_millis(self) -> u64 {
        self.0
    }

    /// It as the standard library has it.
    pub fn as_duration(self) -> Duration {
        Duration::from_millis(self.0)
    }
}

/// A number, its unit, and what follows.
fn part(text: &str) -> Option<(u64, &str, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = text.split_at_checked(digits)?;
    let unit_end = rest
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (unit, rest) = rest.split_at_checked(unit_end)?;
    Some((number.parse().ok()?, unit, rest))
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return formatter.write_str("0s");
        }
        let mut rest = self.0;
        for (unit, length) in UNITS {
            let count = rest / length;
            rest %= length;
            if count > 0 {
                write!(formatter, "{count}{unit}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Span {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, milliseconds: u64, printed: &str) {
        let span = Span::new(text).expect("a length of time");
        assert_eq!(span.as_millis(), milliseconds, "{text:?}");
        assert_eq!(span.to_string(), printed, "{text:?}");
    }

    #[test]
    fn numbers_with_units() {
        check("10m", 600_000, "10m");
        check("1h30m", 5_400_000, "1h30m");
        check("90S", 90_000, "1m30s");
        check("500ms", 500, "500ms");
        check("2d", 172_800_000, "2d");
        check("0s", 0, "0s");
    }

    #[test]
    fn all_else_is_none() {
        for text in [
            "",
            "10",
            "m",
            "m10",
            "30m1h",
            "1h1h",
            "1.5h",
            "-1h",
            "1 h",
            "1y",
            "é1m",
            "99999999999999999999w",
            "99999999999999w",
        ] {
            assert_eq!(Span::new(text), Err(ValueError::Duration), "{text:?}");
        }
    }
}
