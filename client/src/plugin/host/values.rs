//! The values of arguments as plug-ins take them. A time is told as one, since `yesterday` is for people.

use jiff::ZonedDateTime;
use salon_commands::{Value, When};

/// As JSON, for a resident plug-in.
pub(in crate::plugin) fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Number(number) => (*number).into(),
        Value::Duration(span) => span.as_millis().into(),
        Value::Given => true.into(),
        Value::List(values) => values.iter().map(json).collect(),
        other => words(other).into_iter().next().unwrap_or_default().into(),
    }
}

/// As words, for a one-shot plug-in.
pub(super) fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Time(when) => vec![time(when, &ZonedDateTime::now())],
        Value::List(values) => values.iter().flat_map(words).collect(),
        other => other.words(),
    }
}

/// A time in RFC 3339, in UTC; one that is before all times stays as it was typed.
fn time(when: &When, now: &ZonedDateTime) -> String {
    when.resolve(now)
        .map_or_else(|| when.to_string(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_such() {
        let now: ZonedDateTime = "2026-11-23T18:00:00+01:00[+01:00]".parse().expect("a time");
        for (typed, expected) in [
            ("yesterday", "2026-11-21T23:00:00Z"),
            ("2h", "2026-11-23T15:00:00Z"),
            ("2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z"),
        ] {
            let when = When::new(typed).expect(typed);
            assert_eq!(time(&when, &now), expected, "{typed}");
        }
    }

    #[test]
    fn lists_keep_their_order() {
        let list = Value::List(vec![Value::Number(1), Value::Number(2)]);
        assert_eq!(words(&list), ["1", "2"]);
        assert_eq!(json(&list), serde_json::json!([1, 2]));
        assert_eq!(json(&Value::Given), true);
    }
}
