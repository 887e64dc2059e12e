//! `:ignore` hides what somebody says, or shows who is ignored.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Word, sample};

/// The setting that holds who is ignored.
pub(super) const KEY: &str = "ignore";

/// Hide what somebody says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// A nick or a mask, or `None` to show them.
    pub mask: Option<Word>,
}

impl Builtin for Ignore {
    fn spec() -> Spec {
        let ignore = |mask| {
            [Effect::Local(Local::Add {
                key: sample::word(KEY),
                value: sample::text(mask),
            })]
        };
        let show = Local::Get {
            key: Some(sample::word(KEY)),
        };
        Spec::new("ignore", "hide what somebody says")
            .argument(Argument::optional("NICK|MASK", Kind::Word).completing(Complete::Nicks))
            .example(":ignore troll", "hide what troll says", ignore("troll"))
            .example(
                ":ignore *!*@spam.example",
                "hide all from a host",
                ignore("*!*@spam.example"),
            )
            .example(":ignore", "show who is ignored", [Effect::Local(show)])
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            mask: arguments.take("NICK|MASK")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        let key = sample::word(KEY);
        Ok(Effect::Local(match self.mask {
            Some(mask) => Local::Add {
                key,
                value: mask.to_text(),
            },
            None => Local::Get { key: Some(key) },
        })
        .into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn ignore_rejects_two_masks() {
        check(
            ":ignore a b",
            Err(":ignore: expected the end of the line, found 'b'"),
        );
    }
}
