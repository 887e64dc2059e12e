//! `:unignore` shows again what somebody says whom `:ignore` hid.

use crate::builtin::Builtin;
use crate::builtin::ignore::KEY;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Word, sample};

/// Hear somebody again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unignore {
    /// The nick or the mask.
    pub mask: Word,
}

impl Builtin for Unignore {
    fn spec() -> Spec {
        let remove = Local::Remove {
            key: sample::word(KEY),
            value: sample::text("troll"),
        };
        Spec::new("unignore", "show again what somebody says")
            .argument(
                Argument::required("NICK|MASK", Kind::Word).completing(Complete::List(KEY.into())),
            )
            .example(
                ":unignore troll",
                "hear troll again",
                [Effect::Local(remove)],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            mask: arguments.take("NICK|MASK")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Local(Local::Remove {
            key: sample::word(KEY),
            value: self.mask.to_text(),
        })
        .into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn unignore_rejects_missing_mask() {
        check(
            ":unignore",
            Err(":unignore: expected NICK|MASK (one word), found the end of the line"),
        );
    }
}
