//! `:unban` lets somebody in whom `:ban` kept out.

use crate::builtin::Builtin;
use crate::builtin::ban::full_mask;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Room, Word, sample};

/// Let somebody in again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unban {
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
    /// A nick, or a mask such as `*!*@spam.example`.
    pub mask: Word,
}

impl Builtin for Unban {
    fn spec() -> Spec {
        let of = |room, mask| {
            [Effect::Mode {
                room: sample::room(room),
                changes: ["-b", mask].map(sample::word).to_vec(),
            }]
        };
        Spec::new("unban", "let somebody in again")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::required("NICK|MASK", Kind::Word).completing(Complete::Nicks))
            .example(
                ":unban troll",
                "let troll in again",
                of("#lobby", "troll!*@*"),
            )
            .example(
                ":unban #dev *!*@spam.example",
                "the same for a host and #dev",
                of("#dev", "*!*@spam.example"),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            room: arguments.take("ROOM")?,
            mask: arguments.take("NICK|MASK")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Mode {
            room: context.room_or(self.room)?,
            changes: vec![sample::word("-b"), full_mask(self.mask)],
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::{check, check_with};

    #[test]
    fn unban_rejects_missing_mask() {
        check(
            ":unban #dev",
            Err(":unban: expected NICK|MASK (one word), found the end of the line"),
        );
    }

    #[test]
    fn unban_rejects_nowhere() {
        check_with(
            None,
            ":unban troll",
            Err(":unban: there is no current room"),
        );
    }
}
