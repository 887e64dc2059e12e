//! `:devoice` takes back what `:voice` gave.

use crate::builtin::Builtin;
use crate::builtin::op::change;
use crate::context::Context;
use crate::effect::Effects;
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Nick, Room, sample};

/// Take back the right to speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Devoice {
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
    /// The people.
    pub nicks: Vec<Nick>,
}

impl Builtin for Devoice {
    fn spec() -> Spec {
        let of = |room, nicks: &[&'static str]| {
            let nicks = nicks.iter().copied().map(sample::nick);
            [change(sample::room(room), '-', 'v', nicks.collect())]
        };
        Spec::new("devoice", "take back the right to speak")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::one_or_more("NICK", Kind::Nick))
            .example(
                ":devoice bob",
                "take it back from bob",
                of("#lobby", &["bob"]),
            )
            .example(
                ":devoice #dev bob eve",
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
        Ok(change(context.room_or(self.room)?, '-', 'v', self.nicks).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;
    use crate::effect::Effect;

    #[test]
    fn devoice_changes_a_mode() {
        check(
            ":devoice ann bob",
            Ok(Effect::Mode {
                room: sample::room("#lobby"),
                changes: ["-vv", "ann", "bob"].map(sample::word).to_vec(),
            }),
        );
    }

    #[test]
    fn devoice_rejects_missing_nick() {
        check(
            ":devoice #dev",
            Err(":devoice: expected NICK (a nick such as 'ann'), found the end of the line"),
        );
    }
}
