//! The grammar of a line.
//!
//! A line is one of these, in this order:
//!
//! - *Blank*: nothing but white space. It does nothing, since IRC has no empty message.
//! - *Escaped message*: `::` or `//`, then anything. It is the message without the first character:
//!   `::text` says `:text`, and `//text` says `/text`.
//! - *Command*: `:`, then a name, then arguments. The name is everything up to the first blank, and
//!   it is the registry that says whether there is such a command: a name that it doesn't know is an
//!   error, never a message.
//! - *Command by habit*: `/`, then the whole name or alias of a command, in any case, then arguments.
//!   It is the same command; those who come from other clients type `/msg NickServ identify …`, and
//!   what follows must not land in the room.
//! - *Foreign command*: `/`, then the whole name of a command that other clients have and this one
//!   doesn't, if a password may follow it there: `/oper`, `/ns identify`. It is an error, for the same
//!   reason. Any other line that begins with `/` is a message: `/usr/bin is full`.
//! - *Message*: all else, exactly as it was typed, blanks at its ends included.
//!
//! A *blank* between words is one or more spaces or tabs. A *word* is a run of anything else. What
//! words and rests a command takes, its [`Spec`](crate::Spec) says; quotes mean nothing, so an
//! apostrophe is always just that.
//!
//! Nothing here knows a command, and nothing here fails: each line has exactly one reading.

use std::borrow::Cow;

use nom::bytes::complete::{take_till, take_while};
use nom::character::complete::{anychar, char};
use nom::combinator::{peek, recognize, rest, verify};
use nom::sequence::{pair, preceded, terminated};
use nom::{IResult, Parser, branch};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// Nothing.
    Blank,
    /// This text, said.
    Message(&'a str),
    /// A call of a command.
    Call(Call<'a>),
    /// A call of a command that other clients have.
    Foreign(Call<'a>),
}

/// A command's name and what follows it. Both are slices of the line that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Call<'a> {
    /// The name as it was typed, without its mark; it can be empty.
    pub(crate) name: &'a str,
    /// Everything after the name.
    pub(crate) rest: &'a str,
}

/// Reads a line. `is_command` says whether a name is wholly that of a command, and `is_foreign` whether
/// other clients call one so that a password may follow.
pub(crate) fn line(
    input: &str,
    is_command: impl Fn(&str) -> bool,
    is_foreign: impl Fn(&str) -> bool,
) -> Line<'_> {
    if input.trim().is_empty() {
        return Line::Blank;
    }
    let habit = verify(call('/'), |call: &Call<'_>| is_command(call.name));
    let foreign = verify(call('/'), |call: &Call<'_>| is_foreign(call.name));
    let reading = branch::alt((
        branch::alt((escaped(':'), escaped('/'))).map(Line::Message),
        branch::alt((call(':'), habit)).map(Line::Call),
        foreign.map(Line::Foreign),
    ))
    .parse(input);
    reading.map_or(Line::Message(input), |(_, line)| line)
}

/// Splits off the first word and the blanks before it: the blanks' length, the word, what follows.
/// The word is empty at the end of the text.
pub(crate) fn word(input: &str) -> (usize, &str, &str) {
    let blanks: IResult<&str, &str> = take_while(is_blank).parse(input);
    let (after_blanks, blanks) = blanks.unwrap_or((input, ""));
    let word: IResult<&str, &str> = take_till(is_blank).parse(after_blanks);
    let (after_word, word) = word.unwrap_or((after_blanks, ""));
    (blanks.len(), word, after_word)
}

/// Writes a message so that, read as a line, it is that message again and never a command.
///
/// A blank message has no such line: a blank line does nothing.
pub fn escape(message: &str) -> Cow<'_, str> {
    match message.chars().next() {
        Some(mark @ (':' | '/')) => Cow::Owned(format!("{mark}{message}")),
        _ => Cow::Borrowed(message),
    }
}

/// A doubled mark and anything: the message from the second mark on.
fn escaped<'a>(
    mark: char,
) -> impl Parser<&'a str, Output = &'a str, Error = nom::error::Error<&'a str>> {
    preceded(
        terminated(char(mark), peek(char(mark))),
        recognize(pair(anychar, rest)),
    )
}

/// A mark, a name and the rest.
fn call<'a>(
    mark: char,
) -> impl Parser<&'a str, Output = Call<'a>, Error = nom::error::Error<&'a str>> {
    preceded(char(mark), pair(take_till(is_blank), rest)).map(|(name, rest)| Call { name, rest })
}

/// Whether a character separates words.
pub(crate) fn is_blank(character: char) -> bool {
    character == ' ' || character == '\t'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: Line<'_>) {
        let known = |name: &str| name.eq_ignore_ascii_case("msg");
        let foreign = |name: &str| ["oper", "msg"].contains(&name);
        assert_eq!(line(input, known, foreign), expected, "{input:?}");
    }

    fn call<'a>(name: &'a str, rest: &'a str) -> Line<'a> {
        Line::Call(Call { name, rest })
    }

    #[test]
    fn blank_lines_are_nothing() {
        for input in ["", " ", "\t \t", "\u{3000}"] {
            check(input, Line::Blank);
        }
    }

    #[test]
    fn doubled_marks_are_messages() {
        check("::text", Line::Message(":text"));
        check("//text", Line::Message("/text"));
        check("::", Line::Message(":"));
        check(":::", Line::Message("::"));
        check("//msg bob hi", Line::Message("/msg bob hi"));
    }

    #[test]
    fn colon_is_always_a_command() {
        check(":join #dev", call("join", " #dev"));
        check(":jion\t#dev ", call("jion", "\t#dev "));
        check(":", call("", ""));
        check(": x", call("", " x"));
        check(":/x", call("/x", ""));
    }

    #[test]
    fn slash_is_a_command_by_its_whole_name_only() {
        check("/msg bob hi", call("msg", " bob hi"));
        check("/MSG", call("MSG", ""));
        check("/ms bob hi", Line::Message("/ms bob hi"));
        check("/usr/bin is full", Line::Message("/usr/bin is full"));
        check("/", Line::Message("/"));
        check("/:", Line::Message("/:"));
    }

    #[test]
    fn slash_is_a_foreign_command_by_its_whole_name_only() {
        let oper = |rest| Line::Foreign(Call { name: "oper", rest });
        check("/oper ann hunter2", oper(" ann hunter2"));
        check("/oper", oper(""));
        check("/operation", Line::Message("/operation"));
        check("//oper", Line::Message("/oper"));
        check(":oper ann", call("oper", " ann"));
    }

    #[test]
    fn all_else_is_a_message_exactly() {
        for input in ["hello", "  hello ", " :quit", "it's", "a :b", "\u{1f600}"] {
            check(input, Line::Message(input));
        }
    }

    #[test]
    fn word_splits_at_blanks() {
        assert_eq!(word("  a\tb"), (2, "a", "\tb"));
        assert_eq!(word(" "), (1, "", ""));
        assert_eq!(word(""), (0, "", ""));
        assert_eq!(word("a\u{a0}b"), (0, "a\u{a0}b", ""));
    }
}
