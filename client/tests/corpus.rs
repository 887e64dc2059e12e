//! What the fuzz targets have kept of their runs (fuzz/corpus) is tried again, with the checks of the targets themselves.

use std::ffi::OsStr;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

#[path = "../../fuzz/checks/command.rs"]
mod command;
#[path = "../../fuzz/checks/line.rs"]
mod line;
#[path = "../../fuzz/checks/registration.rs"]
mod registration;
#[path = "../../fuzz/checks/settings.rs"]
mod settings;
#[path = "../../fuzz/checks/tags.rs"]
mod tags;

/// Every input of a target passes its check.
#[track_caller]
fn check(target: &str, check: impl Fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let entries = fs::read_dir(fuzz.join("corpus").join(target)).expect("a corpus");
    let mut count = 0;
    for entry in entries {
        let path = entry.expect("an entry").path();
        let input = fs::read(&path).expect("an input");
        let passed = catch_unwind(AssertUnwindSafe(|| check(&input)));
        assert!(passed.is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count > 0, "no inputs for {target}");
}

#[test]
fn lines() {
    check("line", line::check);
}

#[test]
fn tags_of_messages() {
    check("tags", tags::check);
}

#[test]
fn commands() {
    check("command", command::check);
}

#[test]
fn settings_of_both_programs() {
    check("settings", settings::check);
}

#[test]
fn visitors_of_a_hub() {
    check("registration", registration::check);
}

#[test]
fn every_target_has_its_check_and_its_corpus() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let names = |folder: &str| {
        let entries = fs::read_dir(fuzz.join(folder)).expect("a folder");
        let stem = |path: &Path| path.file_stem().map(OsStr::to_owned);
        let mut names: Vec<_> = entries
            .filter_map(|entry| stem(&entry.expect("an entry").path()))
            .collect();
        names.sort();
        names
    };
    let targets = names("fuzz_targets");
    assert_eq!(
        targets,
        ["command", "line", "registration", "settings", "tags"]
    );
    assert_eq!((&names("checks"), &names("corpus")), (&targets, &targets));
}
