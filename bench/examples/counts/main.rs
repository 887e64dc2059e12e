//! Counts the instructions of the hot paths, and complains when one takes more of them than it did.
//!
//! Times differ from run to run and from machine to machine; instructions hardly do. The program runs itself under
//! `valgrind --tool=callgrind`, each path twice with different repetitions, so that what is prepared before them falls
//! out of the difference. What the paths took when they were last looked at is in `counts.json`.
//!
//! ```text
//! cargo build --profile counted -p salon-bench --example counts
//! target/counted/examples/counts              compare
//! target/counted/examples/counts --update     take what is found for what is to be
//! ```

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a program whose output is what it prints"
)]

mod paths;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use paths::PATHS;

/// How many hundredths more than before are let through: what another compiler or processor may change.
const TOLERANCE_PERCENT: u64 = 5;
/// The repetitions of the two runs.
const TIMES: [u32; 2] = [20, 120];

/// Instructions of one repetition, by path.
type Counts = BTreeMap<String, u64>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => check(),
        ["--update"] => update(),
        ["--run", name, times] => run(name, times),
        _ => Err("expected nothing, or --update".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("counts: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Does a path, for the run under valgrind.
fn run(name: &str, times: &str) -> Result<(), String> {
    let path = PATHS.iter().find(|(present, _)| *present == name);
    let (_, path) = path.ok_or_else(|| format!("there is no path '{name}'"))?;
    path(times.parse().map_err(|_| "expected a number".to_owned())?);
    Ok(())
}

fn file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.json")
}

fn update() -> Result<(), String> {
    let counts = count_all()?;
    let text = serde_json::to_string_pretty(&counts).map_err(|error| error.to_string())?;
    fs::write(file(), text + "\n").map_err(|error| format!("cannot write counts.json: {error}"))
}

fn check() -> Result<(), String> {
    let text = fs::read_to_string(file());
    let text = text.map_err(|error| format!("cannot read counts.json: {error}"))?;
    let before = serde_json::from_str(&text);
    let before = before.map_err(|error| format!("cannot read counts.json: {error}"))?;
    let now = count_all()?;
    for (name, count) in &now {
        let known = before_of(&before, name).map_or("new".to_owned(), |before| before.to_string());
        println!("{name:24} {count:>9} instructions, before: {known:>9}");
    }
    let complaints = complaints(&before, &now);
    if complaints.is_empty() {
        return Ok(());
    }
    let hint = "if that is as it has to be: counts --update";
    Err(format!("{}\n{hint}", complaints.join("\n")))
}

fn before_of(before: &Counts, name: &str) -> Option<u64> {
    before.get(name).copied()
}

/// What takes more than it did, what was not counted before, and what is counted no more.
fn complaints(before: &Counts, now: &Counts) -> Vec<String> {
    let taken = now.iter().filter_map(|(name, &count)| {
        let Some(before) = before_of(before, name) else {
            return Some(format!("'{name}' is not in counts.json"));
        };
        let most = before + before * TOLERANCE_PERCENT / 100;
        (count > most).then(|| {
            let thousandths = (count - before) * 1000 / before.max(1);
            let more = format!("{}.{}", thousandths / 10, thousandths % 10);
            format!(
                "'{name}' takes {count} instructions, {more} % more than {before}; expected at most {most}"
            )
        })
    });
    let gone = before.keys().filter(|name| !now.contains_key(*name));
    let gone = gone.map(|name| format!("'{name}' of counts.json is no path"));
    taken.chain(gone).collect()
}

fn count_all() -> Result<Counts, String> {
    let counted = PATHS.iter().map(|(name, _)| {
        let [few, many] = TIMES.map(|times| instructions(name, times));
        let difference = many?.saturating_sub(few?);
        let [few, many] = TIMES.map(u64::from);
        Ok(((*name).to_owned(), difference / (many - few)))
    });
    counted.collect()
}

/// All instructions of a run of this program.
fn instructions(name: &str, times: u32) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["--run", name, &times.to_string()])
        // Another length of what is handed down changes where things lie, and with it a few instructions.
        .env_clear()
        .output();
    let output = output.map_err(|error| format!("cannot run valgrind: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    match collected(&text) {
        Some(count) if output.status.success() => Ok(count),
        _ => Err(format!("valgrind did not count '{name}':\n{text}")),
    }
}

/// The number in callgrind's last lines, `==7== Collected : 123`.
fn collected(output: &str) -> Option<u64> {
    let lines = output.lines();
    let mut numbers = lines.filter_map(|line| line.split_once("Collected : "));
    numbers.next()?.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[(&str, u64)]) -> Counts {
        let counts = counts.iter().map(|&(name, count)| (name.to_owned(), count));
        counts.collect()
    }

    #[track_caller]
    fn check(before: &[(&str, u64)], now: &[(&str, u64)], expected: &[&str]) {
        assert_eq!(complaints(&counts(before), &counts(now)), expected);
    }

    #[test]
    fn a_little_more_is_let_through() {
        check(&[("a", 1000), ("b", 10)], &[("a", 1050), ("b", 5)], &[]);
    }

    #[test]
    fn more_is_not() {
        check(
            &[("a", 1000)],
            &[("a", 1051)],
            &["'a' takes 1051 instructions, 5.1 % more than 1000; expected at most 1050"],
        );
    }

    #[test]
    fn the_file_has_all_paths_and_no_others() {
        check(&[], &[("a", 1)], &["'a' is not in counts.json"]);
        check(&[("a", 1)], &[], &["'a' of counts.json is no path"]);
        let text = fs::read_to_string(file()).expect("the file");
        let known: Counts = serde_json::from_str(&text).expect("counts");
        let mut names: Vec<&str> = PATHS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        assert_eq!(known.keys().map(String::as_str).collect::<Vec<_>>(), names);
    }

    #[test]
    fn callgrind_says_what_it_collected() {
        let output = "==7== Callgrind\n==7== \n==7== Collected : 123456\n";
        assert_eq!(collected(output), Some(123_456));
        assert_eq!(collected(""), None);
    }
}
