//! `:voice` lets people speak in a moderated room.

use crate::builtin::Builtin;
use crate::builtin::op::change;
use crate::context::Context;
use crate::effect::Effects;
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Nick, Room, sample};

/// Let people speak in a moderated room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
    /// The people.
    pub nicks: Vec<Nick>,
}

impl Builtin for Voice {
    fn spec() -> Spec {
        let of = |room, nicks: &[&'static str]| {
            let nicks = nicks.iter().copied().map(sample::nick);
            [change(sample::room(room), '+', 'v', nicks.collect())]
        };
        Spec::new("voice", "let people speak in a moderated room")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::one_or_more("NICK", Kind::Nick))
            .example(":voice bob", "let bob speak", of("#lobby", &["bob"]))
            .example(
                ":voice #dev bob eve",
                "the same for two in #dev",
                of("#dev", &["bob", "eve"]),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            room: arguments.take("ROOM")?,
            nicks: arguments.take("NICK")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(change(context.room_or(self.room)?, '+', 'v', self.nicks).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;
    use crate::effect::Effect;

    #[test]
    fn voice_changes_a_mode() {
        check(
            ":voice ann bob",
            Ok(Effect::Mode {
                room: sample::room("#lobby"),
                changes: ["+vv", "ann", "bob"].map(sample::word).to_vec(),
            }),
        );
    }

    #[test]
    fn voice_rejects_missing_nick() {
        check(
            ":voice #dev",
            Err(":voice: expected NICK (a nick such as 'ann'), found the end of the line"),
        );
    }
}
