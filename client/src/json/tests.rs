//! The objects as they are printed, and all of them against the schema in `docs/json.schema.json`.

use serde_json::Value;

use self::schema::{mismatch, schema};
use super::*;

#[path = "../../tests/support/schema.rs"]
mod schema;

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
        EventKind::Ready {
            nick: text("ann"),
            network: None,
        },
        EventKind::Gap {
            skipped: Some(7),
            since: None,
        },
        EventKind::Gap {
            skipped: None,
            since: Some(Timestamp::from_millis(1_795_456_700_000)),
        },
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
    assert_eq!(line(&event(EventKind::Note { text: text("hi") })), "");
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
