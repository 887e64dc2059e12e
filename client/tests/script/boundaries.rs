//! The invariants of the client's modules that their sources can be asked for.

use std::fs;
use std::path::{Path, PathBuf};

/// All sources of the client with their paths below `src`.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                sources.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    sources
}

/// The files that use one of the words outside comments, without tests.
fn users(words: &[&str]) -> Vec<String> {
    let uses = |text: &str| {
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let mut lines = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        lines.any(|line| words.iter().any(|word| line.contains(word)))
    };
    let is_test = |name: &str| name.contains("/tests");
    let sources = sources()
        .into_iter()
        .filter(|(name, text)| !is_test(name) && uses(text));
    let mut names: Vec<_> = sources.map(|(name, _)| name).collect();
    names.sort();
    names
}

#[test]
fn the_session_does_no_io_reads_no_clock_and_is_not_async() {
    let words = [
        "tokio",
        "std::io",
        "std::fs",
        "std::net",
        "std::time",
        "async ",
        "SystemTime",
    ];
    let users = users(&words);
    assert!(!users.is_empty(), "the search itself finds something");
    let pure: Vec<_> = users
        .iter()
        .filter(|name| name.starts_with("session/"))
        .collect();
    assert_eq!(pure, [""; 0]);
}

#[test]
fn only_the_link_touches_sockets() {
    assert_eq!(users(&["TcpStream", "UnixStream"]), ["link.rs"]);
}

#[test]
fn only_host_knows_the_hub() {
    assert_eq!(users(&["salond::"]), ["host.rs"]);
}

#[test]
fn every_file_is_part_of_the_program() {
    let sources = sources();
    for (name, _) in sources.iter().filter(|(name, _)| name != "main.rs") {
        let path = name
            .strip_suffix("/mod.rs")
            .or(name.strip_suffix(".rs"))
            .unwrap();
        let (folder, module) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = if folder.is_empty() {
            "main.rs".to_owned()
        } else {
            format!("{folder}/mod.rs")
        };
        let (_, text) = sources
            .iter()
            .find(|(name, _)| *name == parent)
            .expect(&parent);
        let declaration = format!("mod {module};");
        let is_declared = text.lines().any(|line| line.ends_with(&declaration));
        assert!(is_declared, "{name} is not declared in {parent}");
    }
}
