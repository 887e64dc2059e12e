//! `:passwd` changes the password of the account that one is logged in to. It is asked for apart, so
//! that it stands in no line.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Account, Effect, Effects};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::Spec;

/// Change the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passwd;

impl Builtin for Passwd {
    fn spec() -> Spec {
        Spec::new("passwd", "change your password; it is asked for").example(
            ":passwd",
            "change it",
            [Effect::Account(Account::Password)],
        )
    }

    fn parse(_arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self)
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Account(Account::Password).into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn passwd_takes_no_password() {
        check(
            ":passwd hunter2",
            Err(":passwd: expected the end of the line, found 'hunter2'"),
        );
    }
}
