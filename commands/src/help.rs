//! The texts of `:help`, read from the specs.

use std::fmt::Write as _;

use crate::error::Problem;
use crate::registry::{Origin, Registry};
use crate::spec::Spec;
use crate::topics::{TOPICS, Topic};

/// The widest left column of a table.
const COLUMN_CHARS_MAX: usize = 30;

/// What stands above the topics, which shows them alone.
const TOPICS_TITLE: &str = "topics";

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
    let mut text = "commands:".to_owned();
    table(&mut text, &commands);
    if registry.has_topics() {
        text.push('\n');
        text.push_str(&topics());
    }
    text
}

/// All topics, a line each.
fn topics() -> String {
    let topics: Vec<_> = TOPICS
        .iter()
        .map(|topic| (format!(":help {}", topic.name), topic.summary))
        .collect();
    let mut text = TOPICS_TITLE.to_owned();
    text.push(':');
    table(&mut text, &topics);
    text
}

/// One command, by any of its names and with or without its mark, or one topic, or both where they share a name.
pub(crate) fn on(registry: &Registry, name: &str) -> Result<String, Problem> {
    let bare = name.strip_prefix([':', '/']).unwrap_or(name);
    let found = registry.get(bare).map(|entry| command(entry.spec()));
    let about = TOPICS.iter().filter(|_| registry.has_topics());
    let about = about
        .into_iter()
        .find(|topic| topic.name.eq_ignore_ascii_case(bare))
        .map(topic);
    match (found, about) {
        (Some(command), Some(topic)) => Ok(format!("{command}\n{topic}")),
        (Some(text), None) | (None, Some(text)) => Ok(text),
        (None, None) if registry.has_topics() && bare.eq_ignore_ascii_case(TOPICS_TITLE) => {
            Ok(topics())
        }
        (None, None) => Err(Problem::UnknownTopic {
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
                  :history [--more] [--since WHEN] [--after MSGID] [--before TIME] [COUNT] [ROOM|NICK]  show again what was said
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
                  :save [WHAT]                  keep what you have set, or this hub with it
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
                  :help messages    what a line says
                  :help commands    how commands are written
                  :help talking     where your lines go
                  :help rooms       finding, making and running them
                  :help mode        what the modes of a room are
                  :help people      who is there, and whom you hear
                  :help past        what was said before
                  :help connection  coming, going, and other hubs
                  :help accounts    a nick that is yours
                  :help settings    how you like to have it"#]],
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
    fn topics_have_lines_that_fit_and_name_commands_that_there_are() {
        let registry = Registry::builtin();
        for topic in TOPICS {
            for line in topic.lines {
                assert!(line.chars().count() <= 100, "{line:?}");
                let quoted = line.split("':").skip(1);
                for name in quoted.filter_map(|text| text.split([' ', '\'']).next()) {
                    let is_example = name.starts_with(':') || matches!(name, "" | "p" | "hello");
                    assert!(
                        is_example || registry.get(name).is_some(),
                        "{name:?} in {line:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn topics_are_shown_alone_by_their_title() {
        let registry = Registry::builtin();
        let text = on(&registry, "topics").expect("the topics");
        assert!(text.starts_with("topics:\n  :help messages"), "{text}");
        assert!(overview(&registry).ends_with(&text));
        assert!(on(&Registry::empty(), "topics").is_err());
    }

    #[test]
    fn a_topic_with_the_name_of_a_command_is_shown_behind_it() {
        let text = on(&Registry::builtin(), "rooms").expect("both");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.first(), Some(&":rooms"));
        assert!(
            lines.contains(&"rooms: finding, making and running them"),
            "{text}"
        );
    }
}
