//! Reads what follows a command's name by the arguments that its spec declares.
//!
//! Arguments that are known by their place are read from left to right. A word that doesn't have the
//! shape of an optional one is left for the next, if there is a next one. If the spec declares flags,
//! a word that begins with `--` is one, anywhere before a text; `--` alone ends them. Nothing here
//! knows a command.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::Problem;
use crate::grammar;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Nick, Room, Span, Target, Text, Value, When, Word};

/// How a flag begins; alone it ends the flags.
const FLAG_MARK: &str = "--";

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

    /// Takes the value of an argument out, as the type that the command's struct has for it: `T`,
    /// `Option<T>` if it may be left out, `Vec<T>` if it is repeated, `bool` for a switch.
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

from_argument! {
    Word => Word, Text => Text, Nick => Nick, Room => Room, Target => Target, Number => i64,
    Duration => Span, Time => When,
}

impl FromArgument for bool {
    fn from_argument(value: Option<Value>) -> Option<Self> {
        match value {
            Some(Value::Given) => Some(true),
            Some(_) => None,
            None => Some(false),
        }
    }
}

impl<T: FromArgument> FromArgument for Vec<T> {
    fn from_argument(value: Option<Value>) -> Option<Self> {
        match value {
            Some(Value::List(values)) => values
                .into_iter()
                .map(|value| T::from_argument(Some(value)))
                .collect(),
            Some(_) => None,
            None => Some(Self::new()),
        }
    }
}

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

/// Reads what follows a command's name. The places of errors count from the beginning of `rest`.
pub(crate) fn read(spec: &Spec, rest: &str) -> Result<Arguments, ReadError> {
    let mut values: Vec<(Cow<'static, str>, Option<Value>)> = spec
        .arguments
        .iter()
        .map(|argument| (argument.name.clone(), None))
        .collect();
    walk(spec, rest, |piece| {
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
    Ok(Arguments(values))
}

/// Reads what follows a command's name, and calls `visit` with each part as far as it is right.
pub(crate) fn walk(spec: &Spec, rest: &str, visit: impl FnMut(Piece)) -> Result<(), ReadError> {
    let has_flags = spec
        .arguments
        .iter()
        .any(|argument| argument.flag.is_some());
    let mut cursor = Cursor {
        spec,
        rest,
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
        if word.is_empty() || argument.gives_way_to(word, is_last) {
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

/// What the end of a text may be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AtEnd<'a> {
    /// The arguments that its last word may belong to, by their places. There are several where one
    /// may be left out.
    pub(crate) possible: Vec<usize>,
    /// The last word, which is empty after a blank.
    pub(crate) word: &'a str,
    /// Whether it may be a flag.
    pub(crate) may_be_flag: bool,
}

/// Finds what the last word of a text, which is still being typed, may be.
pub(crate) fn at_end<'a>(spec: &Spec, rest: &'a str) -> AtEnd<'a> {
    let mut places = spec
        .arguments
        .iter()
        .enumerate()
        .filter(|(_, argument)| argument.flag.is_none())
        .peekable();
    let mut has_flags = spec
        .arguments
        .iter()
        .any(|argument| argument.flag.is_some());
    let mut rest = rest;
    loop {
        let (blanks, word, after) = grammar::word(rest);
        if has_flags && let Some(flag) = word.strip_prefix(FLAG_MARK) {
            match flag_at_end(spec, flag, word, after) {
                FlagAtEnd::Here(found) => return found,
                FlagAtEnd::Before(after) => rest = after,
            }
            has_flags &= !flag.is_empty();
            continue;
        }
        let Some(&(index, argument)) = places.peek() else {
            let word = rest.rsplit(grammar::is_blank).next().unwrap_or_default();
            return AtEnd {
                possible: Vec::new(),
                word,
                may_be_flag: has_flags,
            };
        };
        let from = rest.get(blanks..).unwrap_or_default();
        if argument.is_rest() || is_open_quote(argument, from) {
            let word = from.rsplit(grammar::is_blank).next().unwrap_or_default();
            return AtEnd {
                possible: vec![index],
                word,
                may_be_flag: has_flags && from == word,
            };
        }
        if after.is_empty() {
            let mut possible = vec![];
            for (index, argument) in places {
                possible.push(index);
                if !argument.may_be_left_out_before(word) {
                    break;
                }
            }
            return AtEnd {
                possible,
                word,
                may_be_flag: has_flags,
            };
        }
        let is_last = places.clone().nth(1).is_none();
        let is_given = !argument.gives_way_to(word, is_last);
        if is_given {
            rest = after_value(argument, from, after);
        }
        if !(is_given && argument.is_repeated()) {
            places.next();
        }
    }
}

/// What follows a whole value that a text begins with.
fn after_value<'a>(argument: &Argument, from: &'a str, after: &'a str) -> &'a str {
    match (&argument.kind, quoted(from)) {
        (Kind::Quoted, Ok((_, length))) => from.get(length..).unwrap_or_default(),
        _ => after,
    }
}

fn is_open_quote(argument: &Argument, from: &str) -> bool {
    argument.kind == Kind::Quoted && matches!(quoted(from), Err((Problem::UnclosedQuote, _)))
}

/// Where the end of a text is, seen from a flag.
enum FlagAtEnd<'a> {
    /// In it, or in its value.
    Here(AtEnd<'a>),
    /// Somewhere in this, which follows it.
    Before(&'a str),
}

fn flag_at_end<'a>(spec: &Spec, flag: &'a str, word: &'a str, after: &'a str) -> FlagAtEnd<'a> {
    let value_of = |name: &str| {
        find_flag(spec, name)
            .filter(|(_, argument)| argument.kind != Kind::Switch)
            .map(|(index, _)| index)
    };
    let at_value = |index: usize, word: &'a str| {
        FlagAtEnd::Here(AtEnd {
            possible: vec![index],
            word,
            may_be_flag: false,
        })
    };
    match (flag.split_once('='), after.is_empty()) {
        (Some((name, value)), true) => match value_of(name) {
            Some(index) => at_value(index, value),
            None => FlagAtEnd::Before(after),
        },
        (None, true) => FlagAtEnd::Here(AtEnd {
            possible: Vec::new(),
            word,
            may_be_flag: true,
        }),
        (Some(_), false) => FlagAtEnd::Before(after),
        (None, false) => {
            let Some(index) = value_of(flag) else {
                return FlagAtEnd::Before(after);
            };
            let (_, value, after) = grammar::word(after);
            if after.is_empty() {
                at_value(index, value)
            } else {
                FlagAtEnd::Before(after)
            }
        }
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

    fn flagged() -> Spec {
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
        let read = read(&flagged(), rest)
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

    /// Compares what the last word may be: the names of the arguments, the word, whether a flag.
    #[track_caller]
    fn check_end(rest: &str, expected: (&[&str], &str, bool)) {
        let spec = flagged();
        let end = at_end(&spec, rest);
        let names: Vec<&str> = end
            .possible
            .iter()
            .map(|&index| spec.arguments[index].name.as_ref())
            .collect();
        assert_eq!(
            (names.as_slice(), end.word, end.may_be_flag),
            expected,
            "{rest:?}"
        );
    }

    #[test]
    fn end_of_a_text_with_flags() {
        check_end(" ", (&["NAME"], "", true));
        check_end(" --si", (&[], "--si", true));
        check_end(" --since ye", (&["WHEN"], "ye", false));
        check_end(" --since=ye", (&["WHEN"], "ye", false));
        check_end(" --since 2h --all ", (&["NAME"], "", true));
        check_end(r#" "two wo"#, (&["NAME"], "wo", false));
        check_end(r#" "two words" a"#, (&["NICK"], "a", true));
        check_end(" x ann bob c", (&["NICK"], "c", true));
        check_end(" -- --si", (&["NAME"], "--si", false));
    }
}
