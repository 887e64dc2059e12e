//! `:deop` takes back what `:op` gave.

use crate::builtin::Builtin;
use crate::builtin::op::change;
use crate::context::Context;
use crate::effect::Effects;
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Nick, Room, sample};

/// Let people run the room no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deop {
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
    /// The people.
    pub nicks: Vec<Nick>,
}

impl Builtin for Deop {
    fn spec() -> Spec {
        let of = |room, nicks: &[&'static str]| {
            let nicks = nicks.iter().copied().map(sample::nick);
            [change(sample::room(room), '-', 'o', nicks.collect())]
        };
        Spec::new("deop", "let people run the room no more")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::one_or_more("NICK", Kind::Nick))
            .example(":deop bob", "take it back from bob", of("#lobby", &["bob"]))
            .example(
                ":deop #dev bob eve",
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
        Ok(change(context.room_or(self.room)?, '-', 'o', self.nicks).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;
    use crate::effect::Effect;

    #[test]
    fn deop_changes_a_mode() {
        check(
            ":deop ann bob",
            Ok(Effect::Mode {
                room: sample::room("#lobby"),
                changes: ["-oo", "ann", "bob"].map(sample::word).to_vec(),
            }),
        );
    }

    #[test]
    fn deop_rejects_missing_nick() {
        check(
            ":deop #dev",
            Err(":deop: expected NICK (a nick such as 'ann'), found the end of the line"),
        );
    }
}
