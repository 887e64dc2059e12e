//! The plug-ins that come with the client.

use std::fs;
use std::path::{Path, PathBuf};

use crate::rig::Rig;

fn plugins() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins")
}

/// The folder of karma as its users have it: the program beside its manifest.
fn karma(rig: &Rig) -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_salon"))
        .with_file_name("examples")
        .join("karma");
    let folder = rig.home.path().join("source/karma");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(
        plugins().join("karma/plugin.toml"),
        folder.join("plugin.toml"),
    )
    .unwrap();
    fs::copy(program, folder.join("karma")).unwrap();
    folder
}

#[track_caller]
fn check(rig: &Rig, path: &Path) {
    let output = rig.salon(&["plugin", "check", path.to_str().unwrap()]);
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success() && report.ends_with(" 0 failed\n"),
        "{report}"
    );
}

#[test]
fn all_pass_their_check() {
    let rig = Rig::new();
    for path in ["dice", "remind", "guard"] {
        check(&rig, &plugins().join(path));
    }
    check(&rig, &karma(&rig));
}

#[test]
fn dice_roll_within_their_sides() {
    let rig = Rig::new();
    rig.install(&plugins().join("dice"));
    let outcome = rig.run(":roll 3 2\n:roll 21\n");
    outcome
        .check_code(1)
        .check_shown("line 2: :roll: expected DICE (a number from 1 to 20), found '21'");
    let line = outcome
        .sent
        .iter()
        .find_map(|line| line.strip_prefix("PRIVMSG #dev :rolls "));
    let numbers: Vec<u32> = line
        .unwrap_or_else(|| panic!("{outcome:#?}"))
        .split([' ', '='])
        .filter_map(|word| word.parse().ok())
        .collect();
    assert_eq!(numbers.len(), 4, "{outcome:#?}");
    assert_eq!(numbers.iter().take(3).sum::<u32>(), numbers[3]);
}

#[test]
fn remind_reminds_also_after_the_client_has_ended() {
    let rig = Rig::new();
    rig.install(&plugins().join("remind"));
    rig.converse(":remind 1ms tea is ready\n", "! tea is ready")
        .check_code(0)
        .check_shown("[remind] reminder 1 is set");
    rig.run(":remind 1h later\n").check_code(0);
    rig.run(":reminders\n")
        .check_code(0)
        .check_shown(" later\n");
}

#[test]
fn guard_holds_secrets_back() {
    let rig = Rig::new();
    rig.install(&plugins().join("guard"));
    rig.run("hello\nmy password: hunter2\nkey AKIAABCDEFGHIJKLMNOP\nbye\n")
        .check_code(1)
        .check_shown("line 2: held back by plug-in 'guard': it seems to hold a password")
        .check_shown("line 3: held back by plug-in 'guard': it seems to hold a key of AWS")
        .check_sent(&["#dev :hello", "#dev :bye"]);
}

#[test]
fn karma_answers() {
    let rig = Rig::new();
    rig.install(&karma(&rig));
    rig.run(":karma\n:karma bob\n")
        .check_code(0)
        .check_shown("[karma] nobody was given any yet")
        .check_shown("[karma] bob has 0");
}
