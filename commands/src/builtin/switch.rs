//! `:switch` says where plain lines go from now on: to a room, or to a person.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Target, sample};

/// Go to a room or a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// The room or the person.
    pub target: Target,
}

impl Builtin for Switch {
    fn spec() -> Spec {
        let dev = sample::target("#dev");
        let bob = sample::target("bob");
        Spec::new("switch", "talk in another room, or with a person")
            .alias("s")
            .alias("query")
            .argument(Argument::required("ROOM|NICK", Kind::Target))
            .example(
                ":switch #dev",
                "talk in #dev from now on",
                [Effect::Switch { target: dev }],
            )
            .example(
                ":s bob",
                "talk with bob alone",
                [Effect::Switch { target: bob }],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            target: arguments.take("ROOM|NICK")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Switch {
            target: self.target,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn switch_rejects_missing_target() {
        check(
            ":s",
            Err(
                ":switch: expected ROOM|NICK (a room or a nick, such as '#dev' or 'ann'), found the end of the line",
            ),
        );
    }

    #[test]
    fn switch_rejects_a_second_target() {
        check(
            ":s #a #b",
            Err(":switch: expected the end of the line, found '#b'"),
        );
    }

    #[test]
    fn switch_by_habit() {
        check(
            "/query bob",
            Ok(Effect::Switch {
                target: sample::target("bob"),
            }),
        );
    }
}
