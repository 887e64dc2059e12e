//! `:ban` keeps somebody out of a room. It does not put out who is in; `:kick` does.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Room, Word, sample};

/// Keep somebody out of the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
    /// A nick, or a mask such as `*!*@spam.example`.
    pub mask: Word,
}

impl Builtin for Ban {
    fn spec() -> Spec {
        let of = |room, mask| {
            [Effect::Mode {
                room: sample::room(room),
                changes: ["+b", mask].map(sample::word).to_vec(),
            }]
        };
        Spec::new("ban", "keep somebody out of the room")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::required("NICK|MASK", Kind::Word).completing(Complete::Nicks))
            .example(
                ":ban troll",
                "keep troll out of this room",
                of("#lobby", "troll!*@*"),
            )
            .example(
                ":ban #dev *!*@spam.example",
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
            changes: vec![sample::word("+b"), full_mask(self.mask)],
        }
        .into())
    }
}

/// A nick alone means that nick from anywhere.
pub(super) fn full_mask(mask: Word) -> Word {
    if mask.contains(['!', '@', '*', '$']) {
        mask
    } else {
        Word::new(format!("{mask}!*@*")).unwrap_or(mask)
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::{check, check_with};

    #[test]
    fn ban_rejects_missing_mask() {
        check(
            ":ban #dev",
            Err(":ban: expected NICK|MASK (one word), found the end of the line"),
        );
    }

    #[test]
    fn ban_rejects_nowhere() {
        check_with(None, ":ban troll", Err(":ban: there is no current room"));
    }
}
