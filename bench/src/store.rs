//! The store: how fast the hub stores, and what it is like to start with and to read in many messages.

use std::fs;
use std::path::Path;
use std::time::Duration;

use clap::Args;
use hdrhistogram::Histogram;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::failure::Failure;
use crate::figures::Figures;
use crate::reader::Reader;
use crate::server::Start;
use crate::words::{Dice, write_word};
use crate::writers::Writers;

/// How many are asked for at once.
const PAGE: usize = 100;
/// How many starts are measured of each kind.
const STARTS: usize = 5;

/// How much is stored, and how it is read.
#[derive(Args, Clone, Debug)]
pub(crate) struct Store {
    /// How many messages are stored before anything is read
    #[arg(long, default_value_t = 1_000_000)]
    messages: u64,
    /// From how many senders, each in a room of its own
    #[arg(long, default_value_t = 16)]
    senders: usize,
    /// How many messages a sender has outstanding
    #[arg(long, default_value_t = 1024)]
    window: u64,
    /// How long a text is, without the number before it
    #[arg(long, default_value_t = 64)]
    bytes: usize,
    /// How long the rate is measured of each durability and number of senders
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// How many questions of each kind are asked
    #[arg(long, default_value_t = 500)]
    questions: usize,
    /// How long the first searches in all rooms may take, in seconds
    #[arg(long, default_value_t = 900.0)]
    first_search_timeout: f64,
    /// Where the store is, in a folder that is removed afterwards [default: the folder of temporary files]
    #[arg(long, value_name = "DIR")]
    folder: Option<std::path::PathBuf>,
}

/// Measures a store, empty at first. What was found before a failure is worth something too, and so it is noted at once.
pub(crate) fn run(options: &Store, start: Start<'_>, figures: &mut Figures) -> Result<(), Failure> {
    for durability in ["process", "power"] {
        for senders in [1, options.senders] {
            let server = Start {
                durability,
                ..start
            }
            .run()?;
            let mut writers = Writers::gather(&server, senders, options.window, options.bytes)?;
            writers.write(u64::MAX / 2, options.seconds / 4.0)?;
            let cpu_us = server.process.cpu_us();
            let stored = writers.write(u64::MAX / 2, options.seconds)?;
            let cost = (server.process.cpu_us() - cpu_us) / stored.messages.max(1) as f64;
            let name = format!("{durability}_{senders}_stored_per_s");
            figures.set(&name, stored.per_second());
            figures.set(&format!("{durability}_{senders}_us_per_message"), cost);
        }
    }
    let folder = match &options.folder {
        Some(folder) => TempDir::with_prefix_in("salon-bench-", folder),
        None => TempDir::with_prefix("salon-bench-"),
    };
    let folder = folder.map_err(Failure::io("make a folder"))?;
    let times = fill(options, start, folder.path(), figures)?;
    starts(start, folder.path(), figures)?;
    read(options, start, folder.path(), times, figures)
}

/// Stores the messages; when the first and when the last of them were said.
fn fill(
    options: &Store,
    start: Start<'_>,
    folder: &Path,
    figures: &mut Figures,
) -> Result<(Timestamp, Timestamp), Failure> {
    let server = start.run_in(folder)?;
    let mut writers = Writers::gather(&server, options.senders, options.window, options.bytes)?;
    let began = Timestamp::now();
    let stored = writers.write(options.messages, f64::from(u32::MAX))?;
    let ended = Timestamp::now();
    figures.set("messages", stored.messages as f64);
    figures.set("fill_stored_per_s", stored.per_second());
    figures.set("fill_resident_bytes", server.process.resident_bytes());
    // The hub goes first: a room that everybody leaves is forgotten, and one that the hub leaves is not.
    drop(server);
    drop(writers);
    Ok((began, ended))
}

/// From the start to the line that says where it listens, of an empty hub and of the full one.
fn starts(start: Start<'_>, folder: &Path, figures: &mut Figures) -> Result<(), Failure> {
    let (mut empty, mut full) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        empty.push(start.run()?.start);
        full.push(start.run_in(folder)?.start);
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1000.0
    };
    let (empty, full) = (median(&mut empty), median(&mut full));
    figures.set("empty_start_ms", empty);
    figures.set("full_start_ms", full);
    figures.set("start_delay_ms", full - empty);
    Ok(())
}

fn read(
    options: &Store,
    start: Start<'_>,
    folder: &Path,
    (began, ended): (Timestamp, Timestamp),
    figures: &mut Figures,
) -> Result<(), Failure> {
    let server = start.run_in(folder)?;
    let mut reader = Reader::enter(&server, options.senders)?;
    let mut dice = Dice::new(11);
    let room = |dice: &mut Dice| {
        server
            .protocol
            .room_name(dice.roll(options.senders as u64) as usize)
    };
    let time = |dice: &mut Dice| {
        // Of the last nine tenths, so that there is a full page before it.
        let length = u64::try_from(ended.as_millisecond() - began.as_millisecond()).unwrap_or(0);
        let after = length / 10 + dice.roll(length * 9 / 10 + 1);
        let moment = began + Duration::from_millis(after);
        format!("{moment:.3}")
    };
    measure(figures, "latest", options.questions, |_| {
        let question = format!("CHATHISTORY LATEST {} * {PAGE}", room(&mut dice));
        reader.ask(&question).map(|answer| (answer, PAGE))
    })?;
    for (name, command) in [("before", "BEFORE"), ("around", "AROUND")] {
        measure(figures, name, options.questions, |_| {
            let (room, time) = (room(&mut dice), time(&mut dice));
            let question = format!("CHATHISTORY {command} {room} timestamp={time} {PAGE}");
            // At the very end there is less after it than before it.
            let least = if command == "AROUND" { PAGE / 2 } else { PAGE };
            reader.ask(&question).map(|answer| (answer, least))
        })?;
    }
    first_searches(options, &mut reader, &server.protocol.room_name(0), figures)?;
    // The last words are the rarest.
    for (name, words) in [("search_rare", 4000..4096), ("search_frequent", 0..96)] {
        measure(figures, name, options.questions, |_| {
            let room = room(&mut dice);
            let mut word = Vec::new();
            write_word(&mut word, words.start + dice.roll(words.end - words.start));
            let word = String::from_utf8_lossy(&word);
            reader
                .ask(&format!("SEARCH in={room};text={word}"))
                .map(|answer| (answer, 0))
        })?;
    }
    figures.set("store_bytes", folder_bytes(&folder.join("data")) as f64);
    figures.set("resident_bytes", server.process.resident_bytes());
    Ok(())
}

/// Asks questions, each of which has to get at least so many messages, and notes how long that took.
fn measure(
    figures: &mut Figures,
    name: &str,
    questions: usize,
    mut ask: impl FnMut(usize) -> Result<(crate::reader::Answer, usize), Failure>,
) -> Result<(), Failure> {
    let mut times = Histogram::<u32>::new_with_bounds(1, 60_000_000, 3)
        .map_err(|error| Failure::unexpected("a histogram", error))?;
    for question in 0..questions {
        let (answer, least) = ask(question)?;
        match answer.messages {
            Some(messages) if messages >= least => {
                let took = u64::try_from(answer.took.as_micros()).unwrap_or(u64::MAX);
                times.saturating_record(took);
            }
            Some(messages) => {
                let reason = format!("{messages} messages; expected at least {least}");
                return Err(Failure::server(name, reason));
            }
            None => return Err(Failure::server(name, "the hub refused")),
        }
    }
    figures.set_latencies(&format!("{name}_"), &times);
    Ok(())
}

/// The hub puts words into its index when it is calm, and looks through what is not there yet. Searches in every room for what
/// nobody said, until that is answered and not refused for the time that it takes.
fn first_searches(
    options: &Store,
    reader: &mut Reader,
    first: &str,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let began = std::time::Instant::now();
    let stem = first.trim_end_matches('0');
    for index in 0..options.senders {
        let question = format!("SEARCH in={stem}{index};text=none");
        while reader.ask(&question)?.messages.is_none() {
            if began.elapsed().as_secs_f64() > options.first_search_timeout {
                return Err(Failure::server(
                    "search",
                    "the first searches take too long",
                ));
            }
        }
    }
    figures.set("first_searches_s", began.elapsed().as_secs_f64());
    Ok(())
}

fn folder_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let lengths = entries.map(|entry| entry.metadata().map_or(0, |found| found.len()));
    lengths.sum()
}
