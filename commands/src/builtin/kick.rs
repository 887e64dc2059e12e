//! `:kick` puts a person out of a room, by default the current one.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Nick, Room, Text, sample};

/// Put a person out of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kick {
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
    /// The person.
    pub nick: Nick,
    /// What everyone reads as the reason.
    pub reason: Option<Text>,
}

impl Builtin for Kick {
    fn spec() -> Spec {
        let kick = |room, reason: Option<&'static str>| {
            [Effect::Kick {
                room: sample::room(room),
                nick: sample::nick("bob"),
                reason: reason.map(sample::text),
            }]
        };
        Spec::new("kick", "put a person out of a room")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::required("NICK", Kind::Nick))
            .argument(Argument::optional("REASON", Kind::Text))
            .example(
                ":kick bob",
                "put bob out of the current room",
                kick("#lobby", None),
            )
            .example(
                ":kick bob no ads",
                "the same, and say why",
                kick("#lobby", Some("no ads")),
            )
            .example(":kick #dev bob", "put bob out of #dev", kick("#dev", None))
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            room: arguments.take("ROOM")?,
            nick: arguments.take("NICK")?,
            reason: arguments.take("REASON")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Kick {
            room: context.room_or(self.room)?,
            nick: self.nick,
            reason: self.reason,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::{check, check_with};

    #[test]
    fn kick_takes_room_nick_and_reason() {
        let expected = Effect::Kick {
            room: sample::room("#dev"),
            nick: sample::nick("bob"),
            reason: Some(sample::text("it's  enough")),
        };
        check("/kick #dev bob it's  enough", Ok(expected));
    }

    #[test]
    fn kick_rejects_missing_nick() {
        check(
            ":kick",
            Err(":kick: expected NICK (a nick such as 'ann'), found the end of the line"),
        );
        check(
            ":kick #dev",
            Err(":kick: expected NICK (a nick such as 'ann'), found the end of the line"),
        );
    }

    #[test]
    fn kick_rejects_nowhere() {
        check_with(None, ":kick bob", Err(":kick: there is no current room"));
    }
}
