//! `:help` shows what one may type: all commands, one of them, or a topic.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::help;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::Word;

/// Show what one may type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// A command, with or without its `:`, or a topic; `None` shows them all.
    pub topic: Option<Word>,
}

impl Builtin for Help {
    fn spec() -> Spec {
        Spec::new("help", "show the commands, or how to use one")
            .argument(Argument::optional("COMMAND", Kind::Word).completing(Complete::Topics))
            .example_shows(":help", "show all commands", "commands:")
            .example_shows(":help join", "show how to use ':join'", ":join ROOM [KEY]")
            .example_shows(
                ":help messages",
                "show how lines are read",
                "messages: what a line says",
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            topic: arguments.take("COMMAND")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        let registry = context.registry();
        let text = match self.topic {
            None => help::overview(registry),
            Some(topic) => help::on(registry, &topic)?,
        };
        Ok(Effect::Show { text }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    fn show(text: &str) -> Effect {
        Effect::Show {
            text: text.to_owned(),
        }
    }

    const JOIN: &str = "\
:join ROOM [KEY]
  enter a room, or make it
alias: :j
examples:
  :join #dev         enter #dev
  :join #dev sesame  enter #dev with its key";

    #[test]
    fn help_on_a_command_by_any_of_its_names() {
        for line in [":help join", ":help :join", ":help J", "/help /join"] {
            check(line, Ok(show(JOIN)));
        }
    }

    #[test]
    fn help_rejects_what_it_does_not_know() {
        check(
            ":help jion",
            Err(":help: there is no help on 'jion'; did you mean 'join'?"),
        );
        check(":help xyzzy", Err(":help: there is no help on 'xyzzy'"));
    }
}
