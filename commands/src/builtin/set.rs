//! `:set` shows and changes settings while the program runs; `:save` keeps them.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::registry::Registry;
use crate::spec::{Argument, Complete, Kind, Spec};
use crate::value::{Text, Word, sample};

/// Show or change settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// Which setting, or `None` for all of them.
    pub key: Option<Word>,
    /// Its new value, or `None` to show it.
    pub value: Option<Text>,
}

impl Builtin for Set {
    fn spec() -> Spec {
        let color = || sample::word("color");
        let never = Local::Set {
            key: color(),
            value: sample::text("never"),
        };
        Spec::new("set", "show or change a setting")
            .argument(
                Argument::optional("KEY", Kind::Word).completing(Complete::List("settings".into())),
            )
            .argument(Argument::optional("VALUE", Kind::Text).completing(Complete::Nothing))
            .example(
                ":set",
                "show all settings",
                [Effect::Local(Local::Get { key: None })],
            )
            .example(
                ":set color",
                "show one",
                [Effect::Local(Local::Get { key: Some(color()) })],
            )
            .example(":set color never", "change it", [Effect::Local(never)])
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            key: arguments.take("KEY")?,
            value: arguments.take("VALUE")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Local(match (self.key, self.value) {
            (Some(key), Some(value)) => Local::Set { key, value },
            (key, _) => Local::Get { key },
        })
        .into())
    }

    fn carries_secret(&self, _registry: &Registry) -> bool {
        let (Some(key), Some(value)) = (&self.key, &self.value) else {
            return false;
        };
        key.contains("password") || key.eq_ignore_ascii_case("rooms") && names_key(value)
    }
}

/// Whether a list of rooms has a key behind one of them.
fn names_key(rooms: &str) -> bool {
    rooms.split(',').any(|room| room.trim().contains(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::check;

    #[test]
    fn set_takes_a_value_as_it_is() {
        check(
            ":set realname  Ann  O'Hara",
            Ok(Effect::Local(Local::Set {
                key: sample::word("realname"),
                value: sample::text("Ann  O'Hara"),
            })),
        );
    }

    #[test]
    fn set_knows_a_secret() {
        let registry = crate::Registry::builtin();
        assert!(registry.carries_secret(":set password hunter2", None));
        assert!(!registry.carries_secret(":set password", None));
        assert!(!registry.carries_secret(":set color never", None));
        assert!(registry.carries_secret(":set rooms #a, #dev sesame", None));
        assert!(!registry.carries_secret(":set rooms #a, #dev", None));
    }
}
