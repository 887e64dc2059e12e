//! Reads what follows a command's name by the arguments that its spec declares.
//!
//! Arguments that are known by their place are read from left to right. A word that doesn't have the
//! shape of an optional one is left for the next, if there is a next one. If the spec declares flags,
//! a word that begins with `--` is one, anywhere before a text; `--` alone ends them. Nothing here
//! knows a command.

mod arguments;
mod ending;

use std::borrow::Cow;
use std::ops::Range;

pub use self::arguments::{Arguments, FromArgument};
pub(crate) use self::ending::at_end;
use crate::error::Problem;
use crate::grammar;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{RoomMarks, Value};

/// How a flag begins; alone it ends the flags.
const FLAG_MARK: &str = "--";

/// What can't be read, and where in `rest`.
pub(crate) type ReadError = (Problem, Range<usize>);

/// A part of the line that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The argument that it belongs to, by its place in the spec.
    pub(crate) argument: usize,
    /// Where it is, counted from the beginning of what follows the name.
    pub(crate) span: Range<usize>,
    /// Its value; `None` for a flag whose value follows.
    pub(crate) value: Option<Value>,
}

/// Reads what follows a command's name, on a server where rooms begin with `marks`. The places of errors count from the
/// beginning of `rest`.
pub(crate) fn read(spec: &Spec, rest: &str, marks: &RoomMarks) -> Result<Arguments, ReadError> {
    let mut values: Vec<(Cow<'static, str>, Option<Value>)> = spec
        .arguments
        .iter()
        .map(|argument| (argument.name.clone(), None))
        .collect();
    walk(spec, rest, marks, |piece| {
        let Some(value) = piece.value else { return };
        let is_repeated = spec
            .arguments
            .get(piece.argument)
            .is_some_and(Argument::is_repeated);
        let Some((_, slot)) = values.get_mut(piece.argument) else {
            return;
        };
        match (slot, is_repeated) {
            (Some(Value::List(list)), true) => list.push(value),
            (slot, true) => *slot = Some(Value::List(vec![value])),
            (slot, false) => *slot = Some(value),
        }
    })?;
    Ok(Arguments::new(values))
}

/// Reads what follows a command's name, and calls `visit` with each part as far as it is right.
pub(crate) fn walk(
    spec: &Spec,
    rest: &str,
    marks: &RoomMarks,
    visit: impl FnMut(Piece),
) -> Result<(), ReadError> {
    let has_flags = spec
        .arguments
        .iter()
        .any(|argument| argument.flag.is_some());
    let mut cursor = Cursor {
        spec,
        rest,
        marks,
        at: 0,
        has_flags,
        given: 0,
        visit,
    };
    let last = spec
        .arguments
        .iter()
        .rposition(|argument| argument.flag.is_none());
    for (index, argument) in spec.arguments.iter().enumerate() {
        if argument.flag.is_none() {
            cursor.place(index, argument, Some(index) == last)?;
        }
    }
    cursor.flags()?;
    cursor.finish()
}

/// How far the arguments are read.
struct Cursor<'a, V> {
    spec: &'a Spec,
    rest: &'a str,
    marks: &'a RoomMarks,
    at: usize,
    /// Whether a word that begins with `--` is a flag.
    has_flags: bool,
    /// The flags that were given, a bit each.
    given: u64,
    visit: V,
}

impl<V: FnMut(Piece)> Cursor<'_, V> {
    /// Reads one argument that is known by its place, or finds that it was left out.
    fn place(&mut self, index: usize, argument: &Argument, is_last: bool) -> Result<(), ReadError> {
        self.flags()?;
        let (_, word, _) = grammar::word(self.rest);
        if word.is_empty() || argument.gives_way_to(word, is_last, self.marks) {
            return self.left_out(argument);
        }
        self.value(index, argument)?;
        while argument.is_repeated() {
            self.flags()?;
            let (_, word, _) = grammar::word(self.rest);
            if word.is_empty() {
                break;
            }
            self.value(index, argument)?;
        }
        Ok(())
    }

    /// Reads the value that comes next.
    fn value(&mut self, index: usize, argument: &Argument) -> Result<(), ReadError> {
        let (blanks, word, _) = grammar::word(self.rest);
        let from = self.rest.get(blanks..).unwrap_or_default();
        let start = self.at + blanks;
        let (source, length) = match argument.kind {
            Kind::Text => (Cow::Borrowed(from), from.len()),
            Kind::Quoted => quoted(from)
                .map_err(|(problem, span)| (problem, start + span.start..start + span.end))?,
            _ => (Cow::Borrowed(word), word.len()),
        };
        self.accept(index, argument, &source, start..start + length)?;
        self.advance(blanks + length);
        Ok(())
    }

    /// Reads the flags that come next.
    fn flags(&mut self) -> Result<(), ReadError> {
        while self.has_flags {
            let (blanks, word, _) = grammar::word(self.rest);
            let Some(flag) = word.strip_prefix(FLAG_MARK) else {
                break;
            };
            let span = self.at + blanks..self.at + blanks + word.len();
            self.advance(blanks + word.len());
            if flag.is_empty() {
                self.has_flags = false;
            } else {
                self.flag(flag, span)?;
            }
        }
        Ok(())
    }

    /// Reads a flag, which the cursor has passed, and its value.
    fn flag(&mut self, flag: &str, span: Range<usize>) -> Result<(), ReadError> {
        let (name, inline) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (flag, None),
        };
        let name_end = span.start + FLAG_MARK.len() + name.len();
        let Some((index, argument)) = find_flag(self.spec, name) else {
            let problem = Problem::UnknownOption {
                found: format!("{FLAG_MARK}{name}"),
                suggestion: similar_flag(self.spec, name),
            };
            return Err((problem, span.start..name_end));
        };
        let bit = 1_u64 << (index % 64);
        if self.given & bit != 0 {
            let option = format!("{FLAG_MARK}{name}");
            return Err((Problem::OptionTwice { option }, span));
        }
        self.given |= bit;
        match (&argument.kind, inline) {
            (Kind::Switch, None) => {
                self.found(index, span, Some(Value::Given));
                Ok(())
            }
            (Kind::Switch, Some(value)) => {
                let found = value.to_owned();
                Err((Problem::UnexpectedArgument { found }, name_end..span.end))
            }
            (_, Some(value)) => {
                self.found(index, span.start..name_end, None);
                self.accept(index, argument, value, name_end + 1..span.end)
            }
            (_, None) => {
                self.found(index, span, None);
                let (_, word, _) = grammar::word(self.rest);
                if word.is_empty() {
                    return self.missing(argument);
                }
                self.value(index, argument)
            }
        }
    }

    /// Reads a text that stands at a place as the value of an argument.
    fn accept(
        &mut self,
        index: usize,
        argument: &Argument,
        source: &str,
        span: Range<usize>,
    ) -> Result<(), ReadError> {
        let value = argument.kind.read(source).map_err(|mistake| {
            let problem = Problem::InvalidArgument {
                found: source.to_owned(),
                expected: argument.expectation(),
                suggestion: mistake.suggestion,
            };
            (problem, span.clone())
        })?;
        self.found(index, span, Some(value));
        Ok(())
    }

    fn found(&mut self, argument: usize, span: Range<usize>, value: Option<Value>) {
        (self.visit)(Piece {
            argument,
            span,
            value,
        });
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
        self.at += bytes;
    }

    fn left_out(&self, argument: &Argument) -> Result<(), ReadError> {
        if argument.is_optional() {
            Ok(())
        } else {
            self.missing(argument)
        }
    }

    fn missing(&self, argument: &Argument) -> Result<(), ReadError> {
        let end = self.at + self.rest.len();
        let expected = argument.expectation();
        Err((Problem::MissingArgument { expected }, end..end))
    }

    /// Finds that nothing is left.
    fn finish(&self) -> Result<(), ReadError> {
        let (blanks, word, _) = grammar::word(self.rest);
        if word.is_empty() {
            return Ok(());
        }
        let start = self.at + blanks;
        let end = self.at + self.rest.trim_end_matches(grammar::is_blank).len();
        Err((
            Problem::UnexpectedArgument {
                found: word.to_owned(),
            },
            start..end,
        ))
    }
}

/// The first word of a text that begins with it, or what its quotes hold, and its length with them.
fn quoted(text: &str) -> Result<(Cow<'_, str>, usize), ReadError> {
    if !text.starts_with('"') {
        let (_, word, _) = grammar::word(text);
        return Ok((Cow::Borrowed(word), word.len()));
    }
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let end = at + 1;
                let (_, glued, _) = grammar::word(text.get(end..).unwrap_or_default());
                let is_glued = !text
                    .get(end..)
                    .unwrap_or_default()
                    .starts_with(grammar::is_blank);
                if is_glued && !glued.is_empty() {
                    let found = glued.to_owned();
                    return Err((Problem::AfterQuote { found }, end..end + glued.len()));
                }
                return Ok((Cow::Owned(value), end));
            }
            '\\' => match characters.next() {
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                Some((_, other)) => value.extend(['\\', other]),
                None => break,
            },
            other => value.push(other),
        }
    }
    Err((Problem::UnclosedQuote, 0..text.trim_end().len()))
}

fn find_flag<'a>(spec: &'a Spec, name: &str) -> Option<(usize, &'a Argument)> {
    let mut arguments = spec.arguments.iter().enumerate();
    arguments.find(|(_, argument)| argument.flag.as_deref() == Some(name))
}

/// The flag that may have been meant, with its mark.
fn similar_flag(spec: &Spec, name: &str) -> Option<String> {
    if name.len() > 64 {
        return None;
    }
    let flags = spec
        .arguments
        .iter()
        .filter_map(|argument| argument.flag.as_deref());
    flags
        .map(|flag| (strsim::osa_distance(flag, name), flag))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= name.chars().count().max(3) / 3)
        .map(|(_, flag)| format!("{FLAG_MARK}{flag}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::sample;

    /// A command with each kind of argument that has a place.
    pub(super) fn spec() -> Spec {
        Spec::new("test", "try each kind of argument")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::required("COUNT", Kind::Number { min: 1, max: 9 }))
            .argument(Argument::optional("TEXT", Kind::Text))
    }

    /// Reads what follows the name, and compares the values given, or the error's text and place.
    #[track_caller]
    fn check(rest: &str, expected: Result<&[Value], (&str, Range<usize>)>) {
        let read = read(&spec(), rest, &RoomMarks::default())
            .map(|arguments| {
                arguments
                    .iter()
                    .filter_map(|(_, value)| value.cloned())
                    .collect::<Vec<_>>()
            })
            .map_err(|(problem, span)| (problem.to_string(), span));
        let expected = expected
            .map(<[Value]>::to_vec)
            .map_err(|(problem, span)| (problem.to_owned(), span));
        assert_eq!(read, expected, "{rest:?}");
    }

    #[test]
    fn optional_argument_gives_way_to_a_word_of_another_shape() {
        check(" 3", Ok(&[Value::Number(3)]));
        check(
            " #dev 3",
            Ok(&[Value::Room(sample::room("#dev")), Value::Number(3)]),
        );
        check(
            " 3 #dev",
            Ok(&[Value::Number(3), Value::Text(sample::text("#dev"))]),
        );
    }

    #[test]
    fn blanks_between_words_do_not_matter_and_those_of_a_text_do() {
        check(
            "\t 3 \t it's  so ",
            Ok(&[Value::Number(3), Value::Text(sample::text("it's  so "))]),
        );
        check(" 3  ", Ok(&[Value::Number(3)]));
    }

    #[test]
    fn errors_have_their_place() {
        check(
            "",
            Err((
                "expected COUNT (a number from 1 to 9), found the end of the line",
                0..0,
            )),
        );
        check(
            " #dev ",
            Err((
                "expected COUNT (a number from 1 to 9), found the end of the line",
                6..6,
            )),
        );
        check(
            "  12 x",
            Err((
                "expected COUNT (a number from 1 to 9), found '12'; did you mean '9'?",
                2..4,
            )),
        );
        check(
            " #a,b 3",
            Err(("expected ROOM (a room such as '#dev'), found '#a,b'", 1..5)),
        );
    }

    /// A command with flags.
    pub(super) fn flagged() -> Spec {
        Spec::new("find", "try flags")
            .argument(Argument::flag("since", "WHEN", Kind::Time))
            .argument(Argument::switch("all"))
            .argument(Argument::required("NAME", Kind::Quoted))
            .argument(Argument::zero_or_more("NICK", Kind::Nick))
    }

    /// The names of the arguments given, with their values as words.
    type Given = [(&'static str, &'static str)];

    /// Reads what follows the name of the command with flags, and compares the values as words, or
    /// the error's text and place.
    #[track_caller]
    fn check_flags(rest: &str, expected: Result<&Given, (&str, Range<usize>)>) {
        let read = read(&flagged(), rest, &RoomMarks::default())
            .map(|arguments| {
                let given = arguments
                    .iter()
                    .filter_map(|(name, value)| Some((name.to_owned(), value?.words().join(","))));
                given.collect::<Vec<_>>()
            })
            .map_err(|(problem, span)| (problem.to_string(), span));
        let expected = expected
            .map(|given| {
                let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
                given.iter().map(owned).collect::<Vec<_>>()
            })
            .map_err(|(problem, span)| (problem.to_owned(), span));
        assert_eq!(read, expected, "{rest:?}");
    }

    #[test]
    fn flags_stand_anywhere() {
        let expected = [
            ("WHEN", "2h"),
            ("--all", ""),
            ("NAME", "x"),
            ("NICK", "ann,bob"),
        ];
        check_flags(" --since 2h --all x ann bob", Ok(&expected));
        check_flags(" x --all ann --since=2h bob", Ok(&expected));
        check_flags(" x ann bob --since 2h --all", Ok(&expected));
    }

    #[test]
    fn two_dashes_end_the_flags() {
        check_flags(" -- --all", Ok(&[("NAME", "--all")]));
        check_flags(
            " --all -- x --y",
            Ok(&[("--all", ""), ("NAME", "x"), ("NICK", "--y")]),
        );
    }

    #[test]
    fn quotes_hold_a_text() {
        check_flags(
            r#" "two words" ann"#,
            Ok(&[("NAME", "two words"), ("NICK", "ann")]),
        );
        check_flags(r#" "a \"b\" \\ \c""#, Ok(&[("NAME", r#"a "b" \ \c"#)]));
        check_flags(r#" """#, Ok(&[("NAME", "")]));
        check_flags(" it's", Ok(&[("NAME", "it's")]));
        check_flags(r#" "open it"#, Err((r#"expected a closing '"'"#, 1..9)));
        check_flags(
            r#" "a"b ann"#,
            Err(("expected a blank after the closing quote, found 'b'", 4..5)),
        );
    }

    #[test]
    fn flags_are_checked() {
        check_flags(
            " --sicne 2h x",
            Err(("unknown option '--sicne'; did you mean '--since'?", 1..8)),
        );
        check_flags(" --x y", Err(("unknown option '--x'", 1..4)));
        check_flags(
            " --all --all x",
            Err(("the option '--all' is there twice", 7..12)),
        );
        check_flags(
            " --all=yes x",
            Err(("expected the end of the line, found 'yes'", 6..10)),
        );
        let expected =
            "expected WHEN (a time such as 'yesterday', '18:30', '2h' or '2026-11-23'), found";
        check_flags(
            " x --since",
            Err((&format!("{expected} the end of the line"), 10..10)),
        );
        check_flags(" x --since=so", Err((&format!("{expected} 'so'"), 11..13)));
    }
}
