//! `:register` makes an account, which keeps the nick for its owner. The password is asked for apart,
//! so that it stands in no line.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Account, Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Word, sample};

/// Make an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// Where the hub can write to.
    pub email: Option<Word>,
    /// The account, or `None` for one that is called like the nick.
    pub account: Option<Word>,
}

impl Builtin for Register {
    fn spec() -> Spec {
        let register = |account: Option<&'static str>, email: Option<&'static str>| {
            [Effect::Account(Account::Register {
                account: account.map(sample::word),
                email: email.map(sample::word),
            })]
        };
        Spec::new("register", "make an account; the password is asked for")
            .argument(Argument::flag("email", "ADDRESS", Kind::Word))
            .argument(Argument::optional("ACCOUNT", Kind::Word))
            .example(":register", "make one for your nick", register(None, None))
            .example(
                ":register --email ann@example.org ann",
                "make the account ann",
                register(Some("ann"), Some("ann@example.org")),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            email: arguments.take("ADDRESS")?,
            account: arguments.take("ACCOUNT")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Account(Account::Register {
            account: self.account,
            email: self.email,
        })
        .into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn register_takes_no_password() {
        check(
            ":register ann hunter2",
            Err(":register: expected the end of the line, found 'hunter2'"),
        );
    }
}
