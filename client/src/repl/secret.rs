//! Which lines no history may keep, and which ones their echo will show. The commands know their own
//! secrets, and those of other clients; added here are lines that begin with a blank, as shells have it,
//! addresses with a password, and what takes one elsewhere alone. It must not touch files.

use salon_commands::{Command, Context, Effect, Local, Mode, Registry, Target};

/// Commands whose argument is no password here, and one in other clients.
const SECRET_COMMANDS: [&str; 3] = ["login", "passwd", "register"];

/// Whether the line is to be forgotten. `current` is where a plain line would go.
pub(super) fn is_secret(registry: &Registry, line: &str, current: Option<&str>) -> bool {
    let target: Option<Target> = current.and_then(|current| current.parse().ok());
    line.starts_with(char::is_whitespace)
        || has_credentials(line)
        || is_secret_by_name(line)
        || registry.carries_secret(line, target.as_ref())
}

/// The same for a message of several lines, of which those behind the first may be indented.
pub(super) fn is_part_secret(registry: &Registry, part: &str, current: Option<&str>) -> bool {
    part.starts_with(char::is_whitespace)
        || part
            .lines()
            .any(|line| is_secret(registry, line.trim_start(), current))
}

/// The only effect of a line, wherever it is typed.
pub(super) fn only_effect(registry: &Registry, line: &str) -> Option<Effect> {
    let command = registry.parse(line, Mode::Prompt).ok()??;
    let target = "#salon".parse::<Target>().ok()?;
    let context = Context::new(registry).with_target(&target);
    let effects = command.run(&context).ok()?;
    let mut effects = effects.into_iter();
    effects.next().filter(|_| effects.next().is_none())
}

/// Where a line may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// To another room, by the time when it is done.
    Room,
    /// To another hub, or the same again, at some time after it is done.
    Hub,
}

/// Where the line may lead, if it does.
pub(super) fn lead(registry: &Registry, line: &str) -> Option<Lead> {
    match only_effect(registry, line)? {
        Effect::Join { .. }
        | Effect::Switch { .. }
        | Effect::Part { .. }
        | Effect::Invoke(_)
        | Effect::Local(Local::Source { .. }) => Some(Lead::Room),
        Effect::Local(Local::Connect { .. } | Local::Reconnect) => Some(Lead::Hub),
        _ => None,
    }
}

/// Whether the line is a message and no command.
pub(super) fn is_plain(registry: &Registry, line: &str) -> bool {
    matches!(
        registry.parse(line, Mode::Prompt),
        Ok(Some(Command::Say(_)))
    )
}

/// Whether the line is one whose echo will show it: a message or an action.
pub(super) fn is_said(registry: &Registry, line: &str) -> bool {
    let Ok(Some(command)) = registry.parse(line, Mode::Prompt) else {
        return false;
    };
    if matches!(command, Command::Say(_)) {
        return true;
    }
    // Any target does: who says something says it somewhere.
    let Ok(target) = "#salon".parse::<Target>() else {
        return false;
    };
    let context = Context::new(registry).with_target(&target);
    command.run(&context).is_ok_and(|effects| {
        !effects.as_slice().is_empty()
            && effects
                .iter()
                .all(|effect| matches!(effect, Effect::Say { .. } | Effect::Action { .. }))
    })
}

/// Whether the line says something to services. `current` is where a plain line would go.
pub(super) fn is_for_services(registry: &Registry, line: &str, current: Option<&str>) -> bool {
    let Ok(Some(command)) = registry.parse(line, Mode::Prompt) else {
        return false;
    };
    let target: Option<Target> = current.and_then(|current| current.parse().ok());
    let context = Context::new(registry);
    let context = match &target {
        Some(target) => context.with_target(target),
        None => context,
    };
    command
        .run(&context)
        .is_ok_and(|effects| effects.iter().any(Effect::is_for_services))
}

/// Also behind the commands by which other clients talk.
fn is_secret_by_name(line: &str) -> bool {
    let mut words = line.split_whitespace().map(str::to_ascii_lowercase);
    let (Some(first), second) = (words.next(), words.next().unwrap_or_default()) else {
        return false;
    };
    let Some(name) = first.strip_prefix([':', '/']) else {
        return false;
    };
    let is_service = || {
        second
            .split('@')
            .next()
            .is_some_and(|name| name.ends_with("serv"))
    };
    SECRET_COMMANDS.contains(&name) || matches!(name, "msg" | "query") && is_service()
}

/// `irc://ann:secret@hub.example`.
fn has_credentials(line: &str) -> bool {
    line.split_whitespace().any(|word| {
        word.split_once("://").is_some_and(|(_, rest)| {
            let authority = rest.split('/').next().unwrap_or(rest);
            authority
                .rsplit_once('@')
                .is_some_and(|(user, _)| user.contains(':'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: bool) {
        let registry = Registry::builtin();
        assert_eq!(
            is_secret(&registry, line, Some("#lobby")),
            expected,
            "{line:?}"
        );
    }

    #[test]
    fn a_message_is_kept_or_forgotten_as_a_whole() {
        let registry = Registry::builtin();
        let is_secret = |part, current| is_part_secret(&registry, part, Some(current));
        assert!(!is_secret("fn() {\n    indented\n\n}", "#lobby"));
        assert!(is_secret(" fn() {\n}", "#lobby"));
        assert!(is_secret("see\n irc://ann:secret@hub.example", "#lobby"));
        assert!(is_secret("one\ntwo", "NickServ"));
    }

    #[test]
    fn ordinary_lines_are_kept() {
        for line in [
            "hello",
            "my password is none of your business",
            ":join #dev",
            ":msg bob hi",
            ":raw PRIVMSG #dev :hi",
            ":raw JOIN #dev",
            ":raw MODE #dev +o bob",
            ":nick bob",
            ":bogus",
            "/etc/passwd",
            "see https://example.org/@bob",
        ] {
            check(line, false);
        }
    }

    #[test]
    fn a_leading_blank_forgets() {
        check(" hello", true);
        check("\thello", true);
    }

    #[test]
    fn passwords_are_forgotten() {
        for line in [
            ":raw PASS hunter2",
            ":raw oper bob hunter2",
            ":raw AUTHENTICATE aGk=",
            ":ra PASS hunter2",
            ":raw PRIVMSG NickServ :IDENTIFY hunter2",
            ":msg NickServ IDENTIFY hunter2",
            "/msg nickserv@services.example identify hunter2",
            ":join #dev key",
            "/join #dev key",
            ":raw JOIN #dev key",
            "/oper bob hunter2",
            "/notice NickServ identify hunter2",
            ":identify hunter2",
            "/login bob hunter2",
            "/ns identify hunter2",
            "/quote PASS hunter2",
            "/query NickServ identify hunter2",
            ":connect ircs://ann:hunter2@hub.example/",
            "/connect hub.example 6667 hunter2",
            "/nick ann hunter2",
            "/ oper bob hunter2",
            "/m NickServ identify hunter2",
            "/mgs NickServ identify hunter2",
            ":m NickServ identify hunter2",
            "/eval /oper bob hunter2",
        ] {
            check(line, true);
        }
    }

    #[test]
    fn what_is_said_to_a_service_in_front_is_forgotten() {
        let registry = Registry::builtin();
        assert!(is_secret(&registry, "IDENTIFY hunter2", Some("NickServ")));
    }

    #[test]
    fn only_some_lines_lead_elsewhere() {
        let registry = Registry::builtin();
        for (line, expected) in [
            ("hello", None),
            (":history", None),
            (":set color never", None),
            (":join #dev", Some(Lead::Room)),
            (":part", Some(Lead::Room)),
            (":switch bob", Some(Lead::Room)),
            (":source commands.txt", Some(Lead::Room)),
            (":connect hub.example", Some(Lead::Hub)),
            (":reconnect", Some(Lead::Hub)),
        ] {
            assert_eq!(lead(&registry, line), expected, "{line:?}");
        }
    }

    #[test]
    fn only_what_is_echoed_counts_as_said() {
        let registry = Registry::builtin();
        for line in ["hello", "::x", "//x", ":me waves", ":msg bob hi", "/etc"] {
            assert!(is_said(&registry, line), "{line:?}");
        }
        for line in [
            "",
            ":help",
            ":join #dev",
            ":bogus",
            ":raw PRIVMSG #a :b",
            ":msg",
        ] {
            assert!(!is_said(&registry, line), "{line:?}");
        }
    }
}
