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
//! - *Indented command*: white space, then what would be a command of one of the three kinds. It is that
//!   command, since shells forget what one types behind a space, and so those who hide a password there. But
//!   `:` counts before a letter alone, so that ` :)` is a message. Where the mark is doubled, the line is the
//!   message without one of them; where the line would be no command with one mark alone, it stays as it is:
//!   ` //msg bob` says ` /msg bob`, and ` // why` says ` // why`.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// Nothing.
    Blank,
    /// This text, said.
    Message(Cow<'a, str>),
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

/// Reads a line. `is_command` says whether a name is wholly that of a command, and `is_foreign` whether a line
/// that begins so is a command of other clients that a password may follow.
pub(crate) fn line<'a>(
    input: &'a str,
    is_command: impl Fn(&str) -> bool,
    is_foreign: impl Fn(&Call<'a>) -> bool,
) -> Line<'a> {
    if input.trim().is_empty() {
        return Line::Blank;
    }
    let (indent, marked) = split_indent(input);
    if !indent.is_empty() {
        return indented(input, marked, is_command, is_foreign);
    }
    let habit = verify(call('/'), |call: &Call<'_>| is_command(call.name));
    let foreign = verify(call('/'), is_foreign);
    let reading = branch::alt((
        branch::alt((escaped(':'), escaped('/'))).map(|text| Line::Message(Cow::Borrowed(text))),
        branch::alt((call(':'), habit)).map(Line::Call),
        foreign.map(Line::Foreign),
    ))
    .parse(input);
    reading.map_or(Line::Message(Cow::Borrowed(input)), |(_, line)| line)
}

/// Reads a line that begins with white space; `marked` is what follows that.
fn indented<'a>(
    input: &'a str,
    marked: &'a str,
    is_command: impl Fn(&str) -> bool,
    is_foreign: impl Fn(&Call<'a>) -> bool,
) -> Line<'a> {
    let said = Line::Message(Cow::Borrowed(input));
    let Some(mark @ (':' | '/')) = marked.chars().next() else {
        return said;
    };
    let indent = input.len() - marked.len();
    let surplus = marked.len() - marked.trim_start_matches(mark).len() - 1;
    let named = verify(call(':'), |call: &Call<'_>| {
        call.name
            .starts_with(|first: char| first.is_ascii_alphabetic())
    });
    let habit = verify(call('/'), |call: &Call<'_>| is_command(call.name));
    let foreign = verify(call('/'), is_foreign);
    let reading = branch::alt((
        branch::alt((named, habit)).map(Line::Call),
        foreign.map(Line::Foreign),
    ))
    .parse(marked.get(surplus..).unwrap_or_default());
    match reading {
        Ok((_, line)) if surplus == 0 => line,
        Ok(_) => {
            let mut text = input.to_owned();
            text.remove(indent);
            Line::Message(Cow::Owned(text))
        }
        Err(_) => said,
    }
}

/// The white space that a line begins with, and what follows it.
pub(crate) fn split_indent(input: &str) -> (&str, &str) {
    input.split_at(input.len() - input.trim_start().len())
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
    fn check(input: &str, expected: &Line<'_>) {
        let known = |name: &str| name.eq_ignore_ascii_case("msg");
        let foreign = |call: &Call<'_>| ["oper", "msg"].contains(&call.name);
        assert_eq!(&line(input, known, foreign), expected, "{input:?}");
    }

    fn call<'a>(name: &'a str, rest: &'a str) -> Line<'a> {
        Line::Call(Call { name, rest })
    }

    fn message(text: &str) -> Line<'_> {
        Line::Message(Cow::Borrowed(text))
    }

    #[test]
    fn blank_lines_are_nothing() {
        for input in ["", " ", "\t \t", "\u{3000}"] {
            check(input, &Line::Blank);
        }
    }

    #[test]
    fn doubled_marks_are_messages() {
        check("::text", &message(":text"));
        check("//text", &message("/text"));
        check("::", &message(":"));
        check(":::", &message("::"));
        check("//msg bob hi", &message("/msg bob hi"));
    }

    #[test]
    fn colon_is_always_a_command() {
        check(":join #dev", &call("join", " #dev"));
        check(":jion\t#dev ", &call("jion", "\t#dev "));
        check(":", &call("", ""));
        check(": x", &call("", " x"));
        check(":/x", &call("/x", ""));
    }

    #[test]
    fn slash_is_a_command_by_its_whole_name_only() {
        check("/msg bob hi", &call("msg", " bob hi"));
        check("/MSG", &call("MSG", ""));
        check("/ms bob hi", &message("/ms bob hi"));
        check("/usr/bin is full", &message("/usr/bin is full"));
        check("/", &message("/"));
        check("/:", &message("/:"));
    }

    #[test]
    fn slash_is_a_foreign_command_by_its_whole_name_only() {
        let oper = |rest| Line::Foreign(Call { name: "oper", rest });
        check("/oper ann hunter2", &oper(" ann hunter2"));
        check("/oper", &oper(""));
        check("/operation", &message("/operation"));
        check("//oper", &message("/oper"));
        check(":oper ann", &call("oper", " ann"));
    }

    #[test]
    fn indented_command_is_the_same_command() {
        for indent in [" ", "\t ", "\u{a0}"] {
            let check =
                |line: &str, expected: &Line<'_>| check(&format!("{indent}{line}"), expected);
            check(":join #dev", &call("join", " #dev"));
            check(":jion", &call("jion", ""));
            check("/msg bob hi", &call("msg", " bob hi"));
            let oper = Call {
                name: "oper",
                rest: " ann",
            };
            check("/oper ann", &Line::Foreign(oper));
        }
    }

    #[test]
    fn indented_mark_is_doubled_where_it_would_be_that_of_a_command() {
        check("  ::join #dev", &message("  :join #dev"));
        check(" //msg bob", &message(" /msg bob"));
        check(" ///msg bob", &message(" //msg bob"));
        check("\u{a0}//oper", &message("\u{a0}/oper"));
    }

    #[test]
    fn indented_text_is_a_message_exactly() {
        for input in [
            " :)",
            " : x",
            " /",
            "  /usr/bin",
            "  // why",
            "  /// Why.",
            "  //! Why.",
            "\t://x",
            " :::",
        ] {
            check(input, &message(input));
        }
    }

    #[test]
    fn all_else_is_a_message_exactly() {
        for input in ["hello", "  hello ", " a :b", "it's", "a :b", "\u{1f600}"] {
            check(input, &message(input));
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
