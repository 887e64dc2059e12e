//! A list of tasks with a line-edited prompt: the command framework in a program that is no chat.
//!
//! `cargo run -p salon-commands --example tasks`, then `:help`. It has four commands of its own, typed
//! arguments, aliases that a person makes while it runs, completion with summaries, hints, colours
//! while typing, and errors with a caret; all of it is read from the specs in [`commands`].
//!
//! The three parts that a program needs stand one below the other: what the commands are, what they
//! do, and the few lines that connect both with rustyline.

use std::borrow::Cow;
use std::cell::RefCell;
use std::error::Error;
use std::rc::Rc;

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Editor};
use salon_commands::{
    Argument, Arguments, Candidates, Class, Command, Complete, Invoke, Kind, Mode, Origin,
    Registry, Spec, Text, When, Word,
};

/// What one can type, as data.
fn commands() -> Result<Registry, Box<dyn Error>> {
    let number = || Kind::Number {
        min: 1,
        max: i64::from(u16::MAX),
    };
    let mut registry = Registry::empty();
    for spec in [
        Spec::new("add", "add a task; a line without a command does the same")
            .argument(Argument::flag("since", "WHEN", Kind::Time))
            .argument(Argument::flag(
                "weight",
                "WEIGHT",
                Kind::one_of(["light", "heavy"]),
            ))
            .argument(Argument::required("TEXT", Kind::Text).completing(Complete::Nothing))
            .example_accepted(":add --weight heavy move the piano", "add a heavy one"),
        Spec::new("done", "take tasks off the list").argument(
            Argument::one_or_more("NUMBER", number()).completing(Complete::List("tasks".into())),
        ),
        Spec::new("list", "show the tasks")
            .argument(Argument::optional("WORD", Kind::Word))
            .example_accepted(":list piano", "show those that are about the piano"),
        Spec::new("alias", "give a command a name of your own")
            .argument(Argument::required("NAME", Kind::Word))
            .argument(Argument::required("COMMAND", Kind::Text).completing(Complete::Commands))
            .example_accepted(":alias heavy add --weight heavy", "':heavy piano' adds it"),
        Spec::new("help", "show this, or how to use a command")
            .argument(Argument::optional("COMMAND", Kind::Word).completing(Complete::Commands)),
    ] {
        registry.add(spec, Origin::Host)?;
    }
    Ok(registry)
}

/// A task.
#[derive(Debug, PartialEq)]
struct Task {
    text: String,
    weight: Option<String>,
    since: Option<String>,
}

/// The list, and the commands that change it.
struct Tasks {
    registry: Registry,
    tasks: Vec<Task>,
}

impl Tasks {
    /// Does what a line says, and gives what there is to show.
    fn run(&mut self, line: &str) -> Result<String, Box<dyn Error>> {
        // An error renders itself, with a caret under what is wrong and the usage.
        let command = match self.registry.parse(line, Mode::Prompt) {
            Ok(command) => command,
            Err(error) => return Ok(error.render(line)),
        };
        match command {
            Some(Command::Say(say)) => Ok(self.add(say.text.as_str(), None, None)),
            Some(Command::Invoke(Invoke { name, arguments })) => self.call(&name, arguments),
            // A blank line; and there are no built-in commands in this registry.
            None | Some(_) => Ok(String::new()),
        }
    }

    fn call(&mut self, name: &str, mut given: Arguments) -> Result<String, Box<dyn Error>> {
        Ok(match name {
            "add" => {
                let since: Option<When> = given.take("WHEN")?;
                let weight: Option<Word> = given.take("WEIGHT")?;
                let text: Text = given.take("TEXT")?;
                self.add(&text, weight.as_deref(), since.as_ref())
            }
            "done" => self.done(&given.take::<Vec<i64>>("NUMBER")?),
            "list" => self.list(given.take::<Option<Word>>("WORD")?.as_deref()),
            "alias" => {
                let (name, line): (Word, Text) = (given.take("NAME")?, given.take("COMMAND")?);
                match self.registry.add_alias(&name, &line) {
                    Ok(_) => String::new(),
                    Err(error) => error.to_string(),
                }
            }
            _ => {
                let topic: Option<Word> = given.take("COMMAND")?;
                match self.registry.help(topic.as_deref()) {
                    Ok(text) => text,
                    Err(error) => error.to_string(),
                }
            }
        })
    }

    fn add(&mut self, text: &str, weight: Option<&str>, since: Option<&When>) -> String {
        self.tasks.push(Task {
            text: text.to_owned(),
            weight: weight.map(str::to_owned),
            since: since.map(ToString::to_string),
        });
        format!("{} to do", self.tasks.len())
    }

    fn done(&mut self, numbers: &[i64]) -> String {
        let mut number = 0;
        self.tasks.retain(|_| {
            number += 1;
            !numbers.contains(&number)
        });
        format!("{} to do", self.tasks.len())
    }

    fn list(&self, word: Option<&str>) -> String {
        let fits = |task: &&Task| word.is_none_or(|word| task.text.contains(word));
        let shown = self.tasks.iter().filter(fits).map(|task| {
            let weight = task.weight.as_deref().unwrap_or("usual");
            let since = task.since.as_deref().unwrap_or("now");
            format!("{} ({weight}, since {since})", task.text)
        });
        let lines: Vec<_> = shown.collect();
        lines.join("\n")
    }
}

/// What Tab offers beyond the commands: the numbers of the tasks, with the tasks beside them.
impl Candidates for Tasks {
    fn list(&self, name: &str, _: &str, visit: &mut dyn FnMut(&str, Option<&str>)) {
        if name == "tasks" {
            for (index, task) in self.tasks.iter().enumerate() {
                visit(&(index + 1).to_string(), Some(&task.text));
            }
        }
    }
}

/// The framework for rustyline: each of its traits is one call.
struct Prompt(Rc<RefCell<Tasks>>);

impl Completer for Prompt {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let tasks = self.0.borrow();
        let found = tasks.registry.complete(line, cursor, &*tasks);
        let pair = |candidate: salon_commands::Candidate| Pair {
            display: match &candidate.summary {
                Some(summary) => format!("{:8} {summary}", candidate.label()),
                None => candidate.label().to_owned(),
            },
            replacement: candidate.replacement,
        };
        Ok((
            found.start,
            found.candidates.into_iter().map(pair).collect(),
        ))
    }
}

impl Hinter for Prompt {
    type Hint = String;

    fn hint(&self, line: &str, cursor: usize, _: &rustyline::Context<'_>) -> Option<String> {
        let is_at_end = cursor == line.len();
        is_at_end.then(|| self.0.borrow().registry.hint(line))?
    }
}

impl Highlighter for Prompt {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        let mut painted = String::new();
        let mut at = 0;
        for part in self.0.borrow().registry.highlight(line) {
            let colour = match part.class {
                Class::Error => "31;4",
                Class::Command => "1",
                _ => "36",
            };
            let before = line.get(at..part.span.start).unwrap_or_default();
            let text = line.get(part.span.clone()).unwrap_or_default();
            painted.extend([before, "\x1b[", colour, "m", text, "\x1b[0m"]);
            at = part.span.end;
        }
        painted.push_str(line.get(at..).unwrap_or_default());
        Cow::Owned(painted)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\x1b[2m{hint}\x1b[0m"))
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        true
    }
}

impl Validator for Prompt {}
impl rustyline::Helper for Prompt {}

#[expect(clippy::print_stdout, reason = "an example has no other output")]
fn main() -> Result<(), Box<dyn Error>> {
    let tasks = Rc::new(RefCell::new(Tasks {
        registry: commands()?,
        tasks: Vec::new(),
    }));
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .build();
    let mut editor: Editor<Prompt, _> = Editor::with_config(config)?;
    editor.set_helper(Some(Prompt(Rc::clone(&tasks))));
    println!("tasks; ':help' shows what you can do, Ctrl-D leaves");
    loop {
        match editor.readline("> ") {
            Ok(line) => {
                editor.add_history_entry(&line)?;
                let shown = tasks.borrow_mut().run(&line)?;
                if !shown.is_empty() {
                    println!("{shown}");
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[(&str, &str)]) {
        let mut tasks = Tasks {
            registry: commands().expect("the names are free"),
            tasks: Vec::new(),
        };
        for (line, expected) in lines {
            assert_eq!(tasks.run(line).expect("shown"), *expected, "{line}");
        }
    }

    #[test]
    fn a_session() {
        check(&[
            ("buy bread", "1 to do"),
            (
                ":add --weight heavy --since yesterday move the piano",
                "2 to do",
            ),
            (":alias heavy add --weight heavy", ""),
            (":heavy lift", "3 to do"),
            (":li piano", "move the piano (heavy, since yesterday)"),
            (":done 1 3", "1 to do"),
            (
                ":add --weight feather pillow",
                ":add: expected WEIGHT ('light' or 'heavy'), found 'feather'\n  :add --weight feather pillow\n                ^^^^^^^\nusage: :add [--since WHEN] [--weight WEIGHT] TEXT",
            ),
        ]);
    }

    #[test]
    fn every_example_is_right_and_every_spec() {
        let registry = commands().expect("the names are free");
        for entry in registry.entries() {
            assert_eq!(entry.spec().check(), Ok(()));
            for example in &entry.spec().examples {
                assert!(
                    registry.parse(&example.line, Mode::Script).is_ok(),
                    "{}",
                    example.line
                );
            }
        }
    }

    #[test]
    fn tab_offers_the_tasks() {
        let mut tasks = Tasks {
            registry: commands().expect("the names are free"),
            tasks: Vec::new(),
        };
        tasks.run("buy bread").expect("added");
        let found = tasks.registry.complete(":done ", 6, &tasks).candidates;
        let summaries: Vec<_> = found
            .iter()
            .map(|one| (one.label(), one.summary.as_deref()))
            .collect();
        assert_eq!(summaries, [("1", Some("buy bread"))]);
    }
}
