//! `:mode` shows or changes the modes of a room.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::registry::Registry;
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
        let room: Option<Room> = arguments.take("ROOM")?;
        let mut changes: Vec<Word> = arguments.take("CHANGE")?;
        // What begins with `+` is a change also where rooms begin so: those have no modes (RFC 2811, section 2.1).
        let (first, room) = room.map_or((None, None), |room| {
            if room.starts_with('+') {
                (Word::new(room.as_str()).ok(), None)
            } else {
                (None, Some(room))
            }
        });
        changes.splice(0..0, first);
        Ok(Self { room, changes })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Mode {
            room: context.room_or(self.room)?,
            changes: self.changes,
        }
        .into())
    }

    fn carries_secret(&self, _registry: &Registry) -> bool {
        sets_key(self.changes.iter().map(Word::as_str))
    }
}

/// Whether changes of modes name a room's key: one of them is of `k`, and something follows it.
pub(super) fn sets_key<'a>(changes: impl Iterator<Item = &'a str>) -> bool {
    let mut after =
        changes.skip_while(|change| !(change.starts_with(['+', '-']) && change.contains('k')));
    after.next().is_some() && after.next().is_some()
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
    fn a_key_is_a_secret() {
        let registry = crate::Registry::builtin();
        for (line, expected) in [
            (":mode #dev +k sesame", true),
            ("/mode +lk 20 sesame", true),
            (":mode #dev -k sesame", true),
            (":raw MODE #dev +k sesame", true),
            (":mode #dev +k", false),
            (":mode #dev +l 20", false),
            (":mode #dev +b knave!*@*", false),
            (":raw MODE #dev", false),
        ] {
            let lobby = sample::target("#lobby");
            assert_eq!(
                registry.carries_secret(line, Some(&lobby)),
                expected,
                "{line}"
            );
        }
    }

    #[test]
    fn changes_are_no_rooms_where_rooms_begin_like_them() {
        let mut registry = crate::Registry::builtin();
        assert!(registry.set_room_marks("#+"));
        let lobby = sample::target("#lobby");
        let context = Context::new(&registry).with_target(&lobby);
        for (line, room, changes) in [
            (":mode +l 20", "#lobby", ["+l", "20"].as_slice()),
            (":mode #dev +l 20", "#dev", &["+l", "20"]),
            (":mode +i", "#lobby", &["+i"]),
        ] {
            let command = registry
                .parse(line, crate::Mode::Script)
                .expect("a command");
            let effects = command.expect("a command").run(&context);
            let changes = changes.iter().copied().map(sample::word).collect();
            let room = sample::room(room);
            assert_eq!(effects, Ok(Effect::Mode { room, changes }.into()), "{line}");
        }
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
