//! One `005` token, and how its value is escaped.

use std::borrow::Cow;
use std::fmt;

/// How many tokens one `005` line takes: fifteen parameters less the nick and the prose.
pub const TOKENS_PER_LINE_MAX: usize = 13;

/// One `005` token: `KEY`, `KEY=VALUE` or `-KEY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token<'a> {
    /// Something is supported.
    Set {
        /// What is.
        key: Cow<'a, str>,
        /// With which value, unescaped; never the empty one, which is the same as none.
        value: Option<Cow<'a, str>>,
    },
    /// Something is no longer supported.
    Unset {
        /// What isn't.
        key: Cow<'a, str>,
    },
}

impl<'a> Token<'a> {
    /// Parses a token; nothing when it has no key.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key, Some(value)),
            None => (text, None),
        };
        let (key, is_unset) = match key.strip_prefix('-') {
            Some(key) => (key, true),
            None => (key, false),
        };
        if key.is_empty() {
            return None;
        }
        if is_unset {
            return Some(Self::Unset { key: key.into() });
        }
        let value = value.filter(|value| !value.is_empty()).map(unescape);
        let key = key.into();
        Some(Self::Set { key, value })
    }

    /// A token that sets a key; the empty value is none.
    pub fn set(key: &'a str, value: &'a str) -> Self {
        Self::Set {
            key: key.into(),
            value: (!value.is_empty()).then_some(value.into()),
        }
    }
}

/// The token as it is sent.
impl fmt::Display for Token<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset { key } => write!(formatter, "-{key}"),
            Self::Set { key, value: None } => formatter.write_str(key),
            Self::Set {
                key,
                value: Some(value),
            } => write!(formatter, "{key}={}", escape(value)),
        }
    }
}

/// The value as it is sent.
fn escape(value: &str) -> Cow<'_, str> {
    if !value.contains(|character| escape_of(character).is_some()) {
        return Cow::Borrowed(value);
    }
    let mut escaped = String::with_capacity(value.len() + 9);
    for character in value.chars() {
        match escape_of(character) {
            Some(escape) => escaped.push_str(escape),
            None => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

/// Blanks would end the token, a second `=` confuses readers, and a backslash must not begin an escape unmeant.
fn escape_of(character: char) -> Option<&'static str> {
    match character {
        ' ' => Some("\\x20"),
        '=' => Some("\\x3D"),
        '\\' => Some("\\x5C"),
        _ => None,
    }
}

/// Undoes `\xHH`; whatever else a backslash begins stays as it is.
fn unescape(escaped: &str) -> Cow<'_, str> {
    let mut pieces = escaped.split("\\x");
    let first = pieces.next().unwrap_or_default();
    if first.len() == escaped.len() {
        return Cow::Borrowed(escaped);
    }
    let mut value = String::from(first);
    for piece in pieces {
        if let Some((character, rest)) = hex_byte(piece) {
            value.push(character);
            value.push_str(rest);
        } else {
            value.push_str("\\x");
            value.push_str(piece);
        }
    }
    Cow::Owned(value)
}

/// The ASCII character that two leading hexadecimal digits stand for, and what follows them.
fn hex_byte(text: &str) -> Option<(char, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let byte = u8::from_str_radix(digits, 16).ok()?;
    byte.is_ascii().then_some((char::from(byte), rest))
}
