//! `:part` leaves a room, by default the current one; the others may read why.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Room, Text, sample};

/// Leave a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
    /// What the others read as the reason.
    pub reason: Option<Text>,
}

impl Builtin for Part {
    fn spec() -> Spec {
        let lobby = sample::room("#lobby");
        let dev = sample::room("#dev");
        let reason = Some(sample::text("back to work"));
        Spec::new("part", "leave a room")
            .alias("leave")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::optional("REASON", Kind::Text))
            .example(
                ":part",
                "leave the current room",
                [Effect::Part {
                    room: lobby.clone(),
                    reason: None,
                }],
            )
            .example(
                ":part back to work",
                "leave the current room, and say why",
                [Effect::Part {
                    room: lobby,
                    reason: reason.clone(),
                }],
            )
            .example(
                ":part #dev back to work",
                "leave #dev, and say why",
                [Effect::Part { room: dev, reason }],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            room: arguments.take("ROOM")?,
            reason: arguments.take("REASON")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Part {
            room: context.room_or(self.room)?,
            reason: self.reason,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::{check, check_with};

    fn part(room: &'static str, reason: Option<&'static str>) -> Effect {
        Effect::Part {
            room: sample::room(room),
            reason: reason.map(sample::text),
        }
    }

    #[test]
    fn part_leaves_the_room_named() {
        check(":part #dev", Ok(part("#dev", None)));
    }

    #[test]
    fn part_reason_may_begin_with_any_word() {
        check(":part it's late", Ok(part("#lobby", Some("it's late"))));
    }

    #[test]
    fn part_takes_for_a_room_what_the_server_has_such() {
        let mut registry = crate::Registry::builtin();
        let lobby = sample::target("#lobby");
        for (marks, expected) in [
            ("#", part("#lobby", Some("+dev bye"))),
            ("#+", part("+dev", Some("bye"))),
        ] {
            registry.set_room_marks(marks);
            let context = Context::new(&registry).with_target(&lobby);
            let command = registry.parse(":part +dev bye", crate::Mode::Script);
            let command = command.expect("a command").expect("a command");
            assert_eq!(command.run(&context), Ok(expected.into()), "{marks}");
        }
    }

    #[test]
    fn part_rejects_a_room_that_is_none() {
        check(
            ":part #a,#b bye",
            Err(":part: expected ROOM (a room such as '#dev'), found '#a,#b'"),
        );
    }

    #[test]
    fn part_rejects_a_conversation() {
        let bob = sample::target("bob");
        check_with(
            Some(&bob),
            ":part",
            Err(":part: the conversation with 'bob' is not a room"),
        );
    }

    #[test]
    fn part_rejects_nowhere() {
        check_with(None, ":part", Err(":part: there is no current room"));
    }
}
