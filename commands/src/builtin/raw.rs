//! `:raw` sends a line of the protocol as it is, for what no command does yet.

use crate::builtin::Builtin;
use crate::builtin::mode::sets_key;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::foreign;
use crate::reader::Arguments;
use crate::registry::Registry;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Target, Text, sample};

/// The verbs whose parameters are secrets, beside those that other clients have as commands.
const SECRET_VERBS: [&str; 4] = ["LOGIN", "PASSWD", "REGISTER", "VERIFY"];

/// Send a line of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// The line, without its end.
    pub line: Text,
}

impl Builtin for Raw {
    fn spec() -> Spec {
        let version = Effect::Raw {
            line: sample::text("VERSION"),
        };
        Spec::new("raw", "send a line of the IRC protocol")
            .alias("quote")
            .argument(Argument::required("LINE", Kind::Text).completing(Complete::Nothing))
            .example(":raw VERSION", "ask the hub for its version", [version])
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            line: arguments.take("LINE")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Raw { line: self.line }.into())
    }

    fn carries_secret(&self, _registry: &Registry) -> bool {
        let mut words = self
            .line
            .split(' ')
            .filter(|word| !word.is_empty() && !word.starts_with('@'));
        let verb = words.next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "PRIVMSG" | "NOTICE" | "SQUERY" => words
                .next()
                .and_then(|target| Target::new(target).ok())
                .is_some_and(|target| target.is_services()),
            "JOIN" => words.nth(1).is_some(),
            "MODE" => sets_key(words.skip(1)),
            verb => SECRET_VERBS.contains(&verb) || foreign::instead(verb).is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn raw_keeps_the_line_as_it_is() {
        let line = sample::text("PRIVMSG #dev :it's  so ");
        check("/quote PRIVMSG #dev :it's  so ", Ok(Effect::Raw { line }));
    }

    #[test]
    fn raw_rejects_missing_line() {
        check(
            ":raw",
            Err(":raw: expected LINE (some text), found the end of the line"),
        );
    }

    #[test]
    fn raw_rejects_a_second_line() {
        check(
            ":raw A\r\nB",
            Err("a line can't hold a carriage return (U+000D)"),
        );
    }
}
