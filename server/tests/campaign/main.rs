//! The campaign against the real hub, small: what it echoed is stored, and every reader gets it once, in order,
//! whatever dies in between. `cargo run --release -p salond --example campaign` runs it at any size.

mod field;

use std::path::Path;
use std::time::Duration;

use field::crash::{self, End, Plan};
use field::disk::{self, Kind};
use field::folder::{self, Damage};
use field::random::Random;

/// The program under test.
const SALOND: &str = env!("CARGO_BIN_EXE_salond");

async fn crash(ends: u64, end: End) {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = Plan {
        seed: Random::fresh_seed(),
        ends,
        end,
        senders: 4,
        readers: 4,
    };
    println!("{plan:?}");
    let report = crash::run(Path::new(SALOND), folder.path(), plan).await;
    println!("{report:?}");
    assert!(report.echoed > 0, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_echoed_survives_kills_and_everybody_sees_it_once() {
    crash(6, End::Kill).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_echoed_survives_terminations_within_a_second() {
    crash(3, End::Terminate(Duration::from_secs(1))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_that_is_used_up_refuses_and_recovers() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = disk::run(Path::new(SALOND), folder.path(), Kind::Quota).await;
    println!("{report:?}");
    assert!(report.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_file_system_refuses_and_recovers() {
    let folder = tempfile::tempdir().expect("a folder");
    let kind = Kind::FileSystem(2 * 1024 * 1024);
    match disk::run(Path::new(SALOND), folder.path(), kind).await {
        Some(report) => println!("{report:?}"),
        None => println!("not run: this user may not mount a file system"),
    }
}

#[tokio::test]
async fn a_second_hub_on_a_folder_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    println!("{}", folder::shared(Path::new(SALOND), folder.path()).await);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_to_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = folder::unwritable(Path::new(SALOND), folder.path()).await;
    println!("{said}");
}

#[tokio::test]
async fn a_damaged_log_is_refused_and_left_as_it_was() {
    for damage in [Damage::NoLog, Damage::Truncated, Damage::Overwritten] {
        let folder = tempfile::tempdir().expect("a folder");
        let said = folder::damaged(Path::new(SALOND), folder.path(), damage).await;
        println!("{damage:?}: {said}");
    }
}
