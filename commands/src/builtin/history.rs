//! `:history` shows again what was said, from what the hub and this program have kept, and page by page what was before.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, End, Local, Start};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Target, When, Word, sample};

/// How many lines are shown unless one says how many.
const COUNT: u32 = 20;
/// The most lines that are shown at once, and how many of those from a point on unless one says how many.
const COUNT_MAX: u32 = 1000;

/// Show what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Whether the page before the one that was shown last is meant.
    pub more: bool,
    /// A moment that none of it was before.
    pub since: Option<When>,
    /// The id of a message that all of it was after.
    pub after: Option<Word>,
    /// A moment that all of it was before.
    pub before: Option<When>,
    /// How many lines.
    pub count: Option<i64>,
    /// Where it was said, or `None` for here.
    pub target: Option<Target>,
}

impl Builtin for History {
    fn spec() -> Spec {
        let history = |target, count, start, end| {
            [Effect::Local(Local::History {
                target: sample::target(target),
                count,
                start,
                end,
            })]
        };
        let when = |text| When::new(text).expect("the literal is a time");
        let count = Kind::Number {
            min: 1,
            max: COUNT_MAX.into(),
        };
        Spec::new("history", "show again what was said")
            .argument(Argument::switch("more"))
            .argument(Argument::flag("since", "WHEN", Kind::Time))
            .argument(Argument::flag("after", "MSGID", Kind::Word))
            .argument(Argument::flag("before", "TIME", Kind::Time))
            .argument(Argument::optional("COUNT", count))
            .argument(Argument::optional("ROOM|NICK", Kind::Target))
            .example(
                ":history",
                "show the last 20 lines of here",
                history("#lobby", COUNT, None, End::Last),
            )
            .example(
                ":history --more",
                "show the 20 before those, and so on",
                history("#lobby", COUNT, None, End::Shown),
            )
            .example(
                ":history --since 2h",
                "show all of the last two hours, 1000 lines at most",
                history(
                    "#lobby",
                    COUNT_MAX,
                    Some(Start::Time(when("2h"))),
                    End::Last,
                ),
            )
            .example(
                ":history --before yesterday",
                "show the last 20 of an earlier day",
                history("#lobby", COUNT, None, End::Before(when("yesterday"))),
            )
            .example(
                ":history --after 1a4f-3-cc",
                "show all after a message, by its id in '--json'",
                history(
                    "#lobby",
                    COUNT_MAX,
                    Some(Start::Message(sample::word("1a4f-3-cc"))),
                    End::Last,
                ),
            )
            .example(
                ":history 50 bob",
                "show the last 50 with bob",
                history("bob", 50, None, End::Last),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            more: arguments.take("--more")?,
            since: arguments.take("WHEN")?,
            after: arguments.take("MSGID")?,
            before: arguments.take("TIME")?,
            count: arguments.take("COUNT")?,
            target: arguments.take("ROOM|NICK")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        let target = match self.target {
            Some(target) => target,
            None => context.target()?.clone(),
        };
        // Who names a message means that one, as a message is nearer than a moment.
        let start = match (self.after, self.since) {
            (Some(id), _) => Some(Start::Message(id)),
            (None, Some(when)) => Some(Start::Time(when)),
            (None, None) => None,
        };
        let count = self.count.and_then(|count| count.try_into().ok());
        let usual = if start.is_some() { COUNT_MAX } else { COUNT };
        // Who names a moment means that one, whatever was shown.
        let end = match self.before {
            Some(when) => End::Before(when),
            None if self.more => End::Shown,
            None => End::Last,
        };
        Ok(Effect::Local(Local::History {
            target,
            count: count.unwrap_or(usual),
            start,
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
                start: None,
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
    fn a_moment_counts_more_than_what_was_shown_and_a_message_more_than_a_moment() {
        check(
            ":history --more --before 2h --since yesterday --after m7 5",
            Ok(Effect::Local(Local::History {
                target: sample::target("#lobby"),
                count: 5,
                start: Some(Start::Message(sample::word("m7"))),
                end: End::Before(When::new("2h").expect("a time")),
            })),
        );
    }

    #[test]
    fn history_from_a_moment_on_is_all_of_it() {
        check(
            ":history --since=2h bob",
            Ok(Effect::Local(Local::History {
                target: sample::target("bob"),
                count: COUNT_MAX,
                start: Some(Start::Time(When::new("2h").expect("a time"))),
                end: End::Last,
            })),
        );
    }

    #[test]
    fn history_rejects_nowhere() {
        check_with(None, ":history", Err(":history: there is no current room"));
    }
}
