//! What a typed or pasted text becomes when it is submitted: messages and commands, and how many of
//! them. Values in, values out.

use salon_commands::{Context, Effect, Mode, Registry, Target};

use super::secret;
use crate::session::Wire;

/// How many bytes frame an action on the wire.
const ACTION_FRAME_BYTES: usize = "\u{1}ACTION \u{1}".len();

/// How much a text is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Measure {
    /// The lines that are not blank.
    pub(super) lines: usize,
    /// The messages that go on the wire.
    pub(super) messages: usize,
    /// The lines that are commands, and say nothing themselves.
    pub(super) commands: usize,
}

impl Measure {
    /// Measures a text that is submitted in front of `current`; without a registry every line is a message.
    pub(super) fn of(
        registry: Option<&Registry>,
        wire: &Wire,
        current: Option<&str>,
        text: &str,
    ) -> Self {
        let mut measure = Self::default();
        for part in parts(registry, text) {
            measure.lines += part.lines().filter(|line| !line.is_empty()).count();
            match said(registry, &part, current) {
                Some((target, lines, frame_bytes)) => {
                    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                    measure.messages += wire.messages(&target, &lines, frame_bytes);
                }
                None => measure.commands += 1,
            }
        }
        measure
    }

    /// Whether it is more than may be pasted without a question; 0 asks never.
    pub(super) fn exceeds(self, guard: u16) -> bool {
        let guard = usize::from(guard);
        guard > 0 && (self.lines > guard || self.messages > guard)
    }

    /// Whether a command is one of several lines, where it is easily overlooked.
    pub(super) fn hides_commands(self) -> bool {
        self.lines > 1 && self.commands > 0
    }

    /// What it is, in words: `30 lines, which are 28 messages and 2 commands`.
    pub(super) fn told(self) -> String {
        let lines = counted(self.lines, "line");
        let are = if self.lines == 1 {
            "which is"
        } else {
            "which are"
        };
        format!("{lines}, {are} {}", self.total())
    }

    /// What is sent and what is done: `28 messages and 2 commands`.
    pub(super) fn total(self) -> String {
        let messages = counted(self.messages, "message");
        let commands = counted(self.commands, "command");
        match (self.messages, self.commands) {
            (_, 0) => messages,
            (0, _) => commands,
            _ => format!("{messages} and {commands}"),
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// What a text is submitted as: several lines without a command among them are one message, with the blank
/// lines between them; else each line is one of its own.
pub(super) fn parts(registry: Option<&Registry>, text: &str) -> Vec<String> {
    let is_plain = |line: &String| registry.is_none_or(|known| secret::is_plain(known, line));
    let lines: Vec<String> = lines(text).collect();
    if lines.len() > 1 && lines.iter().all(is_plain) {
        vec![cleaned(text)]
    } else {
        lines
    }
}

/// The lines of a typed or pasted text, without the blank ones and without control characters,
/// which nobody means to send.
pub(super) fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(['\n', '\r']).filter_map(|line| {
        let line = line.replace(|c: char| c.is_control() && c != '\t', "");
        (!line.trim().is_empty()).then_some(line)
    })
}

/// A text without control characters but the ends of its lines, of which blank ones are empty.
fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let lines = text.split(['\n', '\r']).map(|line| {
        let line = line.replace(|c: char| c.is_control() && c != '\t', "");
        if line.trim().is_empty() {
            String::new()
        } else {
            line
        }
    });
    let lines: Vec<String> = lines.collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Where a part goes that says something, its lines, and what frames each. `None` for a command that says nothing.
fn said(
    registry: Option<&Registry>,
    part: &str,
    current: Option<&str>,
) -> Option<(String, Vec<String>, usize)> {
    // Where there is no room in front nothing is sent; then any name does.
    let current = current.unwrap_or("#salon");
    let Some(registry) = registry else {
        let lines = part.lines().map(str::to_owned).collect();
        return Some((current.to_owned(), lines, 0));
    };
    let target: Option<Target> = current.parse().ok();
    let mut told: Option<(String, Vec<String>, usize)> = None;
    for line in part.lines() {
        let Some(command) = registry.parse(line, Mode::Prompt).ok()? else {
            if let Some((_, lines, _)) = &mut told {
                lines.push(String::new());
            }
            continue;
        };
        let context = Context::new(registry);
        let context = match &target {
            Some(target) => context.with_target(target),
            None => context,
        };
        for effect in command.run(&context).ok()? {
            let (target, text, frame_bytes) = match effect {
                Effect::Say { target, text } => (target, text, 0),
                Effect::Action { target, text } => (target, text, ACTION_FRAME_BYTES),
                _ => return None,
            };
            let (_, lines, _) =
                told.get_or_insert_with(|| (target.to_string(), Vec::new(), frame_bytes));
            lines.push(text.into_string());
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines(text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_pasted_text_is_its_lines() {
        check("one\ntwo\r\n\n  \nthree", &["one", "two", "three"]);
        check(" kept blanks ", &[" kept blanks "]);
        check("", &[]);
    }

    #[test]
    fn control_characters_are_not_sent() {
        check("a\x1b[31m\x07b\tc", &["a[31mb\tc"]);
    }

    #[track_caller]
    fn check_parts(text: &str, expected: &[&str]) {
        assert_eq!(parts(Some(&Registry::builtin()), text), expected);
    }

    #[test]
    fn lines_without_a_command_are_one_message() {
        check_parts("one\n\n two\x07\n", &["one\n\n two"]);
        check_parts("one\r\ntwo", &["one\ntwo"]);
        check_parts("one", &["one"]);
        check_parts("::a\n/usr/bin", &["::a\n/usr/bin"]);
        check_parts("one\n:me waves\n\ntwo", &["one", ":me waves", "two"]);
        assert_eq!(parts(None, "one\n:me waves"), ["one\n:me waves"]);
    }

    #[track_caller]
    fn check_measure(text: &str, expected: &str) {
        let registry = Registry::builtin();
        let measure = Measure::of(Some(&registry), &Wire::default(), Some("#dev"), text);
        assert_eq!(measure.told(), expected);
    }

    #[test]
    fn what_goes_on_the_wire_is_told() {
        check_measure("one", "1 line, which is 1 message");
        check_measure("one\n\ntwo", "2 lines, which are 2 messages");
        check_measure(&"x".repeat(1400), "1 line, which is 3 messages");
        check_measure(
            &format!(":me {}", "x".repeat(980)),
            "1 line, which is 3 messages",
        );
        check_measure(
            "one\n:join #dev\n:msg bob hi",
            "3 lines, which are 2 messages and 1 command",
        );
        check_measure(":join #dev\n:bogus", "2 lines, which are 2 commands");
    }

    #[test]
    fn a_command_is_hidden_among_other_lines_alone() {
        let registry = Registry::builtin();
        let hides = |text| {
            let wire = Wire::default();
            Measure::of(Some(&registry), &wire, Some("#dev"), text).hides_commands()
        };
        assert!(hides("one\n:join #dev"));
        assert!(hides(":join #dev\n:part"));
        assert!(!hides(":join #dev"));
        assert!(!hides("one\n:me waves"));
        assert!(!hides("one\ntwo"));
    }

    #[test]
    fn a_guard_of_nothing_guards_nothing() {
        let measure = Measure {
            lines: 1,
            messages: 11,
            commands: 0,
        };
        assert!(measure.exceeds(10));
        assert!(!measure.exceeds(11));
        assert!(!measure.exceeds(0));
    }
}
