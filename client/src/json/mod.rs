//! Events as JSON, one object a line, in the form of `docs/json.md`. Every object has the same seven
//! keys, and a few types have one more. What a terminal could take for a control sequence is escaped,
//! which changes no value.

use std::io;

use salon_protocol::Timestamp;
use serde::{Serialize, Serializer};

use crate::event::{Event, EventKind};

/// One object.
#[derive(Debug, Serialize)]
struct Object<'a> {
    r#type: &'static str,
    time: Time,
    id: Option<&'a str>,
    from: Option<&'a str>,
    account: Option<&'a str>,
    to: Option<&'a str>,
    text: Option<&'a str>,
    /// The nick that it is about, for `nick`, `kick` and `ready`.
    #[serde(skip_serializing_if = "Option::is_none")]
    nick: Option<&'a str>,
    /// The code of an `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Maybe<&'a str>>,
    /// The length of a `gap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<Maybe<u64>>,
    /// The beginning of a `gap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Maybe<Time>>,
}

/// Appends an event as one object and a line end. Lines for people alone are no events to a program.
pub(crate) fn append(event: &Event, out: &mut String) {
    let Some(object) = object(event) else { return };
    let mut bytes = std::mem::take(out).into_bytes();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Harmless);
    object
        .serialize(&mut serializer)
        .expect("strings and numbers can be written to memory");
    bytes.push(b'\n');
    *out = String::from_utf8(bytes).expect("JSON made of text is text");
}

fn object(event: &Event) -> Option<Object<'_>> {
    let mut object = Object {
        r#type: "",
        time: Time(event.time),
        id: event.id.as_deref(),
        from: event.from.as_deref(),
        account: event.account.as_deref(),
        to: event.to.as_deref(),
        text: None,
        nick: None,
        code: None,
        skipped: None,
        since: None,
    };
    (object.r#type, object.text) = match &event.kind {
        EventKind::Message { text } => ("message", Some(text.as_str())),
        EventKind::Action { text } => ("action", Some(text.as_str())),
        EventKind::Notice { text } => ("notice", Some(text.as_str())),
        EventKind::Join => ("join", None),
        EventKind::Part { reason } => ("part", reason.as_deref()),
        EventKind::Quit { reason } => ("quit", reason.as_deref()),
        EventKind::Nick { new } => {
            object.nick = Some(new);
            ("nick", None)
        }
        EventKind::Topic { text } => ("topic", text.as_deref()),
        EventKind::Kick { nick, reason } => {
            object.nick = Some(nick);
            ("kick", reason.as_deref())
        }
        EventKind::Mode { changes } => ("mode", Some(changes.as_str())),
        EventKind::Error { code, text } => {
            object.code = Some(Maybe(code.as_deref()));
            ("error", Some(text.as_str()))
        }
        EventKind::Ready { nick, .. } => {
            object.nick = Some(nick);
            ("ready", None)
        }
        EventKind::Gap { skipped, since } => {
            object.skipped = Some(Maybe(*skipped));
            object.since = Some(Maybe(since.map(Time)));
            ("gap", None)
        }
        EventKind::ReadUpTo
        | EventKind::Alert { .. }
        | EventKind::Note { .. }
        | EventKind::Info { .. } => return None,
    };
    Some(object)
}

/// A time in RFC 3339.
#[derive(Debug)]
struct Time(Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// What an object of its type has the key of even when nothing is known.
#[derive(Debug, Serialize)]
struct Maybe<T>(Option<T>);

/// Writes JSON without blanks, and escapes what some terminals act upon though JSON allows it raw.
struct Harmless;

impl serde_json::ser::Formatter for Harmless {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if fragment.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((before, harmful, after)) = next_harmful(rest) {
            writer.write_all(before.as_bytes())?;
            write!(writer, "\\u{:04x}", u32::from(harmful))?;
            rest = after;
        }
        writer.write_all(rest.as_bytes())
    }
}

/// The first character that must not stand raw, with what is before and behind it.
fn next_harmful(text: &str) -> Option<(&str, char, &str)> {
    let (at, harmful) = text.char_indices().find(|(_, c)| is_harmful(*c))?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, harmful, rest.get(harmful.len_utf8()..)?))
}

/// Delete, the C1 controls, line separators, and what reorders a line.
fn is_harmful(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests;
