//! `salon config`, with a home of its own.

use std::os::unix::fs::PermissionsExt as _;

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
fn check_reads_the_files_that_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "sesame\n").unwrap();
    let checked = |mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&password, mode).unwrap();
        let settings = format!(
            "password_file = {password:?}\ntls_ca = \"~/.config/salon/config.toml\"\n[profiles.work]\ntls_key = \"none\"\n"
        );
        run(&["config", "check"], Some(&settings))
    };
    let outcome = checked(0o644);
    let open = format!(
        "config.toml:1: others can read '{}'; `chmod 600` makes it yours alone",
        password.display()
    );
    let expected = [
        open.as_str(),
        "/.config/salon/config.toml' holds no certificate in PEM",
        "/.config/salon/none': no such file or directory",
    ];
    check_lines(&outcome, &expected);
    check_lines(&checked(0o600), &expected[1..]);
}

/// Compares the ends of what is told as wrong; before them are the places of the test's files.
#[track_caller]
fn check_lines(outcome: &Outcome, expected: &[&str]) {
    let lines: Vec<&str> = outcome.stderr.lines().collect();
    assert_eq!(
        (outcome.code, lines.len()),
        (Some(2), expected.len()),
        "{outcome:?}"
    );
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.ends_with(expected), "{line}");
    }
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
