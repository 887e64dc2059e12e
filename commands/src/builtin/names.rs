//! `:names` shows who is in a room, by default the current one.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Room, sample};

/// Show who is in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
}

impl Builtin for Names {
    fn spec() -> Spec {
        Spec::new("names", "show who is in a room")
            .argument(Argument::optional("ROOM", Kind::Room))
            .example(
                ":names",
                "show who is here",
                [Effect::Names {
                    room: sample::room("#lobby"),
                }],
            )
            .example(
                ":names #dev",
                "show who is in #dev",
                [Effect::Names {
                    room: sample::room("#dev"),
                }],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            room: arguments.take("ROOM")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Names {
            room: context.room_or(self.room)?,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::{check, check_with};

    #[test]
    fn names_takes_a_room_without_its_mark() {
        let room = sample::room("#dev");
        check(":names dev", Ok(Effect::Names { room }));
    }

    #[test]
    fn names_rejects_a_conversation() {
        let bob = sample::target("bob");
        check_with(
            Some(&bob),
            ":names",
            Err(":names: the conversation with 'bob' is not a room"),
        );
    }
}
