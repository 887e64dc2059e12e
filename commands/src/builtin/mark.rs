//! `:mark` remembers how far one has read; `:history` shows the place, and a hub that keeps it tells
//! one's other programs.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Target, sample};

/// Remember how far one has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where, or `None` for here.
    pub target: Option<Target>,
}

impl Builtin for Mark {
    fn spec() -> Spec {
        let mark = |target| {
            [Effect::Local(Local::Mark {
                target: sample::target(target),
            })]
        };
        Spec::new("mark", "remember that you have read up to here")
            .argument(Argument::optional("ROOM|NICK", Kind::Target))
            .example(":mark", "all here is read", mark("#lobby"))
            .example(":mark #dev", "all in #dev is read", mark("#dev"))
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            target: arguments.take("ROOM|NICK")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        let target = match self.target {
            Some(target) => target,
            None => context.target()?.clone(),
        };
        Ok(Effect::Local(Local::Mark { target }).into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check_with;

    #[test]
    fn mark_rejects_nowhere() {
        check_with(None, ":mark", Err(":mark: there is no current room"));
    }
}
