//! What is said, against the schema in `docs/plugin.schema.json` and the tables of `docs/plugins.md`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::spec::Spec;

const SCHEMA: &str = include_str!("../../../../docs/plugin.schema.json");
const PAGE: &str = include_str!("../../../../docs/plugins.md");

/// What a value lacks to be as the schema says.
fn faults(schema: &Value, root: &Value, value: &Value, path: &str) -> Vec<String> {
    let schema = match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => &root["$defs"][reference.trim_start_matches("#/$defs/")],
        None => schema,
    };
    let mut found = Vec::new();
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    match &schema["type"] {
        Value::String(one) if one != kind => {
            found.push(format!("{path} is {kind}, expected {one}"));
        }
        Value::Array(many) if !many.contains(&kind.into()) => {
            found.push(format!("{path} is {kind}"));
        }
        _ => {}
    }
    if let Some(choices) = schema["enum"].as_array()
        && !choices.contains(value)
    {
        found.push(format!("{path} is {value}"));
    }
    if let Some(object) = value.as_object() {
        let required = schema["required"].as_array().into_iter().flatten();
        for key in required.filter_map(Value::as_str) {
            if !object.contains_key(key) {
                found.push(format!("{path}.{key} is missing"));
            }
        }
        for (key, value) in object {
            if let Some(inner) = schema["properties"].get(key) {
                found.extend(faults(inner, root, value, &format!("{path}.{key}")));
            }
        }
    }
    for item in value.as_array().into_iter().flatten() {
        if let Some(inner) = schema.get("items") {
            found.extend(faults(inner, root, item, &format!("{path}[]")));
        }
    }
    found
}

/// A value of each definition, as this crate writes it.
fn samples() -> Vec<(&'static str, Value)> {
    [said_by_the_host(), said_by_the_plugin()].concat()
}

fn text() -> String {
    "hi".to_owned()
}

fn said_by_the_host() -> Vec<(&'static str, Value)> {
    let client = ClientInfo {
        name: text(),
        version: text(),
    };
    let message = MessageHook {
        from: text(),
        to: text(),
        text: text(),
        kind: MessageKind::Action,
        time: Some(text()),
    };
    let run = Run {
        command: text(),
        arguments: BTreeMap::from([(text(), json!(1))]),
        target: None,
        nick: text(),
    };
    let complete = Complete {
        list: text(),
        word: text(),
    };
    let command = CommandHook {
        command: text(),
        line: Some(text()),
        target: None,
        nick: text(),
    };
    let happening = Happening {
        command: Some(text()),
        ..Happening::default()
    };
    vec![
        ("initialize", json!(Initialize::new(client))),
        ("command/run", json!(run)),
        ("command/complete", json!(complete)),
        ("hook/message", json!(message)),
        ("hook/command.before", json!(command)),
        ("happening", json!(happening)),
        ("timer/fire", json!(TimerFire { timer: text() })),
        ("cancel", json!(Cancel { id: 1 })),
    ]
}

fn said_by_the_plugin() -> Vec<(&'static str, Value)> {
    let about = Initialized {
        protocol: VERSION,
        name: text(),
        version: text(),
        commands: vec![Spec::new("roll", "roll a die")],
        command_deadlines_ms: BTreeMap::from([("roll".to_owned(), 1)]),
        hooks: vec![HookSpec::new(HookPoint::MessageOut)],
    };
    let ran = Ran {
        show: text().into(),
        send: text().into(),
    };
    let told = Candidate::Told {
        value: text(),
        summary: text(),
    };
    let candidates = Candidates {
        candidates: vec![Candidate::Plain(text()), told],
    };
    let send = Send {
        target: Some(text()),
        text: text(),
        kind: MessageKind::Notice,
    };
    let set = TimerSet {
        timer: text(),
        after_ms: Some(1),
    };
    let answer = HookAnswer {
        action: HookAction::Drop,
        text: Some(text()),
    };
    vec![
        ("initialized", json!(about)),
        ("ran", json!(ran)),
        ("candidates", json!(candidates)),
        ("hook answer", json!(answer)),
        ("send", json!(send)),
        ("show", json!(Show { text: text() })),
        ("notify", json!(Notify { text: text() })),
        ("prompt", json!(Prompt { text: text() })),
        ("timer/set", json!(set)),
        ("state/get", json!(StateGet { key: text() })),
        (
            "state/set",
            json!(StateSet {
                key: text(),
                value: json!([1]),
            }),
        ),
        ("log", json!(Log { text: text() })),
    ]
}

#[test]
fn everything_said_is_as_the_schema_has_it() {
    let root: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    for (name, value) in samples() {
        let schema = &root["$defs"][name];
        assert!(schema.is_object(), "the schema has no '{name}'");
        assert_eq!(faults(schema, &root, &value, name), [""; 0]);
        // Nothing is said that the schema doesn't name, but for values that may be anything.
        for key in value
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::keys)
        {
            let is_named = schema["properties"].get(key).is_some()
                || (name, key.as_str()) == ("state/set", "value");
            assert!(is_named, "{name}.{key}");
        }
    }
}

#[test]
fn the_schema_refuses_what_is_none() {
    let root: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    for (name, value) in [
        ("show", json!({})),
        ("show", json!({"text": 1})),
        ("hook answer", json!({"action": "explode"})),
        (
            "initialized",
            json!({"protocol": 1, "name": "a", "hooks": [{"on": "x"}]}),
        ),
    ] {
        assert_ne!(
            faults(&root["$defs"][name], &root, &value, name),
            [""; 0],
            "{value}"
        );
    }
}

#[test]
fn the_page_names_every_method_and_every_field() {
    for (name, value) in samples() {
        let is_method = name.contains('/') && name != "hook/message"
            || ["initialize", "send", "show", "log"].contains(&name);
        if is_method {
            assert!(PAGE.contains(&format!("`{name}`")), "{name}");
        }
        for key in value
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::keys)
        {
            assert!(PAGE.contains(key.as_str()), "{name}.{key}");
        }
    }
    for code in [RpcError::FORBIDDEN, RpcError::TOO_MUCH, RpcError::CANCELLED] {
        assert!(PAGE.contains(&code.to_string()), "{code}");
    }
}

#[test]
fn the_one_before_is_kept() {
    assert_eq!([oldest(1), oldest(2), oldest(7)], [1, 1, 6]);
    assert!(is_spoken(VERSION) && !is_spoken(VERSION + 1) && !is_spoken(0));
    assert_eq!(spoken(), "1");
}
