//! `:alias` gives a line a name, shows what a name stands for, or shows all of them.
//!
//! `:save` keeps the aliases for the next time.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::registry::{Registry, as_command};
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Text, Word, sample};

/// What may stand between the name and the line, as the eye wants it.
const SIGN: char = '=';

/// Give a line a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The name, or `None` to show all.
    pub name: Option<Word>,
    /// What it stands for, or `None` to show it.
    pub line: Option<Text>,
}

impl Builtin for Alias {
    fn spec() -> Spec {
        let alias = |name, line| {
            [Effect::Local(Local::Alias {
                name: sample::word(name),
                line: sample::text(line),
            })]
        };
        Spec::new("alias", "give a command a name of your own")
            .argument(Argument::optional("NAME", Kind::Word))
            .argument(Argument::optional("COMMAND", Kind::Text).completing(Complete::Commands))
            .example(
                ":alias hug = me hugs $1",
                "':hug bob' does ':me hugs bob'",
                alias("hug", "me hugs $1"),
            )
            .example(
                ":alias ops = :msg #ops $*",
                "':ops all is well' tells #ops",
                alias("ops", ":msg #ops $*"),
            )
            .example_shows(":alias", "show your aliases", "there are no aliases")
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            name: arguments.take("NAME")?,
            line: arguments.take("COMMAND")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        let Some(name) = self.name else {
            return Ok(show(context, None).into());
        };
        let Some(line) = self.line else {
            return Ok(show(context, Some(&name)).into());
        };
        let line = Text::checked(without_sign(&line));
        Ok(Effect::Local(Local::Alias { name, line }).into())
    }

    fn carries_secret(&self, registry: &Registry) -> bool {
        let line = self.line.as_deref().map(without_sign);
        line.is_some_and(|line| registry.carries_secret(&as_command(line), None))
    }
}

fn without_sign(line: &str) -> &str {
    line.strip_prefix(SIGN).map_or(line, str::trim_start)
}

/// The aliases, or the one of a name, as they are typed.
fn show(context: &Context<'_>, name: Option<&str>) -> Effect {
    let aliases = context.registry().aliases();
    let lines: Vec<_> = aliases
        .filter(|(known, _)| name.is_none_or(|name| known.eq_ignore_ascii_case(name)))
        .map(|(name, line)| format!(":alias {name} = {line}"))
        .collect();
    let text = match (lines.is_empty(), name) {
        (false, _) => lines.join("\n"),
        (true, Some(name)) => format!("there is no alias ':{name}'"),
        (true, None) => "there are no aliases".to_owned(),
    };
    Effect::Show { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn alias_needs_no_sign() {
        check(
            "/alias hug me hugs $1",
            Ok(Effect::Local(Local::Alias {
                name: sample::word("hug"),
                line: sample::text("me hugs $1"),
            })),
        );
    }

    #[test]
    fn alias_of_a_line_with_a_secret_carries_it() {
        let registry = crate::Registry::builtin();
        for (line, expected) in [
            (":alias id msg NickServ identify hunter2", true),
            (":alias id = /msg NickServ identify hunter2", true),
            (":alias dev = :join #dev sesame", true),
            (":alias hug = me hugs $1", false),
            (":alias id", false),
        ] {
            assert_eq!(registry.carries_secret(line, None), expected, "{line}");
        }
    }

    #[test]
    fn alias_without_a_line_is_shown() {
        let text = "there is no alias ':hug'".to_owned();
        check(":alias hug", Ok(Effect::Show { text }));
    }

    #[test]
    fn aliases_are_shown_as_they_are_typed() {
        let mut registry = crate::Registry::builtin();
        registry
            .add_alias("hug", "me hugs $1")
            .expect("a free name");
        let context = Context::new(&registry);
        let text = ":alias hug = :me hugs $1".to_owned();
        assert_eq!(show(&context, None), Effect::Show { text: text.clone() });
        assert_eq!(show(&context, Some("HUG")), Effect::Show { text });
    }
}
