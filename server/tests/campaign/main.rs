//! The campaign against the real hub, small: what it echoed is stored, and every reader gets it once, in order,
//! whatever dies in between. `cargo run --release -p salond --example campaign` runs it at any size.

mod field;

use std::path::Path;
use std::time::Duration;

use field::crash::{self, End};
use field::disk::{self, Kind};
use field::folder::{self, Damage};
use field::random::Random;
use field::{burst, rate, residents, rooms, rough};

/// The program under test.
const SALOND: &str = env!("CARGO_BIN_EXE_salond");

fn salond() -> &'static Path {
    Path::new(SALOND)
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_echoed_survives_kills_and_everybody_sees_it_once() {
    let folder = folder();
    let plan = crash::Plan::small(End::Kill);
    println!("{plan:?}");
    let report = crash::run(salond(), folder.path(), plan).await;
    println!("{report:?}");
    assert!(report.echoed > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_echoed_survives_terminations_and_everybody_sees_it_once() {
    let folder = folder();
    // A machine that is busy with other tests is given longer than the second that is promised.
    let plan = crash::Plan::small(End::Terminate(Duration::from_secs(5)));
    println!("{plan:?}");
    let report = crash::run(salond(), folder.path(), plan).await;
    println!("{report:?}");
    assert!(report.echoed > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_always_on_is_as_before_after_kills() {
    let folder = folder();
    let seed = Random::fresh_seed();
    println!("seed {seed}");
    let report = residents::run(salond(), folder.path(), seed, 5).await;
    println!("{report:?}");
    assert!(report.echoed > 0 && report.acts > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_that_is_used_up_refuses_and_recovers() {
    let folder = folder();
    let report = disk::run(salond(), folder.path(), Kind::Quota).await;
    println!("{}", report.expect("everybody may limit the size of files"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_file_system_refuses_and_recovers() {
    let folder = folder();
    let kind = Kind::FileSystem(2 * 1024 * 1024);
    match disk::run(salond(), folder.path(), kind).await {
        Some(report) => println!("{report}"),
        None => println!("not run: this user may not mount a file system"),
    }
}

#[tokio::test]
async fn a_second_hub_on_a_folder_is_refused() {
    let folder = folder();
    println!("{}", folder::shared(salond(), folder.path()).await);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_to_is_refused() {
    let folder = folder();
    println!("{}", folder::unwritable(salond(), folder.path()).await);
}

#[tokio::test]
async fn a_damaged_log_is_refused_and_left_as_it_was() {
    for damage in Damage::ALL {
        let folder = folder();
        let said = folder::damaged(salond(), folder.path(), damage).await;
        println!("{damage:?}: {said}");
    }
}

#[tokio::test]
async fn one_who_may_not_enter_does_not_end_a_room_of_an_earlier_run() {
    let folder = folder();
    rooms::refuse_intruder(salond(), folder.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_reaches_everybody_also_those_who_read_after_it() {
    for silent in [0, 5] {
        let folder = folder();
        let plan = burst::Plan {
            clients: 20,
            silent,
            messages: 1_000,
        };
        let report = burst::run(salond(), folder.path(), plan).await;
        println!("{report}");
        assert_eq!(report.delivered, 19_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_sent_flat_out_is_stored() {
    for (one_room, power) in [(false, false), (true, true)] {
        let folder = folder();
        let plan = rate::Plan {
            senders: 4,
            messages: 500,
            one_room,
            power,
        };
        let report = rate::run(salond(), folder.path(), plan).await;
        println!("{plan:?}: {} a second", report.per_second());
    }
}

#[tokio::test]
async fn garbage_harms_nobody() {
    let folder = folder();
    let seed = Random::fresh_seed();
    println!("seed {seed}");
    let grown = rough::garbage(salond(), folder.path(), seed, 40).await;
    println!("grew by {grown} KiB");
}

#[tokio::test]
async fn a_line_of_a_megabyte_is_refused_once_and_costs_no_memory() {
    let folder = folder();
    let grown = rough::long_line(salond(), folder.path(), 1024 * 1024).await;
    println!("grew by {grown} KiB");
    assert!(grown < 1024);
}

#[tokio::test]
async fn the_silent_and_the_dead_are_ended() {
    let folder = folder();
    println!("{:?}", rough::silence(salond(), folder.path()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_served() {
    let folder = folder();
    println!("{:?}", rough::crowd(salond(), folder.path(), 200).await);
}

#[tokio::test]
async fn one_who_reads_direct_messages_late_gets_all_and_costs_little_memory() {
    let folder = folder();
    let grown = rough::slow_reader(salond(), folder.path(), 10_000).await;
    println!("grew by {grown} KiB");
    assert!(grown < 32 * 1024);
}
