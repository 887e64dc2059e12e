//! `:disconnect` leaves the hub and stays in the program.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Text, sample};

/// Leave the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disconnect {
    /// What the others read as the reason.
    pub reason: Option<Text>,
}

impl Builtin for Disconnect {
    fn spec() -> Spec {
        let disconnect = |reason: Option<&'static str>| {
            [Effect::Local(Local::Disconnect {
                reason: reason.map(sample::text),
            })]
        };
        Spec::new("disconnect", "leave the hub, and stay in the program")
            .argument(Argument::optional("REASON", Kind::Text))
            .example(":disconnect", "leave the hub", disconnect(None))
            .example(
                ":disconnect moving house",
                "the same, and say why",
                disconnect(Some("moving house")),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            reason: arguments.take("REASON")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Local(Local::Disconnect {
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
    fn disconnect_by_habit() {
        check(
            "/disconnect it's late",
            Ok(Effect::Local(Local::Disconnect {
                reason: Some(sample::text("it's late")),
            })),
        );
    }
}
