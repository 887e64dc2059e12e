//! `:plugin`: the command that manages the others. It is the client's own, since the command framework knows no processes.

use salon_commands::{Arguments, Spec, Value, arguments};

use super::seam::Manage;

/// Its name.
pub(crate) const NAME: &str = "plugin";
/// What it takes.
const ARGUMENTS: &str =
    "[ACTION:list|why|log|reload|enable|disable|grant|answer] [NAME] [TEXT:text]";

/// What it is.
pub(crate) fn spec() -> Spec {
    let mut spec = Spec::new(
        NAME,
        "show plug-ins and what each may do, and turn them on and off",
    )
    .example_accepted(":plugin", "show the plug-ins and how they fare")
    .example_accepted(":plugin list", "the same")
    .example_accepted(
        ":plugin why karma",
        "show what karma may do, and its conduct",
    )
    .example_accepted(":plugin log karma", "show the end of its log")
    .example_accepted(":plugin reload karma", "start it anew");
    spec.arguments = arguments(ARGUMENTS).expect("a test reads it");
    spec
}

/// What a call of it asks for, or what is missing.
pub(crate) fn read(given: &Arguments) -> Result<Manage, String> {
    let word = |name| {
        let words = given.get(name).map(Value::words).unwrap_or_default();
        words.into_iter().next()
    };
    let action = match (word("ACTION"), word("NAME")) {
        (None, Some(found)) => {
            return Err(format!(
                ":plugin: expected an action such as 'list' or 'why', found '{found}'"
            ));
        }
        (None, None) => return Ok(Manage::List),
        (Some(action), _) if action == "list" => return Ok(Manage::List),
        (Some(action), _) => action,
    };
    let name = word("NAME").ok_or_else(|| {
        format!(":plugin {action}: expected the name of a plug-in; ':plugin list' shows them")
    })?;
    Ok(match action.as_str() {
        "log" => Manage::Log(name),
        "reload" => Manage::Reload(name),
        "enable" => Manage::Enable(name),
        "disable" => Manage::Disable(name),
        "grant" => Manage::Grant(name),
        "answer" => Manage::Answer(name, word("TEXT").unwrap_or_default()),
        _ => Manage::Why(name),
    })
}

#[cfg(test)]
mod tests {
    use salon_commands::{Command, Mode, Origin, Registry};

    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Result<Manage, &str>) {
        let mut registry = Registry::builtin();
        registry
            .add(spec(), Origin::Host)
            .expect("the name is free");
        let Ok(Some(Command::Invoke(invoke))) = registry.parse(line, Mode::Prompt) else {
            panic!("{line}")
        };
        assert_eq!(
            read(&invoke.arguments),
            expected.map_err(str::to_owned),
            "{line}"
        );
    }

    #[test]
    fn actions_have_a_name_but_for_the_list() {
        check(":plugin", Ok(Manage::List));
        check(":plugin list", Ok(Manage::List));
        check(":plugin why dice", Ok(Manage::Why("dice".to_owned())));
        check(":plugin grant dice", Ok(Manage::Grant("dice".to_owned())));
        check(
            ":plugin answer dice yes, I am",
            Ok(Manage::Answer("dice".to_owned(), "yes, I am".to_owned())),
        );
        check(
            ":plugin log",
            Err(":plugin log: expected the name of a plug-in; ':plugin list' shows them"),
        );
        check(
            ":plugin dice",
            Err(":plugin: expected an action such as 'list' or 'why', found 'dice'"),
        );
    }
}
