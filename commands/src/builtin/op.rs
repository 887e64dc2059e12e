//! `:op` lets people run a room.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Nick, Room, Target, Word, sample};

/// Let people run the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Op {
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
    /// The people.
    pub nicks: Vec<Nick>,
}

impl Builtin for Op {
    fn spec() -> Spec {
        let of = |room, nicks: &[&'static str]| {
            let nicks = nicks.iter().copied().map(sample::nick);
            [change(sample::room(room), '+', 'o', nicks.collect())]
        };
        Spec::new("op", "let people run the room")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::one_or_more("NICK", Kind::Nick))
            .example(":op bob", "let bob run this room", of("#lobby", &["bob"]))
            .example(
                ":op #dev bob eve",
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
        Ok(change(context.room_or(self.room)?, '+', 'o', self.nicks).into())
    }
}

/// A change of one mode for each of some people.
pub(super) fn change(room: Room, sign: char, letter: char, nicks: Vec<Nick>) -> Effect {
    let letters: String = nicks.iter().map(|_| letter).collect();
    let first = Word::new(format!("{sign}{letters}")).ok();
    let people = nicks.into_iter().map(|nick| Target::from(nick).to_word());
    Effect::Mode {
        room,
        changes: first.into_iter().chain(people).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn op_changes_a_mode() {
        check(
            ":op ann bob",
            Ok(Effect::Mode {
                room: sample::room("#lobby"),
                changes: ["+oo", "ann", "bob"].map(sample::word).to_vec(),
            }),
        );
    }

    #[test]
    fn op_rejects_missing_nick() {
        check(
            ":op #dev",
            Err(":op: expected NICK (a nick such as 'ann'), found the end of the line"),
        );
    }
}
