//! Growth: what a delivery, a join and an idle client cost with more and more members, and in more and more rooms.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use crate::figures::{Figures, number};
use crate::idle::{self, Idle};
use crate::load::Load;
use crate::plot::{Plot, draw};
use crate::server::Start;
use crate::{fanout, machine};

/// How far is measured, and where the curves go.
#[derive(Args, Clone, Debug)]
pub(crate) struct Growth {
    /// With how many members, and how many idle clients
    #[arg(long, value_delimiter = ',', default_value = "100,1000,5000,19000")]
    members: Vec<usize>,
    /// In how many rooms, each with ten of 1,000 members
    #[arg(long, value_delimiter = ',', default_value = "2,100,1000,10000")]
    rooms: Vec<usize>,
    /// How often each is measured
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// For how long a fan-out is measured
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Draw the curves into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A curve: the file it is drawn to, and which figure of the runs it shows.
struct Curve {
    file: &'static str,
    title: &'static str,
    across: &'static str,
    up: &'static str,
    figure: &'static str,
}

/// Measures, prints a table for each curve, and draws it.
pub(crate) fn run(options: &Growth, start: Start<'_>) -> Result<(), Failure> {
    println!("{}\n", machine::describe());
    if let Some(folder) = &options.out {
        // Before minutes of measuring, and not behind them.
        let doing = format!("make the folder {}", folder.display());
        fs::create_dir_all(folder).map_err(Failure::io(doing))?;
    }
    let talking = measure(options, &options.members, |members| {
        let load = Load {
            members,
            ..load(options)
        };
        fanout::run(&start.run()?, &load)
    })?;
    let delivery = Curve {
        file: "delivery",
        title: "Processor time of the hub for a delivery",
        across: "members of the room",
        up: "µs",
        figure: "us_per_delivery",
    };
    show(options, &delivery, &talking)?;
    let join = Curve {
        file: "join",
        title: "Processor time of the hub for a join that all members are told of",
        across: "members in the end",
        up: "µs",
        figure: "us_per_join",
    };
    show(options, &join, &talking)?;
    let idle = measure(options, &options.members, |clients| {
        let idle = Idle {
            clients,
            watch: 1.0,
            timeout: 60.0,
        };
        idle::run(&start.run()?, &idle)
    })?;
    let client = Curve {
        file: "idle",
        title: "Memory of the hub for an idle client",
        across: "clients",
        up: "bytes",
        figure: "bytes_per_client",
    };
    show(options, &client, &idle)?;
    let rooms = measure(options, &options.rooms, |rooms| {
        let load = Load {
            rooms,
            window: 1,
            ..load(options)
        };
        fanout::run(&start.run()?, &load)
    })?;
    let room = Curve {
        file: "rooms",
        title: "Processor time for a delivery, where every room has one message under way",
        across: "rooms with 10 members each",
        up: "µs",
        figure: "us_per_delivery",
    };
    show(options, &room, &rooms)
}

fn load(options: &Growth) -> Load {
    Load {
        members: 1000,
        senders: 4,
        rooms: 1,
        room_members: 10,
        bytes: 64,
        window: 32,
        rate: None,
        seconds: options.seconds,
        stall: 8.0,
        timeout: 300.0,
    }
}

/// The medians at each size.
fn measure(
    options: &Growth,
    sizes: &[usize],
    run: impl Fn(usize) -> Result<Figures, Failure>,
) -> Result<Vec<(usize, Figures)>, Failure> {
    let at = |&size: &usize| {
        let runs = (0..options.rounds.max(1)).map(|_| run(size));
        let runs = runs.collect::<Result<Vec<_>, _>>()?;
        Ok((size, Figures::medians(&runs)))
    };
    sizes.iter().map(at).collect()
}

fn show(options: &Growth, curve: &Curve, found: &[(usize, Figures)]) -> Result<(), Failure> {
    let points = found.iter().filter_map(|(size, figures)| {
        let value = figures.get(curve.figure)?;
        Some((*size as f64, value))
    });
    let points: Vec<(f64, f64)> = points.collect();
    println!(
        "| {} | {}, {} |\n|---|---|",
        curve.across, curve.title, curve.up
    );
    for &(size, value) in &points {
        println!("| {} | {} |", number(size), number(value));
    }
    println!();
    let Some(folder) = &options.out else {
        return Ok(());
    };
    let plot = Plot {
        title: curve.title,
        across: curve.across,
        up: curve.up,
        points: &points,
    };
    let file = folder.join(format!("{}.svg", curve.file));
    let doing = format!("write {}", file.display());
    fs::write(&file, draw(&plot)?).map_err(Failure::io(doing))
}
