//! The texts of `:help`, read from the specs.

use std::fmt::Write as _;

use crate::error::Problem;
use crate::registry::{Origin, Registry};
use crate::spec::Spec;

/// The widest left column of a table.
const COLUMN_CHARS_MAX: usize = 30;

/// A text of `:help` that isn't about one command.
pub(crate) struct Topic {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    lines: &'static [&'static str],
}

/// The topics, in the order of `:help`.
pub(crate) const TOPICS: &[Topic] = &[
    Topic {
        name: "messages",
        summary: "what a line says",
        lines: &[
            "A line goes to the current room or person, exactly as you type it.",
            "A line that begins with ':' is a command; '::hello' says ':hello'.",
            "'/' works like ':' before the whole name of a command; '//me' says '/me'.",
            "Any other line that begins with '/' is a message, and a blank line is nothing.",
        ],
    },
    Topic {
        name: "commands",
        summary: "how commands are written",
        lines: &[
            "In a usage, WORDS in capitals are yours to fill in; those in [brackets] may be left out.",
            "At the prompt the beginning of a name, two letters or more, is enough if no other begins so.",
            "A letter alone is none: ':p' is a smiley, not ':part'; '::p' says it.",
            "In a script names and aliases are written out. Capitals or not is all one.",
            "A text is the rest of the line; quotes in it mean nothing. [--flags] stand before it.",
        ],
    },
    Topic {
        name: "talking",
        summary: "where your lines go",
        lines: &[
            "':join #dev' enters a room and goes there; ':part' leaves it; ':rooms' shows yours.",
            "':switch #dev' goes to another room, ':switch bob' to a conversation with bob alone.",
            "':msg bob hello' says one thing elsewhere, and you stay where you are.",
        ],
    },
];

impl Registry {
    /// The text of `:help`: all commands, or the one of this name, or a topic. It is for programs that
    /// have commands of their own; the built-in `:help` shows the same.
    ///
    /// ```
    /// use salon_commands::{Origin, Registry, Spec};
    ///
    /// let mut registry = Registry::empty();
    /// registry.add(Spec::new("greet", "say hello"), Origin::Host)?;
    /// assert_eq!(registry.help(None)?, "commands:\n  :greet  say hello");
    /// assert_eq!(registry.help(Some("greet"))?, ":greet\n  say hello");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn help(&self, name: Option<&str>) -> Result<String, Problem> {
        name.map_or_else(|| Ok(overview(self)), |name| on(self, name))
    }

    /// Whether the topics, which are about a conversation, are to the point.
    fn has_topics(&self) -> bool {
        self.entries()
            .any(|entry| *entry.origin() == Origin::BuiltIn)
    }
}

/// All commands and topics, a line each.
pub(crate) fn overview(registry: &Registry) -> String {
    let commands: Vec<_> = registry
        .entries()
        .map(|entry| {
            (
                entry.spec().usage().to_string(),
                entry.spec().summary.as_ref(),
            )
        })
        .collect();
    let topics: Vec<_> = TOPICS
        .iter()
        .map(|topic| (format!(":help {}", topic.name), topic.summary))
        .collect();
    let mut text = "commands:".to_owned();
    table(&mut text, &commands);
    if registry.has_topics() {
        text.push_str("\ntopics:");
        table(&mut text, &topics);
    }
    text
}

/// One command, by any of its names and with or without its mark, or one topic.
pub(crate) fn on(registry: &Registry, name: &str) -> Result<String, Problem> {
    let bare = name.strip_prefix([':', '/']).unwrap_or(name);
    if let Some(entry) = registry.get(bare) {
        return Ok(command(entry.spec()));
    }
    match TOPICS
        .iter()
        .find(|topic| topic.name.eq_ignore_ascii_case(bare))
    {
        Some(found) => Ok(topic(found)),
        None => Err(Problem::UnknownTopic {
            topic: name.to_owned(),
            suggestion: registry.similar(bare).map(str::to_owned),
        }),
    }
}

fn command(spec: &Spec) -> String {
    let mut text = format!("{}\n  {}", spec.usage(), spec.summary);
    if !spec.aliases.is_empty() {
        let aliases: Vec<_> = spec
            .aliases
            .iter()
            .map(|alias| format!(":{alias}"))
            .collect();
        let label = if aliases.len() == 1 {
            "alias"
        } else {
            "aliases"
        };
        append(&mut text, format_args!("\n{label}: {}", aliases.join(", ")));
    }
    if !spec.examples.is_empty() {
        text.push_str("\nexamples:");
        let examples: Vec<_> = spec
            .examples
            .iter()
            .map(|example| (example.line.to_string(), example.meaning.as_ref()))
            .collect();
        table(&mut text, &examples);
    }
    text
}

fn topic(topic: &Topic) -> String {
    let mut text = format!("{}: {}", topic.name, topic.summary);
    for line in topic.lines {
        append(&mut text, format_args!("\n  {line}"));
    }
    text
}

/// Two columns, indented, the second aligned.
fn table(text: &mut String, rows: &[(String, &str)]) {
    let width = rows
        .iter()
        .map(|(left, _)| left.chars().count())
        // What is longer stands out, and doesn't push the others away.
        .filter(|&width| width <= COLUMN_CHARS_MAX)
        .max()
        .unwrap_or(0);
    for (left, right) in rows {
        append(text, format_args!("\n  {left:width$}  {right}"));
    }
}

fn append(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments)
        .expect("writing to a string does not fail");
}

#[cfg(test)]
#[expect(
    clippy::needless_raw_string_hashes,
    reason = "UPDATE_EXPECT=1 writes them"
)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::spec::{Argument, Kind};

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(text);
    }

    #[test]
    fn overview_lists_commands_and_topics() {
        check(
            &overview(&Registry::builtin()),
            &expect![[r#"
                commands:
                  :help [COMMAND]               show the commands, or how to use one
                  :quit [REASON]                leave
                  :nick NAME                    change your nick
                  :join ROOM [KEY]              enter a room, or make it
                  :part [ROOM] [REASON]         leave a room
                  :switch ROOM|NICK             talk in another room, or with a person
                  :rooms                        show the rooms that you are in
                  :msg NICK|ROOM TEXT           say something to a person or in another room
                  :me ACTION                    say what you do
                  :names [ROOM]                 show who is in a room
                  :who [ROOM|MASK]              show details of the people in a room, or who match
                  :whois NICK                   show what is known of a person
                  :topic [ROOM] [TEXT]          show or set what the room is about
                  :away [TEXT]                  say that you are away, or back
                  :invite NICK [ROOM]           ask a person into a room
                  :kick [ROOM] NICK [REASON]    put a person out of a room
                  :list [PATTERN]               show the rooms that there are
                  :mode [ROOM] [CHANGE...]      show or change the modes of a room
                  :op [ROOM] NICK...            let people run the room
                  :deop [ROOM] NICK...          let people run the room no more
                  :voice [ROOM] NICK...         let people speak in a moderated room
                  :devoice [ROOM] NICK...       take back the right to speak
                  :ban [ROOM] NICK|MASK         keep somebody out of the room
                  :unban [ROOM] NICK|MASK       let somebody in again
                  :history [COUNT] [ROOM|NICK]  show again what was said
                  :search [--in ROOM|NICK] [--from NICK] [--since WHEN] WORDS  find what was said
                  :mark [ROOM|NICK]             remember that you have read up to here
                  :redact [BACK] [REASON]       take back what you said here
                  :ignore [NICK|MASK]           hide what somebody says
                  :unignore NICK|MASK           show again what somebody says
                  :highlight [--remove] [TEXT]  mark lines that hold a text
                  :notify [WHAT]                say for which lines the bell rings
                  :alias [NAME] [COMMAND]       give a command a name of your own
                  :unalias NAME                 take back a name of your own
                  :set [KEY] [VALUE]            show or change a setting
                  :save                         keep what you have set
                  :login [ACCOUNT]              log in; the password is asked for
                  :register [--email ADDRESS] [ACCOUNT]  make an account; the password is asked for
                  :passwd                       change your password; it is asked for
                  :connect URL                  go to another hub
                  :disconnect [REASON]          leave the hub, and stay in the program
                  :reconnect                    come back to the hub
                  :source FILE                  run the lines of a file
                  :edit [TEXT]                  compose a message in your editor
                  :clear                        empty the screen
                  :raw LINE                     send a line of the IRC protocol
                topics:
                  :help messages  what a line says
                  :help commands  how commands are written
                  :help talking   where your lines go"#]],
        );
    }

    #[test]
    fn command_shows_usage_summary_aliases_and_examples() {
        check(
            &on(&Registry::builtin(), "switch").expect("a command"),
            &expect![[r#"
            :switch ROOM|NICK
              talk in another room, or with a person
            aliases: :s, :query
            examples:
              :switch #dev  talk in #dev from now on
              :s bob        talk with bob alone"#]],
        );
    }

    #[test]
    fn added_command_has_help_too() {
        let mut registry = Registry::empty();
        let sides = Argument::optional("SIDES", Kind::Number { min: 2, max: 100 });
        registry
            .add(
                Spec::new("roll", "roll a die").argument(sides),
                Origin::Host,
            )
            .expect("the name is free");
        check(
            &on(&registry, ":roll").expect("a command"),
            &expect![[r#"
            :roll [SIDES]
              roll a die"#]],
        );
    }

    #[test]
    fn topics_have_names_of_their_own_and_lines_that_fit() {
        for topic in TOPICS {
            assert!(
                Registry::builtin().get(topic.name).is_none(),
                "{} is a command",
                topic.name
            );
            for line in topic.lines {
                assert!(line.chars().count() <= 96, "{line:?}");
            }
        }
    }
}
