//! `:reconnect` comes back to the hub, after `:disconnect` or to begin anew.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::Spec;

/// Come back to the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconnect;

impl Builtin for Reconnect {
    fn spec() -> Spec {
        Spec::new("reconnect", "come back to the hub").example(
            ":reconnect",
            "come back to the hub",
            [Effect::Local(Local::Reconnect)],
        )
    }

    fn parse(_arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self)
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Local(Local::Reconnect).into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn reconnect_takes_nothing() {
        check(
            ":reconnect x",
            Err(":reconnect: expected the end of the line, found 'x'"),
        );
    }
}
