//! `:source` runs the lines of a file, as a script would.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Text, sample};

/// Run the lines of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub file: Text,
}

impl Builtin for Source {
    fn spec() -> Spec {
        let source = Local::Source {
            file: sample::text("~/morning.salon"),
        };
        Spec::new("source", "run the lines of a file")
            .argument(Argument::required("FILE", Kind::Text).completing(Complete::Nothing))
            .example(
                ":source ~/morning.salon",
                "do what the file says, line by line",
                [Effect::Local(source)],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            file: arguments.take("FILE")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Local(Local::Source { file: self.file }).into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn source_rejects_missing_file() {
        check(
            ":source",
            Err(":source: expected FILE (some text), found the end of the line"),
        );
    }
}
