//! What the last word of a line that is still being typed may be: for completion, colours and hints.

use super::{FLAG_MARK, find_flag, quoted};
use crate::error::Problem;
use crate::grammar;
use crate::spec::{Argument, Kind, Spec};
use crate::value::RoomMarks;

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

/// Finds what the last word of a text, which is still being typed, may be. Rooms begin with `marks`.
pub(crate) fn at_end<'a>(spec: &Spec, rest: &'a str, marks: &RoomMarks) -> AtEnd<'a> {
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
                if !argument.may_be_left_out_before(word, marks) {
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
        let is_given = !argument.gives_way_to(word, is_last, marks);
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
    use crate::reader::tests::flagged;

    /// Compares what the last word may be: the names of the arguments, the word, whether a flag.
    #[track_caller]
    fn check_end(rest: &str, expected: (&[&str], &str, bool)) {
        let spec = flagged();
        let end = at_end(&spec, rest, &RoomMarks::default());
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
