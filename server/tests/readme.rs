//! What the README says of `salond`, told against the program: its options exist, and it takes the sample settings.
//! The French page has the same code, which a test of the client sees to.

use std::path::Path;
use std::process::{Command, Output};

/// The README's words and blocks that are set as code.
fn code() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = std::fs::read_to_string(path).expect("the README is there");
    let (prose, blocks): (Vec<_>, Vec<_>) = text
        .split("```")
        .enumerate()
        .partition(|(index, _)| index % 2 == 0);
    let prose: String = prose.into_iter().map(|(_, text)| text).collect();
    let words = prose.split('`').skip(1).step_by(2).map(str::to_owned);
    let blocks = blocks.into_iter().map(|(_, text)| text.to_owned());
    blocks.chain(words).collect()
}

fn salond(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_salond"))
        .args(arguments)
        .output()
        .expect("salond runs")
}

#[test]
fn options_in_the_readme_exist() {
    let help = String::from_utf8(salond(&["--help"]).stdout).expect("the help is UTF-8");
    let mut named = Vec::new();
    for line in code().iter().flat_map(|code| code.lines()) {
        let behind = line.strip_prefix("salond ").unwrap_or_default();
        let options = behind.split(' ').filter(|word| word.starts_with("--"));
        named.extend(options.map(str::to_owned));
    }
    assert!(named.iter().any(|option| option == "--check-config"));
    for option in named {
        assert!(
            help.split_whitespace().any(|word| word == option),
            "{option} is not in\n{help}"
        );
    }
}

#[test]
fn settings_in_the_readme_are_fine() {
    let code = code();
    let sample = code
        .iter()
        .find_map(|block| block.strip_prefix("toml\n# hub.toml\n"))
        .expect("the README shows settings");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.toml");
    std::fs::write(&path, sample).expect("a file");
    let path = path.to_str().expect("a path in UTF-8");
    let output = salond(&["--config", path, "--check-config"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
