//! `:history` shows again what was said, from what the hub and this program have kept, and page by page what was before.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, End, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Target, When, sample};

/// How many lines are shown unless one says how many.
const COUNT: u32 = 20;
/// The most lines that are shown at once.
const COUNT_MAX: i64 = 1000;

/// Show what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Whether the page before the one that was shown last is meant.
    pub more: bool,
    /// A moment that all of it was before.
    pub before: Option<When>,
    /// How many lines.
    pub count: Option<i64>,
    /// Where it was said, or `None` for here.
    pub target: Option<Target>,
}

impl Builtin for History {
    fn spec() -> Spec {
        let history = |target, count, end| {
            [Effect::Local(Local::History {
                target: sample::target(target),
                count,
                end,
            })]
        };
        let yesterday = When::new("yesterday").ok();
        let count = Kind::Number {
            min: 1,
            max: COUNT_MAX,
        };
        Spec::new("history", "show again what was said")
            .argument(Argument::switch("more"))
            .argument(Argument::flag("before", "WHEN", Kind::Time))
            .argument(Argument::optional("COUNT", count))
            .argument(Argument::optional("ROOM|NICK", Kind::Target))
            .example(
                ":history",
                "show the last 20 lines of here",
                history("#lobby", COUNT, End::Last),
            )
            .example(
                ":history --more",
                "show the 20 before those, and so on",
                history("#lobby", COUNT, End::Shown),
            )
            .example(
                ":history --before yesterday",
                "show the last 20 of an earlier day",
                history("#lobby", COUNT, yesterday.map_or(End::Last, End::Before)),
            )
            .example(
                ":history 50 bob",
                "show the last 50 with bob",
                history("bob", 50, End::Last),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            more: arguments.take("--more")?,
            before: arguments.take("WHEN")?,
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
        // Who names a moment means that one, whatever was shown.
        let end = match self.before {
            Some(when) => End::Before(when),
            None if self.more => End::Shown,
            None => End::Last,
        };
        Ok(Effect::Local(Local::History {
            target,
            count: count.unwrap_or(COUNT),
            end,
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
                end: End::Last,
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
    fn a_moment_counts_more_than_what_was_shown() {
        check(
            ":history --more --before 2h 5",
            Ok(Effect::Local(Local::History {
                target: sample::target("#lobby"),
                count: 5,
                end: End::Before(When::new("2h").expect("a time")),
            })),
        );
    }

    #[test]
    fn history_rejects_nowhere() {
        check_with(None, ":history", Err(":history: there is no current room"));
    }
}
