//! The grammar of a line, and nothing about what a message means.
//!
//! ```text
//! line     = blanks [ "@" tags blanks ] [ ":" source blanks ] verb params
//! tags     = *( ";" / tag )              ; empty tags are skipped
//! tag      = key [ "=" value ]           ; and so are tags without a key
//! params   = *14( 1*" " middle ) [ 1*" " last ] blanks
//! middle   = a run without blanks that does not begin with ":"
//! last     = ":" the rest of the line    ; when fourteen came before, also without the colon
//! blanks   = *" "
//! ```
//!
//! It is wider than <https://modern.ircdocs.horse/#message-format>: blanks may be repeated, as RFC 1459 clients do,
//! and the verb may be any word, since an unknown one is answered and not a matter of syntax.

use memchr::memchr3;
use nom::branch::alt;
use nom::bytes::complete::{take_till, take_till1, take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{map, opt, rest, value, verify};
use nom::multi::{fold_many_m_n, fold_many0};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

use super::{Message, Params, Source, Tags};
use crate::limits::PARAMS_MAX;

/// Why a line is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// There is nothing but tags, a source or blanks.
    #[error("no verb in the line; expected one such as `PRIVMSG`")]
    NoVerb,
    /// The line holds a byte that may stand nowhere in a message.
    #[error("byte {byte:#04x} at column {column}; expected text without CR, LF and NUL")]
    ForbiddenByte {
        /// The byte: CR, LF or NUL.
        byte: u8,
        /// Where it is, counted in bytes from 1.
        column: usize,
    },
}

/// Parses a line that has no line ending.
pub(super) fn parse(line: &str) -> Result<Message<'_>, ParseError> {
    if let Some(index) = memchr3(b'\r', b'\n', b'\0', line.as_bytes()) {
        let byte = line.as_bytes().get(index).copied().unwrap_or_default();
        return Err(ParseError::ForbiddenByte {
            byte,
            column: index + 1,
        });
    }
    match message(line) {
        Ok((_, message)) => Ok(message),
        Err(_) => Err(ParseError::NoVerb),
    }
}

fn message(input: &str) -> IResult<&str, Message<'_>> {
    let (input, _) = blanks(input)?;
    let (input, tags) = opt(terminated(tags, blanks)).parse(input)?;
    let (input, source) = opt(terminated(source, blanks)).parse(input)?;
    let (input, verb) = word(input)?;
    let (input, params) = params(input)?;
    let message = Message {
        tags: tags.unwrap_or_default(),
        source: source.flatten(),
        verb: verb.into(),
        params,
    };
    Ok((input, message))
}

fn tags(input: &str) -> IResult<&str, Tags<'_>> {
    let (rest, section) = preceded(char('@'), take_till(is_blank)).parse(input)?;
    let entry = alt((
        value(None, char(';')),
        map(tag, Some),
        value(None, preceded(char('='), take_till(is_separator))),
    ));
    let (_, tags) = fold_many0(
        entry,
        || Tags::parsed(section),
        |mut tags, entry| {
            if let Some((key, value)) = entry {
                tags.push_parsed(key, value);
            }
            tags
        },
    )
    .parse(section)?;
    Ok((rest, tags))
}

fn tag(input: &str) -> IResult<&str, (&str, Option<&str>)> {
    let key = take_till1(|character| is_separator(character) || character == '=');
    (key, opt(preceded(char('='), take_till(is_separator)))).parse(input)
}

/// A colon without a name is no source.
fn source(input: &str) -> IResult<&str, Option<Source<'_>>> {
    let name = preceded(char(':'), take_till(is_blank));
    map(name, |name: &str| {
        (!name.is_empty()).then(|| Source::new(name))
    })
    .parse(input)
}

fn params(input: &str) -> IResult<&str, Params<'_>> {
    let (input, mut params) = fold_many_m_n(
        0,
        PARAMS_MAX - 1,
        preceded(blanks1, middle),
        Params::new,
        |mut params, param: &str| {
            params.push(param);
            params
        },
    )
    .parse(input)?;
    let (input, last) = opt(preceded(blanks1, last)).parse(input)?;
    if let Some(last) = last {
        params.push(last);
    }
    Ok((input, params))
}

fn middle(input: &str) -> IResult<&str, &str> {
    verify(word, |word: &str| !word.starts_with(':')).parse(input)
}

/// What stands here without a colon is the fifteenth parameter, or else it would have been a middle one.
fn last(input: &str) -> IResult<&str, &str> {
    alt((
        preceded(char(':'), rest),
        verify(rest, |text: &str| !text.is_empty()),
    ))
    .parse(input)
}

fn word(input: &str) -> IResult<&str, &str> {
    take_till1(is_blank).parse(input)
}

fn blanks(input: &str) -> IResult<&str, &str> {
    take_while(is_blank).parse(input)
}

fn blanks1(input: &str) -> IResult<&str, &str> {
    take_while1(is_blank).parse(input)
}

fn is_blank(character: char) -> bool {
    character == ' '
}

fn is_separator(character: char) -> bool {
    character == ';'
}
