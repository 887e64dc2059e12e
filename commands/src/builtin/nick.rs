//! `:nick` changes one's own name. Whether the name is free, and good enough for the hub, the hub says.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{self, sample};

/// Take another nick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nick {
    /// The nick wanted.
    pub name: value::Nick,
}

impl Builtin for Nick {
    fn spec() -> Spec {
        Spec::new("nick", "change your nick")
            .argument(Argument::required("NAME", Kind::Nick).completing(Complete::Nothing))
            .example(
                ":nick ann",
                "be called ann",
                [Effect::Nick {
                    nick: sample::nick("ann"),
                }],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            name: arguments.take("NAME")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Nick { nick: self.name }.into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn nick_rejects_missing_name() {
        check(
            ":nick",
            Err(":nick: expected NAME (a nick such as 'ann'), found the end of the line"),
        );
    }

    #[test]
    fn nick_rejects_a_room() {
        check(
            ":nick #dev",
            Err(":nick: expected NAME (a nick such as 'ann'), found '#dev'"),
        );
    }

    #[test]
    fn nick_rejects_two_words() {
        check(
            ":nick ann lee",
            Err(":nick: expected the end of the line, found 'lee'"),
        );
    }
}
