//! Writes messages, strictly: a message that another program might read differently is refused.

use memchr::memchr3;

use super::tags::escape_of;
use super::{Message, Params, Tags};
use crate::limits::PARAMS_MAX;

/// Why a message can't be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The verb is neither a word of ASCII letters nor three digits.
    #[error("invalid verb {verb:?}; expected letters or three digits")]
    Verb {
        /// The verb.
        verb: String,
    },
    /// The source is empty, or holds a blank or a forbidden byte.
    #[error("invalid source {source_text:?}; expected one word, such as `nick!user@host`")]
    Source {
        /// The source.
        source_text: String,
    },
    /// A tag key is not of the form that the specification gives.
    #[error("invalid tag key {key:?}; expected letters, digits and `-`, with an optional vendor")]
    TagKey {
        /// The key.
        key: String,
    },
    /// A tag value holds a NUL, for which there is no escape.
    #[error("a NUL in the value of the tag `{key}`; expected text")]
    TagValue {
        /// The key of the tag.
        key: String,
    },
    /// A parameter before the last is empty, holds a blank or begins with a colon.
    #[error("invalid parameter {position} {param:?}; expected one word, since another follows")]
    MiddleParam {
        /// Which parameter, counted from 1.
        position: usize,
        /// The parameter.
        param: String,
    },
    /// A parameter holds a CR, an LF or a NUL.
    #[error("a line break or NUL in parameter {position}; expected text of one line")]
    ForbiddenByte {
        /// Which parameter, counted from 1.
        position: usize,
    },
    /// There are more parameters than a message can have.
    #[error("{count} parameters; expected at most {PARAMS_MAX}")]
    TooManyParams {
        /// How many there are.
        count: usize,
    },
}

/// Appends the message without a line ending. After an error, part of it may have been written.
pub(super) fn write(message: &Message<'_>, out: &mut Vec<u8>) -> Result<(), FormatError> {
    write_tags(&message.tags, out)?;
    if let Some(source) = &message.source {
        let text = source.as_str();
        if text.is_empty() || has_blank(text) || has_forbidden(text) {
            let source_text = text.to_owned();
            return Err(FormatError::Source { source_text });
        }
        out.push(b':');
        out.extend_from_slice(text.as_bytes());
        out.push(b' ');
    }
    if !is_verb(&message.verb) {
        let verb = message.verb.clone().into_owned();
        return Err(FormatError::Verb { verb });
    }
    out.extend_from_slice(message.verb.as_bytes());
    write_params(&message.params, out)
}

/// How many bytes the tags take on the wire, with their `@` and blank.
pub(super) fn tags_bytes(tags: &Tags<'_>) -> usize {
    if tags.is_empty() {
        return 0;
    }
    let value_bytes = |value: &str| {
        let escapes = value.bytes().filter(|byte| escape_of(*byte).is_some());
        1 + value.len() + escapes.count()
    };
    let entries = tags
        .iter()
        .map(|(key, value)| 1 + key.len() + value.map_or(0, value_bytes));
    1 + entries.sum::<usize>()
}

/// How many bytes the message without its tags takes on the wire, with CR LF.
pub(super) fn body_bytes(message: &Message<'_>) -> usize {
    let source = message.source.as_ref();
    let source_bytes = source.map_or(0, |source| source.as_str().len() + 2);
    let params_bytes = message.params.iter().map(|param| 1 + param.len());
    let colon = message
        .params
        .last()
        .is_some_and(|last| message.params.is_colon_forced() || needs_colon(last));
    source_bytes + message.verb.len() + params_bytes.sum::<usize>() + usize::from(colon) + 2
}

fn write_tags(tags: &Tags<'_>, out: &mut Vec<u8>) -> Result<(), FormatError> {
    for (index, tag) in tags.entries().iter().enumerate() {
        if !is_tag_key(&tag.key) {
            let key = tag.key.clone().into_owned();
            return Err(FormatError::TagKey { key });
        }
        out.push(if index == 0 { b'@' } else { b';' });
        out.extend_from_slice(tag.key.as_bytes());
        if let Some(value) = &tag.value {
            if value.contains('\0') {
                let key = tag.key.clone().into_owned();
                return Err(FormatError::TagValue { key });
            }
            out.push(b'=');
            write_escaped(value, out);
        }
    }
    if !tags.is_empty() {
        out.push(b' ');
    }
    Ok(())
}

fn write_escaped(value: &str, out: &mut Vec<u8>) {
    for byte in value.bytes() {
        match escape_of(byte) {
            Some(code) => out.extend_from_slice(&[b'\\', code]),
            None => out.push(byte),
        }
    }
}

fn write_params(params: &Params<'_>, out: &mut Vec<u8>) -> Result<(), FormatError> {
    if params.len() > PARAMS_MAX {
        let count = params.len();
        return Err(FormatError::TooManyParams { count });
    }
    for (position, param) in (1..).zip(params.iter()) {
        if has_forbidden(param) {
            return Err(FormatError::ForbiddenByte { position });
        }
        out.push(b' ');
        let needs_colon = needs_colon(param);
        if position < params.len() && needs_colon {
            let param = param.clone().into_owned();
            return Err(FormatError::MiddleParam { position, param });
        }
        if needs_colon || (position == params.len() && params.is_colon_forced()) {
            out.push(b':');
        }
        out.extend_from_slice(param.as_bytes());
    }
    Ok(())
}

/// Whether a parameter can only be the last one, behind a colon.
fn needs_colon(param: &str) -> bool {
    param.is_empty() || param.starts_with(':') || has_blank(param)
}

fn has_blank(text: &str) -> bool {
    memchr::memchr(b' ', text.as_bytes()).is_some()
}

fn has_forbidden(text: &str) -> bool {
    memchr3(b'\r', b'\n', b'\0', text.as_bytes()).is_some()
}

fn is_verb(verb: &str) -> bool {
    let bytes = verb.as_bytes();
    let is_numeric = bytes.len() == 3 && bytes.iter().all(u8::is_ascii_digit);
    is_numeric || (!bytes.is_empty() && bytes.iter().all(u8::is_ascii_alphabetic))
}

/// `[ "+" ] [ vendor "/" ] name`: see <https://ircv3.net/specs/extensions/message-tags#format>.
fn is_tag_key(key: &str) -> bool {
    let bare = key.strip_prefix('+').unwrap_or(key);
    let (vendor, name) = match bare.split_once('/') {
        Some((vendor, name)) => (Some(vendor), name),
        None => (None, bare),
    };
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    vendor.is_none_or(|vendor| !vendor.is_empty() && vendor.bytes().all(is_host))
        && !name.is_empty()
        && name.bytes().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &Message<'_>, expected: &Result<&str, FormatError>) {
        let line = message.to_line();
        assert_eq!(line.as_deref(), expected.as_ref().copied());
    }

    /// Checks what a message of these parameters is refused with.
    #[track_caller]
    fn refused(params: &[&str], expected: FormatError) {
        let mut message = Message::new("V");
        message.params = params.iter().copied().collect();
        check(&message, &Err(expected));
    }

    #[test]
    fn parts_are_written_in_their_order() {
        let message = Message::new("PRIVMSG")
            .with_tag("time", Some("now; then"))
            .with_tag("+x", None::<&str>)
            .with_source("ann!a@h")
            .with_param("#l")
            .with_param("hi all");
        check(
            &message,
            &Ok("@time=now\\:\\sthen;+x :ann!a@h PRIVMSG #l :hi all"),
        );
    }

    #[test]
    fn the_last_parameter_has_a_colon_where_it_needs_one() {
        for (param, line) in [
            ("word", "V word"),
            ("", "V :"),
            (":x", "V ::x"),
            ("a b", "V :a b"),
            ("a:b", "V a:b"),
        ] {
            check(&Message::new("V").with_param(param), &Ok(line));
        }
        check(&Message::new("V").with_text("word"), &Ok("V :word"));
    }

    #[test]
    fn middle_parameters_must_be_words() {
        for param in ["", "a b", ":a"] {
            let param_owned = param.to_owned();
            let error = FormatError::MiddleParam {
                position: 1,
                param: param_owned,
            };
            refused(&[param, "last"], error);
        }
    }

    #[test]
    fn nobody_smuggles_a_line_break() {
        for text in ["a\rb", "a\nb", "a\0b"] {
            refused(&[text], FormatError::ForbiddenByte { position: 1 });
            refused(&["x", text], FormatError::ForbiddenByte { position: 2 });
            let source_text = text.to_owned();
            check(
                &Message::new("V").with_source(text),
                &Err(FormatError::Source { source_text }),
            );
            let verb = text.to_owned();
            check(&Message::new(text), &Err(FormatError::Verb { verb }));
            let key = text.to_owned();
            check(
                &Message::new("V").with_tag(text, Some("x")),
                &Err(FormatError::TagKey { key }),
            );
        }
        let key = "k".to_owned();
        check(
            &Message::new("V").with_tag("k", Some("\0")),
            &Err(FormatError::TagValue { key }),
        );
        check(
            &Message::new("V").with_tag("k", Some("\r\n")),
            &Ok("@k=\\r\\n V"),
        );
    }

    #[test]
    fn fifteen_parameters_are_the_most() {
        let mut message = Message::new("V");
        message.params = ["x"; PARAMS_MAX].into_iter().collect();
        assert!(message.to_line().is_ok());
        refused(
            &["x"; PARAMS_MAX + 1],
            FormatError::TooManyParams { count: 16 },
        );
    }

    #[test]
    fn verbs_sources_and_keys_must_be_of_their_form() {
        for verb in ["", "12", "1234", "A1", "PRIV MSG", "É"] {
            assert!(matches!(
                Message::new(verb).to_line(),
                Err(FormatError::Verb { .. })
            ));
        }
        for source in ["", "a b"] {
            let message = Message::new("V").with_source(source);
            assert!(matches!(message.to_line(), Err(FormatError::Source { .. })));
        }
        for (key, fits) in [
            ("a-1", true),
            ("+example.com/a", true),
            ("", false),
            ("+", false),
            ("a/", false),
            ("/a", false),
            ("a/b/c", false),
            ("a=b", false),
            ("a b", false),
            ("a_b", false),
        ] {
            let message = Message::new("V").with_tag(key, Some("x"));
            assert_eq!(message.to_line().is_ok(), fits, "{key}");
        }
    }

    #[test]
    fn errors_name_the_place_and_what_was_expected() {
        let error = Message::new("V")
            .with_param("a b")
            .with_param("c")
            .to_line();
        assert_eq!(
            error.unwrap_err().to_string(),
            "invalid parameter 1 \"a b\"; expected one word, since another follows"
        );
    }
}
