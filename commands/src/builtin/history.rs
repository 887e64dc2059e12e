//! `:history` shows again what was said, from what the hub and this program have kept.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Target, sample};

/// How many lines are shown unless one says how many.
const COUNT: u32 = 20;
/// The most lines that are shown at once.
const COUNT_MAX: i64 = 1000;

/// Show what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// How many lines.
    pub count: Option<i64>,
    /// Where it was said, or `None` for here.
    pub target: Option<Target>,
}

impl Builtin for History {
    fn spec() -> Spec {
        let history = |target, count| {
            [Effect::Local(Local::History {
                target: sample::target(target),
                count,
            })]
        };
        let count = Kind::Number {
            min: 1,
            max: COUNT_MAX,
        };
        Spec::new("history", "show again what was said")
            .argument(Argument::optional("COUNT", count))
            .argument(Argument::optional("ROOM|NICK", Kind::Target))
            .example(
                ":history",
                "show the last 20 lines of here",
                history("#lobby", COUNT),
            )
            .example(":history 5", "show the last 5", history("#lobby", 5))
            .example(
                ":history 50 bob",
                "show the last 50 with bob",
                history("bob", 50),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            count: arguments.take("COUNT")?,
            target: arguments.take("ROOM|NICK")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        let target = match self.target {
            Some(target) => target,
            None => context.target()?.clone(),
        };
        let count = self.count.and_then(|count| count.try_into().ok());
        Ok(Effect::Local(Local::History {
            target,
            count: count.unwrap_or(COUNT),
        })
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::{check, check_with};

    #[test]
    fn history_of_a_room() {
        check(
            ":history #dev",
            Ok(Effect::Local(Local::History {
                target: sample::target("#dev"),
                count: COUNT,
            })),
        );
    }

    #[test]
    fn history_is_bounded() {
        check(
            ":history 0",
            Err(":history: expected COUNT (a number from 1 to 1000), found '0'; did you mean '1'?"),
        );
    }

    #[test]
    fn history_rejects_nowhere() {
        check_with(None, ":history", Err(":history: there is no current room"));
    }
}
