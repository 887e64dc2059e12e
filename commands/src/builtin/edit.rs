//! `:edit` composes a message in one's editor, which `$VISUAL` or `$EDITOR` names.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Text, sample};

/// Compose in an editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What stands there at first.
    pub text: Option<Text>,
}

impl Builtin for Edit {
    fn spec() -> Spec {
        let edit = |text: Option<&'static str>| {
            [Effect::Local(Local::Edit {
                text: text.map(sample::text),
            })]
        };
        Spec::new("edit", "compose a message in your editor")
            .argument(Argument::optional("TEXT", Kind::Text))
            .example(":edit", "begin with nothing", edit(None))
            .example(
                ":edit Dear all,",
                "begin with a text",
                edit(Some("Dear all,")),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            text: arguments.take("TEXT")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Local(Local::Edit { text: self.text }).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn edit_keeps_the_text_as_it_is() {
        check(
            "/edit it's  so ",
            Ok(Effect::Local(Local::Edit {
                text: Some(sample::text("it's  so ")),
            })),
        );
    }
}
