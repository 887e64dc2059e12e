//! `:highlight` marks lines that hold a text, besides those that hold one's nick.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Text, sample};

/// The setting that holds what is marked.
const KEY: &str = "highlight";

/// Mark lines that hold a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// Whether the text is marked no more.
    pub remove: bool,
    /// The text, or `None` to show them.
    pub text: Option<Text>,
}

impl Builtin for Highlight {
    fn spec() -> Spec {
        let key = || sample::word(KEY);
        let value = || sample::text("build failed");
        let add = Local::Add {
            key: key(),
            value: value(),
        };
        let remove = Local::Remove {
            key: key(),
            value: value(),
        };
        let show = Local::Get { key: Some(key()) };
        Spec::new("highlight", "mark lines that hold a text")
            .argument(Argument::switch("remove"))
            .argument(Argument::optional("TEXT", Kind::Text).completing(Complete::List(KEY.into())))
            .example(
                ":highlight build failed",
                "mark lines that say so",
                [Effect::Local(add)],
            )
            .example(
                ":highlight --remove build failed",
                "mark them no more",
                [Effect::Local(remove)],
            )
            .example(":highlight", "show what is marked", [Effect::Local(show)])
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            remove: arguments.take("--remove")?,
            text: arguments.take("TEXT")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        let key = sample::word(KEY);
        Ok(Effect::Local(match (self.text, self.remove) {
            (Some(value), false) => Local::Add { key, value },
            (Some(value), true) => Local::Remove { key, value },
            (None, _) => Local::Get { key: Some(key) },
        })
        .into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn highlight_suggests_its_flag() {
        check(
            ":highlight --remov x",
            Err(":highlight: unknown option '--remov'; did you mean '--remove'?"),
        );
    }
}
