//! The table: everybody who is installed, measured in turns in one run, as medians and with ratios.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cells::{heading, print};
use crate::cores::Cores;
use crate::failure::Failure;
use crate::figures::Figures;
use crate::idle::{self, Idle};
use crate::limit::{self, Limit};
use crate::load::Load;
use crate::server::Start;
use crate::slow::{self, Slow};
use crate::storm::{self, Storm};
use crate::subject::Subject;
use crate::wire::Protocol;
use crate::{fanout, machine};

/// What is in the table.
#[derive(Args, Clone, Debug)]
pub(crate) struct Table {
    /// How often everything is measured
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Who is measured besides the hub and the limit; by default all that are installed
    #[arg(long, value_enum, value_delimiter = ',')]
    peers: Option<Vec<Subject>>,
    /// What is measured
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "fanout,slow,idle,storm"
    )]
    tests: Vec<Kind>,
    /// With how many members and with which window each fan-out is
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "100x32,1000x32,1000x1,5000x32"
    )]
    fanouts: Vec<Shape>,
    /// How long a text is
    #[arg(long, default_value_t = 64)]
    bytes: usize,
    /// For how long a fan-out is measured
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// How many clients are idle
    #[arg(long, default_value_t = 10_000)]
    idle: usize,
    /// Append every run to this file too, as a JSON object a line
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Fanout,
    Slow,
    Idle,
    Storm,
}

/// Members and window of a fan-out, written `1000x32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) members: usize,
    pub(crate) window: u32,
}

impl std::str::FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (members, window) = text
            .split_once('x')
            .ok_or("expected members and window, such as 1000x32")?;
        let number = |_| format!("expected numbers, such as 1000x32, and not `{text}`");
        Ok(Self {
            members: members.parse().map_err(number)?,
            window: window.parse().map_err(number)?,
        })
    }
}

/// A column: one thing that everybody is measured at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Fanout(Shape),
    Slow,
    Idle,
    Storm,
}

/// A row: somebody who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    Limit { batch: u32 },
    Of(Subject),
}

impl Row {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Limit { batch: 1 } => "limit, 1 message a write".to_owned(),
            Self::Limit { batch } => format!("limit, {batch} messages a write"),
            Self::Of(subject) => subject.name().to_owned(),
        }
    }
}

/// What was found, by row and column.
pub(crate) type Found = Vec<((Row, Test), Vec<Figures>)>;

/// Measures everybody and prints the table.
pub(crate) fn run(options: &Table, start: Start<'_>) -> Result<(), Failure> {
    let rows = rows(options, start.hub)?;
    let tests = tests(options);
    let mut out = options.out.as_deref().map(open).transpose()?;
    let mut found = Found::new();
    for round in 0..options.rounds {
        for &test in &tests {
            // Another one begins in each round, so that nobody is always measured first.
            let turn = rows
                .iter()
                .cycle()
                .skip(round % rows.len())
                .take(rows.len());
            for &row in turn {
                if let Some(figures) = measure(options, start, row, test)? {
                    note(&mut found, &mut out, (row, test), figures)?;
                }
            }
        }
        eprintln!("round {} of {} is done", round + 1, options.rounds);
    }
    println!("{}\n", machine::describe());
    print(&rows, &tests, &found);
    Ok(())
}

fn open(path: &Path) -> Result<File, Failure> {
    let doing = format!("write {}", path.display());
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened.map_err(Failure::io(doing))
}

fn note(
    found: &mut Found,
    out: &mut Option<File>,
    place: (Row, Test),
    figures: Figures,
) -> Result<(), Failure> {
    if let Some(out) = out {
        let labels = [
            ("subject", place.0.name()),
            ("test", heading(place.1)),
            ("time", machine::now()),
        ];
        writeln!(out, "{}", figures.to_json(&labels)).map_err(Failure::io("write a result"))?;
    }
    match found.iter_mut().find(|(present, _)| *present == place) {
        Some((_, runs)) => runs.push(figures),
        None => found.push((place, vec![figures])),
    }
    Ok(())
}

fn rows(options: &Table, hub: Option<&Path>) -> Result<Vec<Row>, Failure> {
    Subject::Salond.program(hub)?;
    let mut rows = vec![
        Row::Limit { batch: 64 },
        Row::Limit { batch: 1 },
        Row::Of(Subject::Salond),
    ];
    match &options.peers {
        Some(peers) => rows.extend(peers.iter().map(|&peer| Row::Of(peer))),
        None => rows.extend(Subject::value_variants().iter().filter_map(|&subject| {
            let is_peer = subject != Subject::Salond && subject.program(None).is_ok();
            is_peer.then_some(Row::Of(subject))
        })),
    }
    Ok(rows)
}

fn tests(options: &Table) -> Vec<Test> {
    let of = |kind: &Kind| match kind {
        Kind::Fanout => options.fanouts.iter().copied().map(Test::Fanout).collect(),
        Kind::Slow => vec![Test::Slow],
        Kind::Idle => vec![Test::Idle],
        Kind::Storm => vec![Test::Storm],
    };
    options.tests.iter().flat_map(of).collect()
}

/// Measures once; nothing where it has no meaning or fails, which is told on stderr.
fn measure(
    options: &Table,
    start: Start<'_>,
    row: Row,
    test: Test,
) -> Result<Option<Figures>, Failure> {
    let measured = match (row, test) {
        (Row::Limit { batch }, Test::Fanout(shape)) => of_limit(options, start.cores, batch, shape),
        (Row::Limit { .. }, _) => return Ok(None),
        (Row::Of(subject), test) if subject.protocol() != Protocol::Irc && test == Test::Storm => {
            return Ok(None);
        }
        (Row::Of(subject), test) => of_server(options, Start { subject, ..start }, test),
    };
    match measured {
        Ok(figures) => Ok(Some(figures)),
        Err(failure) if row == Row::Of(Subject::Salond) => Err(failure),
        Err(failure) => {
            eprintln!("{}, {}: {failure}", row.name(), heading(test));
            Ok(None)
        }
    }
}

fn of_limit(options: &Table, cores: Cores, batch: u32, shape: Shape) -> Result<Figures, Failure> {
    let limit = Limit {
        members: shape.members,
        senders: 4,
        bytes: options.bytes,
        batch,
        seconds: options.seconds,
    };
    limit::run(cores, &limit)
}

fn of_server(options: &Table, start: Start<'_>, test: Test) -> Result<Figures, Failure> {
    let server = start.run()?;
    let load = Load {
        members: 200,
        senders: 4,
        rooms: 1,
        room_members: 10,
        bytes: options.bytes,
        window: 32,
        rate: None,
        seconds: options.seconds,
        stall: 4.0,
        timeout: 90.0,
    };
    match test {
        Test::Fanout(Shape { members, window }) => {
            let load = Load {
                members,
                window,
                ..load
            };
            fanout::run(&server, &load)
        }
        Test::Slow => {
            let load = Load {
                rate: Some(1000.0),
                bytes: 400,
                seconds: 3.0,
                ..load
            };
            let slow = Slow {
                load,
                stopped: 20,
                stopped_seconds: 14.0,
            };
            slow::run(&server, &slow)
        }
        Test::Idle => {
            let idle = Idle {
                clients: options.idle,
                watch: 3.0,
                timeout: 60.0,
            };
            idle::run(&server, &idle)
        }
        Test::Storm => {
            let storm = Storm {
                clients: 5000,
                at_once: 64,
                timeout: 15.0,
            };
            storm::run(&server, &storm)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_members_and_window() {
        let shape = Shape {
            members: 1000,
            window: 32,
        };
        assert_eq!("1000x32".parse(), Ok(shape));
        assert!("1000".parse::<Shape>().is_err());
        assert!("1000xmany".parse::<Shape>().is_err());
    }
}
