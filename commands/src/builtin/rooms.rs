//! `:rooms` shows where one is; `:list` shows what else there is.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::Spec;

/// Show the rooms that one is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rooms {}

impl Builtin for Rooms {
    fn spec() -> Spec {
        Spec::new("rooms", "show the rooms that you are in").example(
            ":rooms",
            "show your rooms, the current one marked",
            [Effect::Rooms],
        )
    }

    fn parse(_arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {})
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Rooms.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn rooms_takes_blanks() {
        check(":rooms  ", Ok(Effect::Rooms));
    }

    #[test]
    fn rooms_rejects_an_argument() {
        check(
            ":rooms all",
            Err(":rooms: expected the end of the line, found 'all'"),
        );
    }
}
