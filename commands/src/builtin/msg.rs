//! `:msg` says something elsewhere without going there.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::registry::Registry;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Target, Text, sample};

/// Say a text in a room or to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Msg {
    /// Where it is said.
    pub target: Target,
    /// What is said.
    pub text: Text,
}

impl Builtin for Msg {
    fn spec() -> Spec {
        let say = |target, text| Effect::Say {
            target: sample::target(target),
            text: sample::text(text),
        };
        Spec::new("msg", "say something to a person or in another room")
            .argument(Argument::required("NICK|ROOM", Kind::Addressee))
            .argument(Argument::required("TEXT", Kind::Text))
            .example(":msg bob lunch?", "ask bob alone", [say("bob", "lunch?")])
            .example(
                ":msg #dev it builds",
                "tell #dev",
                [say("#dev", "it builds")],
            )
            .example(
                ":msg @#dev who may ban?",
                "ask the operators of #dev alone",
                [say("@#dev", "who may ban?")],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            target: arguments.take("NICK|ROOM")?,
            text: arguments.take("TEXT")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Say {
            target: self.target,
            text: self.text,
        }
        .into())
    }

    fn carries_secret(&self, _registry: &Registry) -> bool {
        self.target.is_services()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn msg_keeps_the_text_as_it_is() {
        let text = sample::text(":it's \"so\"  there ");
        check(
            "/msg bob :it's \"so\"  there ",
            Ok(Effect::Say {
                target: sample::target("bob"),
                text,
            }),
        );
    }

    #[test]
    fn msg_rejects_missing_target() {
        check(
            ":msg",
            Err(
                ":msg: expected NICK|ROOM (a room or a nick, such as '#dev' or 'ann'), found the end of the line",
            ),
        );
    }

    #[test]
    fn msg_rejects_missing_text() {
        check(
            ":msg bob ",
            Err(":msg: expected TEXT (some text), found the end of the line"),
        );
    }

    #[test]
    fn msg_rejects_several_targets() {
        check(
            ":msg bob,eve hi",
            Err(
                ":msg: expected NICK|ROOM (a room or a nick, such as '#dev' or 'ann'), found 'bob,eve'",
            ),
        );
    }
}
