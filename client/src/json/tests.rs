//! The objects as they are printed, and all of them against the schema in `docs/json.schema.json`.

use serde_json::Value;

use super::*;

fn event(kind: EventKind) -> Event {
    Event {
        time: Timestamp::from_millis(1_795_456_800_123),
        id: Some("m1".to_owned()),
        from: Some("ann".to_owned()),
        account: None,
        to: Some("#lobby".to_owned()),
        own: false,
        kind,
    }
}

fn line(event: &Event) -> String {
    let mut out = String::new();
    append(event, &mut out);
    out
}

fn text(text: &str) -> String {
    text.to_owned()
}

/// One event of every kind that a program gets.
fn samples() -> Vec<Event> {
    let reason = || Some(text("bye"));
    let kinds = [
        EventKind::Message { text: text("hi") },
        EventKind::Action {
            text: text("waves"),
        },
        EventKind::Notice { text: text("hi") },
        EventKind::Join,
        EventKind::Part { reason: None },
        EventKind::Part { reason: reason() },
        EventKind::Quit { reason: reason() },
        EventKind::Nick { new: text("anna") },
        EventKind::Topic { text: None },
        EventKind::Topic {
            text: Some(text("tea")),
        },
        EventKind::Kick {
            nick: text("bob"),
            reason: None,
        },
        EventKind::Mode {
            changes: text("+o bob"),
        },
        EventKind::Error {
            code: Some(text("404")),
            text: text("no"),
        },
        EventKind::Error {
            code: None,
            text: text("closing"),
        },
        EventKind::Ready { nick: text("ann") },
        EventKind::Gap { skipped: 7 },
    ];
    kinds.into_iter().map(event).collect()
}

#[test]
fn a_message_has_exactly_the_documented_form() {
    let expected = concat!(
        r##"{"type":"message","time":"2026-11-23T18:00:00.123Z","id":"m1","from":"ann","account":null,"to":"#lobby","text":"hi"}"##,
        "\n"
    );
    assert_eq!(
        line(&event(EventKind::Message { text: text("hi") })),
        expected
    );
}

#[test]
fn control_characters_are_escaped_and_keep_their_value() {
    let harmful = "a\u{1b}[31m\u{7f}\u{9b}\u{202e}é\u{2028}";
    let line = line(&event(EventKind::Message {
        text: text(harmful),
    }));
    assert!(
        line.trim_end()
            .chars()
            .all(|c| !c.is_control() && !is_harmful(c)),
        "{line}"
    );
    let value: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(value["text"], harmful);
}

#[test]
fn lines_for_people_are_left_out() {
    assert_eq!(line(&event(EventKind::Info { text: text("hi") })), "");
    assert_eq!(line(&event(EventKind::Alert { text: text("hi") })), "");
}

#[test]
fn every_kind_fits_the_schema() {
    let schema = schema();
    for event in samples() {
        let object: Value = serde_json::from_str(&line(&event)).unwrap();
        assert_eq!(mismatch(&schema, &schema, &object), None, "{object}");
    }
}

#[test]
fn every_type_of_the_schema_is_made() {
    let made: std::collections::BTreeSet<String> = samples()
        .iter()
        .map(|event| object(event).unwrap().r#type.to_owned())
        .collect();
    let schema = schema();
    let declared = schema["properties"]["type"]["enum"].as_array().unwrap();
    let declared = declared
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(made, declared);
}

#[test]
fn the_check_itself_finds_faults() {
    let schema = schema();
    let good: Value = serde_json::from_str(&line(&event(EventKind::Join))).unwrap();
    for (key, wrong) in [
        ("type", Value::from("jion")),
        ("time", Value::from("now")),
        ("id", Value::from(1)),
        ("more", Value::Null),
    ] {
        let mut bad = good.clone();
        bad[key] = wrong;
        assert!(mismatch(&schema, &schema, &bad).is_some(), "{bad}");
    }
    let mut bad = good.clone();
    bad.as_object_mut().unwrap().remove("account");
    assert!(mismatch(&schema, &schema, &bad).is_some(), "{bad}");
    let mut bad = good;
    bad["type"] = Value::from("message");
    assert!(mismatch(&schema, &schema, &bad).is_some(), "{bad}");
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/json.schema.json")).unwrap()
}

/// Where `value` does not fit `schema`, for the words of JSON Schema that ours uses; any other word
/// is a mismatch, so that none goes unchecked.
fn mismatch(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    for (word, rule) in schema.as_object()? {
        let fits = match word.as_str() {
            "$schema" | "$id" | "title" | "description" | "$defs" | "then" | "else" => true,
            "$ref" => {
                let path = rule.as_str().unwrap().trim_start_matches('#');
                mismatch(root, root.pointer(path).unwrap(), value).is_none()
            }
            "type" => type_fits(rule, value),
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "required" => rule
                .as_array()
                .unwrap()
                .iter()
                .all(|key| value.get(key.as_str().unwrap()).is_some()),
            "properties" => properties_fit(root, rule, value),
            "additionalProperties" => {
                assert_eq!(rule, &Value::Bool(false));
                value
                    .as_object()
                    .unwrap()
                    .keys()
                    .all(|key| schema["properties"].get(key).is_some())
            }
            "allOf" => rule
                .as_array()
                .unwrap()
                .iter()
                .all(|part| mismatch(root, part, value).is_none()),
            "if" => {
                let branch = if mismatch(root, rule, value).is_none() {
                    "then"
                } else {
                    "else"
                };
                schema
                    .get(branch)
                    .is_none_or(|branch| mismatch(root, branch, value).is_none())
            }
            "pattern" => time_fits(rule, value),
            "minLength" => value
                .as_str()
                .is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap()),
            "minimum" => value
                .as_u64()
                .is_none_or(|number| number >= rule.as_u64().unwrap()),
            _ => false,
        };
        if !fits {
            return Some(format!("`{word}` {rule} against {value}"));
        }
    }
    None
}

fn properties_fit(root: &Value, rule: &Value, value: &Value) -> bool {
    rule.as_object()
        .unwrap()
        .iter()
        .all(|(key, schema)| match value.get(key) {
            Some(value) => mismatch(root, schema, value).is_none(),
            None => true,
        })
}

fn type_fits(rule: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "string" => value.is_string(),
        "null" => value.is_null(),
        "integer" => value.is_u64(),
        other => panic!("the schema uses the type {other}"),
    };
    match rule {
        Value::Array(names) => names.iter().any(is),
        name => is(name),
    }
}

/// The one pattern of the schema: a time in UTC with milliseconds.
fn time_fits(rule: &Value, value: &Value) -> bool {
    assert_eq!(rule, r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$");
    let shape: String = value
        .as_str()
        .unwrap()
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    shape == "0000-00-00T00:00:00.000Z"
}
