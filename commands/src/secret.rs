//! Which lines carry a secret, so that no history keeps them.
//!
//! It is careful rather than exact: a name that a slip of the fingers spoiled is judged as the
//! command that was meant, arguments that can't be read count as secret where the command takes a
//! secret, and so does everything said to services, since that is where passwords go.

use crate::builtin::{Builtin as _, Command};
use crate::grammar::{Call, Line};
use crate::reader::{self, Arguments};
use crate::registry::{Entry, Mode, Registry};
use crate::value::Target;

/// Commands behind whose arguments other clients take a password: `/connect host 6667 password`.
const FOLLOWED_BY_PASSWORD: [&str; 2] = ["connect", "nick"];

impl Registry {
    /// Whether a line typed at the prompt may carry a secret: then it is to be kept nowhere, whether
    /// it was done or refused. `target` is the current one.
    pub fn carries_secret(&self, line: &str, target: Option<&Target>) -> bool {
        match self.read(line) {
            Line::Blank => false,
            Line::Message(_) => target.is_some_and(Target::is_services),
            Line::Call(call) => self.call_carries_secret(call),
            Line::Foreign(_) => true,
        }
    }

    fn call_carries_secret(&self, call: Call<'_>) -> bool {
        if self.get(call.name).is_none() && self.foreign(call).is_some() {
            return true;
        }
        let named = self.resolve(call.name, Mode::Prompt).ok();
        let Some(entry) = named.or_else(|| self.get(self.similar(call.name)?)) else {
            return false;
        };
        if let Some(expanded) = entry.expansion(call.rest) {
            return self.carries_secret(&expanded, None);
        }
        match reader::read(entry.spec(), call.rest, self.room_marks()) {
            Ok(arguments) => {
                has_secret(entry, &arguments)
                    || entry
                        .command(arguments)
                        .is_ok_and(|command| command.carries_secret(self))
            }
            Err(_) => may_hold_secret(entry),
        }
    }
}

impl Registry {
    /// Whether a command of ours is given a secret, as far as its spec or the line of the protocol tells; what an alias stands
    /// for isn't looked at.
    pub(crate) fn takes_secret(&self, name: &str, rest: &str) -> bool {
        let Some(entry) = self.get(name) else {
            return false;
        };
        match reader::read(entry.spec(), rest, self.room_marks()) {
            Ok(arguments) => {
                let is_raw = || match entry.command(arguments.clone()) {
                    Ok(Command::Raw(raw)) => raw.carries_secret(self),
                    _ => false,
                };
                has_secret(entry, &arguments) || is_raw()
            }
            Err(_) => may_hold_secret(entry),
        }
    }
}

/// Whether arguments that can't be read may hold a secret.
fn may_hold_secret(entry: &Entry) -> bool {
    let spec = entry.spec();
    FOLLOWED_BY_PASSWORD.contains(&&*spec.name)
        || spec.arguments.iter().any(|argument| argument.secret)
}

/// Whether an argument that the spec calls a secret was given.
fn has_secret(entry: &Entry, arguments: &Arguments) -> bool {
    entry
        .spec()
        .arguments
        .iter()
        .any(|argument| argument.secret && arguments.get(&argument.name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::sample;

    #[track_caller]
    fn check(line: &str, expected: bool) {
        let lobby = sample::target("#lobby");
        assert_eq!(
            Registry::builtin().carries_secret(line, Some(&lobby)),
            expected,
            "{line:?}"
        );
    }

    #[test]
    fn secret_argument_counts_when_it_is_given() {
        check(":join #dev sesame", true);
        check("/J #dev sesame", true);
        check(":join #dev", false);
    }

    #[test]
    fn line_that_fails_is_judged_as_it_was_meant() {
        check(":jion #dev sesame", true);
        check(":jion #dev", false);
        check(":join dev sesame", true);
        check(":join #dev two words", true);
        check(":connect hub.example 6667 hunter2", true);
        check(":connect hub.example", false);
        check("/nick ann hunter2", true);
        check(":mgs NickServ identify hunter2", true);
    }

    #[test]
    fn what_services_are_told_counts() {
        check("/msg NickServ IDENTIFY hunter2", true);
        check(":msg bob hunter2", false);
        check(":msg #observers hello", false);
        let services = sample::target("nickserv");
        assert!(Registry::builtin().carries_secret("identify hunter2", Some(&services)));
        assert!(!Registry::builtin().carries_secret(":names", Some(&services)));
    }

    #[test]
    fn command_of_other_clients_counts() {
        check("/oper ann hunter2", true);
        check(":identify hunter2", true);
        check(":m NickServ identify hunter2", true);
        check(": oper ann hunter2", true);
        check("//oper ann hunter2", false);
    }

    #[test]
    fn raw_line_counts_by_its_verb() {
        check(":raw PASS hunter2", true);
        check("/quote oper ann hunter2", true);
        check(":raw PRIVMSG NickServ :identify hunter2", true);
        check(":raw @label=1 PASS hunter2", true);
        check(":raw JOIN #dev sesame", true);
        check(":raw JOIN #dev", false);
        check(":raw VERSION", false);
    }

    #[test]
    fn message_and_nonsense_do_not_count() {
        for line in [
            "",
            "hello",
            "/usr/bin",
            ":bogus x",
            ":",
            "::join #dev sesame",
        ] {
            check(line, false);
        }
        assert!(!Registry::builtin().carries_secret("hello", None));
    }
}
