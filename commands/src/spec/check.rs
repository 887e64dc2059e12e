//! Whether a spec that comes from elsewhere is one that can be read, shown and typed.

use crate::spec::{Argument, Kind, Spec, SpecError};
use crate::value::Word;

/// The longest summary, in characters.
const SUMMARY_CHARS_MAX: usize = 80;

impl Spec {
    /// Says what is wrong with a spec that a plug-in sent or a program built.
    pub fn check(&self) -> Result<(), SpecError> {
        if let Some(name) = self.names().find(|name| !is_command_name(name)) {
            return Err(SpecError::Name {
                name: name.to_owned(),
            });
        }
        let is_line = (1..=SUMMARY_CHARS_MAX).contains(&self.summary.chars().count())
            && !self.summary.contains(char::is_control);
        if !is_line {
            return Err(SpecError::Summary {
                name: self.name.to_string(),
            });
        }
        check_arguments(&self.arguments)
    }
}

/// Says what is wrong with a list of arguments.
pub(super) fn check_arguments(arguments: &[Argument]) -> Result<(), SpecError> {
    let last = arguments
        .iter()
        .rposition(|argument| argument.flag.is_none());
    for (index, argument) in arguments.iter().enumerate() {
        check_argument(argument)?;
        let name = argument.name.to_string();
        let earlier = arguments.get(..index).unwrap_or_default();
        let is_twice = earlier.iter().any(|other| {
            other.name == argument.name || (other.flag.is_some() && other.flag == argument.flag)
        });
        if is_twice {
            return Err(SpecError::Twice { name });
        }
        let takes_all = argument.is_rest() || argument.is_repeated();
        if takes_all && Some(index) != last {
            return Err(SpecError::NotLast { name });
        }
    }
    Ok(())
}

fn check_argument(argument: &Argument) -> Result<(), SpecError> {
    let name = || argument.name.to_string();
    if let Some(flag) = &argument.flag {
        let flag = flag.to_string();
        if !is_flag_name(&flag) {
            return Err(SpecError::FlagName { flag });
        }
        if argument.kind == Kind::Text {
            return Err(SpecError::FlagKind { flag });
        }
    }
    if argument.kind != Kind::Switch && !is_argument_name(&argument.name) {
        return Err(SpecError::ArgumentName { name: name() });
    }
    if let Kind::OneOf(values) = &argument.kind
        && (values.is_empty()
            || values
                .iter()
                .any(|value| Word::new(value.as_ref()).is_err()))
    {
        return Err(SpecError::Choice { name: name() });
    }
    Ok(())
}

/// Whether a command can be called so: it must be typed without thought, and never be taken for a
/// smiley, so it begins with a letter.
pub(crate) fn is_command_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 32
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

fn is_argument_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 32
        && name
            .bytes()
            .all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'|'))
}

fn is_flag_name(name: &str) -> bool {
    is_command_name(name) && !name.contains('_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;

    #[track_caller]
    fn check_refused(spec: &Spec, expected: &str) {
        let error = spec.check().expect_err("the spec is wrong");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn names_are_plain() {
        for name in ["", "Roll", "a b", "p)", "9", "é", "-x"] {
            check_refused(
                &Spec::new(name.to_owned(), "x"),
                &format!(
                    "'{name}' is no name for a command; expected small letters, digits, '-' and '_'"
                ),
            );
        }
        let spec = Spec::new("roll", "x").alias("R");
        assert_eq!(
            spec.check(),
            Err(SpecError::Name {
                name: "R".to_owned()
            })
        );
    }

    #[test]
    fn summary_is_one_line() {
        for summary in ["", "a\nb", "\u{1b}[2J", &"x".repeat(81)] {
            check_refused(
                &Spec::new("roll", summary.to_owned()),
                "the summary of 'roll' is not as expected: one line of 1 to 80 characters",
            );
        }
    }

    #[test]
    fn every_built_in_is_right() {
        for entry in Registry::builtin().entries() {
            assert_eq!(entry.spec().check(), Ok(()), "{}", entry.spec().name);
        }
    }
}
