//! `:topic` shows, sets or removes what a room is about, by default the current one.
//!
//! A room's name in front says which room, as in the clients that people come from; so does `-delete`,
//! which removes the topic. A topic that begins with a room's name has the room before it.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Room, Text, sample};

/// What removes the topic.
const DELETE: &str = "-delete";

/// Show, set or remove a room's topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The room, or `None` for the current one.
    pub room: Option<Room>,
    /// The new topic, `-delete`, or `None` to show it.
    pub text: Option<Text>,
}

impl Builtin for Topic {
    fn spec() -> Spec {
        let topic_of = |room, text: Option<Text>| {
            [Effect::Topic {
                room: sample::room(room),
                text,
            }]
        };
        let topic = |text| topic_of("#lobby", text);
        Spec::new("topic", "show or set what the room is about")
            .argument(Argument::optional("ROOM", Kind::Room))
            .argument(Argument::optional("TEXT", Kind::Text))
            .example(":topic", "show the topic", topic(None))
            .example(
                ":topic Release on Friday",
                "set the topic",
                topic(Some(sample::text("Release on Friday"))),
            )
            .example(":topic #dev", "show that of #dev", topic_of("#dev", None))
            .example(
                ":topic #dev Release on Friday",
                "set that of #dev",
                topic_of("#dev", Some(sample::text("Release on Friday"))),
            )
            .example(
                ":topic -delete",
                "remove the topic",
                topic(Some(Text::empty())),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            room: arguments.take("ROOM")?,
            text: arguments.take("TEXT")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        let text = self.text.map(|text| {
            if text.trim_end() == DELETE {
                Text::empty()
            } else {
                text
            }
        });
        Ok(Effect::Topic {
            room: context.room_or(self.room)?,
            text,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::{check, check_with};

    #[test]
    fn topic_may_begin_with_a_room_behind_the_room() {
        let text = Some(sample::text("#dev is  elsewhere"));
        check(
            ":topic #lobby #dev is  elsewhere",
            Ok(Effect::Topic {
                room: sample::room("#lobby"),
                text,
            }),
        );
    }

    #[test]
    fn topic_may_speak_of_deleting() {
        let text = Some(sample::text("-delete is an option"));
        check(
            ":topic -delete is an option",
            Ok(Effect::Topic {
                room: sample::room("#lobby"),
                text,
            }),
        );
    }

    #[test]
    fn topic_rejects_a_conversation() {
        let bob = sample::target("bob");
        check_with(
            Some(&bob),
            ":topic x",
            Err(":topic: the conversation with 'bob' is not a room"),
        );
    }
}
