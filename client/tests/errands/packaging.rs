//! Completions that a shell can load, manual pages, and the commands of docs/packaging.md.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::salon::Salon;

/// Runs a line of bash, which must succeed, and gives what it prints.
#[track_caller]
fn bash(script: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new("bash");
    command.args(["--norc", "-euo", "pipefail", "-c", script]);
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn completions(shell: &str) -> String {
    let outcome = Salon::new(&["completions", shell]).run("");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    outcome.stdout
}

#[test]
fn bash_loads_its_completions_and_completes_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("salon");
    fs::write(&file, completions("bash")).unwrap();
    let file = file.to_str().unwrap();
    bash(r#"bash -n "$FILE""#, &[("FILE", file)]);
    let complete = r#"
        set +u; source "$FILE"
        COMP_WORDS=(salon $WORDS); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _salon salon "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        echo "${COMPREPLY[@]}"
    "#;
    let reply = |words: &str| bash(complete, &[("FILE", file), ("WORDS", words)]);
    assert_eq!(reply("ta"), "tail\n");
    assert_eq!(reply("tail --fol"), "--follow\n");
    assert_eq!(reply("send --exp"), "--expect\n");
}

#[test]
fn every_shell_has_completions_that_know_every_subcommand() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = completions(shell);
        for name in [
            "host", "send", "tail", "search", "export", "config", "plugin", "man",
        ] {
            assert!(
                script.contains(name),
                "{name} in the completions of {shell}"
            );
        }
    }
}

#[test]
fn the_commands_of_the_packaging_page_work() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(root.join("docs/packaging.md")).unwrap();
    let block = page
        .split("```")
        .find(|block| block.contains("install -D"))
        .and_then(|block| block.strip_prefix("sh\n"))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let programs = folder.path().join("programs");
    fs::create_dir(&programs).unwrap();
    let salon = env!("CARGO_BIN_EXE_salon");
    fs::copy(salon, programs.join("salon")).unwrap();
    // The hub is another package's program: any file stands for it here.
    fs::write(programs.join("salond"), "").unwrap();
    let package = folder.path().join("package");
    let script = format!("cd '{}'\n{block}", root.display());
    let variables = [
        ("TARGET", programs.to_str().unwrap()),
        ("ROOT", package.to_str().unwrap()),
    ];
    bash(&script, &variables);
    for name in [
        "usr/bin/salon",
        "usr/share/man/man1/salon.1",
        "usr/share/man/man1/salon-tail.1",
        "usr/share/bash-completion/completions/salon",
        "usr/share/zsh/site-functions/_salon",
        "usr/share/fish/vendor_completions.d/salon.fish",
    ] {
        let length = fs::metadata(package.join(name)).map(|file| file.len());
        assert!(length.is_ok_and(|length| length > 500), "{name}");
    }
}

#[test]
fn an_output_that_takes_nothing_is_told_and_one_that_is_closed_is_not() {
    let salon = env!("CARGO_BIN_EXE_salon");
    for line in ["completions bash", "man", "config show"] {
        let script = format!(
            "set +e; {salon} {line} 2>&1 >/dev/full; echo $?; {salon} {line} | head -n 0; echo ${{PIPESTATUS[0]}}"
        );
        let said = bash(&script, &[]);
        let expected = "error: could not write to standard output: no space left on device\n1\n0\n";
        assert_eq!(said, expected, "{line}");
    }
}
