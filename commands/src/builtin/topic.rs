//! `:topic` shows, sets or removes what the current room is about.
//!
//! The whole rest of the line is the topic, so that one may begin with a room's name. Removing it is
//! `-delete`, as in the clients that people come from.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Text, sample};

/// What removes the topic.
const DELETE: &str = "-delete";

/// Show, set or remove the current room's topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The new topic, `-delete`, or `None` to show it.
    pub text: Option<Text>,
}

impl Builtin for Topic {
    fn spec() -> Spec {
        let topic = |text: Option<Text>| {
            [Effect::Topic {
                room: sample::room("#lobby"),
                text,
            }]
        };
        Spec::new("topic", "show or set what the room is about")
            .argument(Argument::optional("TEXT", Kind::Text))
            .example(":topic", "show the topic", topic(None))
            .example(
                ":topic Release on Friday",
                "set the topic",
                topic(Some(sample::text("Release on Friday"))),
            )
            .example(
                ":topic -delete",
                "remove the topic",
                topic(Some(Text::empty())),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
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
            room: context.room()?.clone(),
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
    fn topic_may_begin_with_a_room() {
        let text = Some(sample::text("#dev is  elsewhere"));
        check(
            ":topic #dev is  elsewhere",
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
