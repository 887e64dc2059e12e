//! One line of JSON-RPC 2.0: a request, a notification or an answer.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thiserror::Error;

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// Something is asked, and must be answered.
    Request {
        /// What the answer will be told by: a number or a text.
        id: Value,
        /// What is asked.
        method: String,
        /// With what.
        params: Value,
    },
    /// Something is told.
    Notification {
        /// What it is.
        method: String,
        /// With what.
        params: Value,
    },
    /// A request is answered.
    Answer {
        /// Which one; `null` for one that could not be read.
        id: Value,
        /// The result, or why there is none.
        result: Result<Value, RpcError>,
    },
}

/// An error as JSON-RPC has it.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct RpcError {
    /// What kind it is.
    pub code: i64,
    /// What is wrong, in one line.
    pub message: String,
}

impl RpcError {
    /// A line that is no JSON.
    pub const PARSE: i64 = -32700;
    /// A line that is no JSON-RPC.
    pub const INVALID_REQUEST: i64 = -32600;
    /// A method that the other side doesn't know.
    pub const METHOD_NOT_FOUND: i64 = -32601;
    /// Parameters that the method can't take.
    pub const INVALID_PARAMS: i64 = -32602;
    /// Something went wrong on the other side.
    pub const INTERNAL: i64 = -32603;
    /// The plug-in may not do that.
    pub const FORBIDDEN: i64 = -32001;
    /// The plug-in does too much of that.
    pub const TOO_MUCH: i64 = -32002;
    /// The call was cancelled.
    pub const CANCELLED: i64 = -32003;

    /// An error.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// Why a line is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FrameError {
    /// It is no JSON.
    #[error("expected a JSON object, found something else: {reason}")]
    Json {
        /// What the parser says.
        reason: String,
    },
    /// It is no JSON-RPC.
    #[error("expected a JSON-RPC 2.0 object: {reason}")]
    Rpc {
        /// What is missing.
        reason: &'static str,
    },
}

impl FrameError {
    /// What the other side is told.
    pub(crate) fn to_rpc(&self) -> RpcError {
        let code = match self {
            Self::Json { .. } => RpcError::PARSE,
            Self::Rpc { .. } => RpcError::INVALID_REQUEST,
        };
        RpcError::new(code, self.to_string())
    }
}

#[derive(Deserialize)]
struct Raw {
    jsonrpc: Option<String>,
    #[serde(default, deserialize_with = "present")]
    id: Option<Value>,
    method: Option<String>,
    params: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    result: Option<Value>,
    error: Option<RpcError>,
}

/// Tells `null` from nothing.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Frame {
    /// Reads a line, without its line break.
    pub fn read(line: &str) -> Result<Self, FrameError> {
        let raw: Raw = serde_json::from_str(line).map_err(|error| FrameError::Json {
            reason: error.to_string(),
        })?;
        if raw.jsonrpc.as_deref() != Some("2.0") {
            return Err(FrameError::Rpc {
                reason: "`jsonrpc` is not \"2.0\"",
            });
        }
        if !matches!(
            raw.id,
            None | Some(Value::Null | Value::Number(_) | Value::String(_))
        ) {
            return Err(FrameError::Rpc {
                reason: "`id` is neither a number nor a text",
            });
        }
        let params = raw.params.unwrap_or(Value::Null);
        match (raw.id, raw.method, raw.result, raw.error) {
            (Some(id), Some(method), None, None) => Ok(Self::Request { id, method, params }),
            (None, Some(method), None, None) => Ok(Self::Notification { method, params }),
            (Some(id), None, Some(result), None) => Ok(Self::Answer {
                id,
                result: Ok(result),
            }),
            (Some(id), None, None, Some(error)) => Ok(Self::Answer {
                id,
                result: Err(error),
            }),
            _ => Err(FrameError::Rpc {
                reason: "expected `method`, or `id` with `result` or `error`",
            }),
        }
    }
}

/// The line, without its line break, that asks something.
pub fn request(id: u64, method: &str, params: &impl Serialize) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()
}

/// The line that tells something.
pub(crate) fn notification(method: &str, params: &impl Serialize) -> String {
    json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string()
}

/// The line that answers a request.
pub(crate) fn answer(id: &Value, result: &impl Serialize) -> String {
    json!({"jsonrpc": "2.0", "id": id, "result": result}).to_string()
}

/// The line that answers a request with an error.
pub(crate) fn refusal(id: &Value, error: &RpcError) -> String {
    json!({"jsonrpc": "2.0", "id": id, "error": error}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Result<Frame, &str>) {
        let read = Frame::read(line).map_err(|error| error.to_string());
        assert_eq!(read, expected.map_err(str::to_owned), "{line}");
    }

    #[test]
    fn what_is_written_is_read() {
        check(
            &request(1, "a", &json!({"b": 1})),
            Ok(Frame::Request {
                id: json!(1),
                method: "a".to_owned(),
                params: json!({"b": 1}),
            }),
        );
        check(
            &notification("a", &Value::Null),
            Ok(Frame::Notification {
                method: "a".to_owned(),
                params: Value::Null,
            }),
        );
        check(
            &answer(&json!("x"), &Value::Null),
            Ok(Frame::Answer {
                id: json!("x"),
                result: Ok(Value::Null),
            }),
        );
        let error = RpcError::new(RpcError::INTERNAL, "no");
        check(
            &refusal(&json!(2), &error),
            Ok(Frame::Answer {
                id: json!(2),
                result: Err(error),
            }),
        );
    }

    #[test]
    fn a_line_break_in_a_text_is_escaped() {
        assert!(!notification("a", &json!({"text": "b\nc"})).contains('\n'));
    }

    #[test]
    fn unknown_fields_are_ignored() {
        check(
            r#"{"jsonrpc":"2.0","method":"a","extra":{"b":[]}}"#,
            Ok(Frame::Notification {
                method: "a".to_owned(),
                params: Value::Null,
            }),
        );
    }

    #[test]
    fn other_lines_are_refused() {
        let neither =
            "expected a JSON-RPC 2.0 object: expected `method`, or `id` with `result` or `error`";
        check(r#"{"jsonrpc":"2.0"}"#, Err(neither));
        check(r#"{"jsonrpc":"2.0","id":1}"#, Err(neither));
        check(r#"{"jsonrpc":"2.0","result":1}"#, Err(neither));
        check(
            r#"{"id":1,"result":1}"#,
            Err("expected a JSON-RPC 2.0 object: `jsonrpc` is not \"2.0\""),
        );
        check(
            r#"{"jsonrpc":"2.0","id":[1],"result":1}"#,
            Err("expected a JSON-RPC 2.0 object: `id` is neither a number nor a text"),
        );
        for line in ["", "hello", "[]", "1", "{", "\u{1b}[2J"] {
            assert!(
                matches!(Frame::read(line), Err(FrameError::Json { .. })),
                "{line}"
            );
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_overflow() {
        let line = format!(
            r#"{{"jsonrpc":"2.0","method":"a","params":{}"#,
            "[".repeat(60_000)
        );
        assert!(matches!(Frame::read(&line), Err(FrameError::Json { .. })));
    }
}
