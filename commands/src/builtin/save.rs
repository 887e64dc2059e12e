//! `:save` keeps the settings, the aliases and the lists that were changed while the program runs; `:save hub` also
//! where one is and as whom, so that the next start leads there.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local, Saved};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::Word;

/// Keep what was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// What is kept besides, if anything.
    pub what: Option<Word>,
}

impl Builtin for Save {
    fn spec() -> Spec {
        let save = |what| [Effect::Local(Local::Save { what })];
        Spec::new("save", "keep what you have set, or this hub with it")
            .argument(Argument::optional(
                "WHAT",
                Kind::one_of(["settings", "hub"]),
            ))
            .example(
                ":save",
                "write it to the settings file",
                save(Saved::Changes),
            )
            .example(
                ":save hub",
                "and the next start leads here, to these rooms",
                save(Saved::Hub),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            what: arguments.take("WHAT")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        let what = match self.what.as_deref() {
            Some("hub") => Saved::Hub,
            Some(_) | None => Saved::Changes,
        };
        Ok(Effect::Local(Local::Save { what }).into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn save_keeps_nothing_else() {
        check(
            ":save hubs",
            Err(":save: expected WHAT ('settings' or 'hub'), found 'hubs'; did you mean 'hub'?"),
        );
    }
}
