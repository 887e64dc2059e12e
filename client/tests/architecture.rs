//! The invariants of ARCHITECTURE.md that the source itself can be held against.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}

/// The Rust files below a place of the workspace, tests left out.
fn sources(place: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(place)];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder of the workspace");
            waiting.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else {
            let name = path.file_name().and_then(|name| name.to_str());
            let is_test = name == Some("tests.rs")
                || path.components().any(|part| part.as_os_str() == "tests");
            if path.extension().is_some_and(|ending| ending == "rs") && !is_test {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {place}");
    found
}

/// The code of a file: no comments, and nothing from its tests on.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// None of the places uses any of the words, except in the files named.
#[track_caller]
fn check_free_of(places: &[&str], words: &[&str], except: &[&str]) {
    let root = root();
    let mut found = Vec::new();
    for path in places.iter().flat_map(|place| sources(place)) {
        let name = path
            .strip_prefix(&root)
            .expect("within the workspace")
            .display()
            .to_string();
        if except.iter().any(|allowed| name.starts_with(allowed)) {
            continue;
        }
        let code = code(&path);
        found.extend(
            words
                .iter()
                .filter(|word| code.contains(**word))
                .map(|word| format!("{name}: {word}")),
        );
    }
    assert_eq!(found, Vec::<String>::new());
}

const PURE: &[&str] = &[
    "commands/src",
    "protocol/src",
    "client/src/session",
    "server/src/room/state.rs",
    "server/src/room/settings.rs",
    "server/src/room/journal.rs",
    "server/src/room/membership.rs",
    "server/src/room/speech.rs",
    "server/src/room/modes.rs",
    "server/src/room/mode_change.rs",
];

#[test]
fn the_pure_parts_do_no_io_and_read_no_clock() {
    let words = [
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "tokio",
        "async ",
        "SystemTime::now",
        "Instant::now",
        "stdin()",
        "stdout()",
        "stderr()",
        "println!",
    ];
    check_free_of(PURE, &words, &[]);
}

#[test]
fn only_config_reads_the_environment() {
    let words = ["env::var", "env::vars", "env::home_dir"];
    check_free_of(
        &["client/src", "server/src", "commands/src", "protocol/src"],
        &words,
        &[],
    );
}

#[test]
fn only_the_connection_and_the_link_touch_sockets() {
    let except = [
        "server/src/listeners.rs",
        "server/src/connection/",
        "client/src/link.rs",
    ];
    check_free_of(
        &["client/src", "server/src"],
        &["tokio::net::Tcp", "std::net::Tcp", "net::{Tcp"],
        &except,
    );
}

#[test]
fn only_one_file_of_the_hub_reads_the_time_of_day() {
    check_free_of(&["server/src"], &["SystemTime"], &["server/src/clock.rs"]);
}

#[test]
fn the_crates_depend_on_each_other_one_way() {
    let allowed: [(&str, &[&str]); 6] = [
        ("protocol", &[]),
        ("commands", &[]),
        ("config", &[]),
        // Its micro-benchmarks alone; what measures a hub looks from outside.
        ("bench", &["salon-commands", "salon-protocol", "salond"]),
        ("server", &["salon-config", "salon-protocol"]),
        (
            "client",
            &["salon-commands", "salon-config", "salon-protocol", "salond"],
        ),
    ];
    for (folder, expected) in allowed {
        let manifest =
            fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
        let names = [
            "salon-commands",
            "salon-config",
            "salon-protocol",
            "salond",
            "salon",
        ];
        let uses = names.into_iter().filter(|name| {
            manifest.lines().any(|line| {
                line.strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with([' ', '.', '=']))
            })
        });
        assert_eq!(
            uses.collect::<Vec<_>>(),
            expected,
            "dependencies of {folder}"
        );
    }
}

#[test]
fn the_hub_is_used_by_one_file_of_the_client() {
    check_free_of(&["client/src"], &["salond::"], &["client/src/host.rs"]);
}
