//! From a line to a command: the grammar, then the name, then the arguments.

use std::borrow::Cow;

use crate::builtin::Command;
use crate::error::{CommandError, Forbidden, Problem};
use crate::grammar::{self, Call, Line};
use crate::reader;
use crate::registry::{Entry, Registry};
use crate::say::Say;
use crate::value::Text;

/// The shortest beginning that stands for a name. One letter is a smiley more often than a command:
/// `:p` and `:D` must not leave a room, alone or before a text. Where one letter is wanted, the
/// command has it as an alias, as `:j` and `:q` are.
const BEGINNING_BYTES_MIN: usize = 2;

/// How many aliases may stand for each other. No loop can be made, so this is never reached by one.
const ALIAS_DEPTH_MAX: usize = 16;

/// Who types the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A person, for whom the beginning of a name is enough if no other begins so.
    Prompt,
    /// A script, whose meaning must not change when a command is added: names are written out.
    Script,
}

impl Registry {
    /// Reads a line. A blank one is `None`, since it does nothing.
    ///
    /// The line has no line break at its end. It is refused if it holds NUL, CR or LF anywhere, if
    /// it begins with `:` and names no command, or with `/` as one does by which other clients take a
    /// password, or if the command can't take its arguments.
    pub fn parse(&self, line: &str, mode: Mode) -> Result<Option<Command>, CommandError> {
        check_characters(line)?;
        match self.read(line) {
            Line::Blank => Ok(None),
            Line::Message(text) => Ok(Some(say(&text))),
            Line::Call(call) => self.call(call, line, mode, 0).map(Some),
            Line::Foreign(call) => Err(self.foreign_command(call, line)),
        }
    }

    /// Reads a line by the grammar alone.
    pub(crate) fn read<'a>(&self, line: &'a str) -> Line<'a> {
        let is_foreign = |call: &Call<'_>| self.foreign(*call).is_some();
        grammar::line(line, |name| self.get(name).is_some(), is_foreign)
    }

    /// Writes a message so that, read as a line, it is that message again and never a command.
    ///
    /// A blank message has no such line: a blank line does nothing.
    pub fn escape<'a>(&self, message: &'a str) -> Cow<'a, str> {
        let (indent, marked) = grammar::split_indent(message);
        let Some(mark @ (':' | '/')) = marked.chars().next() else {
            return Cow::Borrowed(message);
        };
        let is_said = |line: &Line<'_>| matches!(line, Line::Message(text) if text == message);
        if !indent.is_empty() && is_said(&self.read(message)) {
            return Cow::Borrowed(message);
        }
        Cow::Owned(format!("{indent}{mark}{marked}"))
    }

    /// The command that a name means: its own, an alias, or at the prompt the beginning of just one.
    pub(crate) fn resolve(&self, name: &str, mode: Mode) -> Result<&Entry, Problem> {
        if name.is_empty() {
            return Err(Problem::MissingCommand);
        }
        if let Some(entry) = self.get(name) {
            return Ok(entry);
        }
        let candidates: Vec<_> = self.beginning_with(name).collect();
        match (candidates.as_slice(), mode) {
            ([(only, _)], Mode::Prompt) if name.len() < BEGINNING_BYTES_MIN => {
                Err(Problem::TooShort {
                    name: name.to_owned(),
                    candidate: (*only).to_owned(),
                })
            }
            ([(_, entry)], Mode::Prompt) => Ok(entry),
            ([_, _, ..], Mode::Prompt) => {
                let candidates = candidates
                    .iter()
                    .map(|(candidate, _)| (*candidate).to_owned())
                    .collect();
                Err(Problem::AmbiguousCommand {
                    name: name.to_owned(),
                    candidates,
                })
            }
            ([(only, _)], Mode::Script) => Err(unknown(name, Some(only))),
            ([] | [_, _, ..], Mode::Prompt | Mode::Script) => {
                Err(unknown(name, self.similar(name)))
            }
        }
    }

    fn call(
        &self,
        call: Call<'_>,
        line: &str,
        mode: Mode,
        depth: usize,
    ) -> Result<Command, CommandError> {
        let rest_at = line.len() - call.rest.len();
        let mark_at = grammar::split_indent(line).0.len();
        let entry = self
            .resolve(call.name, mode)
            .map_err(|problem| CommandError::new(problem).at(mark_at..rest_at))?;
        if let Some(reason) = &entry.disabled {
            let reason = reason.clone();
            return Err(CommandError::new(Problem::Disabled { reason })
                .of(&entry.spec)
                .at(mark_at..rest_at));
        }
        let arguments = reader::read(&entry.spec, call.rest, self.room_marks()).map_err(
            |(problem, span)| {
                CommandError::new(problem)
                    .of(&entry.spec)
                    .at(rest_at + span.start..rest_at + span.end)
            },
        )?;
        if let Some(expanded) = entry.expansion(call.rest) {
            return self
                .expanded(&expanded, depth)
                .map_err(|error| error.in_alias(&entry.spec.name, expanded));
        }
        entry
            .command(arguments)
            .map_err(|problem| CommandError::new(problem).of(&entry.spec))
    }

    /// The error for a command that other clients have.
    fn foreign_command(&self, call: Call<'_>, line: &str) -> CommandError {
        let (name, instead) = self.foreign(call).unwrap_or_default();
        let name = name.to_owned();
        let mark_at = grammar::split_indent(line).0.len();
        CommandError::new(Problem::ForeignCommand { name, instead })
            .at(mark_at..line.len() - call.rest.len())
    }

    /// Reads the line that an alias stands for: names are written out in it.
    fn expanded(&self, line: &str, depth: usize) -> Result<Command, CommandError> {
        match self.read(line) {
            Line::Call(call) if depth < ALIAS_DEPTH_MAX => {
                self.call(call, line, Mode::Script, depth + 1)
            }
            Line::Call(_) | Line::Blank | Line::Message(_) | Line::Foreign(_) => {
                Err(CommandError::new(Problem::AliasLoop))
            }
        }
    }
}

impl Command {
    /// The message that a whole line is, whatever it begins with; a blank line is `None`.
    pub fn message(line: &str) -> Result<Option<Self>, CommandError> {
        check_characters(line)?;
        Ok((!line.trim().is_empty()).then(|| say(line)))
    }
}

/// A message of a line, or a part of one, whose characters are checked.
fn say(text: &str) -> Command {
    Command::Say(Say {
        text: Text::checked(text),
    })
}

fn unknown(name: &str, suggestion: Option<&str>) -> Problem {
    Problem::UnknownCommand {
        name: name.to_owned(),
        suggestion: suggestion.map(str::to_owned),
    }
}

fn check_characters(line: &str) -> Result<(), CommandError> {
    match Forbidden::find(line) {
        Some((at, character)) => {
            Err(CommandError::new(Problem::Forbidden { character }).at(at..at + 1))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the name of the command that a line is at the prompt and in a script, where a message
    /// is called `say`, or the error's text.
    #[track_caller]
    fn check(line: &str, at_prompt: Result<&str, &str>, in_script: Result<&str, &str>) {
        let registry = Registry::builtin();
        for (mode, expected) in [(Mode::Prompt, at_prompt), (Mode::Script, in_script)] {
            let read = registry
                .parse(line, mode)
                .map_err(|error| error.to_string());
            let name = read.map(|command| {
                command
                    .expect("the line isn't blank")
                    .name()
                    .map_or("say".to_owned(), str::to_owned)
            });
            assert_eq!(
                name,
                expected.map(str::to_owned).map_err(str::to_owned),
                "{line:?} in {mode:?}"
            );
        }
    }

    #[track_caller]
    fn check_both(line: &str, expected: Result<&str, &str>) {
        check(line, expected, expected);
    }

    #[test]
    fn beginning_of_one_name_is_enough_at_the_prompt_only() {
        check(
            ":qui",
            Ok("quit"),
            Err("unknown command ':qui'; did you mean ':quit'?"),
        );
        check_both(":q", Ok("quit"));
        check(
            ":que bob",
            Ok("switch"),
            Err("unknown command ':que'; did you mean ':query'?"),
        );
    }

    #[test]
    fn smiley_is_never_a_command() {
        check(
            ":t",
            Err("':t' is too short for ':topic'; expected two letters or more"),
            Err("unknown command ':t'; did you mean ':topic'?"),
        );
        let registry = Registry::builtin();
        let mouths = (' '..='~').filter(|mouth| !" jqs/".contains(mouth.to_ascii_lowercase()));
        for mouth in mouths {
            for line in [format!(":{mouth}"), format!(":{mouth} you wish")] {
                let read = registry.parse(&line, Mode::Prompt);
                let is_said = line.starts_with("::");
                assert_eq!(read.is_ok(), is_said, "{line:?}");
            }
        }
    }

    #[test]
    fn beginning_of_several_names_is_none() {
        check(
            ":n x",
            Err("':n' could be ':names', ':nick' or ':notify'"),
            Err("unknown command ':n'"),
        );
        check(
            ":w",
            Err("':w' could be ':who' or ':whois'"),
            Err("unknown command ':w'"),
        );
    }

    #[test]
    fn whole_name_wins_over_a_longer_one() {
        check_both(":who", Ok("who"));
    }

    #[test]
    fn names_are_known_in_any_case() {
        check_both(":QUIT", Ok("quit"));
        check_both(":S bob", Ok("switch"));
    }

    #[test]
    fn unknown_command_sends_nothing() {
        check_both(
            ":jion #dev",
            Err("unknown command ':jion'; did you mean ':join'?"),
        );
        check_both(":bogus", Err("unknown command ':bogus'"));
        check_both(":)", Err("unknown command ':)'"));
        check_both(":", Err("expected the name of a command after ':'"));
        check_both(": quit", Err("expected the name of a command after ':'"));
        check_both(":\u{1b}[2J", Err("unknown command ':\u{fffd}[2J'"));
    }

    #[test]
    fn beginning_after_a_slash_is_a_message() {
        check_both("/qui", Ok("say"));
        check_both("/usr/bin is full", Ok("say"));
        check_both("/quit", Ok("quit"));
    }

    #[test]
    fn indented_line_is_read_as_the_same_line() {
        check_both(" :quit", Ok("quit"));
        check_both("\t/msg bob hi", Ok("msg"));
        check_both(
            " :jion #dev",
            Err("unknown command ':jion'; did you mean ':join'?"),
        );
        check_both(" :)", Ok("say"));
        check_both("  // why", Ok("say"));
        let error = Registry::builtin()
            .parse("  :jion #dev", Mode::Script)
            .expect_err("no such command");
        assert_eq!(error.span(), Some(2..7));
    }

    #[test]
    fn forbidden_characters_are_refused_wherever_they_are() {
        check_both("a\nb", Err("a line can't hold a line feed (U+000A)"));
        check_both(
            "hello\r",
            Err("a line can't hold a carriage return (U+000D)"),
        );
        check_both(":msg bob a\0b", Err("a line can't hold NUL (U+0000)"));
    }

    #[test]
    fn blank_line_is_nothing() {
        for line in ["", "  ", "\t"] {
            assert_eq!(
                Registry::builtin().parse(line, Mode::Script),
                Ok(None),
                "{line:?}"
            );
            assert_eq!(Command::message(line), Ok(None), "{line:?}");
        }
    }

    #[test]
    fn message_is_the_whole_line() {
        for line in [":quit", "//x", " it's  so "] {
            let expected = Command::Say(Say {
                text: Text::new(line).expect("one line"),
            });
            assert_eq!(Command::message(line), Ok(Some(expected)), "{line:?}");
        }
    }

    #[test]
    fn message_refuses_a_second_line() {
        let error = Command::message("a\nb").expect_err("two lines");
        assert_eq!(error.span(), Some(1..2));
    }
}
