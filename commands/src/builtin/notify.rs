//! `:notify` says for which lines the terminal rings its bell, which most turn into a notice.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Word, sample};

/// The setting.
const KEY: &str = "notify";

/// Say when to ring the bell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// For which lines, or `None` to show it.
    pub level: Option<Word>,
}

impl Builtin for Notify {
    fn spec() -> Spec {
        let key = || sample::word(KEY);
        let off = Local::Set {
            key: key(),
            value: sample::text("off"),
        };
        let show = Local::Get { key: Some(key()) };
        Spec::new("notify", "say for which lines the bell rings")
            .argument(Argument::optional(
                "WHAT",
                Kind::one_of(["off", "mentions", "all"]),
            ))
            .example(":notify off", "ring for none", [Effect::Local(off)])
            .example(":notify", "show for which it rings", [Effect::Local(show)])
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            level: arguments.take("WHAT")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        let key = sample::word(KEY);
        Ok(Effect::Local(match self.level {
            Some(level) => Local::Set {
                key,
                value: level.to_text(),
            },
            None => Local::Get { key: Some(key) },
        })
        .into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn notify_rejects_another_word() {
        check(
            ":notify mention",
            Err(
                ":notify: expected WHAT ('off', 'mentions' or 'all'), found 'mention'; did you mean 'mentions'?",
            ),
        );
    }
}
