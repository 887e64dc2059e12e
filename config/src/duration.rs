//! Durations as people write them: `"30s"`, `"10m"`, `"1m30s"`.
//!
//! One form alone is taken, a text with units, because a bare `600` does not tell whether seconds were meant. The number
//! `0` is the exception: it turns a limit off, and needs no unit.

use std::fmt;
use std::time::Duration;

use serde::de::{Deserializer, Error, Visitor};

/// Why a text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' is not a duration; expected numbers with units such as \"500ms\", \"30s\", \"10m\", \"2h\" or \"7d\""
)]
#[non_exhaustive]
pub struct DurationError {
    text: String,
}

/// The duration that `text` says, such as `"30s"` or `"1h30m"`; units are `ms`, `s`, `m`, `h` and `d`.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    parse(text.trim()).ok_or_else(|| DurationError {
        text: text.to_owned(),
    })
}

fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let (number, after) = rest.split_at_checked(rest.find(|c: char| !c.is_ascii_digit())?)?;
        let unit_end = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(unit_end)?;
        let milliseconds = number
            .parse::<u64>()
            .ok()?
            .checked_mul(unit_milliseconds(unit)?)?;
        total = total.checked_add(Duration::from_millis(milliseconds))?;
        rest = after;
    }
    (!text.is_empty()).then_some(total)
}

fn unit_milliseconds(unit: &str) -> Option<u64> {
    match unit {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        _ => None,
    }
}

/// Reads a duration that can be turned off with `0`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    deserializer.deserialize_any(DurationVisitor)
}

struct DurationVisitor;

impl Visitor<'_> for DurationVisitor {
    type Value = Option<Duration>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a duration such as \"30s\" or \"10m\" (0 turns it off)")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let duration = parse_duration(text).map_err(E::custom)?;
        Ok((!duration.is_zero()).then_some(duration))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        match number {
            0 => Ok(None),
            other => Err(E::custom(format_args!(
                "the duration {other} has no unit; expected a text such as \"{other}s\" or \"{other}m\"",
                other = other.unsigned_abs()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::parse_duration;

    #[track_caller]
    fn check(text: &str, milliseconds: Option<u64>) {
        assert_eq!(
            parse_duration(text).ok(),
            milliseconds.map(Duration::from_millis),
            "{text:?}"
        );
    }

    #[test]
    fn durations_take_units() {
        check("500ms", Some(500));
        check("30s", Some(30_000));
        check("10m", Some(600_000));
        check("2h", Some(7_200_000));
        check("7d", Some(604_800_000));
        check("1m30s", Some(90_000));
        check("0s", Some(0));
    }

    #[test]
    fn durations_refuse_what_is_unclear() {
        for text in [
            "",
            "30",
            "s",
            "30 s",
            "-3s",
            "1.5s",
            "3x",
            "99999999999999999999s",
            "99999999999999999d",
            "été",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_refusal_says_what_was_expected() {
        let error = parse_duration("30").expect_err("has no unit").to_string();
        assert_eq!(
            error,
            "'30' is not a duration; expected numbers with units such as \"500ms\", \"30s\", \"10m\", \"2h\" or \"7d\""
        );
    }
}
