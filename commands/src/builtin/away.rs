//! `:away` tells others that one isn't reading, and without a text that one is back.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Text, sample};

/// Be away, or back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// Why, or `None` for being back.
    pub text: Option<Text>,
}

impl Builtin for Away {
    fn spec() -> Spec {
        let lunch = Effect::Away {
            text: Some(sample::text("at lunch")),
        };
        Spec::new("away", "say that you are away, or back")
            .argument(Argument::optional("TEXT", Kind::Text).completing(Complete::Nothing))
            .example(":away at lunch", "be away", [lunch])
            .example(":away", "be back", [Effect::Away { text: None }])
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            text: arguments.take("TEXT")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Away { text: self.text }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn away_keeps_the_text_as_it_is() {
        check(
            ":away I'm  out",
            Ok(Effect::Away {
                text: Some(sample::text("I'm  out")),
            }),
        );
    }

    #[test]
    fn away_with_blanks_is_back() {
        check("/away   ", Ok(Effect::Away { text: None }));
    }
}
