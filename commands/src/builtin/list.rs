//! `:list` shows the rooms that the hub has; `:rooms` shows those that one is in.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Word, sample};

/// Show the rooms that the hub has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Only those whose names match, with `*` and `?`.
    pub pattern: Option<Word>,
}

impl Builtin for List {
    fn spec() -> Spec {
        let list = |pattern: Option<&'static str>| {
            [Effect::List {
                pattern: pattern.map(sample::word),
            }]
        };
        Spec::new("list", "show the rooms that there are")
            .argument(Argument::optional("PATTERN", Kind::Word).completing(Complete::Rooms))
            .example(":list", "show all rooms", list(None))
            .example(
                ":list #dev*",
                "show the rooms whose names begin with #dev",
                list(Some("#dev*")),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            pattern: arguments.take("PATTERN")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::List {
            pattern: self.pattern,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn list_passes_server_filters_on() {
        check(
            "/list >10",
            Ok(Effect::List {
                pattern: Some(sample::word(">10")),
            }),
        );
    }

    #[test]
    fn list_rejects_two_patterns() {
        check(
            ":list #a #b",
            Err(":list: expected the end of the line, found '#b'"),
        );
    }
}
