//! Commands of other IRC clients that may hold a password and are none here. A line that begins with one must not land in
//! a room: it is refused, with what does the same. It must not name a command of ours.

/// The names, each with what does here what it does there.
const TABLE: [(&str, &str); 15] = [
    ("auth", "':login'"),
    ("authenticate", "':login'"),
    ("chanserv", "':msg ChanServ'"),
    ("cs", "':msg ChanServ'"),
    ("id", "':login'"),
    ("identify", "':login'"),
    ("nickserv", "':msg NickServ'"),
    ("notice", "':msg'"),
    ("ns", "':msg NickServ'"),
    ("oper", "':raw OPER'"),
    ("pass", "`password` in the settings"),
    ("sasl", "':login'"),
    ("secure", "`password_command` in the settings"),
    ("server", "':connect'"),
    ("squery", "':msg'"),
];

/// What does the same here, if a command of that name may hold a password elsewhere.
pub(crate) fn instead(name: &str) -> Option<&'static str> {
    let is_it = |(known, _): &&(&str, &str)| known.eq_ignore_ascii_case(name);
    TABLE.iter().find(is_it).map(|(_, instead)| *instead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{Mode, Registry};

    #[test]
    fn none_is_a_command_of_ours() {
        let registry = Registry::builtin();
        for (name, _) in TABLE {
            assert!(registry.get(name).is_none(), "{name}");
        }
    }

    #[test]
    fn what_does_the_same_is_there() {
        let registry = Registry::builtin();
        for (name, instead) in TABLE {
            let command = instead
                .strip_prefix("':")
                .and_then(|rest| rest.strip_suffix('\''));
            if let Some(command) = command {
                let name_of = command.split(' ').next().unwrap_or_default();
                assert!(registry.get(name_of).is_some(), "{name}: {instead}");
            }
        }
    }

    #[test]
    fn a_password_is_refused_and_never_said() {
        let registry = Registry::builtin();
        for (name, instead) in TABLE {
            for name in [name.to_owned(), name.to_ascii_uppercase()] {
                let line = format!("/{name} hunter2");
                let expected =
                    format!("unknown command '/{name}'; {instead} does it, and '//{name}' says it");
                for mode in [Mode::Prompt, Mode::Script] {
                    let error = registry.parse(&line, mode).expect_err("a secret");
                    assert_eq!(error.to_string(), expected);
                    assert_eq!(
                        error.render(&line),
                        expected,
                        "the password is not repeated"
                    );
                }
                assert!(registry.carries_secret(&line, None), "{line}");
                assert!(registry.parse(&format!("/{line}"), Mode::Script).is_ok());
            }
        }
    }

    #[test]
    fn an_alias_of_that_name_is_what_it_stands_for() {
        let mut registry = Registry::builtin();
        registry
            .add_alias("ns", "msg NickServ")
            .expect("a free name");
        assert_eq!(
            registry.parse("/ns identify hunter2", Mode::Script),
            registry.parse(":msg NickServ identify hunter2", Mode::Script)
        );
    }

    #[test]
    fn the_beginning_of_a_longer_name_is_not_meant() {
        let mut registry = Registry::builtin();
        registry
            .add_alias("nslookup", "me looks up")
            .expect("a free name");
        assert!(
            registry
                .parse("/ns identify hunter2", Mode::Prompt)
                .is_err()
        );
        assert!(registry.parse("/nspawn is full", Mode::Prompt).is_ok());
    }
}
