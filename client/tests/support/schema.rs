//! Holds objects against `docs/json.schema.json`.

use serde_json::Value;

/// The schema of what `--json` prints.
pub(crate) fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/json.schema.json")).unwrap()
}

/// Where `value` does not fit `schema`, for the words of JSON Schema that ours uses; any other word
/// is a mismatch, so that none goes unchecked.
pub(crate) fn mismatch(root: &Value, schema: &Value, value: &Value) -> Option<String> {
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
    // It binds strings alone, as JSON Schema has it; the type says where there must be one.
    let Some(text) = value.as_str() else {
        return true;
    };
    let shape: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    shape == "0000-00-00T00:00:00.000Z"
}
