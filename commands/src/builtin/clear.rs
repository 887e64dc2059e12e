//! `:clear` empties the screen. What was said is still there for `:history`.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::Spec;

/// Empty the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clear;

impl Builtin for Clear {
    fn spec() -> Spec {
        Spec::new("clear", "empty the screen").example(
            ":clear",
            "empty the screen",
            [Effect::Local(Local::Clear)],
        )
    }

    fn parse(_arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self)
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Local(Local::Clear).into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn clear_takes_nothing() {
        check(
            ":clear x",
            Err(":clear: expected the end of the line, found 'x'"),
        );
    }
}
