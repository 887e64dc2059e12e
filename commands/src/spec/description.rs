//! A spec as JSON, for plug-ins: what one sends to declare a command, and what it is told of one.
//!
//! Unknown fields are ignored, so that a newer plug-in can speak to an older program; what is
//! there is checked while it is read.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::spec::notation::{self, KindNotation};
use crate::spec::{Argument, Complete, Example, Kind, Outcome, Presence, Spec, SpecError};

/// What announces a list of the host.
const LIST_PREFIX: &str = "list:";

/// A spec on the wire.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Description {
    name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    summary: String,
    #[serde(default)]
    args: ArgumentList,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    examples: Vec<ExampleDescription>,
}

/// Arguments in the text form, or one by one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum ArgumentList {
    Text(String),
    List(Vec<ArgumentDescription>),
}

impl Default for ArgumentList {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

/// An argument on the wire.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ArgumentDescription {
    name: String,
    #[serde(rename = "type", default = "word")]
    kind: String,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    repeated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flag: Option<String>,
    #[serde(default)]
    secret: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    complete: Option<String>,
}

fn word() -> String {
    "word".to_owned()
}

/// An example on the wire.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ExampleDescription {
    line: String,
    meaning: String,
}

impl TryFrom<Description> for Spec {
    type Error = SpecError;

    fn try_from(description: Description) -> Result<Self, SpecError> {
        let mut spec = Self::new(description.name, description.summary);
        spec.aliases = description.aliases.into_iter().map(Cow::Owned).collect();
        spec.arguments = match description.args {
            ArgumentList::Text(text) => notation::arguments(&text)?,
            ArgumentList::List(list) => list
                .into_iter()
                .map(Argument::try_from)
                .collect::<Result<_, _>>()?,
        };
        for example in description.examples {
            spec = spec.example_accepted(example.line, example.meaning);
        }
        spec.check()?;
        Ok(spec)
    }
}

impl From<Spec> for Description {
    fn from(spec: Spec) -> Self {
        let arguments = spec.arguments.into_iter().map(Into::into).collect();
        Self {
            name: spec.name.into_owned(),
            aliases: spec.aliases.into_iter().map(Cow::into_owned).collect(),
            summary: spec.summary.into_owned(),
            args: ArgumentList::List(arguments),
            examples: spec.examples.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Example> for ExampleDescription {
    fn from(example: Example) -> Self {
        Self {
            line: example.line.into_owned(),
            meaning: example.meaning.into_owned(),
        }
    }
}

impl TryFrom<ArgumentDescription> for Argument {
    type Error = SpecError;

    fn try_from(description: ArgumentDescription) -> Result<Self, SpecError> {
        let kind = match (&description.flag, description.kind.as_str()) {
            (Some(_), "switch") => Kind::Switch,
            (_, kind) => notation::read_kind(kind)?,
        };
        let optional = description.optional || description.flag.is_some();
        let presence = match (optional, description.repeated) {
            (false, false) => Presence::Required,
            (true, false) => Presence::Optional,
            (false, true) => Presence::OneOrMore,
            (true, true) => Presence::ZeroOrMore,
        };
        let mut argument = Self::required(description.name, kind).with_presence(presence);
        argument.flag = description.flag.map(Cow::Owned);
        argument.secret = description.secret || description.kind == "secret";
        if let Some(complete) = description.complete {
            argument.complete = read_complete(&complete)?;
        }
        Ok(argument)
    }
}

impl From<Argument> for ArgumentDescription {
    fn from(argument: Argument) -> Self {
        Self {
            kind: KindNotation(&argument.kind).to_string(),
            optional: argument.is_optional(),
            repeated: argument.is_repeated(),
            flag: argument.flag.map(Cow::into_owned),
            secret: argument.secret,
            complete: Some(complete_name(&argument.complete)),
            name: argument.name.into_owned(),
        }
    }
}

fn read_complete(text: &str) -> Result<Complete, SpecError> {
    Ok(match text {
        "nothing" => Complete::Nothing,
        "nicks" => Complete::Nicks,
        "rooms" => Complete::Rooms,
        "targets" => Complete::Targets,
        "topics" => Complete::Topics,
        "commands" => Complete::Commands,
        "values" => Complete::Values,
        other => match other.strip_prefix(LIST_PREFIX) {
            Some(name) if !name.is_empty() => Complete::List(Cow::Owned(name.to_owned())),
            _ => {
                return Err(SpecError::Complete {
                    found: other.to_owned(),
                });
            }
        },
    })
}

fn complete_name(complete: &Complete) -> String {
    match complete {
        Complete::Nothing => "nothing".to_owned(),
        Complete::Nicks => "nicks".to_owned(),
        Complete::Rooms => "rooms".to_owned(),
        Complete::Targets => "targets".to_owned(),
        Complete::Topics => "topics".to_owned(),
        Complete::Commands => "commands".to_owned(),
        Complete::Values => "values".to_owned(),
        Complete::List(name) => format!("{LIST_PREFIX}{name}"),
    }
}

/// An example without a stated outcome.
impl Spec {
    /// Adds an example that is read as a call of the command; what it does then is not said.
    #[must_use]
    pub fn example_accepted(
        mut self,
        line: impl Into<Cow<'static, str>>,
        meaning: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.examples.push(Example {
            line: line.into(),
            meaning: meaning.into(),
            outcome: Outcome::Accepted,
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;

    #[track_caller]
    fn check_refused(json: &str, expected: &str) {
        let error = serde_json::from_str::<Spec>(json).expect_err("no spec");
        assert_eq!(error.to_string(), expected, "{json}");
    }

    #[test]
    fn least_is_a_name_and_a_summary() {
        let spec: Spec =
            serde_json::from_str(r#"{"name":"roll","summary":"roll a die","since":2}"#)
                .expect("a spec");
        assert_eq!(spec, Spec::new("roll", "roll a die"));
    }

    #[test]
    fn text_form_and_list_are_the_same() {
        let text = r#"{"name":"roll","summary":"x","args":"[SIDES:number(2..100)] [--loud]"}"#;
        let list = r#"{"name":"roll","summary":"x","args":[
            {"name":"SIDES","type":"number(2..100)","optional":true},
            {"name":"--loud","type":"switch","flag":"loud"}]}"#;
        let read = |json| serde_json::from_str::<Spec>(json).expect("a spec");
        assert_eq!(read(text), read(list));
    }

    #[test]
    fn every_built_in_survives_the_way() {
        for entry in Registry::builtin().entries() {
            let json = serde_json::to_string(entry.spec()).expect("JSON");
            let read: Spec = serde_json::from_str(&json).expect("a spec");
            let mut expected = entry.spec().clone();
            for example in &mut expected.examples {
                example.outcome = Outcome::Accepted;
            }
            assert_eq!(read, expected, "{json}");
        }
    }

    #[test]
    fn completion_may_be_the_hosts() {
        let json = r#"{"name":"k","summary":"x","args":[{"name":"A","complete":"list:karma"}]}"#;
        let spec: Spec = serde_json::from_str(json).expect("a spec");
        let complete = spec.arguments.first().map(|argument| &argument.complete);
        assert_eq!(complete, Some(&Complete::List("karma".into())));
    }

    #[test]
    fn mistakes_are_told() {
        check_refused(
            r#"{"name":"Roll","summary":"x"}"#,
            "'Roll' is no name for a command; expected small letters, digits, '-' and '_'",
        );
        check_refused(
            r#"{"name":"roll","summary":"x","args":"A:text B"}"#,
            "the argument 'A' takes the rest of the line; expected it to be the last",
        );
        check_refused(
            r#"{"name":"roll","summary":"x","args":[{"name":"A","complete":"all"}]}"#,
            "'all' is nothing to complete to; expected nothing, nicks, rooms, targets, topics, commands, values or list:NAME",
        );
    }
}
