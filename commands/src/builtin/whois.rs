//! `:whois` shows what is known of a person.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Nick, sample};

/// Show what is known of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whois {
    /// The person.
    pub nick: Nick,
}

impl Builtin for Whois {
    fn spec() -> Spec {
        Spec::new("whois", "show what is known of a person")
            .argument(Argument::required("NICK", Kind::Nick))
            .example(
                ":whois bob",
                "show who bob is",
                [Effect::Whois {
                    nick: sample::nick("bob"),
                }],
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            nick: arguments.take("NICK")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Whois { nick: self.nick }.into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn whois_rejects_missing_nick() {
        check(
            ":whois",
            Err(":whois: expected NICK (a nick such as 'ann'), found the end of the line"),
        );
    }

    #[test]
    fn whois_rejects_a_room() {
        check(
            ":whois #dev",
            Err(":whois: expected NICK (a nick such as 'ann'), found '#dev'"),
        );
    }
}
