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

/// Lists are filled in place throughout: folding would move them for every item.
fn message(input: &str) -> IResult<&str, Message<'_>> {
    let (input, _) = blanks(input)?;
    let (input, section) = opt(terminated(tag_section, blanks)).parse(input)?;
    let (input, source) = opt(terminated(source, blanks)).parse(input)?;
    let (input, verb) = word(input)?;
    let mut message = Message::new(verb);
    message.source = source.flatten();
    if let Some(section) = section {
        message.tags = Tags::parsed(section);
        fill_tags(section, &mut message.tags);
    }
    let rest = fill_params(input, &mut message.params);
    Ok((rest, message))
}

fn tag_section(input: &str) -> IResult<&str, &str> {
    preceded(char('@'), take_till(is_blank)).parse(input)
}

fn fill_tags<'a>(section: &'a str, tags: &mut Tags<'a>) {
    let mut entry = alt((
        value(None, char(';')),
        map(tag, Some),
        value(None, preceded(char('='), take_till(is_separator))),
    ));
    let mut rest = section;
    while let Ok((after, entry)) = entry.parse(rest) {
        if let Some((key, value)) = entry {
            tags.push_parsed(key, value);
        }
        rest = after;
    }
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

/// Returns what is left, which is nothing but blanks.
fn fill_params<'a>(input: &'a str, params: &mut Params<'a>) -> &'a str {
    let mut rest = input;
    while params.len() < PARAMS_MAX - 1
        && let Ok((after, param)) = preceded(blanks1, middle).parse(rest)
    {
        params.push(param);
        rest = after;
    }
    if let Ok((after, param)) = preceded(blanks1, last).parse(rest) {
        params.push(param);
        rest = after;
    }
    rest
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Checks source, verb and parameters; the tags have a check of their own.
    #[track_caller]
    fn check(line: &str, source: Option<&str>, verb: &str, params: &[&str]) {
        let message = parse(line).unwrap();
        assert_eq!(message.source.as_ref().map(Source::as_str), source);
        assert_eq!(message.verb, verb);
        assert_eq!(message.params, params.iter().copied().collect());
    }

    #[track_caller]
    fn check_tags(line: &str, tags: &[(&str, Option<&str>)]) {
        let message = parse(line).unwrap();
        assert_eq!(message.tags.iter().collect::<Vec<_>>(), tags);
        assert_eq!(message.verb, "V");
    }

    #[test]
    fn every_part_is_optional_but_the_verb() {
        check("PING", None, "PING", &[]);
        check("PING x", None, "PING", &["x"]);
        check(":hub PONG", Some("hub"), "PONG", &[]);
        check(
            "@a=b :ann!a@h PRIVMSG #l :hi all",
            Some("ann!a@h"),
            "PRIVMSG",
            &["#l", "hi all"],
        );
    }

    #[test]
    fn the_last_parameter_keeps_its_blanks_and_colons() {
        check("V :", None, "V", &[""]);
        check("V ::x", None, "V", &[":x"]);
        check("V a:b : c  d ", None, "V", &["a:b", " c  d "]);
        check("V é 日本 :ü ö", None, "V", &["é", "日本", "ü ö"]);
    }

    #[test]
    fn repeated_blanks_separate_once() {
        check("  @a  :s   V  x   :y z ", Some("s"), "V", &["x", "y z "]);
        check("V x ", None, "V", &["x"]);
        check("V\tx", None, "V\tx", &[]);
    }

    #[test]
    fn a_colon_without_a_name_is_no_source() {
        check(": V x", None, "V", &["x"]);
    }

    #[test]
    fn the_fifteenth_parameter_takes_the_rest() {
        let fourteen: Vec<String> = (1..=14).map(|count| count.to_string()).collect();
        let mut params: Vec<&str> = fourteen.iter().map(String::as_str).collect();
        let line = format!("V {}", params.join(" "));
        check(&line, None, "V", &params);
        check(&format!("{line}  "), None, "V", &params);
        params.push("15 16 :17");
        check(&format!("{line} 15 16 :17"), None, "V", &params);
        check(&format!("{line} :15 16 :17"), None, "V", &params);
    }

    #[test]
    fn tags_have_values_or_none() {
        check_tags("@a=1;b;c= V", &[("a", Some("1")), ("b", None), ("c", None)]);
        check_tags("@+draft/x=a\\sb\\:=c V", &[("+draft/x", Some("a b;=c"))]);
        check_tags("@a=1;a=2 V", &[("a", Some("1")), ("a", Some("2"))]);
        assert_eq!(parse("@a=1;a=2 V").unwrap().tags.get("a"), Some("2"));
    }

    #[test]
    fn empty_and_nameless_tags_are_skipped() {
        check_tags("@ V", &[]);
        check_tags("@;;a;;=x;b V", &[("a", None), ("b", None)]);
    }

    #[test]
    fn the_tag_section_is_kept_as_it_came() {
        let message = parse("@a=\\s;;b V").unwrap();
        assert_eq!(message.tags.raw(), Some("a=\\s;;b"));
        assert_eq!(message.with_tag("c", Some("1")).tags.raw(), None);
    }

    #[test]
    fn a_message_borrows_from_its_line() {
        let line = String::from("@a=b :s V x :y");
        let message = parse(&line).unwrap();
        let borrowed =
            |text: &std::borrow::Cow<'_, str>| matches!(text, std::borrow::Cow::Borrowed(_));
        assert!(borrowed(&message.verb) && message.params.iter().all(borrowed));
    }

    #[test]
    fn a_line_without_a_verb_is_refused() {
        for line in ["", "   ", "@a=b", "@a=b ", ":source", "@a :s ", ":"] {
            assert_eq!(parse(line), Err(ParseError::NoVerb), "{line:?}");
        }
    }

    #[test]
    fn forbidden_bytes_are_named_with_their_place() {
        for byte in [b'\r', b'\n', 0] {
            let line = format!("V x{}y", char::from(byte));
            assert_eq!(
                parse(&line),
                Err(ParseError::ForbiddenByte { byte, column: 4 })
            );
        }
        assert_eq!(
            parse("V\0").unwrap_err().to_string(),
            "byte 0x00 at column 2; expected text without CR, LF and NUL"
        );
    }

    proptest! {
        #[test]
        fn nothing_panics_parsing(line in any::<String>()) {
            let _ = parse(&line);
        }

        #[test]
        fn nothing_that_looks_like_a_line_panics(line in "[@:;=\\\\ +/a-z0-9é\r\n\0]{0,60}") {
            if let Ok(message) = parse(&line) {
                prop_assert!(message.params.len() <= PARAMS_MAX);
                prop_assert!(!message.verb.is_empty());
            }
        }
    }
}
