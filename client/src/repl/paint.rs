//! A line as it is painted while it is typed: the parts of a command in their colours, what is wrong
//! with it struck out, a password as stars. It knows the commands and must not know the editor.
//!
//! What is painted has the width of what was typed, or the editor would misplace the cursor.

use std::borrow::Cow;

use salon_commands::{Class, Registry};
use unicode_width::UnicodeWidthStr as _;

use crate::render::Palette;

/// What ends a colour.
const PLAIN: &str = "\x1b[0m";
/// What a hint looks like.
const DIM: &str = "\x1b[2m";

/// The typed line, painted. Each line of a pasted text is one of its own.
pub(super) fn line<'a>(registry: &Registry, palette: Palette, text: &'a str) -> Cow<'a, str> {
    if palette == Palette::Plain || !text.contains([':', '/']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 32);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        push_line(registry, line, &mut out);
    }
    Cow::Owned(out)
}

fn push_line(registry: &Registry, line: &str, out: &mut String) {
    let mut at = 0;
    for part in registry.highlight(line) {
        let (Some(before), Some(painted)) =
            (line.get(at..part.span.start), line.get(part.span.clone()))
        else {
            continue;
        };
        out.push_str(before);
        out.push_str(colour(part.class));
        out.push_str(painted);
        out.push_str(PLAIN);
        at = part.span.end;
    }
    out.push_str(line.get(at..).unwrap_or_default());
}

fn colour(class: Class) -> &'static str {
    match class {
        Class::Command => "\x1b[1m",
        Class::Flag => "\x1b[36m",
        Class::Room => "\x1b[34m",
        Class::Nick => "\x1b[32m",
        Class::Value => "\x1b[35m",
        Class::Secret => "\x1b[2m",
        Class::Error => "\x1b[31;4m",
        _ => "",
    }
}

/// What may follow the line, if that is to be shown.
pub(super) fn hint(registry: &Registry, palette: Palette, text: &str) -> Option<String> {
    if palette == Palette::Plain || text.contains('\n') {
        return None;
    }
    registry.hint(text).or_else(|| habit(registry, text))
}

/// What is told of a line that is a message and looks like a command: `join #dev` by habit of a shell, and
/// `/jion #dev` by habit of other clients. It is said all the same, so it is only told.
fn habit(registry: &Registry, text: &str) -> Option<String> {
    let mut words = text.split(' ');
    let first = words.next()?;
    if let Some(name) = first.strip_prefix('/') {
        let is_name = name.len() > 1 && name.chars().all(|c| c.is_ascii_alphabetic());
        let is_known = registry.get(name).is_some();
        return (is_name && !is_known).then(|| "  (a message: no such command)".to_owned());
    }
    let argument = words.next();
    let is_call = registry.get(first).is_some()
        && words.next().is_none()
        && argument.is_none_or(|argument| argument.starts_with('#'));
    is_call.then(|| format!("  (a message, not ':{first}')"))
}

/// A hint, painted.
pub(super) fn dim(hint: &str) -> String {
    format!("{DIM}{hint}{PLAIN}")
}

/// As many stars as the text is wide.
pub(super) fn stars(text: &str) -> String {
    "*".repeat(text.width())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let painted = line(&Registry::builtin(), Palette::Colour, text);
        assert_eq!(painted, expected);
        assert_eq!(line(&Registry::builtin(), Palette::Plain, text), text);
    }

    #[test]
    fn parts_have_their_colours() {
        check(":join #dev", "\x1b[1m:join\x1b[0m \x1b[34m#dev\x1b[0m");
        check("hello: bob", "hello: bob");
        check(":jion x", "\x1b[31;4m:jion\x1b[0m x");
    }

    #[test]
    fn lines_of_a_paste_are_each_their_own() {
        check("one\n:me x", "one\n\x1b[1m:me\x1b[0m x");
    }

    #[test]
    fn hints_need_colour_to_be_told_apart() {
        let registry = Registry::builtin();
        let hint = |palette, text| hint(&registry, palette, text);
        assert_eq!(
            hint(Palette::Colour, ":joi").as_deref(),
            Some("n ROOM [KEY]")
        );
        assert_eq!(hint(Palette::Plain, ":joi"), None);
        assert_eq!(hint(Palette::Colour, "x\n:joi"), None);
    }

    #[test]
    fn what_looks_like_a_command_is_told_to_be_none() {
        let registry = Registry::builtin();
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(
                hint(&registry, Palette::Colour, text).as_deref(),
                expected,
                "{text}"
            );
        };
        check("quit", Some("  (a message, not ':quit')"));
        check("join #dev", Some("  (a message, not ':join')"));
        check("/jion #dev", Some("  (a message: no such command)"));
        for message in [
            "hello",
            "join us",
            "help me out",
            "/usr/bin",
            "//me",
            "/",
            "quit #a now",
        ] {
            check(message, None);
        }
    }

    #[test]
    fn stars_are_as_wide_as_the_text() {
        assert_eq!(stars("ab\u{65e5}"), "****");
    }
}
