//! The campaign against a hub, at any size: `cargo run --release -p salond --example campaign -- --kills 200`.
//!
//! It drives a `salond` beside itself (`cargo build --release -p salond` first) or the one of `--salond`, on the
//! loopback and in temporary folders, and prints what it saw. It panics where a promise is broken.

#[path = "../tests/campaign/field/mod.rs"]
mod field;

use std::fmt::Debug;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use field::crash::{self, End};
use field::disk::{self, Kind};
use field::folder::{self, Damage};
use field::random::Random;
use field::{burst, rate, residents, rooms, rough};

/// The size of the file system that is filled.
const DISK_BYTES: u64 = 8 * 1024 * 1024;

/// Attack a hub and hold it to its promises; without options, everything is run small.
#[derive(Debug, Clone, Parser)]
struct Arguments {
    /// The hub to attack [default: salond beside this program]
    #[arg(long)]
    salond: Option<PathBuf>,
    /// Kill the hub so often, under load
    #[arg(long, default_value_t = 5)]
    kills: u64,
    /// End the hub by SIGTERM so often, under load
    #[arg(long, default_value_t = 3)]
    terminations: u64,
    /// The seed of all that is left to chance [default: another one each time]
    #[arg(long)]
    seed: Option<u64>,
    /// Clients that send under load
    #[arg(long, default_value_t = 4)]
    senders: usize,
    /// Clients that read under load
    #[arg(long, default_value_t = 4)]
    readers: usize,
    /// Messages of the burst among 20 clients
    #[arg(long, default_value_t = 5_000)]
    burst: usize,
    /// Connections that send garbage
    #[arg(long, default_value_t = 200)]
    garbage: usize,
    /// Clients at once
    #[arg(long, default_value_t = 500)]
    crowd: usize,
    /// Messages that are measured for their rate
    #[arg(long, default_value_t = 20_000)]
    rate: usize,
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    let salond = arguments.salond.clone().unwrap_or_else(beside);
    let seed = arguments.seed.unwrap_or_else(Random::fresh_seed);
    say("seed", seed);
    crashes(&arguments, &salond, seed).await;
    always_on(&arguments, &salond, seed).await;
    disks(&salond).await;
    folders(&salond).await;
    bursts(&arguments, &salond).await;
    roughness(&arguments, &salond, seed).await;
    rates(&arguments, &salond).await;
}

/// The hub that was built with this program.
fn beside() -> PathBuf {
    let own = std::env::current_exe().expect("a program knows where it is");
    let folder = own.parent().and_then(Path::parent);
    folder.expect("a folder of examples").join("salond")
}

fn say(what: &str, seen: impl Debug) {
    // Whoever closed the output does not want to know.
    let _ = writeln!(io::stdout(), "{what}: {seen:?}");
}

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

async fn crashes(arguments: &Arguments, salond: &Path, seed: u64) {
    let second = End::Terminate(Duration::from_secs(1));
    for (end, ends) in [
        (End::Kill, arguments.kills),
        (second, arguments.terminations),
    ] {
        let plan = crash::Plan {
            seed,
            ends,
            senders: arguments.senders,
            readers: arguments.readers,
            ..crash::Plan::small(end)
        };
        let report = crash::run(salond, scratch().path(), plan).await;
        say(&format!("{plan:?}"), report);
    }
}

async fn always_on(arguments: &Arguments, salond: &Path, seed: u64) {
    let report = residents::run(salond, scratch().path(), seed, arguments.kills).await;
    say("accounts that are always on", report);
}

async fn disks(salond: &Path) {
    for kind in [Kind::Quota, Kind::FileSystem(DISK_BYTES)] {
        match disk::run(salond, scratch().path(), kind).await {
            Some(report) => say(&format!("full disk by {kind:?}"), report.to_string()),
            None => say(
                "full disk",
                "not run: this user may not mount a file system",
            ),
        }
    }
}

async fn folders(salond: &Path) {
    say("two hubs", folder::shared(salond, scratch().path()).await);
    say(
        "no writing",
        folder::unwritable(salond, scratch().path()).await,
    );
    for damage in Damage::ALL {
        let said = folder::damaged(salond, scratch().path(), damage).await;
        say(&format!("{damage:?}"), said);
    }
    rooms::refuse_intruder(salond, scratch().path()).await;
}

async fn bursts(arguments: &Arguments, salond: &Path) {
    for silent in [0, 5] {
        let plan = burst::Plan {
            clients: 20,
            silent,
            messages: arguments.burst,
        };
        let report = burst::run(salond, scratch().path(), plan).await;
        say(&format!("{plan:?}"), report.to_string());
        assert_eq!(report.delivered, report.expected);
    }
}

async fn roughness(arguments: &Arguments, salond: &Path, seed: u64) {
    let grown = rough::garbage(salond, scratch().path(), seed, arguments.garbage).await;
    say("KiB that the hub grew by garbage", grown);
    let grown = rough::long_line(salond, scratch().path(), 1024 * 1024).await;
    say("KiB that the hub grew by lines of 1 MiB", grown);
    let ended = rough::silence(salond, scratch().path()).await;
    say("the silent and the dead were ended after", ended);
    let crowd = rough::crowd(salond, scratch().path(), arguments.crowd).await;
    say("clients, time to reach all of them, bytes each", crowd);
    let grown = rough::slow_reader(salond, scratch().path(), 20_000).await;
    say("KiB that the hub grew for a slow reader", grown);
}

async fn rates(arguments: &Arguments, salond: &Path) {
    for power in [false, true] {
        for (senders, one_room) in [(1, false), (16, false), (16, true)] {
            let messages = arguments.rate / senders;
            let plan = rate::Plan {
                senders,
                messages,
                one_room,
                power,
            };
            let report = rate::run(salond, scratch().path(), plan).await;
            say(&format!("{plan:?} stored a second"), report.per_second());
        }
    }
}
