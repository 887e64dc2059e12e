//! `:invite` asks a person into a room, by default the current one.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Nick, Room, sample};

/// Ask a person into a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// The person.
    pub nick: Nick,
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
}

impl Builtin for Invite {
    fn spec() -> Spec {
        let invite = |room| {
            [Effect::Invite {
                nick: sample::nick("bob"),
                room: sample::room(room),
            }]
        };
        Spec::new("invite", "ask a person into a room")
            .argument(Argument::required("NICK", Kind::Nick))
            .argument(Argument::optional("ROOM", Kind::Room))
            .example(
                ":invite bob",
                "ask bob into the current room",
                invite("#lobby"),
            )
            .example(":invite bob #dev", "ask bob into #dev", invite("#dev"))
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            nick: arguments.take("NICK")?,
            room: arguments.take("ROOM")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Invite {
            nick: self.nick,
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
    fn invite_rejects_missing_nick() {
        check(
            ":invite",
            Err(":invite: expected NICK (a nick such as 'ann'), found the end of the line"),
        );
    }

    #[test]
    fn invite_rejects_the_room_first() {
        check(
            ":invite #dev bob",
            Err(":invite: expected NICK (a nick such as 'ann'), found '#dev'"),
        );
    }

    #[test]
    fn invite_rejects_a_conversation() {
        let eve = sample::target("eve");
        check_with(
            Some(&eve),
            ":invite bob",
            Err(":invite: the conversation with 'eve' is not a room"),
        );
    }
}
