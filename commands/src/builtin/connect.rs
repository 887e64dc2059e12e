//! `:connect` leaves this hub and goes to another.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Word, sample};

/// Go to another hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connect {
    /// Where, as on the command line.
    pub url: Word,
}

impl Builtin for Connect {
    fn spec() -> Spec {
        let connect = Local::Connect {
            url: sample::word("irc://hub.example:6667/dev"),
        };
        Spec::new("connect", "go to another hub")
            .argument(Argument::required("URL", Kind::Word))
            .example(
                ":connect irc://hub.example:6667/dev",
                "go there, and into #dev",
                [Effect::Local(connect)],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            url: arguments.take("URL")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Local(Local::Connect { url: self.url }).into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn connect_rejects_missing_url() {
        check(
            ":connect",
            Err(":connect: expected URL (one word), found the end of the line"),
        );
    }
}
