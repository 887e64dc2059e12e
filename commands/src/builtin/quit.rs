//! `:quit` leaves the program; the others may read why.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Text, sample};

/// Leave the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quit {
    /// What the others read as the reason.
    pub reason: Option<Text>,
}

impl Builtin for Quit {
    fn spec() -> Spec {
        Spec::new("quit", "leave")
            .alias("q")
            .alias("exit")
            .argument(Argument::optional("REASON", Kind::Text))
            .example(":quit", "leave", [Effect::Quit { reason: None }])
            .example(
                ":quit see you",
                "leave, and say why",
                [Effect::Quit {
                    reason: Some(sample::text("see you")),
                }],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            reason: arguments.take("REASON")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Quit {
            reason: self.reason,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn quit_takes_a_reason_as_it_is() {
        check(
            ":quit it's  late",
            Ok(Effect::Quit {
                reason: Some(sample::text("it's  late")),
            }),
        );
    }

    #[test]
    fn quit_with_blanks_has_no_reason() {
        check(":quit  \t", Ok(Effect::Quit { reason: None }));
    }

    #[test]
    fn quit_by_habit() {
        check("/exit", Ok(Effect::Quit { reason: None }));
    }
}
