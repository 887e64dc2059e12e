//! What a line shows while it is typed: which part is what, what is wrong with it already, and what
//! may follow. It is read from the specs, like all that is said about a command.
//!
//! Nothing here knows colours or an editor: the host paints. It runs at every key, so it allocates
//! little and never looks at more than the line and one spec.

use std::ops::Range;

use crate::error::Problem;
use crate::grammar::{self, Call, Line, is_blank};
use crate::reader::{self, Piece};
use crate::registry::{Entry, Mode, Registry};
use crate::spec::{Argument, Kind, Spec};
use crate::value::{RoomMarks, Target, Value};

/// A part of a line that is not plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Highlight {
    /// Where it is, in bytes.
    pub span: Range<usize>,
    /// What it is.
    pub class: Class,
}

/// What a part of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Class {
    /// The name of a command, with its mark.
    Command,
    /// A flag.
    Flag,
    /// A room.
    Room,
    /// A person.
    Nick,
    /// A value: a number, a time, a choice, a word.
    Value,
    /// A secret, which isn't to be seen over a shoulder.
    Secret,
    /// What can't be right, whatever follows.
    Error,
}

impl Registry {
    /// The parts of a line that are not plain text, in order.
    ///
    /// ```
    /// use salon_commands::{Class, Registry};
    ///
    /// let classes = |line: &str| -> Vec<Class> {
    ///     Registry::builtin().highlight(line).into_iter().map(|part| part.class).collect()
    /// };
    /// assert_eq!(classes(":join #dev"), [Class::Command, Class::Room]);
    /// assert_eq!(classes(":jion #dev"), [Class::Error]);
    /// assert_eq!(classes("hello"), []);
    /// ```
    pub fn highlight(&self, line: &str) -> Vec<Highlight> {
        let mut found = Vec::new();
        let mark_at = grammar::split_indent(line).0.len();
        let call = match self.read(line) {
            Line::Call(call) => call,
            Line::Foreign(call) => {
                let span = mark_at..line.len() - call.rest.len();
                let class = Class::Error;
                return vec![Highlight { span, class }];
            }
            Line::Blank | Line::Message(_) => return found,
        };
        let rest_at = line.len() - call.rest.len();
        let mut add = |span: Range<usize>, class| found.push(Highlight { span, class });
        let entry = match self.meant(call) {
            Meant::Command(entry) => entry,
            Meant::Beginning => {
                add(mark_at..rest_at, Class::Command);
                return found;
            }
            Meant::Nothing => {
                add(mark_at..rest_at, Class::Error);
                return found;
            }
        };
        add(mark_at..rest_at, Class::Command);
        let spec = entry.spec();
        let read = reader::walk(spec, call.rest, self.room_marks(), |piece| {
            if let Some(class) = class(spec, &piece) {
                add(shift(&piece.span, rest_at), class);
            }
        });
        if let Err((problem, span)) = read
            && !may_become_right(spec, self.room_marks(), call.rest, &problem, &span)
        {
            let span = shift(&span, rest_at);
            // A part that was right until something made it wrong is wrong.
            found.retain(|part| part.span.end <= span.start);
            found.push(Highlight {
                span,
                class: Class::Error,
            });
        }
        found
    }

    /// What may follow a line whose end is where one types: the rest of the only name that it can
    /// be, and the arguments that are still to come. `None` if there is nothing to say.
    pub fn hint(&self, line: &str) -> Option<String> {
        let Line::Call(call) = self.read_mark(line)? else {
            return None;
        };
        if call.rest.is_empty() {
            let (name, entry) = self.only_name(call.name)?;
            let rest = name.get(call.name.len()..)?;
            let arguments = arguments_from(entry.spec(), 0);
            return Some(format!("{rest}{arguments}")).filter(|hint| !hint.is_empty());
        }
        let entry = self.resolve(call.name, Mode::Prompt).ok()?;
        let spec = entry.spec();
        let end = reader::at_end(spec, call.rest, self.room_marks());
        if end.word.is_empty() {
            let first = *end.possible.first()?;
            let hint = match spec.arguments.get(first)? {
                // The value of a flag alone: the others may come in any order.
                flag if flag.flag.is_some() => flag.name.to_string(),
                _ => arguments_from(spec, first).trim_start().to_owned(),
            };
            return Some(hint);
        }
        let last = *end.possible.last()?;
        let is_done = |argument: &Argument| !argument.is_rest() && argument.flag.is_none();
        let hint = spec
            .arguments
            .get(last)
            .filter(|argument| is_done(argument))
            .map(|_| arguments_from(spec, last + 1))?;
        Some(hint).filter(|hint| !hint.is_empty())
    }

    /// A line that begins with the mark of a command; `/` counts before any part of a name.
    fn read_mark<'a>(&self, line: &'a str) -> Option<Line<'a>> {
        let bare = line.trim_start().strip_prefix([':', '/'])?;
        if bare.starts_with([':', '/']) {
            return None;
        }
        Some(match self.read(line) {
            Line::Message(_) if !bare.contains(is_blank) => Line::Call(Call {
                name: bare,
                rest: "",
            }),
            read => read,
        })
    }

    /// What the name of a call means.
    fn meant(&self, call: Call<'_>) -> Meant<'_> {
        match self.resolve(call.name, Mode::Prompt) {
            Ok(entry) if entry.disabled().is_none() => Meant::Command(entry),
            Err(_) if call.rest.is_empty() && self.beginning_with(call.name).next().is_some() => {
                Meant::Beginning
            }
            Ok(_) | Err(_) => Meant::Nothing,
        }
    }

    /// The only name that can be meant, with its command.
    fn only_name<'a>(&'a self, name: &'a str) -> Option<(&'a str, &'a Entry)> {
        if name.is_empty() {
            return None;
        }
        if let Some(entry) = self.get(name) {
            return Some((name, entry));
        }
        let mut names = self.beginning_with(name);
        match (names.next(), names.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }
}

/// What a name means.
enum Meant<'a> {
    /// A command.
    Command(&'a Entry),
    /// Nothing yet, but it can become a command's.
    Beginning,
    /// No command.
    Nothing,
}

/// The arguments from a place on that are known by their place, each behind a blank.
fn arguments_from(spec: &Spec, place: usize) -> String {
    let arguments = spec.arguments.iter().skip(place);
    let mut text = String::new();
    for argument in arguments.filter(|argument| argument.flag.is_none()) {
        text.push(' ');
        text.push_str(&argument.to_string());
    }
    text
}

fn class(spec: &Spec, piece: &Piece) -> Option<Class> {
    let argument = spec.arguments.get(piece.argument)?;
    if argument.secret && piece.value.is_some() {
        return Some(Class::Secret);
    }
    match piece.value.as_ref() {
        None | Some(Value::Given) => Some(Class::Flag),
        Some(Value::Room(_) | Value::Target(Target::Room(_) | Target::Ranked(_))) => {
            Some(Class::Room)
        }
        Some(Value::Nick(_) | Value::Target(Target::Nick(_))) => Some(Class::Nick),
        Some(Value::Text(_)) => None,
        Some(
            Value::Word(_)
            | Value::Number(_)
            | Value::Duration(_)
            | Value::Time(_)
            | Value::List(_),
        ) => Some(Class::Value),
    }
}

/// Whether what is wrong may become right by typing on at the end.
fn may_become_right(
    spec: &Spec,
    marks: &RoomMarks,
    rest: &str,
    problem: &Problem,
    span: &Range<usize>,
) -> bool {
    let word = rest.get(span.clone()).unwrap_or_default();
    let is_at_end = span.end == rest.len();
    match problem {
        Problem::MissingArgument { .. } | Problem::UnclosedQuote => true,
        Problem::UnknownOption { found, .. } => {
            is_at_end
                && spec.arguments.iter().any(|argument| {
                    let flag = argument.flag.as_deref().unwrap_or_default();
                    flag.starts_with(found.trim_start_matches('-'))
                })
        }
        Problem::InvalidArgument { .. } => {
            is_at_end
                && reader::at_end(spec, rest, marks)
                    .possible
                    .iter()
                    .filter_map(|&index| spec.arguments.get(index))
                    .any(|argument| may_become(&argument.kind, word))
        }
        _ => false,
    }
}

/// Whether a word may become one of this kind by typing on.
fn may_become(kind: &Kind, word: &str) -> bool {
    let begins = |value: &str| {
        value
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    match kind {
        // Tab finds a room without its mark too.
        Kind::Room => !word.contains(','),
        Kind::Number { min, .. } => word == "-" && *min < 0 || word.parse::<i64>().is_ok(),
        Kind::Duration => word.starts_with(|c: char| c.is_ascii_digit()),
        Kind::Time => {
            word.starts_with(|c: char| c.is_ascii_digit())
                || kind.values().iter().any(|value| begins(value))
        }
        Kind::OneOf(values) => values.iter().any(|value| begins(value)),
        Kind::Word
        | Kind::Quoted
        | Kind::Text
        | Kind::Nick
        | Kind::Target
        | Kind::Addressee
        | Kind::Switch => false,
    }
}

fn shift(span: &Range<usize>, by: usize) -> Range<usize> {
    span.start + by..span.end + by
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Origin;

    fn registry() -> Registry {
        let mut registry = Registry::builtin();
        let find = Spec::new("find", "try all kinds")
            .argument(Argument::flag("since", "WHEN", Kind::Time))
            .argument(Argument::switch("all"))
            .argument(Argument::required("HOW", Kind::one_of(["fast", "well"])))
            .argument(Argument::required("COUNT", Kind::Number { min: 1, max: 9 }))
            .argument(Argument::optional("TEXT", Kind::Text));
        registry.add(find, Origin::Host).expect("a free name");
        registry
    }

    /// Compares the parts of a line, each as a letter under it: the first of its class's name, `!`
    /// for an error, a blank for plain text.
    #[track_caller]
    fn check(line: &str, expected: &str) {
        let mut marks = vec![' '; line.len()];
        for part in registry().highlight(line) {
            let mark = match part.class {
                Class::Command => 'c',
                Class::Flag => 'f',
                Class::Room => 'r',
                Class::Nick => 'n',
                Class::Value => 'v',
                Class::Secret => 's',
                Class::Error => '!',
            };
            marks[part.span].fill(mark);
        }
        let marks: String = marks.into_iter().collect();
        assert_eq!(marks.trim_end(), expected, "{line:?}");
    }

    #[test]
    fn parts_of_a_command() {
        check(":join #dev sesame", "ccccc rrrr ssssss");
        check("/msg bob hello", "cccc nnn");
        check(
            ":find --since 2h --all fast 3 x",
            "ccccc fffffff vv fffff vvvv v",
        );
        check("/oper ann hunter2", "!!!!!");
        check("  :join #dev", "  ccccc rrrr");
        check(" /oper ann hunter2", " !!!!!");
        check("hello", "");
        check("/usr/bin", "");
        check("::x", "");
    }

    #[test]
    fn unknown_command_is_wrong_once_no_name_begins_so() {
        check(":j", "cc");
        check(":wh", "ccc");
        check(":jx", "!!!");
        check(":jion #dev", "!!!!!");
        check(":wh ", "!!!");
        check(":p", "cc");
        check(":p x", "!!");
    }

    #[test]
    fn bad_argument_is_wrong_once_nothing_can_mend_it() {
        check(":find fa", "ccccc");
        check(":find fx", "ccccc !!");
        check(":find fast 12", "ccccc vvvv");
        check(":find fast 12 ", "ccccc vvvv !!");
        check(":find fast x", "ccccc vvvv !");
        check(":find --si", "ccccc");
        check(":find --six fast", "ccccc !!!!!");
        check(":find --since ye", "ccccc fffffff");
        check(":find --since never fast", "ccccc fffffff !!!!!");
        check(":join de", "ccccc rr");
        check(":join de,v", "ccccc !!!!");
        check(":rooms x", "cccccc !");
    }

    #[test]
    fn switched_off_command_is_wrong() {
        let mut registry = registry();
        registry.disable("raw", "not here");
        let parts = registry.highlight(":raw x");
        assert_eq!(parts.first().map(|part| part.class), Some(Class::Error));
    }

    #[track_caller]
    fn check_hint(line: &str, expected: Option<&str>) {
        assert_eq!(registry().hint(line).as_deref(), expected, "{line:?}");
    }

    #[test]
    fn hint_is_what_may_follow() {
        check_hint(":jo", Some("in ROOM [KEY]"));
        check_hint("/jo", Some("in ROOM [KEY]"));
        check_hint(" :jo", Some("in ROOM [KEY]"));
        check_hint(":join", Some(" ROOM [KEY]"));
        check_hint(":join ", Some("ROOM [KEY]"));
        check_hint(":join #dev", Some(" [KEY]"));
        check_hint(":join #dev ", Some("[KEY]"));
        check_hint(":join #dev k", None);
        check_hint(":kick ", Some("[ROOM] NICK [REASON]"));
        check_hint(":kick #dev ", Some("NICK [REASON]"));
        check_hint(":find --since ", Some("WHEN"));
        check_hint(":find fast ", Some("COUNT [TEXT]"));
        check_hint(":find fast 3 ", Some("[TEXT]"));
        check_hint(":find fast 3 some", None);
    }

    #[test]
    fn hint_is_silent_where_it_knows_nothing() {
        for line in [
            "", ":", ":w", ":bogus", ":bogus x", "hello", "::jo", "//jo", "/usr bin", ":rooms",
        ] {
            check_hint(line, None);
        }
    }
}
