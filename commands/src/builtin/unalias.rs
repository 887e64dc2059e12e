//! `:unalias` takes a name back that `:alias` gave.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Word, sample};

/// Take back a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unalias {
    /// The name.
    pub name: Word,
}

impl Builtin for Unalias {
    fn spec() -> Spec {
        let name = sample::word("hug");
        Spec::new("unalias", "take back a name of your own")
            .argument(
                Argument::required("NAME", Kind::Word).completing(Complete::List("aliases".into())),
            )
            .example(
                ":unalias hug",
                "there is no ':hug' any more",
                [Effect::Local(Local::Unalias { name })],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            name: arguments.take("NAME")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Local(Local::Unalias { name: self.name }).into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn unalias_rejects_missing_name() {
        check(
            ":unalias",
            Err(":unalias: expected NAME (one word), found the end of the line"),
        );
    }
}
