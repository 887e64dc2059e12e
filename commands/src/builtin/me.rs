//! `:me` says something as an action: `* ann waves`.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Text, sample};

/// Do something in the current room or conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// What is done, in the third person.
    pub action: Text,
}

impl Builtin for Me {
    fn spec() -> Spec {
        let wave = Effect::Action {
            target: sample::target("#lobby"),
            text: sample::text("waves"),
        };
        Spec::new("me", "say what you do")
            .argument(Argument::required("ACTION", Kind::Text))
            .example(":me waves", "everyone reads '* ann waves'", [wave])
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            action: arguments.take("ACTION")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Action {
            target: context.target()?.clone(),
            text: self.action,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::{check, check_with};

    #[test]
    fn me_rejects_missing_action() {
        check(
            ":me",
            Err(":me: expected ACTION (some text), found the end of the line"),
        );
    }

    #[test]
    fn me_works_in_a_conversation() {
        let bob = sample::target("bob");
        let effect = Effect::Action {
            target: bob.clone(),
            text: sample::text("can't stay"),
        };
        check_with(Some(&bob), "/me can't stay", Ok(effect));
    }

    #[test]
    fn me_rejects_nowhere() {
        check_with(None, ":me waves", Err(":me: there is no current room"));
    }
}
