//! `:login` says who one is, by an account of the hub. The password is asked for apart, so that it
//! stands in no line.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Account, Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Word, sample};

/// Log in to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The account, or `None` for the one that is called like the nick.
    pub account: Option<Word>,
}

impl Builtin for Login {
    fn spec() -> Spec {
        let login = |account: Option<&'static str>| {
            [Effect::Account(Account::Login {
                account: account.map(sample::word),
            })]
        };
        Spec::new("login", "log in; the password is asked for")
            .argument(Argument::optional("ACCOUNT", Kind::Word))
            .example(":login", "log in under your nick", login(None))
            .example(":login ann", "log in as ann", login(Some("ann")))
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            account: arguments.take("ACCOUNT")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Account(Account::Login {
            account: self.account,
        })
        .into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn login_takes_no_password() {
        check(
            ":login ann hunter2",
            Err(":login: expected the end of the line, found 'hunter2'"),
        );
    }
}
