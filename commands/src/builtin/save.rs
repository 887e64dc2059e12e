//! `:save` keeps the settings, the aliases and the lists that were changed while the program runs.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::Spec;

/// Keep what was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Save;

impl Builtin for Save {
    fn spec() -> Spec {
        Spec::new("save", "keep what you have set").example(
            ":save",
            "write it to the settings file",
            [Effect::Local(Local::Save)],
        )
    }

    fn parse(_arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self)
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Local(Local::Save).into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn save_takes_nothing() {
        check(
            ":save x",
            Err(":save: expected the end of the line, found 'x'"),
        );
    }
}
