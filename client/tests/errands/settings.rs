//! `salon config`, with a home of its own.

use crate::salon::{Outcome, Salon};

fn run(args: &[&str], settings: Option<&str>) -> Outcome {
    let salon = Salon::new(args);
    match settings {
        Some(text) => salon.settings(text).run(""),
        None => salon.run(""),
    }
}

#[test]
fn show_names_the_line_and_hides_secrets() {
    let outcome = run(
        &["config", "show"],
        Some("# mine\nnick = \"ann\"\npassword = \"sesame\"\n"),
    );
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    let nick = outcome
        .stdout
        .lines()
        .find(|line| line.starts_with("nick"))
        .unwrap();
    assert!(nick.ends_with("/.config/salon/config.toml:2"), "{nick}");
    assert!(
        outcome.stdout.contains("password = (hidden)"),
        "{outcome:?}"
    );
    assert!(!outcome.stdout.contains("sesame"), "{outcome:?}");
}

#[test]
fn check_tells_mistakes_with_line_and_column() {
    let outcome = run(&["config", "check"], Some("nick = \"ann\"\n"));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    assert!(
        outcome.stdout.ends_with("config.toml: no mistake\n"),
        "{outcome:?}"
    );
    let outcome = run(&["config", "check"], Some("nick = \"ann\"\n  nik = 1\n"));
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    assert!(
        outcome
            .stderr
            .contains("config.toml:2:3: unknown key `nik`; did you mean `nick`?")
    );
    let aliases = "[aliases]\nhi = \":say hi\"\nok = \":me is ok\"\n";
    let outcome = run(&["config", "check"], Some(aliases));
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    assert!(outcome.stderr.contains("config.toml:2: "), "{outcome:?}");
    let outcome = run(
        &["config", "check", "--profile", "work"],
        Some("nick = \"ann\"\n"),
    );
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
}

#[test]
fn no_file_is_no_mistake() {
    let outcome = run(&["config", "check"], None);
    let expected = "there is no settings file, and none is needed\n";
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), expected));
}

#[test]
fn path_names_every_file_and_one_alone() {
    let outcome = run(&["config", "path"], Some(""));
    let names: Vec<&str> = outcome
        .stdout
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(names, ["settings", "history", "plugins", "hub"]);
    assert!(
        outcome
            .stdout
            .lines()
            .next()
            .unwrap()
            .ends_with("/config.toml")
    );
    let outcome = run(&["config", "path", "settings"], Some(""));
    assert!(outcome.stdout.starts_with('/'), "{outcome:?}");
    assert!(
        outcome.stdout.ends_with("/.config/salon/config.toml\n"),
        "{outcome:?}"
    );
}
