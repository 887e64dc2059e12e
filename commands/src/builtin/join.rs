//! `:join` enters a room, and makes it if there is none of that name.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Room, Word, sample};

/// Enter a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// The room.
    pub room: Room,
    /// Its key, if it needs one.
    pub key: Option<Word>,
}

impl Builtin for Join {
    fn spec() -> Spec {
        let dev = sample::room("#dev");
        let key = Some(sample::word("sesame"));
        Spec::new("join", "enter a room, or make it")
            .alias("j")
            .argument(Argument::required("ROOM", Kind::Room))
            .argument(Argument::optional("KEY", Kind::Word).secret())
            .example(
                ":join #dev",
                "enter #dev",
                [Effect::Join {
                    room: dev.clone(),
                    key: None,
                }],
            )
            .example(
                ":join #dev sesame",
                "enter #dev with its key",
                [Effect::Join { room: dev, key }],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            room: arguments.take("ROOM")?,
            key: arguments.take("KEY")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Join {
            room: self.room,
            key: self.key,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn join_rejects_missing_room() {
        check(
            ":join",
            Err(":join: expected ROOM (a room such as '#dev'), found the end of the line"),
        );
    }

    #[test]
    fn join_takes_a_room_of_any_server_and_one_without_its_mark() {
        for (line, room) in [
            (":join dev", "#dev"),
            (":join &dev", "&dev"),
            (":join +dev", "+dev"),
            (":join !dev", "!dev"),
        ] {
            let room = sample::room(room);
            check(line, Ok(Effect::Join { room, key: None }));
        }
        check(
            ":join @#dev",
            Err(":join: expected ROOM (a room such as '#dev'), found '@#dev'"),
        );
    }

    #[test]
    fn join_rejects_several_rooms() {
        check(
            ":join #a,#b",
            Err(":join: expected ROOM (a room such as '#dev'), found '#a,#b'"),
        );
    }

    #[test]
    fn join_in_capitals_by_its_alias() {
        check(
            "/J #Dev",
            Ok(Effect::Join {
                room: sample::room("#dev"),
                key: None,
            }),
        );
    }

    #[test]
    fn join_rejects_more_than_a_key() {
        check(
            ":join #dev a b",
            Err(":join: expected the end of the line, found 'b'"),
        );
    }
}
