//! A message: tags, source, verb, parameters. Parsed from a line, built, written to a line.
//!
//! It knows the form of messages and nothing of what any verb means.

mod format;
mod params;
mod parse;
mod short_list;
mod source;
mod tags;

use std::borrow::Cow;

pub use format::FormatError;
pub use params::Params;
pub use parse::ParseError;
pub use source::Source;
pub use tags::{Tags, escape_value, unescape_value};

use crate::Numeric;

/// One message, borrowing from its line where it can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<'a> {
    /// The tags, of which there are usually few or none.
    pub tags: Tags<'a>,
    /// Who it comes from; clients leave it away.
    pub source: Option<Source<'a>>,
    /// The verb or numeric as it was sent; its case means nothing, so compare with [`Message::is`].
    pub verb: Cow<'a, str>,
    /// The parameters in order.
    pub params: Params<'a>,
}

impl<'a> Message<'a> {
    /// Parses a line without its line ending.
    ///
    /// Only tag values that are escaped, a third tag and a fifth parameter cost an allocation. Repeated blanks, a missing
    /// source name, nameless tags and any word as verb are taken; the fifteenth parameter takes the rest of the line.
    ///
    /// # Errors
    /// [`ParseError`] when there is no verb, or there is a CR, LF or NUL.
    pub fn parse(line: &'a str) -> Result<Self, ParseError> {
        parse::parse(line)
    }

    /// A message of a verb (or a [`Numeric`]) and nothing else, to be added to.
    pub fn new(verb: impl Into<Cow<'a, str>>) -> Self {
        Self {
            tags: Tags::new(),
            source: None,
            verb: verb.into(),
            params: Params::new(),
        }
    }

    /// The message with this source.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source<'a>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The message with one more parameter.
    #[must_use]
    pub fn with_param(mut self, param: impl Into<Cow<'a, str>>) -> Self {
        self.params.push(param);
        self
    }

    /// The message with free text as its last parameter, written after a colon even when it is a single word.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        self.params.push_text(text);
        self
    }

    /// The message with this tag; an empty value is the same as none.
    #[must_use]
    pub fn with_tag<V>(mut self, key: impl Into<Cow<'a, str>>, value: Option<V>) -> Self
    where
        V: Into<Cow<'a, str>>,
    {
        self.tags.set(key, value.map(Into::into));
        self
    }

    /// Whether this is the verb, in whatever case.
    pub fn is(&self, verb: &str) -> bool {
        self.verb.eq_ignore_ascii_case(verb)
    }

    /// The verb as a numeric, when it is three digits.
    pub fn numeric(&self) -> Option<Numeric> {
        self.verb.parse().ok()
    }

    /// A parameter, counted from 0.
    pub fn param(&self, index: usize) -> Option<&str> {
        self.params.get(index).map(AsRef::as_ref)
    }

    /// The nick (or server name) that it comes from.
    pub fn nick(&self) -> Option<&str> {
        self.source.as_ref().map(Source::nick)
    }

    /// Appends the message and CR LF.
    ///
    /// Its length is not looked at: [`Message::body_bytes`] and [`Message::tags_bytes`] tell it, and shortening is up to the sender.
    ///
    /// # Errors
    /// [`FormatError`] when another program would read something else than what this message holds: a CR, LF or NUL anywhere,
    /// or an empty parameter, or one with blanks or a leading colon, before the last. Nothing is appended then.
    pub fn write_to(&self, out: &mut Vec<u8>) -> Result<(), FormatError> {
        let start = out.len();
        match format::write(self, out) {
            Ok(()) => {
                out.extend_from_slice(b"\r\n");
                Ok(())
            }
            Err(error) => {
                out.truncate(start);
                Err(error)
            }
        }
    }

    /// The message as a line, without CR LF.
    ///
    /// # Errors
    /// As [`Message::write_to`].
    pub fn to_line(&self) -> Result<String, FormatError> {
        let mut out = Vec::with_capacity(128);
        format::write(self, &mut out)?;
        Ok(String::from_utf8(out).expect("a message is made of text alone"))
    }

    /// How many bytes the message without its tags takes on the wire, with CR LF; at most
    /// [`LINE_BYTES_MAX`](crate::LINE_BYTES_MAX) may be sent.
    pub fn body_bytes(&self) -> usize {
        format::body_bytes(self)
    }

    /// How many bytes the tags take on the wire, with `@` and blank; at most
    /// [`TAGS_BYTES_MAX`](crate::TAGS_BYTES_MAX) may be sent.
    pub fn tags_bytes(&self) -> usize {
        format::tags_bytes(&self.tags)
    }

    /// The same message, borrowing from nothing.
    pub fn to_owned(&self) -> Message<'static> {
        self.clone().into_owned()
    }

    /// The same message, borrowing from nothing, without copying what it owns already.
    pub fn into_owned(self) -> Message<'static> {
        Message {
            tags: self.tags.into_owned(),
            source: self.source.map(Source::into_owned),
            verb: Cow::Owned(self.verb.into_owned()),
            params: self.params.into_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
