//! Commands, options and exit codes that the READMEs name are those of the program.

use std::process::Command;

use salon_commands::Registry;

use crate::page::{CodeBlock, Page};

#[test]
fn the_tour_names_every_command_as_help_does() {
    let registry = Registry::builtin();
    let expected: Vec<(String, String)> = registry
        .entries()
        .map(|entry| {
            let spec = entry.spec();
            (format!("`{}`", spec.usage()), spec.summary.to_string())
        })
        .collect();
    assert_eq!(tour(&Page::english()), expected);
    let usages = |rows: Vec<(String, String)>| -> Vec<String> {
        rows.into_iter().map(|(usage, _)| usage).collect()
    };
    assert_eq!(usages(tour(&Page::french())), usages(expected));
}

/// The rows of the table of commands.
fn tour(page: &Page) -> Vec<(String, String)> {
    let rows = page.table_lines().into_iter();
    rows.filter_map(|row| match row.as_slice() {
        [usage, summary] if usage.starts_with("`:") => Some((usage.clone(), summary.clone())),
        _ => None,
    })
    .collect()
}

#[test]
fn options_of_salon_exist() {
    let subcommands = ["host", "send", "tail", "search", "export", "config", "man"];
    let helps = subcommands.map(|subcommand| help(&[subcommand, "--help"]));
    let installing = help(&["plugin", "install", "--help"]);
    let help = format!("{}{}{installing}", help(&["--help"]), helps.concat());
    let page = Page::english();
    let blocks = page.code_blocks().into_iter().filter(CodeBlock::is_shell);
    let mut options: Vec<String> = blocks.flat_map(|block| options_of(&block.text)).collect();
    options.extend(page.inline_code().iter().flat_map(|code| options_of(code)));
    assert!(options.iter().any(|option| option == "--no-commands"));
    for option in options {
        assert!(
            help.contains(&format!("{option} ")) || help.contains(&format!("{option}\n")),
            "{option} is not in the help"
        );
    }
}

/// What begins with `--` behind the word `salon`, up to the end of that command.
fn options_of(text: &str) -> Vec<String> {
    let mut options = Vec::new();
    for command in text.split(['|', '\n', ';']) {
        let words = command.split_whitespace();
        let behind = words.skip_while(|word| *word != "salon").skip(1);
        let named = behind.filter(|word| word.starts_with("--") && word.len() > 2);
        options.extend(named.map(str::to_owned));
    }
    options
}

#[test]
fn exit_codes_are_those_of_the_help() {
    let help = help(&["--help"]);
    let (_, codes) = help.split_once("Exit codes:").expect("the help tells them");
    let numbers = |text: &str| -> Vec<u8> {
        let words = text.split(|letter: char| !letter.is_ascii_digit());
        words.filter_map(|word| word.parse().ok()).collect()
    };
    for page in [Page::english(), Page::french()] {
        let rows = page.table_lines().into_iter();
        let told: Vec<u8> = rows.filter_map(|row| row[0].parse().ok()).collect();
        assert_eq!(told, numbers(codes));
    }
}

fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_salon"))
        .args(arguments)
        .output()
        .expect("salon runs");
    String::from_utf8(output.stdout).expect("the help is UTF-8")
}
