//! Commands of other IRC clients that may hold a password and are none here. A line that begins with one must not land in
//! a room: it is refused, with what does the same. It must not name a command of ours.
//!
//! Beside the names that are known there are three ways to see that a line was none to be said: it speaks to services
//! (`/x NickServ identify …`), it has another command of the kind behind its name (`/eval /oper …`), or a slip has spoiled
//! the name of one (`/ oper`, `/oper:`).

use std::borrow::Cow;

use crate::grammar::{self, Call};
use crate::registry::Registry;
use crate::value::is_services;

/// The names, each with what does here what it does there.
const TABLE: [(&str, &str); 40] = [
    ("as", "':msg AuthServ'"),
    ("auth", "':login'"),
    ("authenticate", "':login'"),
    ("authserv", "':msg AuthServ'"),
    ("bs", "':msg BotServ'"),
    ("challenge", "':raw CHALLENGE'"),
    ("chanserv", "':msg ChanServ'"),
    ("cs", "':msg ChanServ'"),
    ("die", "':raw DIE'"),
    ("ghost", "':msg NickServ GHOST'"),
    ("hs", "':msg HostServ'"),
    ("id", "':login'"),
    ("identify", "':login'"),
    ("m", "':msg'"),
    ("ms", "':msg MemoServ'"),
    ("network", "`salon config`"),
    ("nickserv", "':msg NickServ'"),
    ("notice", "':msg'"),
    ("ns", "':msg NickServ'"),
    ("nserv", "':msg NickServ'"),
    ("oper", "':raw OPER'"),
    ("operserv", "':msg OperServ'"),
    ("os", "':msg OperServ'"),
    ("pass", "`password` in the settings"),
    ("password", "':passwd'"),
    ("privmsg", "':msg'"),
    ("qauth", "':msg Q@CServe.quakenet.org AUTH'"),
    ("recover", "':msg NickServ RECOVER'"),
    ("regain", "':msg NickServ REGAIN'"),
    ("release", "':msg NickServ RELEASE'"),
    ("restart", "':raw RESTART'"),
    ("sasl", "':login'"),
    ("secure", "`password_command` in the settings"),
    ("server", "':connect'"),
    ("setpass", "':passwd'"),
    ("squery", "':msg'"),
    ("us", "':msg UserServ'"),
    ("userserv", "':msg UserServ'"),
    ("vhost", "':raw VHOST'"),
    ("x", "':msg X@channels.undernet.org'"),
];

/// Commands of ours that ask for a password, which other clients take behind the name.
const ASKING: [&str; 3] = ["login", "passwd", "register"];

/// Services that are called otherwise than `NickServ` and the like.
const BOTS: [&str; 2] = ["q", "x"];

/// What one says to such services with a password.
const BOT_VERBS: [&str; 5] = ["auth", "identify", "login", "newpass", "register"];

/// What slips in behind a name.
const MARKS: [char; 4] = [':', ';', ',', '='];

/// What does the same here, if a command of that name may hold a password elsewhere.
pub(crate) fn instead(name: &str) -> Option<&'static str> {
    let is_it = |(known, _): &&(&str, &str)| known.eq_ignore_ascii_case(name);
    TABLE.iter().find(is_it).map(|(_, instead)| *instead)
}

impl Registry {
    /// The name by which a line calls a command that may hold a password elsewhere and is none here, and what does
    /// the same. The line begins with `/` and that call, or with `:` if it names no command of ours.
    pub(crate) fn foreign<'a>(&self, call: Call<'a>) -> Option<(&'a str, String)> {
        let (name, rest) = named(call)?;
        let instead = instead(name)
            .map(Cow::Borrowed)
            .or_else(|| self.spoiled(name, rest))
            .or_else(|| is_to_services(name, rest).then_some(Cow::Borrowed("':msg'")))
            .or_else(|| {
                self.has_another(rest)
                    .then_some(Cow::Borrowed("what follows, alone,"))
            })?;
        Some((name, instead.into_owned()))
    }

    /// What was meant, if the name is that of a command of ours that a password follows, or may by habit: it is asked
    /// where the line is no call of it, so something stood before the name, or behind.
    fn spoiled(&self, name: &str, rest: &str) -> Option<Cow<'static, str>> {
        self.get(name)?;
        let lower = name.to_ascii_lowercase();
        let is_secret =
            ASKING.contains(&&*lower) || self.carries_secret(&format!(":{name}{rest}"), None);
        is_secret.then(|| Cow::Owned(format!("':{lower}'")))
    }

    /// Whether the next word is another such command. It looks no further, so that no line is too long for it.
    fn has_another(&self, rest: &str) -> bool {
        let (_, word, after) = grammar::word(rest);
        let Some(name) = word.strip_prefix('/') else {
            return false;
        };
        instead(name).is_some() || is_to_services(name, after) || self.takes_secret(name, after)
    }
}

/// The name that a call has once what slips into it is taken away, a blank before it and marks behind it, and what
/// follows. `None` where no command is called so anywhere, as with `/usr/bin`.
fn named(call: Call<'_>) -> Option<(&str, &str)> {
    let (word, rest) = if call.name.is_empty() {
        let (_, word, rest) = grammar::word(call.rest);
        (word, rest)
    } else {
        (call.name, call.rest)
    };
    let name = word.split(MARKS).next()?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    is_name.then_some((name, rest))
}

/// Whether services are told something: by a command that is called like them, or by one that they follow.
fn is_to_services(name: &str, rest: &str) -> bool {
    let bare = |word: &str| word.trim_matches(MARKS).to_ascii_lowercase();
    let mut words = rest
        .split(grammar::is_blank)
        .filter(|word| !word.is_empty())
        .map(bare);
    let (first, second) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let is_verb = |word: &str| BOT_VERBS.contains(&word);
    let is_bot = |word: &str| BOTS.contains(&word.split('@').next().unwrap_or_default());
    is_services(name)
        || is_services(&first)
        || is_bot(&first) && (is_verb(&second) || first.contains('@'))
        || is_bot(&name.to_ascii_lowercase()) && is_verb(&first)
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

    /// Compares what is said to do the same at the prompt and in a script; `None` if the line is said.
    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let registry = Registry::builtin();
        for mode in [Mode::Prompt, Mode::Script] {
            let problem = registry.parse(line, mode).err();
            let text = problem.map(|error| error.to_string());
            assert_eq!(text.as_deref(), expected, "{line:?}");
        }
        assert_eq!(
            registry.carries_secret(line, None),
            expected.is_some(),
            "{line:?}"
        );
    }

    #[test]
    fn slip_before_or_behind_the_name_changes_nothing() {
        let oper = Some("unknown command '/oper'; ':raw OPER' does it, and '//oper' says it");
        for line in [
            "/ oper x hunter2",
            "/oper: x hunter2",
            "/oper,x hunter2",
            " /oper x hunter2",
            " / oper x hunter2",
        ] {
            check(line, oper);
        }
        let msg = Some("unknown command '/msg'; ':msg' does it, and '//msg' says it");
        check("/ msg NickServ identify hunter2", msg);
        let login = Some("unknown command '/login'; ':login' does it, and '//login' says it");
        check("/login: hunter2", login);
        check("/ who knows", None);
    }

    #[test]
    fn what_services_are_told_is_refused_by_whatever_name() {
        for (line, name) in [
            ("/mgs nickserv identify hunter2", "mgs"),
            ("/wm NickServ@services.example identify hunter2", "wm"),
            ("/ctcp nickserv, identify hunter2", "ctcp"),
            ("/tell q@cserve.quakenet.org auth ann hunter2", "tell"),
            ("/tell Q auth ann hunter2", "tell"),
            ("/allserv identify hunter2", "allserv"),
        ] {
            let expected =
                format!("unknown command '/{name}'; ':msg' does it, and '//{name}' says it");
            check(line, Some(&expected));
        }
        check("/tell q that we wait", None);
    }

    #[test]
    fn command_behind_a_command_is_refused() {
        for line in [
            "/eval /oper x hunter2",
            "/eval /ns identify hunter2",
            "/eval /join #dev sesame",
            "/eval /quote PASS hunter2",
        ] {
            let expected =
                "unknown command '/eval'; what follows, alone, does it, and '//eval' says it";
            check(line, Some(expected));
        }
        check("/eval /usr/bin", None);
        check("/eval /join #dev", None);
    }

    #[test]
    fn what_is_no_command_anywhere_is_said() {
        for line in [
            "/etc/passwd is a file",
            "/shrug",
            "/shrug I forgot my password",
            "/operation",
            "/oper.txt is full",
            "/",
            "/ ",
            "//oper x",
        ] {
            check(line, None);
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
