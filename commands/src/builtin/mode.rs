//! `:mode` shows or changes the modes of a room.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Room, Word, sample};

/// Show or change modes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mode {
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
    /// The changes, as IRC writes them; none shows the modes.
    pub changes: Vec<Word>,
}

impl Builtin for Mode {
    fn spec() -> Spec {
        let mode = |room, changes: &[&'static str]| {
            [Effect::Mode {
                room: sample::room(room),
                changes: changes.iter().copied().map(sample::word).collect(),
            }]
        };
        Spec::new("mode", "show or change the modes of a room")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::zero_or_more("CHANGE", Kind::Word))
            .example(":mode", "show the modes", mode("#lobby", &[]))
            .example(
                ":mode +t",
                "let only operators set the topic",
                mode("#lobby", &["+t"]),
            )
            .example(
                ":mode #dev +l 20",
                "let no more than 20 into #dev",
                mode("#dev", &["+l", "20"]),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            room: arguments.take("ROOM")?,
            changes: arguments.take("CHANGE")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Mode {
            room: context.room_or(self.room)?,
            changes: self.changes,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::{check, check_with};

    #[test]
    fn mode_rejects_a_conversation() {
        let bob = sample::target("bob");
        check_with(
            Some(&bob),
            ":mode +t",
            Err(":mode: the conversation with 'bob' is not a room"),
        );
    }

    #[test]
    fn mode_by_habit() {
        check(
            "/mode #dev +b-b a!*@* b!*@*",
            Ok(Effect::Mode {
                room: sample::room("#dev"),
                changes: ["+b-b", "a!*@*", "b!*@*"].map(sample::word).to_vec(),
            }),
        );
    }
}
