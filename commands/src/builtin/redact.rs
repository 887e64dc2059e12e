//! `:redact` takes back something that one said here.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Target, Text, sample};

/// How far back one can reach.
const BACK_MAX: i64 = 50;

/// Take back what one said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redact {
    /// Which of one's own messages, the last being 1.
    pub back: Option<i64>,
    /// What everyone reads as the reason.
    pub reason: Option<Text>,
}

impl Builtin for Redact {
    fn spec() -> Spec {
        let redact = |back, reason: Option<&'static str>| {
            [Effect::Local(Local::Redact {
                target: Target::from(sample::room("#lobby")),
                back,
                reason: reason.map(sample::text),
            })]
        };
        let back = Kind::Number {
            min: 1,
            max: BACK_MAX,
        };
        Spec::new("redact", "take back what you said here")
            .argument(Argument::optional("BACK", back))
            .argument(Argument::optional("REASON", Kind::Text))
            .example(":redact", "take back your last message", redact(1, None))
            .example(
                ":redact 2 wrong room",
                "take back the one before, and say why",
                redact(2, Some("wrong room")),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            back: arguments.take("BACK")?,
            reason: arguments.take("REASON")?,
        })
    }

    fn run(self, context: &Context<'_>) -> Result<Effects, Problem> {
        let back = self.back.and_then(|back| back.try_into().ok());
        Ok(Effect::Local(Local::Redact {
            target: context.target()?.clone(),
            back: back.unwrap_or(1),
            reason: self.reason,
        })
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn redact_may_begin_its_reason_at_once() {
        check(
            ":redact wrong room",
            Ok(Effect::Local(Local::Redact {
                target: sample::target("#lobby"),
                back: 1,
                reason: Some(sample::text("wrong room")),
            })),
        );
    }

    #[test]
    fn redact_reaches_so_far() {
        check(
            ":redact 51",
            Err(":redact: expected BACK (a number from 1 to 50), found '51'; did you mean '50'?"),
        );
    }
}
