//! `:who` shows details of those in a room, or of those whose name or host matches.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Word, sample};

/// Show details of those who match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// A room, a nick or a mask with `*` and `?`, or `None` for the current target.
    pub mask: Option<Word>,
}

impl Builtin for Who {
    fn spec() -> Spec {
        let who = |mask| {
            [Effect::Who {
                mask: sample::word(mask),
            }]
        };
        Spec::new("who", "show details of the people in a room, or who match")
            .argument(Argument::optional("ROOM|MASK", Kind::Word).completing(Complete::Targets))
            .example(":who", "show details of everyone here", who("#lobby"))
            .example(
                ":who *.example.org",
                "show who comes from there",
                who("*.example.org"),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            mask: arguments.take("ROOM|MASK")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        let mask = match self.mask {
            Some(mask) => mask,
            None => context.target()?.to_word(),
        };
        Ok(Effect::Who { mask }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::{check, check_with};

    #[test]
    fn who_in_a_conversation_is_about_the_other() {
        let bob = sample::target("bob");
        check_with(
            Some(&bob),
            ":who",
            Ok(Effect::Who {
                mask: sample::word("bob"),
            }),
        );
    }

    #[test]
    fn who_rejects_two_masks() {
        check(
            ":who a b",
            Err(":who: expected the end of the line, found 'b'"),
        );
    }

    #[test]
    fn who_rejects_nowhere() {
        check_with(None, ":who", Err(":who: there is no current room"));
    }
}
