//! What holds for every line, whatever is in it.

use proptest::prelude::*;
use salon_commands::{
    Argument, Candidates, Command, Context, Effect, Effects, Mode, Origin, Registry, Room, Spec,
    Target, arguments,
};

/// A few people and rooms, some of whose names are awkward.
struct Known;

impl Candidates for Known {
    fn nicks(&self, visit: &mut dyn FnMut(&str)) {
        ["ann", "Bob", "*status", "é"].into_iter().for_each(visit);
    }

    fn rooms(&self, visit: &mut dyn FnMut(&str)) {
        ["#lobby", "#é", "&local"].into_iter().for_each(visit);
    }
}

/// Text that comes near to commands far oftener than chance would.
fn line() -> impl Strategy<Value = String> {
    let names: Vec<String> = Registry::builtin()
        .entries()
        .flat_map(|entry| entry.spec().names().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let piece = prop_oneof![
        prop::sample::select(names),
        prop::sample::select(vec![
            ":",
            "/",
            "::",
            "//",
            " ",
            "  ",
            "\t",
            "#",
            "#dev",
            "&x",
            "bob",
            ",",
            "it's",
            "é",
            "\u{1f600}",
            "日本"
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        "[ -~]{0,6}",
    ];
    prop_oneof![
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat()),
        any::<String>()
    ]
}

/// A text that can be said.
fn message() -> impl Strategy<Value = String> {
    line().prop_filter("one line that isn't blank", |text| {
        !text.trim().is_empty() && !text.contains(['\0', '\r', '\n'])
    })
}

/// A registry with a command that has flags and quotes.
fn flagged() -> Registry {
    let mut registry = Registry::builtin();
    let list = arguments("[--since WHEN:time] [--all] HOW:on|off [N:number(1..9)] WHO:quoted");
    let mut find = Spec::new("find", "try all kinds");
    find.arguments = list.expect("arguments");
    registry.add(find, Origin::Host).expect("a free name");
    registry
}

/// Text that comes near to declarations of arguments.
fn declarations() -> impl Strategy<Value = String> {
    let pieces = vec![
        "A",
        "B",
        "[",
        "]",
        ":",
        "...",
        " ",
        "--all",
        "--x Y",
        "word",
        "text",
        "number(2..)",
        "number(..)",
        "on|off",
        "secret",
        "time",
        "nick",
        "é",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..9).prop_map(|pieces| pieces.concat())
}

fn mode() -> impl Strategy<Value = Mode> {
    prop::sample::select(vec![Mode::Prompt, Mode::Script])
}

fn lobby() -> Target {
    Target::Room(Room::new("#lobby").expect("a room"))
}

fn run(line: &str, mode: Mode) -> Effects {
    let registry = Registry::builtin();
    let lobby = lobby();
    let command = registry
        .parse(line, mode)
        .expect("the line is right")
        .expect("the line isn't blank");
    command
        .run(&Context::new(&registry).with_target(&lobby))
        .expect("the command can be done here")
}

proptest! {
    #[test]
    fn no_line_panics_and_every_error_is_fit_to_print(line in line(), mode in mode()) {
        if let Err(error) = Registry::builtin().parse(&line, mode) {
            let rendered = error.render(&line);
            prop_assert!(!rendered.contains(|c: char| c.is_control() && c != '\n'), "{rendered:?}");
            prop_assert!(rendered.starts_with(&error.to_string()));
            let span = error.span().expect("an error of parsing has a place");
            prop_assert!(line.get(span).is_some());
        }
    }

    #[test]
    fn only_a_colon_can_make_a_line_fail(line in message(), mode in mode()) {
        let read = Registry::builtin().parse(&line, mode);
        if !line.trim_start().starts_with([':', '/']) {
            let said = Command::message(&line);
            prop_assert_eq!(read, said);
        }
    }

    #[test]
    fn escaped_message_is_read_back_exactly(text in message(), mode in mode()) {
        let effects = run(&Registry::builtin().escape(&text), mode);
        let [Effect::Say { target, text: said }] = effects.as_slice() else {
            panic!("{text:?} is not said but does {effects:?}");
        };
        prop_assert_eq!(target, &lobby());
        prop_assert_eq!(said.as_str(), text);
    }

    #[test]
    fn rest_of_a_line_is_kept_as_it_is(text in message(), name in prop::sample::select(vec!["me", "msg bob", "raw"])) {
        let text = text.trim_start_matches([' ', '\t']);
        let effects = run(&format!(":{name} {text}"), Mode::Script);
        let kept = match effects.as_slice() {
            [Effect::Action { text, .. } | Effect::Say { text, .. } | Effect::Raw { line: text }] => text.as_str(),
            other => panic!("{name} does {other:?}"),
        };
        prop_assert_eq!(kept, text);
    }

    #[test]
    fn completion_stays_within_the_line(line in line(), cursor in 0_usize..40) {
        let completion = Registry::builtin().complete(&line, cursor, &Known);
        prop_assert!(completion.start <= cursor);
        prop_assert!(line.is_char_boundary(completion.start));
        for candidate in completion.candidates {
            prop_assert!(candidate.replacement.starts_with(candidate.label()));
        }
    }

    #[test]
    fn what_is_painted_is_in_order_and_within_the_line(line in line()) {
        let registry = flagged();
        let mut at = 0;
        for part in registry.highlight(&line) {
            prop_assert!(part.span.start >= at, "{line:?}");
            prop_assert!(line.get(part.span.clone()).is_some(), "{line:?}");
            at = part.span.end;
        }
        let hint = registry.hint(&line).unwrap_or_default();
        prop_assert!(!hint.contains(char::is_control));
    }

    #[test]
    fn arguments_are_read_as_they_are_written(text in declarations()) {
        if let Ok(read) = arguments(&text) {
            let written: Vec<_> = read.iter().map(Argument::declaration).collect();
            prop_assert_eq!(arguments(&written.join(" ")), Ok(read), "{}", text);
        }
    }

    #[test]
    fn alias_does_what_its_line_does(rest in message()) {
        let mut registry = Registry::builtin();
        prop_assert!(registry.add_alias("wave", "me waves at $*").is_ok());
        let rest = rest.trim_start_matches([' ', '\t']);
        let alias = registry.parse(&format!(":wave {rest}"), Mode::Script);
        let line = registry.parse(&format!(":me waves at {rest}"), Mode::Script);
        prop_assert_eq!(alias, line);
    }

    #[test]
    fn no_alias_panics(line in line(), name in "[a-z]{0,3}", call in line()) {
        let mut registry = Registry::builtin();
        let _ = registry.add_alias(&name, &line);
        let call = format!(":{name} {call}");
        let _ = registry.parse(&call, Mode::Prompt).map_err(|error| error.render(&call));
        let completion = registry.complete(&call, call.len(), &Known);
        prop_assert!(completion.start <= call.len() && call.is_char_boundary(completion.start));
    }

    #[test]
    fn what_is_secret_at_the_prompt_is_decided_for_every_line(line in line()) {
        let carries_secret = Registry::builtin().carries_secret(&line, Some(&lobby()));
        prop_assert!(!carries_secret || line.trim_start().starts_with([':', '/']));
    }
}

#[test]
fn every_completed_name_is_a_command() {
    let registry = Registry::builtin();
    for letter in 'a'..='z' {
        for candidate in registry.complete(&format!("/{letter}"), 2, &()).candidates {
            let name = candidate
                .label()
                .strip_prefix('/')
                .expect("the mark is kept");
            assert!(registry.get(name).is_some(), "{name:?}");
        }
    }
}
