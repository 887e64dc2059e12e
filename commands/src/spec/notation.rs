//! Arguments in one line of text, as the head of a plug-in declares them:
//! `[SIDES:number(2..100)] WHO:nick...`.
//!
//! ```text
//! arguments = argument { blank argument }
//! argument  = value | "[" value "]" | "[" flag "]"
//! value     = NAME [ ":" kind ] [ "..." ]
//! flag      = "--" name [ blank NAME [ ":" kind ] ]
//! kind      = "word" | "quoted" | "text" | "secret" | "nick" | "room" | "target" | "addressee"
//!           | "duration" | "time" | number | choice
//! number    = "number" [ "(" [ least ] ".." [ most ] ")" ]
//! choice    = word "|" word { "|" word }
//! ```
//!
//! Without a kind an argument is one word; a `secret` is one word that no history keeps. What is in
//! brackets may be left out, and `...` says that it may be given several times.

use std::borrow::Cow;
use std::fmt;

use crate::grammar::is_blank;
use crate::spec::{Argument, Kind, Presence, SpecError, check_arguments};

/// The kinds that have a name of their own.
const KINDS: [(&str, Kind); 10] = [
    ("word", Kind::Word),
    ("quoted", Kind::Quoted),
    ("text", Kind::Text),
    ("nick", Kind::Nick),
    ("room", Kind::Room),
    ("target", Kind::Target),
    ("addressee", Kind::Addressee),
    ("duration", Kind::Duration),
    ("time", Kind::Time),
    ("number", Kind::NUMBER),
];
/// The kind of a secret word.
const SECRET: &str = "secret";

/// Reads the text form of arguments.
///
/// ```
/// use salon_commands::{Kind, arguments};
///
/// let read = arguments("[SIDES:number(2..100)] [--loud] WHO:nick...")?;
/// let usage: Vec<String> = read.iter().map(ToString::to_string).collect();
/// assert_eq!(usage, ["[SIDES]", "[--loud]", "WHO..."]);
/// assert_eq!(read[0].kind, Kind::Number { min: 2, max: 100 });
/// # Ok::<(), salon_commands::SpecError>(())
/// ```
pub fn arguments(text: &str) -> Result<Vec<Argument>, SpecError> {
    let mut arguments = Vec::new();
    let mut rest = text.trim_matches(is_blank);
    while !rest.is_empty() {
        let (bracketed, source, after) = split(rest)?;
        arguments.push(argument(source, bracketed)?);
        rest = after.trim_start_matches(is_blank);
    }
    check_arguments(&arguments)?;
    Ok(arguments)
}

/// Whether an argument stands in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brackets {
    Absent,
    Present,
}

/// Splits off the first argument, without its brackets.
fn split(text: &str) -> Result<(Brackets, &str, &str), SpecError> {
    if let Some(inner) = text.strip_prefix('[') {
        let (source, after) = inner.split_once(']').ok_or_else(|| SpecError::Notation {
            found: text.to_owned(),
            expected: "a closing ']'",
        })?;
        return Ok((Brackets::Present, source, after));
    }
    let (source, after) = text.split_at(text.find(is_blank).unwrap_or(text.len()));
    Ok((Brackets::Absent, source, after))
}

fn argument(source: &str, brackets: Brackets) -> Result<Argument, SpecError> {
    if let Some(flag) = source.strip_prefix("--") {
        return match brackets {
            Brackets::Present => Ok(read_flag(flag)?),
            Brackets::Absent => Err(SpecError::Notation {
                found: source.to_owned(),
                expected: "a flag in brackets, since it may be left out: '[--all]'",
            }),
        };
    }
    let (source, is_repeated) = match source.strip_suffix("...") {
        Some(source) => (source, true),
        None => (source, false),
    };
    let presence = match (brackets, is_repeated) {
        (Brackets::Absent, false) => Presence::Required,
        (Brackets::Present, false) => Presence::Optional,
        (Brackets::Absent, true) => Presence::OneOrMore,
        (Brackets::Present, true) => Presence::ZeroOrMore,
    };
    Ok(value(source)?.with_presence(presence))
}

fn read_flag(source: &str) -> Result<Argument, SpecError> {
    match source.split_once(is_blank) {
        None => Ok(Argument::switch(source.to_owned())),
        Some((flag, rest)) => {
            let value = value(rest.trim_matches(is_blank))?.with_presence(Presence::Optional);
            Ok(Argument {
                flag: Some(Cow::Owned(flag.to_owned())),
                ..value
            })
        }
    }
}

fn value(source: &str) -> Result<Argument, SpecError> {
    let (name, kind) = source.split_once(':').unwrap_or((source, "word"));
    let argument = Argument::required(name.to_owned(), read_kind(kind)?);
    Ok(if kind == SECRET {
        argument.secret()
    } else {
        argument
    })
}

/// Reads the text form of a kind.
pub(super) fn read_kind(source: &str) -> Result<Kind, SpecError> {
    if source == SECRET {
        return Ok(Kind::Word);
    }
    if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == source) {
        return Ok(kind.clone());
    }
    let range = source
        .strip_prefix("number(")
        .and_then(|rest| rest.strip_suffix(')'));
    if let Some(range) = range {
        return read_range(range).ok_or_else(|| SpecError::Notation {
            found: source.to_owned(),
            expected: "a range such as 'number(2..100)'",
        });
    }
    if source.contains('|') {
        return Ok(Kind::one_of(source.split('|').map(str::to_owned)));
    }
    Err(SpecError::Notation {
        found: source.to_owned(),
        expected: "a kind: word, quoted, text, secret, nick, room, target, duration, time, number, number(2..100) or a choice such as on|off",
    })
}

fn read_range(range: &str) -> Option<Kind> {
    let (min, max) = range.split_once("..")?;
    let bound = |text: &str, open: i64| match text {
        "" => Some(open),
        text => text.parse().ok(),
    };
    let (min, max) = (bound(min, i64::MIN)?, bound(max, i64::MAX)?);
    (min <= max).then_some(Kind::Number { min, max })
}

/// A kind in its text form.
#[derive(Debug, Clone, Copy)]
pub(super) struct KindNotation<'a>(pub(super) &'a Kind);

impl fmt::Display for KindNotation<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = KINDS.iter().find(|(_, kind)| kind == self.0) {
            return formatter.write_str(name);
        }
        match self.0 {
            Kind::Number { min, max } => {
                formatter.write_str("number(")?;
                if *min != i64::MIN {
                    write!(formatter, "{min}")?;
                }
                formatter.write_str("..")?;
                if *max != i64::MAX {
                    write!(formatter, "{max}")?;
                }
                formatter.write_str(")")
            }
            Kind::OneOf(values) => formatter.write_str(&values.join("|")),
            Kind::Switch => formatter.write_str("switch"),
            Kind::Word
            | Kind::Quoted
            | Kind::Text
            | Kind::Nick
            | Kind::Room
            | Kind::Target
            | Kind::Addressee
            | Kind::Duration
            | Kind::Time => Ok(()),
        }
    }
}

impl Argument {
    /// It in the text form that [`arguments`] reads: `[SIDES:number(2..100)]`. What it completes to
    /// is not part of it, unless its kind says it.
    pub fn declaration(&self) -> String {
        let kind = match (self.secret, &self.kind) {
            (true, Kind::Word) => format!(":{SECRET}"),
            (false, Kind::Word) => String::new(),
            (_, kind) => format!(":{}", KindNotation(kind)),
        };
        let name = &self.name;
        match (&self.flag, &self.kind, self.presence) {
            (Some(flag), Kind::Switch, _) => format!("[--{flag}]"),
            (Some(flag), ..) => format!("[--{flag} {name}{kind}]"),
            (None, _, Presence::Required) => format!("{name}{kind}"),
            (None, _, Presence::Optional) => format!("[{name}{kind}]"),
            (None, _, Presence::OneOrMore) => format!("{name}{kind}..."),
            (None, _, Presence::ZeroOrMore) => format!("[{name}{kind}...]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[Argument]) {
        let read = arguments(text).expect("arguments");
        assert_eq!(read, expected, "{text:?}");
        let written: Vec<_> = read.iter().map(Argument::declaration).collect();
        assert_eq!(written.join(" "), text);
    }

    #[track_caller]
    fn check_refused(text: &str, expected: &str) {
        let error = arguments(text).expect_err("no arguments");
        assert_eq!(error.to_string(), expected, "{text:?}");
    }

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        check("", &[]);
        check("A", &[Argument::required("A", Kind::Word)]);
        for (name, kind) in KINDS.iter().filter(|(name, _)| *name != "word") {
            let expected = Argument::required("A", kind.clone());
            check(&format!("A:{name}"), &[expected]);
        }
        check(
            "KEY:secret",
            &[Argument::required("KEY", Kind::Word).secret()],
        );
        let number = |min, max| [Argument::required("N", Kind::Number { min, max })];
        check("N:number(2..100)", &number(2, 100));
        check("N:number(-5..)", &number(-5, i64::MAX));
        check("N:number(..9)", &number(i64::MIN, 9));
        check(
            "HOW:on|off",
            &[Argument::required("HOW", Kind::one_of(["on", "off"]))],
        );
    }

    #[test]
    fn brackets_dots_and_flags() {
        check("[A]", &[Argument::optional("A", Kind::Word)]);
        check("A:nick...", &[Argument::one_or_more("A", Kind::Nick)]);
        check("[A:nick...]", &[Argument::zero_or_more("A", Kind::Nick)]);
        check("[--all]", &[Argument::switch("all")]);
        check(
            "[--since WHEN:time] [TEXT:text]",
            &[
                Argument::flag("since", "WHEN", Kind::Time),
                Argument::optional("TEXT", Kind::Text),
            ],
        );
    }

    #[test]
    fn mistakes_are_told() {
        check_refused("[A", "expected a closing ']', found '[A'");
        check_refused(
            "--all",
            "expected a flag in brackets, since it may be left out: '[--all]', found '--all'",
        );
        check_refused(
            "N:number(9..2)",
            "expected a range such as 'number(2..100)', found 'number(9..2)'",
        );
        check_refused(
            "N:int",
            "expected a kind: word, quoted, text, secret, nick, room, target, duration, time, number, number(2..100) or a choice such as on|off, found 'int'",
        );
        check_refused(
            "sides:number",
            "the argument 'sides' has no good name; expected capitals, such as 'SIDES'",
        );
        check_refused(
            "A:text B",
            "the argument 'A' takes the rest of the line; expected it to be the last",
        );
        check_refused(
            "A... B",
            "the argument 'A' takes the rest of the line; expected it to be the last",
        );
        check_refused("A A", "the argument 'A' is there twice");
        check_refused("[--all] [--all]", "the argument '--all' is there twice");
        check_refused(
            "A:x||y",
            "the argument 'A' has a choice that is no word; expected choices such as 'on|off'",
        );
        check_refused(
            "[--a=b]",
            "the flag '--a=b' has no good name; expected small letters, digits and '-'",
        );
        check_refused(
            "[--what X:text]",
            "the flag '--what' takes the rest of the line; expected another kind, such as quoted",
        );
    }
}
