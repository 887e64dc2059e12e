//! What the tests of every built-in share, and the tests over all of them.

use std::collections::BTreeSet;
use std::path::Path;

use crate::builtin::MODULES;
use crate::context::Context;
use crate::effect::Effect;
use crate::grammar::Line;
use crate::reader;
use crate::registry::{Mode, Registry};
use crate::spec::Outcome;
use crate::value::{RoomMarks, Target, sample};

/// Parses and runs a line in the room `#lobby`, and compares its one effect, or the error's text.
#[track_caller]
pub(super) fn check(line: &str, expected: Result<Effect, &str>) {
    check_with(Some(&sample::target("#lobby")), line, expected);
}

/// The same with any current target, or none.
#[track_caller]
pub(super) fn check_with(target: Option<&Target>, line: &str, expected: Result<Effect, &str>) {
    let expected = expected.map(|effect| vec![effect]).map_err(str::to_owned);
    assert_eq!(run(target, line), expected, "{line:?}");
}

fn run(target: Option<&Target>, line: &str) -> Result<Vec<Effect>, String> {
    let registry = Registry::builtin();
    let context = Context::new(&registry);
    let context = target.map_or(context, |target| context.with_target(target));
    let command = registry
        .parse(line, Mode::Script)
        .map_err(|error| error.to_string())?;
    let effects = command.expect("the line isn't blank").run(&context);
    effects
        .map(|effects| effects.into_iter().collect())
        .map_err(|error| error.to_string())
}

#[test]
fn every_file_is_a_line_of_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/builtin");
    let files = std::fs::read_dir(&folder).expect("the folder of this file");
    let modules: BTreeSet<String> = files
        .map(|file| file.expect("a file").path())
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .filter(|stem| stem != "mod" && stem != "tests")
        .collect();
    let listed: BTreeSet<String> = MODULES.iter().map(|&module| module.to_owned()).collect();
    assert_eq!(modules, listed);
}

#[test]
fn every_command_is_called_like_its_file() {
    let registry = Registry::builtin();
    let names: Vec<&str> = registry
        .entries()
        .map(|entry| entry.spec().name.as_ref())
        .collect();
    assert_eq!(names, MODULES);
}

#[test]
fn names_and_aliases_are_lower_case_words_and_unique() {
    let registry = Registry::builtin();
    let mut seen = BTreeSet::new();
    for name in registry.entries().flat_map(|entry| entry.spec().names()) {
        assert!(
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()),
            "{name:?}"
        );
        assert!(seen.insert(name.to_owned()), "{name:?} is there twice");
    }
}

#[test]
fn every_summary_is_a_short_line_and_every_command_has_an_example() {
    for entry in Registry::builtin().entries() {
        let spec = entry.spec();
        let texts = std::iter::once(&spec.summary)
            .chain(spec.examples.iter().map(|example| &example.meaning));
        for text in texts {
            assert!((1..=60).contains(&text.chars().count()), "{text:?}");
            assert!(!text.contains('\n') && !text.ends_with('.'), "{text:?}");
        }
        assert!(!spec.examples.is_empty(), "{} has no example", spec.name);
    }
}

#[test]
fn every_argument_is_in_capitals_and_a_text_is_the_last() {
    for entry in Registry::builtin().entries() {
        let arguments = &entry.spec().arguments;
        for (index, argument) in arguments.iter().enumerate() {
            let is_switch = argument.kind == crate::spec::Kind::Switch;
            let is_capitals = !argument.name.contains(char::is_lowercase);
            assert!(is_switch || is_capitals, "{argument}");
            let is_text = argument.kind == crate::spec::Kind::Text;
            assert!(
                !is_text || index + 1 == arguments.len(),
                "{} ends before {argument}",
                entry.spec().name
            );
        }
    }
}

#[test]
fn every_example_does_what_it_says() {
    let lobby = sample::target("#lobby");
    for entry in Registry::builtin().entries() {
        for example in &entry.spec().examples {
            let effects = run(Some(&lobby), &example.line).expect("an example works");
            match &example.outcome {
                Outcome::Accepted => {}
                Outcome::Effects(expected) => assert_eq!(&effects, expected, "{}", example.line),
                Outcome::Shows(first_line) => match effects.as_slice() {
                    [Effect::Show { text }] => {
                        assert_eq!(
                            text.lines().next(),
                            Some(first_line.as_ref()),
                            "{}",
                            example.line
                        );
                    }
                    other => panic!("{} shows nothing but does {other:?}", example.line),
                },
            }
        }
    }
}

#[test]
fn every_example_is_of_its_command() {
    let registry = Registry::builtin();
    for entry in registry.entries() {
        for example in &entry.spec().examples {
            let command = registry
                .parse(&example.line, Mode::Script)
                .expect("an example")
                .expect("a command");
            assert_eq!(
                command.name(),
                Some(entry.spec().name.as_ref()),
                "{}",
                example.line
            );
        }
    }
}

#[test]
fn every_argument_is_given_in_an_example_so_its_declared_kind_is_tried() {
    let registry = Registry::builtin();
    for spec in registry.entries().map(crate::registry::Entry::spec) {
        let given = |name: &str, line: &str| match registry.read(line) {
            Line::Call(call) => reader::read(spec, call.rest, &RoomMarks::default())
                .is_ok_and(|arguments| arguments.get(name).is_some()),
            Line::Blank | Line::Message(_) | Line::Foreign(_) => false,
        };
        for argument in &spec.arguments {
            let is_given = spec
                .examples
                .iter()
                .any(|example| given(&argument.name, &example.line));
            assert!(is_given, "no example of {} gives {argument}", spec.name);
        }
    }
}
