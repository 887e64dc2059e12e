//! Reads what follows a command's name by the arguments that its spec declares.
//!
//! Arguments are read from left to right. A word that doesn't have the shape of an optional argument
//! is left for the next one, if there is a next one. Nothing here knows a command.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::Problem;
use crate::grammar;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Nick, Room, Target, Text, Value, Word};

/// The arguments of one call, checked against the spec: one entry for each that it declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments(Vec<(Cow<'static, str>, Option<Value>)>);

impl Arguments {
    /// The value of an argument, or `None` if it was left out or isn't declared.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(declared, _)| declared == name)?
            .1
            .as_ref()
    }

    /// Every declared argument in order, with its value if it was given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&Value>)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// Takes the value of an argument out, as the type that the command's struct has for it.
    ///
    /// Fails if the spec doesn't declare the argument as that type: a mistake in the command, not in
    /// the line.
    pub fn take<T: FromArgument>(&mut self, name: &'static str) -> Result<T, Problem> {
        let entry = self.0.iter_mut().find(|(declared, _)| declared == name);
        let value = entry
            .ok_or(Problem::Undeclared { argument: name })?
            .1
            .take();
        T::from_argument(value).ok_or(Problem::Undeclared { argument: name })
    }
}

/// A type that an argument's value can be taken as: `T` if it must be there, else `Option<T>`.
pub trait FromArgument: Sized {
    /// The value as this type, or `None` if it is of another kind.
    fn from_argument(value: Option<Value>) -> Option<Self>;
}

/// Says which kind of value a type is.
macro_rules! from_argument {
    ($($kind:ident => $type:ty),* $(,)?) => {$(
        impl FromArgument for $type {
            fn from_argument(value: Option<Value>) -> Option<Self> {
                match value? {
                    Value::$kind(value) => Some(value),
                    _ => None,
                }
            }
        }

        impl FromArgument for Option<$type> {
            fn from_argument(value: Option<Value>) -> Option<Self> {
                match value {
                    Some(value) => <$type>::from_argument(Some(value)).map(Some),
                    None => Some(None),
                }
            }
        }
    )*};
}

from_argument! { Word => Word, Text => Text, Nick => Nick, Room => Room, Target => Target, Number => i64 }

/// What can't be read, and where in `rest`.
pub(crate) type ReadError = (Problem, Range<usize>);

/// Reads what follows a command's name. The places of errors count from the beginning of `rest`.
pub(crate) fn read(spec: &Spec, rest: &str) -> Result<Arguments, ReadError> {
    let mut values = Vec::with_capacity(spec.arguments.len());
    let mut cursor = Cursor { rest, at: 0 };
    for (index, argument) in spec.arguments.iter().enumerate() {
        let is_last = index + 1 == spec.arguments.len();
        let value = cursor.read(argument, is_last)?;
        values.push((argument.name.clone(), value));
    }
    cursor.finish()?;
    Ok(Arguments(values))
}

/// Which arguments, by their places, the last word of a text may belong to, and that word, which is
/// empty after a blank. There are several where one may be left out.
pub(crate) fn possible_at_end<'a>(
    arguments: &[Argument],
    rest: &'a str,
) -> (Range<usize>, &'a str) {
    let mut rest = rest;
    let mut first = 0;
    while let Some(argument) = arguments.get(first) {
        let (blanks, word, after) = grammar::word(rest);
        if argument.kind == Kind::Text {
            let text = rest.get(blanks..).unwrap_or_default();
            let word = text.rsplit(grammar::is_blank).next().unwrap_or_default();
            return (first..first + 1, word);
        }
        if after.is_empty() {
            let others = arguments.get(first..).unwrap_or_default().iter();
            let skipped = others
                .take_while(|other| other.may_be_left_out_before(word))
                .count();
            let end = (first + skipped + 1).min(arguments.len());
            return (first..end, word);
        }
        if !argument.gives_way_to(word, first + 1 == arguments.len()) {
            rest = after;
        }
        first += 1;
    }
    (
        first..first,
        rest.rsplit(grammar::is_blank).next().unwrap_or_default(),
    )
}

/// How far the arguments are read.
struct Cursor<'a> {
    rest: &'a str,
    at: usize,
}

impl Cursor<'_> {
    /// Reads one argument, or finds that it was left out.
    fn read(&mut self, argument: &Argument, is_last: bool) -> Result<Option<Value>, ReadError> {
        let (blanks, word, after) = grammar::word(self.rest);
        let source = match argument.kind {
            Kind::Text => self.rest.get(blanks..).unwrap_or_default(),
            _ => word,
        };
        if word.is_empty()
            || (argument.is_optional() && !is_last && !argument.kind.recognises(word))
        {
            return self.left_out(argument);
        }
        let start = self.at + blanks;
        let end = start + source.len();
        let value = argument.kind.read(source).map_err(|mistake| {
            let found = source.to_owned();
            let suggestion = mistake.suggestion;
            (
                Problem::InvalidArgument {
                    found,
                    expected: argument.expectation(),
                    suggestion,
                },
                start..end,
            )
        })?;
        self.rest = if argument.kind == Kind::Text {
            ""
        } else {
            after
        };
        self.at = end;
        Ok(Some(value))
    }

    fn left_out(&self, argument: &Argument) -> Result<Option<Value>, ReadError> {
        if argument.is_optional() {
            return Ok(None);
        }
        let end = self.at + self.rest.len();
        Err((
            Problem::MissingArgument {
                expected: argument.expectation(),
            },
            end..end,
        ))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::sample;

    fn spec() -> Spec {
        Spec::new("test", "try each kind of argument")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::required("COUNT", Kind::Number { min: 1, max: 9 }))
            .argument(Argument::optional("TEXT", Kind::Text))
    }

    /// Reads what follows the name, and compares the values given, or the error's text and place.
    #[track_caller]
    fn check(rest: &str, expected: Result<&[Value], (&str, Range<usize>)>) {
        let read = read(&spec(), rest)
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

    #[test]
    fn take_refuses_what_the_spec_does_not_declare() {
        let arguments = read(&spec(), " 3").expect("the arguments are right");
        let undeclared = |argument| Problem::Undeclared { argument };
        assert_eq!(arguments.clone().take("COUNT"), Ok(3_i64));
        assert_eq!(arguments.clone().take::<Option<Room>>("ROOM"), Ok(None));
        assert_eq!(
            arguments.clone().take::<Word>("COUNT"),
            Err(undeclared("COUNT"))
        );
        assert_eq!(
            arguments.clone().take::<Option<Text>>("COUNT"),
            Err(undeclared("COUNT"))
        );
        assert_eq!(
            arguments.clone().take::<Room>("ROOM"),
            Err(undeclared("ROOM"))
        );
        assert_eq!(
            arguments.clone().take::<Option<Word>>("OTHER"),
            Err(undeclared("OTHER"))
        );
    }
}
